import type { Chain } from '../chain/chain';
import type { FileSystem } from '../storage/fileSystem';
import { listIn, readRecord, sizeIn, textIn, type Json } from '../storage/recordFile';
import { sidePath } from '../storage/sideFiles';
import type { Refusal } from './refusal';
import type { RecordedLayer } from './swap';

/** What a merge has to know when it goes on after it was cut short. It stands beside the ancestor that is written. */
interface MergeRecord {
  /** The layers that are merged, the top one first. */
  readonly layers: readonly [RecordedLayer, ...RecordedLayer[]];
  readonly ancestor: RecordedLayer;
  /** Where the first new block of the ancestor lies, in bytes; its further ones follow. */
  readonly firstPlace: number;
  /** Length that the ancestor has when all new blocks are there, in bytes. */
  readonly newLength: number;
  /** Blocks of the ancestor below this number are done. */
  readonly doneBlocks: number;
  /** True when all is verified and the children stand on the ancestor: what is left is to remove the layers. */
  readonly isTied: boolean;
}

/** The record of a merge into the image at `path` that was cut short; null where there is none, or where it had not begun. */
function readMergeRecord(fileSystem: FileSystem, path: string): MergeRecord | null {
  const [first, ...rest] = readRecord(fileSystem, sidePath(path, 'merge'));
  const [top, ...others] = listIn(first, 'layers').map(layerOf);
  const ancestor = layerOf(first === undefined ? null : { path, id: textIn(first, 'ancestorId') });
  const [firstPlace, newLength] = [sizeIn(first, 'firstPlace'), sizeIn(first, 'newLength')];
  const layers = others.filter((layer) => layer !== null);
  const isWhole = top !== undefined && top !== null && layers.length === others.length;
  if (!isWhole || ancestor === null || firstPlace === null || newLength === null) {
    return null;
  }
  return {
    layers: [top, ...layers],
    ancestor,
    firstPlace,
    newLength,
    doneBlocks: Math.max(0, ...rest.map((line) => sizeIn(line, 'doneBlocks') ?? 0)),
    isTied: rest.some((line) => textIn(line, 'phase') === 'tied'),
  };
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

/** The refusal that names a merge to be ended first. */
function unfinishedMerge({ layers, ancestor }: MergeRecord, path: string): Refusal {
  return {
    code: 'unfinished-operation',
    what: `Working on ${path}`,
    why: `a merge of ${layers[0].path} into ${ancestor.path} was cut short`,
    remedy: 'run that merge again first; it goes on where it stopped',
    paths: [ancestor.path],
  };
}

function layerOf(value: Json): RecordedLayer | null {
  const [path, id] = [textIn(value, 'path'), textIn(value, 'id')];
  return path === null || id === null ? null : { path, id };
}
