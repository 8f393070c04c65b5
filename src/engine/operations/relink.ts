import { requireConfined } from '../chain/bounds';
import type { ParentPolicy } from '../chain/chain';
import { fileKey } from '../chain/locateParent';
import { closeChain, openChain } from '../chain/openChain';
import type { Image, ParentClaim } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { savePatch } from '../storage/journal';
import { OverlayStorage } from '../storage/overlayStorage';
import type { Patch } from '../storage/patch';
import { readParts } from '../vhd/vhdParts';
import { fileStateOf, type FileState } from './fileState';
import { refusalsByFile } from './grounds';
import { tiePatch } from './parentTie';
import { recoverPlanned } from './recover';
import { requireNoRefusal, type Refusal } from './refusal';
import { saveWithUndo } from './undoFile';

/** One of the ways in which an image names its parent; null where it does not name it so. */
export interface NameChange {
  /** As `ParentPlace.source`. */
  readonly source: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** An image that is to name its parent where it lies now, or another one. */
export interface RelinkPlan {
  /** Absolute, with every link followed. */
  readonly path: string;
  readonly parentPath: string;
  readonly state: FileState;
  /** What the image names now and what the parent is; the sizes are bytes of virtual disk. */
  readonly id: { readonly named: string; readonly found: string };
  readonly virtualSize: { readonly own: number; readonly parent: number };
  /** The time at which the parent was changed last, as the image names it and as it is: milliseconds since 1970. Null where it names none, and will not. */
  readonly modified: { readonly named: number | null; readonly found: number };
  /** Every way that is there before or after. */
  readonly names: readonly NameChange[];
  /** In what the two do not fit each other. */
  readonly mismatches: readonly ('id' | 'virtual-size')[];
  /** No change at all where the image names everything right already. */
  readonly patch: Patch;
  readonly refusals: readonly Refusal[];
}

export interface RelinkOptions {
  /** The user's word that the parent is taken although its id or its size differs: data may be mixed that do not belong together. */
  readonly acceptMismatch: boolean;
}

export interface RelinkResult {
  /** What earlier operations had left and was ended, for people. */
  readonly recovered: readonly string[];
  /** Beside the image, where the parent differs in id or size; null otherwise: the files tell all that is needed. */
  readonly undoPath: string | null;
}

/**
 * What ties the image at `path` to the one at `parentPath`, both absolute: id, time stamp, name and every path, for the places where the files are now.
 * Throws EngineError where one of them cannot be opened, or `outside-confinement`.
 */
export function planRelink(
  fileSystem: FileSystem,
  path: string,
  parentPath: string,
  policy: ParentPolicy,
  options: RelinkOptions,
): RelinkPlan {
  requireConfined(fileSystem, path, policy);
  requireConfined(fileSystem, parentPath, policy);
  const [state, parentState] = [fileStateOf(fileSystem, path), fileStateOf(fileSystem, parentPath)];
  const child = openImage(fileSystem, state.path);
  const parent = openImage(fileSystem, parentState.path);
  try {
    const mismatches = mismatchesOf(child, parent);
    const grounds = [
      refusalByKind(child),
      mismatches.length === 0 || options.acceptMismatch ? null : refusalByMismatch(child, parent, mismatches),
      refusalByCycle(fileSystem, state.path, parentState.path, policy),
      ...refusalsByFile(fileSystem, state.path),
    ].filter((refusal) => refusal !== null);
    const newParent = { path: parentState.path, id: parent.id, modified: parentState.modified };
    const patch = child.parent === null ? noPatch(state.size) : tiePatch(fileSystem, state.path, newParent);
    return {
      path: state.path,
      parentPath: parentState.path,
      state,
      id: { named: child.parent?.id ?? '', found: parent.id },
      virtualSize: { own: child.virtualSize, parent: parent.virtualSize },
      modified: { named: child.parent?.modified?.getTime() ?? null, found: parentState.modified },
      names: child.parent === null ? [] : namesOf(fileSystem, state.path, child.parent, patch),
      mismatches,
      patch,
      refusals: grounds,
    };
  } finally {
    child.close();
    parent.close();
  }
}

/** Does what a plan says. A loss of power at any time leaves the old tie or the new one. Throws EngineError as `runRepair`. */
export function runRelink(fileSystem: FileSystem, plan: RelinkPlan): RelinkResult {
  requireNoRefusal(plan.refusals);
  const { recovered } = recoverPlanned(fileSystem, plan.state);
  const { patch, path } = plan;
  if (patch.changes.length === 0 && patch.lengthBefore === patch.lengthAfter) {
    return { recovered, undoPath: null };
  }
  if (plan.mismatches.length > 0) {
    return { recovered, undoPath: saveWithUndo(fileSystem, path, patch) };
  }
  savePatch(fileSystem, path, patch);
  return { recovered, undoPath: null };
}

/** How the image names its parent, and how it will with a patch of its tie. */
export function namesOf(
  fileSystem: FileSystem,
  path: string,
  { places }: ParentClaim,
  patch: Patch,
): readonly NameChange[] {
  const file = new OverlayStorage(fileSystem.open(path, 'read'));
  try {
    file.apply(patch, path);
    const after = readParts(file, path).parent?.places ?? [];
    const textOf = (among: typeof places, source: string): string | null =>
      among.find((place) => place.source === source)?.text ?? null;
    const sources = [...new Set([...places, ...after].map(({ source }) => source))];
    return sources.map((source) => ({ source, before: textOf(places, source), after: textOf(after, source) }));
  } finally {
    file.close();
  }
}

function mismatchesOf(child: Image, parent: Image): RelinkPlan['mismatches'] {
  const mismatches: ('id' | 'virtual-size')[] = [];
  if (child.parent?.id !== parent.id) {
    mismatches.push('id');
  }
  if (child.virtualSize !== parent.virtualSize) {
    mismatches.push('virtual-size');
  }
  return mismatches;
}

function noPatch(size: number): Patch {
  return { lengthBefore: size, lengthAfter: size, changes: [] };
}

function refusalByKind(child: Image): Refusal | null {
  if (child.parent !== null) {
    return null;
  }
  return {
    code: 'not-possible',
    what: t('Relinking {0}', child.path),
    why: t('it is no differencing image and has no parent'),
    remedy: t('choose an image that has one'),
    paths: [child.path],
  };
}

export function refusalByMismatch(child: Image, parent: Image, mismatches: RelinkPlan['mismatches']): Refusal {
  const why = mismatches.map((what) =>
    what === 'id'
      ? t('its id is {0}, and {1} is named', parent.id, child.parent?.id ?? t('none'))
      : t('its disk has {0} bytes, and that of the image {1}', parent.virtualSize, child.virtualSize),
  );
  return {
    code: 'not-possible',
    what: t('Taking {0} as the parent of {1}', parent.path, child.path),
    why: why.join('; '),
    remedy: t(
      'choose the parent with that id, or accept the mismatch: what the image does not hold itself then comes from a disk that it was not made for',
    ),
    paths: [parent.path],
  };
}

/** An image that the parent itself stands on, or the parent itself, cannot stand on it. */
function refusalByCycle(
  fileSystem: FileSystem,
  path: string,
  parentPath: string,
  policy: ParentPolicy,
): Refusal | null {
  const key = fileKey(fileSystem, path);
  const chain = openChain(fileSystem, parentPath, { ...policy, given: [] });
  try {
    if (!chain.layers.some(({ image }) => fileKey(fileSystem, image.path) === key)) {
      return null;
    }
    return {
      code: 'chain-cycle',
      what: t('Taking {0} as the parent of {1}', parentPath, path),
      why: path === parentPath ? t('they are one image') : t('it stands on that image itself'),
      remedy: t('choose another parent'),
      paths: [parentPath],
    };
  } finally {
    closeChain(chain);
  }
}
