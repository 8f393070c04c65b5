import type { Chain } from '../chain/chain';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { listIn, readRecord, RecordFile, sizeIn, textIn, timeIn, type Json } from '../storage/recordFile';
import { sidePath } from '../storage/sideFiles';
import type { Refusal } from './refusal';
import { idOfFile, type RecordedLayer } from './swap';

/** A layer as a merge found it: where it has changed since, all of it is merged again. */
export interface MergedLayer extends RecordedLayer {
  /** Bytes, and milliseconds since 1970. */
  readonly size: number;
  readonly modified: number;
}

/** Who stands on the layers that are merged, and is to stand on the ancestor. Absolute paths. */
export interface MergeTies {
  /** Images that stand on the top layer. */
  readonly children: readonly string[];
  /** Images above these, parents before children, that know when their parents were changed last. */
  readonly stamped: readonly string[];
}

/** What a merge has to know when it goes on after it was cut short. It stands beside the ancestor that is written. */
export interface MergeRecord {
  readonly ancestor: RecordedLayer;
  /** The layers that are merged, the top one first. */
  readonly layers: readonly [MergedLayer, ...MergedLayer[]];
  /** Where the first new block of the ancestor may begin, in bytes; its further ones follow. */
  readonly firstPlace: number;
  /** Blocks of the ancestor below this number are done. */
  readonly doneBlocks: number;
  /** Null before all is in the ancestor. */
  readonly ties: MergeTies | null;
  /** True when the children stand on the ancestor: what is left is to remove the layers, or to keep them for good. */
  readonly isTied: boolean;
  /** True when the layers are kept, and may be told already of their changed parents. */
  readonly isKeeping: boolean;
}

/** The record of a merge into the image at `path` that was cut short; null where there is none, or a void one. */
export function readMergeRecord(fileSystem: FileSystem, path: string): MergeRecord | null {
  const lines = readRecord(fileSystem, sidePath(path, 'merge'));
  if (isVoid(fileSystem, path, lines)) {
    return null;
  }
  const [id, firstPlace] = [textIn(lines[0], 'ancestorId'), sizeIn(lines[0], 'firstPlace')];
  // Where the layers changed meanwhile, all begins anew with them as they are.
  const start = Math.max(
    0,
    lines.findLastIndex((line) => listIn(line, 'layers').length > 0),
  );
  const [first, ...rest] = lines.slice(start);
  const layers = listIn(first, 'layers').flatMap((value) => layerOf(value) ?? []);
  const [top, ...others] = layers;
  if (id === null || firstPlace === null || top === undefined || layers.length < listIn(first, 'layers').length) {
    return null;
  }
  // Each time it goes on, more may have come to stand on the top layer.
  const tying = rest.findLast((line) => textIn(line, 'phase') === 'tying');
  return {
    ancestor: { path, id },
    layers: [top, ...others],
    firstPlace,
    doneBlocks: Math.max(0, ...rest.map((line) => sizeIn(line, 'doneBlocks') ?? 0)),
    ties: tying === undefined ? null : { children: textsIn(tying, 'children'), stamped: textsIn(tying, 'stamped') },
    isTied: rest.some((line) => textIn(line, 'phase') === 'tied'),
    isKeeping: rest.some((line) => textIn(line, 'phase') === 'keeping'),
  };
}

/** True where a record stands beside the image at `path` that says nothing: its merge had not begun, or was one into another image. */
export function hasVoidRecord(fileSystem: FileSystem, path: string): boolean {
  const recordPath = sidePath(path, 'merge');
  return fileSystem.facts(recordPath) !== null && isVoid(fileSystem, path, readRecord(fileSystem, recordPath));
}

function isVoid(fileSystem: FileSystem, path: string, lines: readonly Json[]): boolean {
  const id = lines.length === 0 ? null : idOfFile(fileSystem, path);
  return lines.length === 0 || (id !== null && id !== textIn(lines[0], 'ancestorId'));
}

/** Begins the record of a merge; it is on the medium when this returns. */
export function createMergeRecord(
  fileSystem: FileSystem,
  { ancestor, layers, firstPlace }: Pick<MergeRecord, 'ancestor' | 'layers' | 'firstPlace'>,
): RecordFile {
  return RecordFile.create(fileSystem, sidePath(ancestor.path, 'merge'), {
    ancestorId: ancestor.id,
    layers: layersAsJson(layers),
    firstPlace,
  });
}

/** Has the record begin anew: the layers are not what they were when the merge was cut short. */
export function recordRestart(record: RecordFile, layers: readonly MergedLayer[]): void {
  record.add({ layers: layersAsJson(layers) }, { flush: true });
}

