import type { Chain, Layer } from '../chain/chain';
import { closeChain, openChain } from '../chain/openChain';
import type { FamilyScan } from '../chain/familyScan';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { formatDiskId } from '../vhd/diskId';
import type { NewImageFacts } from './diskWriter';
import { pathsOn, readFamily, type OperationRequest } from './familyOf';
import { fileStateOf, requireUnchanged, type FileState } from './fileState';
import { refusalByFolder, refusalBySpace, refusalByTakenName, refusalsByFiles } from './grounds';
import { refusalByMerge, refusalByMergeOf, refusalByPaths } from './mergeRecord';
import { leafSpec, newLeafSize, type LeafSpec } from './newLeaf';
import { createLeafFile } from './newLeafFile';
import type { Progress } from './progress';
import { recoverPlanned } from './recover';
import { requireNoRefusal, type Refusal } from './refusal';
import { swapFiles, type RecordedLayer } from './swap';
import { undoFilesOf, type UndoFile } from './undoFile';

export interface RevertOptions {
  /** Absolute path of the layer that the new leaf stands on; null for the leaf's parent. */
  readonly to: string | null;
  /** Absolute path that the old leaf keeps, in the same folder; null where its changes are thrown away. */
  readonly keepAs: string | null;
  /** True where the layers that only the old leaf needed are removed; there are none where it is kept. */
  readonly prune: boolean;
  readonly facts: NewImageFacts;
}

/** What a revert will do. Nothing has been changed when it is made. */
export interface RevertPlan {
  /** The old leaf; the new one takes its name. */
  readonly leaf: FileState;
  /** The layer that the new leaf stands on. */
  readonly parent: FileState;
  readonly keepAs: string | null;
  /** Bytes of the old leaf that are thrown away: its file's length; 0 where it is kept. */
  readonly lostBytes: number;
  /** Images that are removed then, children before their parents. */
  readonly remove: readonly RecordedLayer[];
  /** What is kept of changes of the old leaf, unless that is kept too, and of the images that are removed: it is removed with them. */
  readonly undoFiles: readonly UndoFile[];
  /** Images that stay although no leaf needs them any more; they can be merged or removed later. */
  readonly left: readonly string[];
  readonly spec: LeafSpec;
  readonly bytesToWrite: number;
  readonly refusals: readonly Refusal[];
}

export interface RevertResult {
  readonly leaf: string;
  readonly parent: string;
  readonly keptAs: string | null;
  /** What is kept of changes of the old leaf, by its new name. */
  readonly keptUndoFiles: readonly string[];
  /** Images, and then what was kept of their changes and of those of the old leaf. */
  readonly removed: readonly string[];
  readonly recovered: readonly string[];
}

/**
 * Plans to throw a leaf's changes away: a new, empty leaf takes its name, on its parent or on another layer of its chain. Yields while the
 * family is read. Throws EngineError where the leaf cannot be opened, has no parent, or `to` is no layer of its chain.
 */
export function* planRevert(
  request: OperationRequest,
  path: string,
  options: RevertOptions,
): Generator<number, RevertPlan, void> {
  const { fileSystem, policy } = request;
  const leaf = fileStateOf(fileSystem, path);
  const chain = openChain(fileSystem, leaf.path, policy);
  try {
    const target = targetOf(fileSystem, chain, options.to);
    const parent = fileStateOf(fileSystem, target.layer.image.path);
    const family = yield* readFamily(request, chain);
    // An old leaf that is kept stands on all of them still.
    const unneeded = options.keepAs === null ? unneededLayers(fileSystem, family, chain, target.index) : [];
    const remove = options.prune ? unneeded : [];
    const { image } = target.layer;
    const spec = leafSpec({
      parent: image,
      parentPath: parent.path,
      parentModified: parent.modified,
      path: leaf.path,
      facts: options.facts,
    });
    const refusals = [
      refusalByMerge(fileSystem, { ...chain, layers: chainFrom(chain, target) }),
      refusalByPaths(fileSystem, chain),
      refusalByMergeOf(
        fileSystem,
        chain.layers.map((layer) => layer.image.path),
        [...(options.keepAs === null ? [{ path: leaf.path, id: chain.layers[0].image.id }] : []), ...remove],
      ),
      refusalByChildren(family, { path: leaf.path, id: chain.layers[0].image.id }),
      options.keepAs === null ? null : refusalByTakenName(fileSystem, options.keepAs),
      options.keepAs === null ? null : refusalByFolder(fileSystem, leaf.path, options.keepAs),
      refusalBySpace(fileSystem, fileSystem.folderOf(leaf.path), newLeafSize(fileSystem, spec)),
      ...refusalsByFiles(fileSystem, [leaf.path, ...remove.map((layer) => layer.path)]),
    ];
    return {
      leaf,
      parent,
      keepAs: options.keepAs,
      lostBytes: options.keepAs === null ? leaf.size : 0,
      remove,
      undoFiles: undoFilesOf(fileSystem, [
        ...(options.keepAs === null ? [leaf.path] : []),
        ...remove.map((layer) => layer.path),
      ]),
      left: options.prune ? [] : unneeded.map((layer) => layer.path),
      spec,
      bytesToWrite: newLeafSize(fileSystem, spec),
      refusals: refusals.filter((refusal) => refusal !== null),
    };
  } finally {
    closeChain(chain);
  }
}

