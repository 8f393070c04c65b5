import { requireConfined } from '../chain/bounds';
import type { Chain, ParentPolicy } from '../chain/chain';
import type { FamilyScan } from '../chain/familyScan';
import { closeChain, openChain } from '../chain/openChain';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { ownFileName } from '../storage/sideFiles';
import { childPaths, descendantPaths, readFamily, type OperationRequest } from './familyOf';
import { fileStateOf, type FileState } from './fileState';
import { refusalsByUsers } from './grounds';
import { mergeRefusals, refusalByLateChange } from './mergeGrounds';
import { readMergeRecord, type MergedLayer, type MergeRecord, type MergeTies } from './mergeRecord';
import { MergeSource } from './mergeSource';
import { surveyMerge, type MergeSurvey } from './mergeSurvey';
import { hasStamp } from './parentTie';
import type { Refusal } from './refusal';
import { idOfFile, parentIdOfFile } from './swap';
import { undoFilesOf, type UndoFile } from './undoFile';

export interface MergeOptions {
  /** Absolute path of the ancestor that takes the layers in; null for the image's parent. */
  readonly into: string | null;
  /** True where the merged layers are not removed. */
  readonly keep: boolean;
}

/** What a merge will do. Nothing has been changed when it is made. */
export interface MergePlan {
  /** The layers that are merged, the image itself first. */
  readonly layers: readonly [MergedLayer, ...MergedLayer[]];
  /** The image that takes them in, and that a virtual machine uses then unless others stand on it. */
  readonly ancestor: MergedLayer;
  /** What is left to be copied; null where all that is left is to remove the layers. */
  readonly survey: MergeSurvey | null;
  /** Bytes that are read: each sector once, from the layer that owns it. */
  readonly bytesToRead: number;
  readonly ties: MergeTies;
  /** Images that are removed when all is done, children before their parents. */
  readonly remove: readonly MergedLayer[];
  /** What is kept of changes of these images: it is removed with them. */
  readonly undoFiles: readonly UndoFile[];
  /** Images that nobody stands on when all is done, and that end in the ancestor; itself where it has no children. */
  readonly leafs: readonly string[];
  /** The merge that was cut short and goes on; null for a new one. */
  readonly resumed: MergeRecord | null;
  /** Where other members of the family were looked for, and whether every file there was looked at. */
  readonly policy: ParentPolicy;
  readonly familyFolders: readonly string[];
  readonly familyIsWhole: boolean;
  readonly refusals: readonly Refusal[];
}

/**
 * Plans to merge an image, and the layers between it and an ancestor, into that ancestor. Yields while files are read. Throws EngineError
 * where the image cannot be opened or the ancestor is none of its layers; what else stands in the way is in the plan's refusals.
 */
export function* planMerge(
  request: OperationRequest,
  path: string,
  options: MergeOptions,
): Generator<unknown, MergePlan, void> {
  const { fileSystem, policy } = request;
  if (fileSystem.realPath(path) === null) {
    const record = recordThatRemoved(request, path, options.into);
    if (record !== null) {
      return finishingPlan(request, record, options);
    }
  }
  const chain = openChain(fileSystem, fileStateOf(fileSystem, path).path, policy);
  try {
    const index = ancestorIndex(fileSystem, chain, options.into);
    const record = ownRecord(fileSystem, chain, index);
    if (record?.isTied === true) {
      return finishingPlan(request, record, options);
    }
    return yield* freshPlan(request, chain, index, record, options);
  } finally {
    closeChain(chain);
  }
}

function* freshPlan(
  request: OperationRequest,
  chain: Chain,
  index: number,
  record: MergeRecord | null,
  options: MergeOptions,
): Generator<unknown, MergePlan, void> {
  const { fileSystem, policy, familyFolders } = request;
  const [top, ...others] = chain.layers.slice(0, index).map((_, at) => mergedLayer(fileSystem, chain, at));
  if (top === undefined) {
    throw new RangeError('There is no layer to merge');
  }
  const layers = [top, ...others] as const;
  const ancestor = mergedLayer(fileSystem, chain, index);
  const family = yield* readFamily(request, chain);
  const survey = yield* surveyOf(chain, index, layers, record);
  const ties = tiesOf(request, family, { top, ancestor }, record?.ties ?? null);
  const descendants = [...new Set([...ties.children, ...descendantPaths(family, top.path)])];
  const draft = { layers, ancestor, survey, ties, record, descendants, keep: options.keep };
  return {
    layers,
    ancestor,
    survey,
    bytesToRead: survey.sectors * SECTOR_SIZE,
    ties,
    ...removalOf(fileSystem, options.keep ? [] : layers),
    leafs: leafsOf(family, descendants, ancestor.path),
    resumed: record,
    policy,
    familyFolders,
    familyIsWhole: family.isWhole,
    refusals: mergeRefusals(fileSystem, chain, family, draft),
  };
}