/** Has the record say, for good, who is about to be tied to the ancestor. */
export function recordTies(record: RecordFile, { children, stamped }: MergeTies): void {
  record.add({ phase: 'tying', children, stamped }, { flush: true });
}

/** Has the record say, for good, that the layers are needed no more. */
export function recordTied(record: RecordFile): void {
  record.add({ phase: 'tied' }, { flush: true });
}

/** Has the record say, for good, that the layers are kept. */
export function recordKeeping(record: RecordFile): void {
  record.add({ phase: 'keeping' }, { flush: true });
}

/**
 * Why nothing may be built on the first layer of a chain: a merge into one of the layers was cut short, and this one is neither
 * the merge's top nor above it, so what is seen from here is neither old nor new. Null where all is well.
 */
export function refusalByMerge(fileSystem: FileSystem, chain: Chain): Refusal | null {
  const ids = chain.layers.map((layer) => layer.image.id);
  for (const { image } of chain.layers) {
    const record = readMergeRecord(fileSystem, image.path);
    if (record === null) {
      continue;
    }
    const isToBeRemoved = record.layers.some(({ id }) => id === ids[0]);
    if (record.isTied ? isToBeRemoved : !ids.includes(record.layers[0].id)) {
      return unfinishedMerge(record, chain.layers[0].image.path);
    }
  }
  return null;
}

/**
 * The merge that makes the disk as of a chain's first image neither the old one nor the new one: it was cut short, and its top layer, which hides what it has
 * copied, is not in the chain. Null for none: then the disk can be read.
 */
export function mergeHalfSeen(fileSystem: FileSystem, chain: Chain): MergeRecord | null {
  const ids = chain.layers.map((layer) => layer.image.id);
  const records = chain.layers.map(({ image }) => readMergeRecord(fileSystem, image.path));
  const found = records.find((record) => {
    const isMerged = record?.layers.some(({ id }) => id === ids[0]) ?? false;
    return record !== null && !ids.includes(record.layers[0].id) && (!record.isTied || isMerged);
  });
  return found ?? null;
}

/** Why none of some images may be removed: a merge into one of `paths` was cut short, and needs them to go on. Null where all is well. */
export function refusalByMergeOf(
  fileSystem: FileSystem,
  paths: readonly string[],
  images: readonly RecordedLayer[],
): Refusal | null {
  const ids = new Set(images.map(({ id }) => id));
  const records = paths.map((path) => readMergeRecord(fileSystem, path));
  const found = records.find((record) => {
    return record !== null && [record.ancestor, ...record.layers].some(({ id }) => ids.has(id));
  });
  const [first] = images;
  return found === undefined || found === null || first === undefined ? null : unfinishedMerge(found, first.path);
}

/**
 * Why the first layer of a chain may get no other name, and no other image its own: a merge into one of the layers was cut short, and knows
 * those that it merges and ties by their paths. Null where all is well.
 */
export function refusalByPaths(fileSystem: FileSystem, chain: Chain): Refusal | null {
  const { path } = chain.layers[0].image;
  for (const { image } of chain.layers) {
    const record = readMergeRecord(fileSystem, image.path);
    const merged = [record?.ancestor, ...(record?.layers ?? [])].map((each) => each?.path);
    if (record !== null && [merged, record.ties?.children, record.ties?.stamped].some((each) => each?.includes(path))) {
      return unfinishedMerge(record, path);
    }
  }
  return null;
}

/** The refusal that names a merge to be ended first. */
export function unfinishedMerge({ layers, ancestor }: MergeRecord, path: string): Refusal {
  return {
    code: 'unfinished-operation',
    what: t('Working on {0}', path),
    why: t('a merge of {0} into {1} was cut short', layers[0].path, ancestor.path),
    remedy: t('run that merge again first; it goes on where it stopped'),
    paths: [ancestor.path],
  };
}

function layersAsJson(layers: readonly MergedLayer[]): Json {
  return layers.map(({ path, id, size, modified }) => ({ path, id, size, modified }));
}

function layerOf(value: Json): MergedLayer | null {
  const [path, id] = [textIn(value, 'path'), textIn(value, 'id')];
  const [size, modified] = [sizeIn(value, 'size'), timeIn(value, 'modified')];
  return path === null || id === null || size === null || modified === null ? null : { path, id, size, modified };
}

function textsIn(value: Json, key: string): readonly string[] {
  return listIn(value, key).filter((text) => typeof text === 'string');
}
