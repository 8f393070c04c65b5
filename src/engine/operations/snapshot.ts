import { hasImageExtension, requireConfined } from '../chain/bounds';
import type { Chain } from '../chain/chain';
import { closeChain, openChain } from '../chain/openChain';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { formatDiskId } from '../vhd/diskId';
import type { NewImageFacts } from './diskWriter';
import { pathsOn, readFamily, type OperationRequest } from './familyOf';
import { fileStateOf, requireUnchanged, type FileState } from './fileState';
import {
  refusalByAccess,
  refusalByFolder,
  refusalByDamage,
  refusalByDepth,
  refusalBySpace,
  refusalByTakenName,
  refusalByUsers,
} from './grounds';
import { refusalByMerge, refusalByPaths } from './mergeRecord';
import { leafSpec, newLeafSize, type LeafSpec } from './newLeaf';
import { createLeafFile } from './newLeafFile';
import type { Progress } from './progress';
import { recoverPlanned } from './recover';
import { requireNoRefusal, type Refusal } from './refusal';
import { swapFiles } from './swap';

export interface SnapshotOptions {
  /** Absolute path of the new file; of the frozen one where the active name is kept. Null for Hyper-V's way of naming. */
  readonly output: string | null;
  /** True where the new leaf takes the image's name, and the image gets another one: a virtual machine's settings stay right. */
  readonly keepName: boolean;
  readonly facts: NewImageFacts;
}

/** What a snapshot will do. Nothing has been changed when it is made. */
export interface SnapshotPlan {
  /** The image as it stands; it is frozen. */
  readonly image: FileState;
  /** Paths when all is done: of the frozen image, and of the new leaf, which a virtual machine must use from then on. */
  readonly parent: string;
  readonly leaf: string;
  /** Layers of the chain when all is done. */
  readonly depth: number;
  readonly spec: LeafSpec;
  /** Bytes that are written. */
  readonly bytesToWrite: number;
  readonly refusals: readonly Refusal[];
}

export interface SnapshotResult {
  readonly leaf: string;
  readonly parent: string;
  /** What earlier operations had left and was ended first, for people. */
  readonly recovered: readonly string[];
}

/**
 * Plans a snapshot of the image at an absolute path. Yields while its family is read. Throws EngineError where the image cannot be opened;
 * what else stands in the way is in the plan's refusals.
 */
export function* planSnapshot(
  request: OperationRequest,
  path: string,
  options: SnapshotOptions,
): Generator<number, SnapshotPlan, void> {
  const { fileSystem, policy } = request;
  const image = fileStateOf(fileSystem, path);
  if (options.output !== null) {
    requireConfined(fileSystem, options.output, policy);
  }
  const chain = openChain(fileSystem, image.path, policy);
  try {
    const names = namesOf(fileSystem, image.path, options);
    const spec = leafSpec({
      parent: chain.layers[0].image,
      parentPath: names.parent,
      parentModified: image.modified,
      path: names.leaf,
      facts: options.facts,
    });
    const refusals = [
      refusalByDamage(chain.layers[0].image),
      refusalByMerge(fileSystem, chain),
      refusalByDepth(chain),
      refusalByExtension(fileSystem, names.parent),
      refusalByUsers(fileSystem, image.path),
      refusalByTakenName(fileSystem, options.keepName ? names.parent : names.leaf),
      refusalBySpace(fileSystem, fileSystem.folderOf(names.leaf), newLeafSize(fileSystem, spec)),
      options.keepName ? refusalByPaths(fileSystem, chain) : null,
      options.keepName ? refusalByAccess(fileSystem, image.path) : null,
      options.keepName ? refusalByFolder(fileSystem, image.path, names.parent) : null,
      options.keepName ? yield* refusalByChildren(request, chain, image.path) : null,
    ];
    return {
      image,
      ...names,
      depth: chain.layers.length + 1,
      spec,
      bytesToWrite: newLeafSize(fileSystem, spec),
      refusals: refusals.filter((refusal) => refusal !== null),
    };
  } finally {
    closeChain(chain);
  }
}

/**
 * Puts a new, empty leaf above the image. It is written whole under a temporary name and then gets its own, so that a loss of power
 * leaves the chain with it or without it. Throws EngineError for the plan's first refusal, `file-changed` where the image is not as the
 * plan found it, and what the system refuses; nothing is changed then.
 */
export function* runSnapshot(fileSystem: FileSystem, plan: SnapshotPlan): Generator<Progress, SnapshotResult, void> {
  requireNoRefusal(plan.refusals);
  const { image, leaf, parent, spec, bytesToWrite } = plan;
  yield { doneBytes: 0, totalBytes: bytesToWrite, what: t('Creating the snapshot') };
  const { recovered, state } = recoverPlanned(fileSystem, image);
  const temporary = createLeafFile(fileSystem, image.path, { ...spec, parentModified: new Date(state.modified) });
  try {
    requireUnchanged(fileSystem, state);
    if (leaf === image.path) {
      swapFiles(fileSystem, { path: leaf, temporary, id: formatDiskId(spec.facts.id), keepAs: parent, thenRemove: [] });
    } else {
      fileSystem.rename(temporary, leaf, 'keep');
      fileSystem.flushFolder(fileSystem.folderOf(leaf));
    }
  } finally {
    if (fileSystem.facts(temporary) !== null) {
      fileSystem.remove(temporary);
    }
  }
  return { leaf, parent, recovered };
}

interface Names {
  readonly leaf: string;
  readonly parent: string;
}

function namesOf(fileSystem: FileSystem, path: string, options: SnapshotOptions): Names {
  const { output, keepName, facts } = options;
  const folder = fileSystem.folderOf(path);
  const { stem, extension } = nameParts(fileSystem.nameOf(path));
  const name = `${stem}_${formatDiskId(facts.id).toUpperCase()}${keepName ? extension : '.avhd'}`;
  const other = output ?? fileSystem.resolve(folder, name);
  return keepName ? { leaf: path, parent: other } : { leaf: other, parent: path };
}

/** Hyper-V names a snapshot for the disk and the snapshot's id (FORMAT 1.8); the id of an older one does not pile up. */
function nameParts(name: string): { readonly stem: string; readonly extension: string } {
  const [, stem = name, extension = ''] = /^(.+?)(\.[^.]*)?$/.exec(name) ?? [];
  return { stem: stem.replace(/_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, ''), extension };
}

/** No program, ours among them, follows a leaf's words to a file that does not look like an image. */
function refusalByExtension(fileSystem: FileSystem, parent: string): Refusal | null {
  const name = fileSystem.nameOf(parent);
  if (hasImageExtension(name)) {
    return null;
  }
  return {
    code: 'not-possible',
    what: t('A snapshot on {0}', parent),
    why: t('its name does not end as that of an image, so it would not be found again'),
    remedy: t('let its name end in .vhd or .avhd'),
    paths: [parent],
  };
}

/** Those who stand on the image name it by its path, and would find the new leaf there. */
function* refusalByChildren(
  request: OperationRequest,
  chain: Chain,
  path: string,
): Generator<number, Refusal | null, void> {
  const children = pathsOn(yield* readFamily(request, chain), { path, id: chain.layers[0].image.id });
  if (children.length === 0) {
    return null;
  }
  return {
    code: 'has-children',
    what: t('Giving {0} another name', path),
    why: t('{0} would not find it any more', children.join(', ')),
    remedy: t('let the snapshot have a new name instead'),
    paths: children,
  };
}
