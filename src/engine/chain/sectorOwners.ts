import { NO_LAYER, SECTOR_SIZE } from '../image';
import { BitmapWindow, type DamagedRun } from './bitmapWindow';
import { countAllBits, countBoth, keepBitsBelow, runsOfBoth, sectorCountBytes, takeBits, type BitRun } from './bits';
import type { Chain } from './chain';
import { visibleLayers, type VisibleLayer } from './visibleLayers';

/** Sectors of a block that nobody can vouch for, counted from the block's first sector. */
export interface DoubtfulRun {
  readonly start: number;
  readonly length: number;
  /** The layer that has, or may have had, the sectors; null where the layer that is missing may have them. */
  readonly layer: number | null;
  /** What is wrong. The sectors are read as if that layer did not have them: from a layer below it, or as zero. */
  readonly reason: DamagedRun['reason'] | 'parent-missing';
}

/** Who wants to know which sectors of a block a layer owns; layers by their places in `SectorOwners.layers`. */
export interface RunListener {
  wants(index: number): boolean;
  tell(index: number, runs: readonly BitRun[]): void;
}

/**
 * Tells who owns each sector of a block, from the sector bitmaps of all layers of the disk as of one of them: the owner is the first layer, from that
 * one on, whose bitmap has the sector. One instance is used for many blocks; what it says is of the block of the last call.
 *
 * Blocks are those of the first layer's grid. Layers are numbered as in the whole chain.
 */
export class SectorOwners {
  readonly layers: readonly [VisibleLayer, ...VisibleLayer[]];
  /** Bytes a block, and sectors a block; the last block of the disk may have fewer. */
  readonly blockSize: number;
  readonly blockSectorCount: number;
  readonly blockCount: number;
  /** Sectors of the disk. */
  readonly sectorCount: number;

  /** Sectors of the block that each of `layers` owns, and, after `countAll`, has; one entry a layer. */
  readonly ownedCounts: Uint32Array;
  readonly presentCounts: Uint32Array;
  readonly #windows: readonly BitmapWindow[];
  /** Sectors of the block that no layer so far owns, as bits, and how many these are. */
  readonly #remaining: Int32Array;
  readonly #remainingBytes: Uint8Array;
  #remainingCount = 0;
  readonly #isBaseMissing: boolean;

  /** `layer`: the disk is seen as of this one, 0 = the leaf. Throws EngineError `out-of-range`. */
  constructor(chain: Chain, layer = 0) {
    this.layers = visibleLayers(chain, layer);
    const first = this.layers[0].image;
    this.blockSize = first.blockSize;
    this.blockSectorCount = first.blockSize / SECTOR_SIZE;
    this.blockCount = first.blockCount;
    this.sectorCount = first.sectorCount;
    this.ownedCounts = new Uint32Array(this.layers.length);
    this.presentCounts = new Uint32Array(this.layers.length);
    this.#windows = this.layers.map(({ image }) => new BitmapWindow(image, first.blockSize));
    this.#remaining = new Int32Array(Math.ceil(this.blockSectorCount / 32));
    this.#remainingBytes = new Uint8Array(this.#remaining.buffer, 0, sectorCountBytes(this.blockSectorCount));
    this.#isBaseMissing = chain.missing !== null;
  }

  /** Sectors of a block that lie on the disk. */
  sectorsOf(block: number): number {
    return Math.min(this.blockSectorCount, this.sectorCount - block * this.blockSectorCount);
  }

  /** Sectors of the block that any layer owns. */
  get ownedCount(): number {
    let sum = 0;
    for (const count of this.ownedCounts) {
      sum += count;
    }
    return sum;
  }

  /** Counts the sectors that each layer owns; bitmaps that cannot matter any more are not read. */
  count(block: number): void {
    this.#begin(block);
    for (let index = 0; index < this.layers.length && this.#isSeen(index, block); index++) {
      if (this.#load(index, block)) {
        this.#take(index);
      }
    }
  }

