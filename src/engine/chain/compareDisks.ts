import { SECTOR_SIZE } from '../image';
import { sameBytes } from '../storage/sameBytes';
import { asOf, requireBase, type Chain } from './chain';
import { DiskReader } from './diskReader';
import type { Extent } from './extents';

/** Sectors that are looked at between two yields, as many as a usual block has: two buffers of 2 MiB. */
const SECTORS_PER_STEP = 4096;

/** One of two disks: that of a chain as of a layer, 0 = the leaf. */
export interface ComparedDisk {
  readonly chain: Chain;
  readonly layer: number;
}

/** Neighbouring sectors that are not the same on both disks. */
export interface DifferingRange {
  /** LBA. */
  readonly start: number;
  /** Sectors. */
  readonly length: number;
}

/** Some more sectors are compared. */
export interface CompareStep {
  /** In order; joined as far as they go, so the last one comes when its end is known. */
  readonly differing: readonly DifferingRange[];
  /** Sectors that are compared, from the first on, and sectors that both disks have. */
  readonly done: number;
  readonly total: number;
}

/**
 * Compares two disks sector by sector, as far as both go, and yields after every few MiB or a long hole: a place to show progress and to stop.
 * Nothing is read where both have a sector from the same place of one file, or from nowhere. `fileOf` tells which files are one, by an image's path.
 * Throws EngineError `parent-not-found` where a chain has no base, `out-of-range` for a layer that is not there, and what reading throws.
 */
export function* compareDisks(
  one: ComparedDisk,
  other: ComparedDisk,
  fileOf: (path: string) => string = (path) => path,
): Generator<CompareStep, void, void> {
  const sides = [sideOf(one, fileOf), sideOf(other, fileOf)] as const;
  const total = Math.min(...sides.map(({ disk }) => disk.size)) / SECTOR_SIZE;
  const ranges = new Ranges();
  for (let sector = 0; sector < total;) {
    const stretches = sides.map(({ disk }) => disk.stretch(sector * SECTOR_SIZE));
    if (stretches.every(({ isHole }) => isHole)) {
      sector = Math.min(total, ...stretches.map(({ end }) => end / SECTOR_SIZE));
    } else {
      // Steps end where blocks usually do, so that what is known of a block's owners is used for all of it.
      const next = Math.min(total, sector - (sector % SECTORS_PER_STEP) + SECTORS_PER_STEP);
      compareSectors(sides, sector, next, ranges);
      sector = next;
    }
    yield { differing: ranges.takeBefore(sector, sector === total), done: sector, total };
  }
}

interface Side {
  readonly disk: DiskReader;
  /** The file of each layer of the chain. */
  readonly files: readonly string[];
  readonly buffer: Uint8Array;
}

function sideOf({ chain, layer }: ComparedDisk, fileOf: (path: string) => string): Side {
  requireBase(asOf(chain, layer));
  return {
    disk: new DiskReader(chain, layer),
    files: chain.layers.map(({ image }) => fileOf(image.path)),
    buffer: new Uint8Array(SECTORS_PER_STEP * SECTOR_SIZE),
  };
}

function compareSectors(sides: readonly [Side, Side], from: number, to: number, ranges: Ranges): void {
  const range = { from, count: to - from };
  const [ones, others] = sides.map(({ disk }) => [...disk.extents(range)]) as [Extent[], Extent[]];
  // What has to be read is read in runs, whatever the owners in it.
  let unsureFrom = -1;
  for (let sector = from, one = 0, other = 0; sector < to;) {
    const [first, second] = [ones[one], others[other]];
    if (first === undefined || second === undefined) {
      throw new RangeError('Extents cover every sector');
    }
    const next = Math.min(endOf(first), endOf(second));
    const isSame = isSamePlace(sides, first, second);
    if (isSame && unsureFrom !== -1) {
      readAndCompare(sides, unsureFrom, sector, ranges);
      unsureFrom = -1;
    } else if (!isSame && unsureFrom === -1) {
      unsureFrom = sector;
    }
    one += endOf(first) === next ? 1 : 0;
    other += endOf(second) === next ? 1 : 0;
    sector = next;
  }
  if (unsureFrom !== -1) {
    readAndCompare(sides, unsureFrom, to, ranges);
  }
}

function endOf({ start, length }: Extent): number {
  return start + length;
}

/** True where both have these sectors from one place of one file, or neither has them at all. */
function isSamePlace([one, other]: readonly [Side, Side], first: Extent, second: Extent): boolean {
  if (first.layer === null || second.layer === null || first.fileOffset === null || second.fileOffset === null) {
    return first.layer === null && second.layer === null;
  }
  const isOneFile = one.files[first.layer] === other.files[second.layer];
  const shift = (second.start - first.start) * SECTOR_SIZE;
  return isOneFile && first.fileOffset + shift === second.fileOffset;
}

function readAndCompare(sides: readonly [Side, Side], from: number, to: number, ranges: Ranges): void {
  const [one, other] = sides.map(({ disk, buffer }) => {
    const bytes = buffer.subarray(0, (to - from) * SECTOR_SIZE);
    disk.read(from * SECTOR_SIZE, bytes);
    return bytes;
  }) as [Uint8Array, Uint8Array];
  if (sameBytes(one, other)) {
    return;
  }
  for (let at = 0; at < one.length; at += SECTOR_SIZE) {
    if (!sameBytes(one.subarray(at, at + SECTOR_SIZE), other.subarray(at, at + SECTOR_SIZE))) {
      ranges.add(from + at / SECTOR_SIZE);
    }
  }
}

/** Joins sectors that come in order. */
class Ranges {
  #ranges: DifferingRange[] = [];
  #start = 0;
  #end = 0;

  add(sector: number): void {
    if (sector !== this.#end || this.#end === this.#start) {
      this.#close();
      this.#start = sector;
    }
    this.#end = sector + 1;
  }

  /** Takes out the ranges that can grow no more when all sectors before `sector` are known. */
  takeBefore(sector: number, isEnd: boolean): readonly DifferingRange[] {
    if (isEnd || this.#end < sector) {
      this.#close();
    }
    const taken = this.#ranges;
    this.#ranges = [];
    return taken;
  }

  #close(): void {
    if (this.#end > this.#start) {
      this.#ranges.push({ start: this.#start, length: this.#end - this.#start });
    }
    this.#start = 0;
    this.#end = 0;
  }
}