/**
 * Puts a new, empty leaf in the old one's place, in one step: a loss of power leaves the old one or the new one under the name. Throws
 * EngineError for the plan's first refusal, `file-changed` where a file is not as the plan found it, and what the system refuses;
 * nothing is changed then, but that layers which were to be removed may be left.
 */
export function* runRevert(fileSystem: FileSystem, plan: RevertPlan): Generator<Progress, RevertResult, void> {
  requireNoRefusal(plan.refusals);
  const { leaf, parent, keepAs, remove, undoFiles, spec, bytesToWrite } = plan;
  yield { doneBytes: 0, totalBytes: bytesToWrite, what: t('Reverting') };
  const { recovered, state } = recoverPlanned(fileSystem, leaf);
  const temporary = createLeafFile(fileSystem, leaf.path, spec);
  try {
    requireUnchanged(fileSystem, state);
    requireUnchanged(fileSystem, parent);
    swapFiles(fileSystem, { path: leaf.path, temporary, id: formatDiskId(spec.facts.id), keepAs, thenRemove: remove });
  } finally {
    if (fileSystem.facts(temporary) !== null) {
      fileSystem.remove(temporary);
    }
  }
  const removed = [...remove, ...undoFiles].map(({ path }) => path).filter((path) => fileSystem.facts(path) === null);
  const keptUndoFiles = undoFilesOf(fileSystem, keepAs === null ? [] : [keepAs]).map(({ path }) => path);
  return { leaf: leaf.path, parent: parent.path, keptAs: keepAs, keptUndoFiles, removed, recovered };
}

interface Target {
  readonly layer: Layer;
  /** In the chain; 1 or more. */
  readonly index: number;
}

function targetOf(fileSystem: FileSystem, chain: Chain, to: string | null): Target {
  const leaf = chain.layers[0].image;
  const realTo = to === null ? null : fileSystem.realPath(to);
  const index = to === null ? 1 : chain.layers.findIndex(({ image }) => fileSystem.realPath(image.path) === realTo);
  const layer = chain.layers[index];
  if (index > 0 && layer !== undefined) {
    return { layer, index };
  }
  const what = t('Reverting {0}', leaf.path);
  if (leaf.parent === null) {
    const why = t('it stands on no other image, so there is nothing to go back to');
    throw new EngineError('not-possible', { what, why, remedy: t('choose the leaf of a snapshot chain') });
  }
  if (to === null) {
    const why = t('its parent (id {0}) was not found', leaf.parent.id);
    throw new EngineError('parent-not-found', { what, why, remedy: t("name the parent's file") });
  }
  const paths = chain.layers.slice(1).map(({ image }) => image.path);
  const remedy = paths.length === 0 ? t("name the parent's file") : t('choose one of {0}', paths.join(', '));
  throw new EngineError('not-possible', { what, why: t('{0} is not one of the layers below it', to), remedy });
}

function chainFrom(chain: Chain, target: Target): readonly [Layer, ...Layer[]] {
  return [target.layer, ...chain.layers.slice(target.index + 1)];
}

/**
 * The layers between the leaf and the target that nobody else stands on, children before their parents. None where there are more files
 * than were looked at: nobody can say then.
 */
function unneededLayers(
  fileSystem: FileSystem,
  family: FamilyScan,
  chain: Chain,
  targetIndex: number,
): readonly RecordedLayer[] {
  const unneeded: RecordedLayer[] = [];
  if (!family.isWhole) {
    return unneeded;
  }
  let above = fileSystem.realPath(chain.layers[0].image.path);
  for (const { image } of chain.layers.slice(1, targetIndex)) {
    const path = fileSystem.realPath(image.path) ?? image.path;
    const others = pathsOn(family, { path, id: image.id }).filter((child) => child !== above);
    if (others.length > 0) {
      break;
    }
    unneeded.push({ path, id: image.id });
    above = path;
  }
  return unneeded;
}

function refusalByChildren(family: FamilyScan, leaf: RecordedLayer): Refusal | null {
  const children = pathsOn(family, leaf);
  if (children.length === 0) {
    return null;
  }
  return {
    code: 'has-children',
    what: t('Reverting {0}', leaf.path),
    why:
      children.length === 1
        ? t('it is no leaf: {0} stands on it', children.join(', '))
        : t('it is no leaf: {0} stand on it', children.join(', ')),
    remedy: t('revert one of these, or merge them first'),
    paths: children,
  };
}