  /**
   * As `count`, and counts the sectors that each layer has, hidden or not, within the first layer's blocks: every bitmap is read, down to the layer at
   * place `lowest`. `listener` is told the runs of sectors that a layer owns.
   */
  countAll(block: number, lowest = this.layers.length - 1, listener: RunListener | null = null): void {
    this.#begin(block);
    let isSeen = true;
    for (let index = 0; index <= lowest; index++) {
      isSeen &&= this.#isSeen(index, block);
      if (!this.#load(index, block)) {
        this.presentCounts[index] = 0;
        continue;
      }
      const isFirst = this.#remainingCount === this.blockSectorCount;
      if (isSeen && listener?.wants(index) === true) {
        listener.tell(index, this.#ownedRuns(index, this.sectorsOf(block)));
      }
      if (isSeen) {
        this.#take(index);
      }
      this.presentCounts[index] = isSeen && isFirst ? (this.ownedCounts[index] ?? 0) : this.#countPresent(index);
    }
  }

  /** True where a layer, by its place in `layers`, has a place for any part of a block; without one it has no sector of it. */
  hasPlace(index: number, block: number): boolean {
    return this.#window(index).hasPlace(block);
  }

  /** True where a layer, by its place in `layers`, owns a whole block, and no bitmap is needed to know it. */
  isOwner(index: number, block: number): boolean {
    const end = (block + 1) * this.blockSectorCount;
    if (end > (this.layers[index]?.sectorLimit ?? 0) || !this.#window(index).isWhole(block)) {
      return false;
    }
    for (let above = 0; above < index; above++) {
      if (this.hasPlace(above, block)) {
        return false;
      }
    }
    return end <= this.sectorCount;
  }

  /** As `count`, and puts the owner of each of the block's sectors into `owners`, NO_LAYER where it has none. Returns which are in doubt. */
  fill(block: number, owners: Uint8Array): readonly DoubtfulRun[] {
    this.#begin(block);
    const sectorCount = this.sectorsOf(block);
    const doubtful: DoubtfulRun[] = [];
    owners.fill(NO_LAYER, 0, sectorCount);
    let index = 0;
    for (; index < this.layers.length && this.#isSeen(index, block); index++) {
      const isPresent = this.#load(index, block);
      this.#noteDamage(index, doubtful);
      if (isPresent) {
        this.#paint(index, owners, sectorCount);
        this.#take(index);
      }
    }
    if (this.#isBaseMissing && index === this.layers.length) {
      for (const run of runsOfBoth(this.#remainingBytes, this.#remainingBytes, 0, sectorCount)) {
        doubtful.push({ ...run, layer: null, reason: 'parent-missing' });
      }
    }
    return doubtful;
  }

  /** Counts the sectors that a layer has in a block of the grid, also past the disk's end; a layer by its place in `layers`. */
  countPresent(index: number, block: number): number {
    return this.#load(index, block) ? this.#countPresent(index) : 0;
  }

  /** Where sector `sector` of a block lies in the file of a layer that owns it, in bytes. */
  fileOffset(layer: number, block: number, sector: number): number {
    return this.#window(layer - this.layers[0].number).fileOffset(block, sector);
  }

  /** The sector of the grid's block before which the place that `fileOffset` gives ends: a layer with smaller blocks has several places. */
  placeEnd(layer: number, block: number, sector: number): number {
    return this.#window(layer - this.layers[0].number).placeEnd(block, sector);
  }

  #begin(block: number): void {
    const sectorCount = this.sectorsOf(block);
    this.#remainingBytes.fill(0xff);
    if (sectorCount < this.#remainingBytes.length * 8) {
      keepBitsBelow(this.#remainingBytes, sectorCount, this.#remainingBytes.length * 8);
    }
    this.#remainingCount = sectorCount;
    this.ownedCounts.fill(0);
  }

  /** False where no more can be owned: by this layer, and so by those below it. Takes out what lies past its sight. */
  #isSeen(index: number, block: number): boolean {
    if (this.#remainingCount === 0) {
      return false;
    }
    const seen = (this.layers[index]?.sectorLimit ?? 0) - block * this.blockSectorCount;
    if (seen < this.blockSectorCount && seen < this.sectorsOf(block)) {
      for (const run of keepBitsBelow(this.#remainingBytes, Math.max(0, seen), this.sectorsOf(block))) {
        this.#remainingCount -= run.length;
      }
    }
    return this.#remainingCount > 0;
  }

  #window(index: number): BitmapWindow {
    const window = this.#windows[index];
    if (window === undefined) {
      throw new RangeError(`No layer ${index}`);
    }
    return window;
  }

  #load(index: number, block: number): boolean {
    return this.#window(index).load(block);
  }

  #take(index: number): void {
    const owned = takeBits(this.#remaining, this.#window(index).bits);
    this.ownedCounts[index] = owned;
    this.#remainingCount -= owned;
  }

  /** What a layer is about to take. Nearly all blocks are whole or have nothing, which is seen without looking at each byte. */
  #ownedRuns(index: number, sectorCount: number): readonly BitRun[] {
    const { bits, bytes } = this.#window(index);
    const count = countBoth(this.#remaining, bits);
    if (count === 0) {
      return [];
    }
    return count === sectorCount
      ? [{ start: 0, length: sectorCount }]
      : runsOfBoth(this.#remainingBytes, bytes, 0, sectorCount);
  }

  #countPresent(index: number): number {
    return countAllBits(this.#window(index).bits);
  }

  #paint(index: number, owners: Uint8Array, sectorCount: number): void {
    const number = this.layers[index]?.number ?? NO_LAYER;
    for (const run of runsOfBoth(this.#remainingBytes, this.#window(index).bytes, 0, sectorCount)) {
      fillRun(owners, number, run);
    }
  }

  /** Damage matters only where no layer above owns the sector. */
  #noteDamage(index: number, doubtful: DoubtfulRun[]): void {
    const { damagedRuns } = this.#window(index);
    const layer = this.layers[index]?.number ?? null;
    for (const { start, length, reason } of damagedRuns) {
      for (const run of runsOfBoth(this.#remainingBytes, this.#remainingBytes, start, start + length)) {
        doubtful.push({ ...run, layer, reason });
      }
    }
  }
}

/** Sectors of a run that are set one by one. */
const MAX_SHORT_RUN = 16;

/** As `fill`, a call of which costs as much as some tens of sectors one by one: scattered sectors come in tens of thousands of short runs. */
function fillRun(owners: Uint8Array, number: number, { start, length }: BitRun): void {
  const end = start + length;
  if (length > MAX_SHORT_RUN) {
    owners.fill(number, start, end);
    return;
  }
  for (let sector = start; sector < end; sector++) {
    owners[sector] = number;
  }
}
