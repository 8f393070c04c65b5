import { EngineError } from '../errors';
import { NO_LAYER } from '../image';
import type { Chain } from './chain';
import { SectorOwners } from './sectorOwners';

/** Stands in `SectorGrainRun.ownerCount` for a block that has a bitmap which could not be read. */
const UNREAD_BLOCK = 255;

/** What the sector bitmaps say of a run of blocks; one byte a block. */
export interface SectorGrainRun {
  /** Number of the layer as of which the disk is seen. */
  readonly asOf: number;
  readonly firstBlock: number;
  /** The layer that owns most sectors of the block, the one nearest the leaf among equals; NO_LAYER where none owns any. */
  readonly main: Uint8Array;
  /** The layer that owns the next most; NO_LAYER where there is none. */
  readonly second: Uint8Array;
  /** How many layers own sectors of the block, at most 254; 255 where a bitmap of it could not be read: then nothing else is known of it here. */
  readonly ownerCount: Uint8Array;
  /** Share of the block's sectors that any layer owns, 0 = none to 255 = every one; never 0 or 255 by rounding. */
  readonly filled: Uint8Array;
}

/** Totals of one layer over the whole disk. */
export interface LayerStatistics {
  readonly layer: number;
  /** Blocks that have a place in the file. */
  readonly blocks: number;
  /** Sectors that the bitmaps mark as present, and that lie in the file. */
  readonly sectors: number;
  /** Those that no layer above hides, in the disk as of the layer that was asked for. */
  readonly visibleSectors: number;
}

/** Blocks that were left out, since a bitmap of theirs could not be read. */
export interface UnreadBlocks {
  readonly count: number;
  /** What the system said of the first one. */
  readonly error: EngineError;
}

/** What a scan ends with. */
export interface SectorTotals {
  /** The chosen layer and those below it. */
  readonly layers: readonly LayerStatistics[];
  /** Null where every bitmap was read, as it should be. */
  readonly unread: UnreadBlocks | null;
}

/**
 * Reads every sector bitmap of the disk as of layer `layer` once, and yields after each run of at most `blocksPerRun` blocks, in order from block 0:
 * a place to show progress and to stop. A bitmap that the medium does not give leaves its block out, and the scan goes on behind it.
 */
export function* scanSectors(
  chain: Chain,
  layer = 0,
  blocksPerRun = 4096,
): Generator<SectorGrainRun, SectorTotals, void> {
  const owners = new SectorOwners(chain, layer);
  const present = new Float64Array(owners.layers.length);
  const visible = new Float64Array(owners.layers.length);
  let unread: UnreadBlocks | null = null;
  for (let firstBlock = 0; firstBlock < owners.blockCount; firstBlock += blocksPerRun) {
    const count = Math.min(blocksPerRun, owners.blockCount - firstBlock);
    const run = newRun(layer, firstBlock, count);
    for (let index = 0; index < count; index++) {
      try {
        owners.countAll(firstBlock + index);
      } catch (error) {
        unread = oneMore(unread, error);
        run.ownerCount[index] = UNREAD_BLOCK;
        continue;
      }
      for (let at = 0; at < owners.layers.length; at++) {
        present[at] = (present[at] ?? 0) + (owners.presentCounts[at] ?? 0);
        visible[at] = (visible[at] ?? 0) + (owners.ownedCounts[at] ?? 0);
      }
      rank(owners, firstBlock + index, run, index);
    }
    yield run;
  }
  unread = addHiddenEnds(owners, present, unread);
  const layers = owners.layers.map(({ number, image }, at) => ({
    layer: number,
    blocks: image.allocatedBlockCount,
    sectors: present[at] ?? 0,
    visibleSectors: visible[at] ?? 0,
  }));
  return { layers, unread };
}

/** Throws on what is no fault of the medium. */
function oneMore(unread: UnreadBlocks | null, error: unknown): UnreadBlocks {
  if (!EngineError.is(error, 'file-access')) {
    throw error;
  }
  return { count: (unread?.count ?? 0) + 1, error: unread?.error ?? error };
}

function newRun(asOf: number, firstBlock: number, count: number): SectorGrainRun {
  return {
    asOf,
    firstBlock,
    main: new Uint8Array(count).fill(NO_LAYER),
    second: new Uint8Array(count).fill(NO_LAYER),
    ownerCount: new Uint8Array(count),
    filled: new Uint8Array(count),
  };
}

/** Puts the two layers that own most of a block, and how much of it is owned at all, into a run. */
function rank(owners: SectorOwners, block: number, run: SectorGrainRun, index: number): void {
  let most = 0;
  let nextMost = 0;
  let main = NO_LAYER;
  let second = NO_LAYER;
  let ownerCount = 0;
  let ownedCount = 0;
  for (let at = 0; at < owners.layers.length; at++) {
    const count = owners.ownedCounts[at] ?? 0;
    if (count === 0) {
      continue;
    }
    ownerCount++;
    ownedCount += count;
    const number = owners.layers[at]?.number ?? NO_LAYER;
    if (count > most) {
      [second, nextMost] = [main, most];
      [main, most] = [number, count];
    } else if (count > nextMost) {
      [second, nextMost] = [number, count];
    }
  }
  run.main[index] = main;
  run.second[index] = second;
  run.ownerCount[index] = Math.min(UNREAD_BLOCK - 1, ownerCount);
  run.filled[index] = filledShare(ownedCount, owners.sectorsOf(block));
}

function filledShare(owned: number, sectorCount: number): number {
  if (owned === 0 || owned === sectorCount) {
    return owned === 0 ? 0 : 255;
  }
  return Math.min(254, Math.max(1, Math.round((owned * 255) / sectorCount)));
}

/** A layer larger than the first one has sectors past its blocks: hidden, but there. */
function addHiddenEnds(owners: SectorOwners, present: Float64Array, before: UnreadBlocks | null): UnreadBlocks | null {
  let unread = before;
  for (const [at, { image }] of owners.layers.entries()) {
    const blockCount = Math.ceil(image.sectorCount / owners.blockSectorCount);
    for (let block = owners.blockCount; block < blockCount; block++) {
      try {
        present[at] = (present[at] ?? 0) + owners.countPresent(at, block);
      } catch (error) {
        unread = oneMore(unread, error);
      }
    }
  }
  return unread;
}