/** All is merged and tied; the layers are still to be removed, unless an attempt before this one has begun to change what is kept. */
function finishingPlan(request: OperationRequest, record: MergeRecord, options: MergeOptions): MergePlan {
  const { fileSystem, policy, familyFolders } = request;
  const { path, id } = record.ancestor;
  const state = fileStateOf(fileSystem, path);
  record.layers.forEach((layer) => requireConfined(fileSystem, layer.path, policy));
  const left = record.layers.filter((layer) => idOfFile(fileSystem, layer.path) === layer.id);
  const removal = removalOf(fileSystem, options.keep || record.isKeeping ? [] : left);
  return {
    layers: record.layers,
    ancestor: { path, id, size: state.size, modified: state.modified },
    survey: null,
    bytesToRead: 0,
    ties: { children: [], stamped: [] },
    ...removal,
    leafs: record.ties?.children.length === 0 ? [path] : (record.ties?.children ?? []),
    resumed: record,
    policy,
    familyFolders,
    familyIsWhole: true,
    refusals: [
      ...refusalsByUsers(
        fileSystem,
        removal.remove.map((layer) => layer.path),
      ),
      ...removal.remove.map((layer) => refusalByLateChange(fileSystem, layer)).filter((refusal) => refusal !== null),
    ],
  };
}

function removalOf(fileSystem: FileSystem, remove: readonly MergedLayer[]): Pick<MergePlan, 'remove' | 'undoFiles'> {
  return {
    remove,
    undoFiles: undoFilesOf(
      fileSystem,
      remove.map(({ path }) => path),
    ),
  };
}

/** Counts what the merged layers own; of a merge that goes on, what is left of it. */
function* surveyOf(
  chain: Chain,
  index: number,
  layers: readonly MergedLayer[],
  record: MergeRecord | null,
): Generator<number, MergeSurvey, void> {
  const image = chain.layers[index]?.image;
  const merged = layersAsChain(chain, index);
  if (image === undefined) {
    throw new RangeError(`No layer ${index}`);
  }
  const grid = { blockSectorCount: image.blockSize / SECTOR_SIZE, blockCount: image.blockCount };
  const doneBlocks = record !== null && areSame(record.layers, layers) ? record.doneBlocks : 0;
  const source = new MergeSource(merged, grid);
  return yield* surveyMerge(source, { image, firstPlace: record?.firstPlace ?? null, doneBlocks });
}

/** The layers above an ancestor, as if they were all. */
function layersAsChain(chain: Chain, index: number): Chain {
  const [first, ...rest] = chain.layers.slice(0, index);
  if (first === undefined) {
    throw new RangeError('There is no layer to merge');
  }
  return { layers: [first, ...rest], missing: null, findings: [] };
}

/** True where the layers are as a merge that was cut short had them: what it has copied need not be copied again. */
export function areSame(recorded: readonly MergedLayer[], layers: readonly MergedLayer[]): boolean {
  return recorded.every((layer, at) => {
    const now = layers[at];
    return now?.id === layer.id && now.size === layer.size && now.modified === layer.modified;
  });
}

/**
 * Who stands on the top layer, and who above these knows when its parent was changed last: tying a child changes its file, and with that
 * what its own children say of it. `recorded` are those that a merge which was cut short was about to tie.
 */
export function tiesOf(
  { fileSystem, policy }: Pick<OperationRequest, 'fileSystem' | 'policy'>,
  family: FamilyScan,
  { top, ancestor }: { readonly top: MergedLayer; readonly ancestor: MergedLayer },
  recorded: MergeTies | null,
): MergeTies {
  const isThere = (path: string): boolean => fileSystem.facts(path) !== null;
  // The record may be a stranger's: it names no image but one that stands on the one or the other.
  const known = (recorded?.children ?? []).filter((path) => {
    requireConfined(fileSystem, path, policy);
    const parentId = parentIdOfFile(fileSystem, path);
    return parentId === top.id || parentId === ancestor.id;
  });
  const children = [...new Set([...known, ...childPaths(family, top.path)])];
  const stamped = new Set(recorded?.stamped.filter(isThere) ?? []);
  const changed = [...children, ...stamped];
  for (let at = changed.shift(); at !== undefined; at = changed.shift()) {
    const modified = fileSystem.facts(at)?.modified;
    for (const child of modified === undefined ? [] : childPaths(family, at)) {
      if (!stamped.has(child) && hasStamp(fileSystem, child, modified ?? 0)) {
        stamped.add(child);
        changed.push(child);
      }
    }
  }
  return { children, stamped: [...stamped] };
}

