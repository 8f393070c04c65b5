import type { Chain } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { NO_LAYER, NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import type { Patch, PatchChange } from '../storage/patch';
import type { OwnerChange } from './edit';

/** Runs that are named; all are counted. */
const MAX_RUNS = 1000;

/** Blocks: `from` inclusive, `to` exclusive. */
export interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Sectors whose owner is another one after an edit. */
export interface OwnerChanges {
  readonly runs: readonly OwnerChange[];
  readonly sectorCount: number;
}

/**
 * Compares who owns the sectors of the disk before and after an edit whose patch is `patch`. Only blocks that it can have touched are looked at, and of
 * these only those in `range`, where that is known.
 */
export function ownerChanges(before: Chain, after: Chain, patch: Patch, range: BlockRange | null): OwnerChanges {
  const [old, now] = [before.layers[0].image, after.layers[0].image];
  const runs = new OwnerRuns(before, after);
  if (!hasSameGrid(before, after)) {
    const blockSize = Math.max(old.blockSize, now.blockSize);
    const size = Math.max(old.virtualSize, now.virtualSize);
    for (let block = 0; block * blockSize < size; block++) {
      runs.compare(block, blockSize);
    }
    return runs.result;
  }
  const touched = new TouchedBlocks(old, now, patch, range);
  for (let block = touched.first; block !== null; block = touched.after(block)) {
    runs.compare(block, now.blockSize);
  }
  return runs.result;
}

/** True where an edit has left every block's place and sector bitmap, and all layers, as they were: only content has changed. */
export function keepsOwners(before: Chain, after: Chain, patch: Patch, range: BlockRange | null): boolean {
  const [old, now] = [before.layers[0].image, after.layers[0].image];
  return hasSameGrid(before, after) && new TouchedBlocks(old, now, patch, range).first === null;
}

/** True where both chains have the same blocks, over the very same layers. */
export function hasSameGrid(before: Chain, after: Chain): boolean {
  const [old, now] = [before.layers[0].image, after.layers[0].image];
  return (
    before.layers.length === after.layers.length &&
    before.layers.every(({ image }, layer) => layer === 0 || image === after.layers[layer]?.image) &&
    before.missing?.childPath === after.missing?.childPath &&
    old.blockSize === now.blockSize &&
    old.sectorCount === now.sectorCount &&
    old.type === now.type
  );
}

/** Bytes of a block's sector bitmap: it stands right before the data, in whole sectors. Where a format has it elsewhere, its image has to be asked. */
export function bitmapLengthOf({ type, blockSize }: Image): number {
  return type === 'fixed' ? 0 : Math.ceil(blockSize / SECTOR_SIZE / 8 / SECTOR_SIZE) * SECTOR_SIZE;
}

/** Looks for blocks that have another place, or whose sector bitmap a patch touches. */
export class TouchedBlocks {
  readonly #old: Image;
  readonly #now: Image;
  readonly #changes: readonly PatchChange[];
  readonly #range: BlockRange;
  readonly #bitmapLength: number;
  readonly #dataLength: number;

  /** `withData`: their data counts as their bitmap does. */
  constructor(old: Image, now: Image, { changes }: Patch, range: BlockRange | null, withData = false) {
    this.#old = old;
    this.#now = now;
    this.#changes = changes;
    this.#range = range ?? { from: 0, to: now.blockCount };
    this.#bitmapLength = bitmapLengthOf(now);
    this.#dataLength = withData ? now.blockSize : 0;
  }

  get first(): number | null {
    return this.after(this.#range.from - 1);
  }

  /** The next one behind a block; null where there is none. A plain loop: it may go over a million blocks at every key. */
  after(before: number): number | null {
    const [old, now, changes] = [this.#old, this.#now, this.#changes];
    const [bitmapLength, dataLength] = [this.#bitmapLength, this.#dataLength];
    const { to } = this.#range;
    for (let block = before + 1; block < to; block++) {
      const offset = now.blockOffset(block);
      if (offset !== old.blockOffset(block)) {
        return block;
      }
      if (offset === NO_OFFSET) {
        if (now.isBlockDamaged(block) !== old.isBlockDamaged(block)) {
          return block;
        }
      } else if (isTouched(changes, offset - bitmapLength, offset + dataLength)) {
        return block;
      }
    }
    return null;
  }
}

/** True where any change has a byte from `from` up to, not including, `to`. */
function isTouched(changes: readonly PatchChange[], from: number, to: number): boolean {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const change = changes[middle];
    if (change !== undefined && endOf(change) <= from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const first = changes[low];
  return first !== undefined && first.offset < to;
}

function endOf({ offset, before, after }: PatchChange): number {
  return offset + Math.max(before.length, after.length);
}

/** Compares sector by sector and joins what is alike. */
class OwnerRuns {
  readonly #before: DiskReader;
  readonly #after: DiskReader;
  readonly #runs: OwnerChange[] = [];
  #last: OwnerChange | null = null;
  #sectorCount = 0;
  #old = new Uint8Array();
  #now = new Uint8Array();

  constructor(before: Chain, after: Chain) {
    this.#before = new DiskReader(before);
    this.#after = new DiskReader(after);
  }

  get result(): OwnerChanges {
    this.#push(null);
    return { runs: this.#runs, sectorCount: this.#sectorCount };
  }

  /** Blocks come by rising number. */
  compare(block: number, blockSize: number): void {
    const count = blockSize / SECTOR_SIZE;
    if (this.#old.length !== count) {
      this.#old = new Uint8Array(count);
      this.#now = new Uint8Array(count);
    }
    fillOwners(this.#before, block * count, this.#old);
    fillOwners(this.#after, block * count, this.#now);
    for (let at = 0; at < count; at++) {
      const [before, after] = [this.#old[at] ?? NO_LAYER, this.#now[at] ?? NO_LAYER];
      if (before !== after) {
        this.#add(block * count + at, layerOf(before), layerOf(after));
      }
    }
  }

  #add(sector: number, before: number | null, after: number | null): void {
    this.#sectorCount += 1;
    const last = this.#last;
    if (last?.firstSector === undefined || last.firstSector + last.sectorCount !== sector) {
      this.#push({ firstSector: sector, sectorCount: 1, before, after });
    } else if (last.before === before && last.after === after) {
      this.#last = { ...last, sectorCount: last.sectorCount + 1 };
    } else {
      this.#push({ firstSector: sector, sectorCount: 1, before, after });
    }
  }

  #push(next: OwnerChange | null): void {
    if (this.#last !== null && this.#runs.length < MAX_RUNS) {
      this.#runs.push(this.#last);
    }
    this.#last = next;
  }
}

/** Puts the owner of each sector from `sector` (an LBA) on into `target`, NO_LAYER past the end of the disk too. */
export function fillOwners(reader: DiskReader, sector: number, target: Uint8Array): void {
  target.fill(NO_LAYER);
  if (sector * SECTOR_SIZE < reader.size) {
    reader.owners(sector, target);
  }
}

function layerOf(owner: number): number | null {
  return owner === NO_LAYER ? null : owner;
}