function leafsOf(family: FamilyScan, descendants: readonly string[], ancestorPath: string): readonly string[] {
  const leafs = descendants.filter((path) => childPaths(family, path).length === 0);
  return leafs.length === 0 ? [ancestorPath] : leafs;
}

function mergedLayer(fileSystem: FileSystem, chain: Chain, at: number): MergedLayer {
  const image = chain.layers[at]?.image;
  if (image === undefined) {
    throw new RangeError(`No layer ${at}`);
  }
  const { path, size, modified }: FileState = fileStateOf(fileSystem, image.path);
  return { path, id: image.id, size, modified };
}

/** The record of just this merge beside its ancestor. */
function ownRecord(fileSystem: FileSystem, chain: Chain, index: number): MergeRecord | null {
  const ancestor = chain.layers[index]?.image;
  const record = ancestor === undefined ? null : readMergeRecord(fileSystem, ancestor.path);
  const ids = chain.layers.slice(0, index).map((layer) => layer.image.id);
  const isOwn =
    record?.ancestor.id === ancestor?.id &&
    record?.layers.length === ids.length &&
    record.layers.every((layer, at) => layer.id === ids[at]);
  return isOwn ? record : null;
}

/** The merge that has removed an image already and was cut short then: its record stands beside the ancestor. */
function recordThatRemoved(
  { fileSystem, policy, familyFolders }: OperationRequest,
  path: string,
  into: string | null,
): MergeRecord | null {
  const folders = into === null ? [fileSystem.folderOf(path), ...familyFolders] : [];
  const found = folders.flatMap((folder) => {
    const names = fileSystem.list(folder, MAX_NAMES).flatMap((name) => ownFileName(name)?.of ?? []);
    return names.map((name) => fileSystem.resolve(folder, name));
  });
  for (const ancestor of new Set(into === null ? found : [into])) {
    requireConfined(fileSystem, ancestor, policy);
    const record = readMergeRecord(fileSystem, ancestor);
    if (record?.isTied === true && record.layers.some((layer) => layer.path === path)) {
      return record;
    }
  }
  return null;
}

/** More names than this are not looked at for records. */
const MAX_NAMES = 100_000;

/** The layers of a circle are each below the other; there is no merging them. */
function requireNoCircle({ layers, findings }: Chain, what: string): void {
  if (findings.some(({ id }) => id === 'chain-cycle')) {
    const why = t('the parents of {0} run in a circle', layers.map(({ image }) => image.path).join(', '));
    throw new EngineError('chain-cycle', {
      what,
      why,
      remedy: t('tie the base of the chain to no parent, or to the right one'),
    });
  }
}

function ancestorIndex(fileSystem: FileSystem, chain: Chain, into: string | null): number {
  const [{ image }, parent] = chain.layers;
  const what = t('Merging {0}', image.path);
  if (image.parent === null) {
    const why = t('it stands on no other image');
    throw new EngineError('not-possible', { what, why, remedy: t('choose a snapshot') });
  }
  requireNoCircle(chain, what);
  const realInto = into === null ? null : fileSystem.realPath(into);
  const index =
    into === null ? 1 : chain.layers.findIndex((layer) => fileSystem.realPath(layer.image.path) === realInto);
  if (index > 0 && parent !== undefined && index < chain.layers.length) {
    return index;
  }
  if (chain.missing !== null) {
    const why = t('the parent of {0} (id {1}) was not found', chain.missing.childPath, chain.missing.id);
    throw new EngineError('parent-not-found', { what, why, remedy: t("name the parent's file") });
  }
  const paths = chain.layers.slice(1).map((layer) => layer.image.path);
  const why = t('{0} is not one of the layers below it', into ?? t('its parent'));
  throw new EngineError('not-possible', { what, why, remedy: t('choose one of {0}', paths.join(', ')) });
}
