import { EngineError } from '../errors';
import { NO_LAYER, SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { Chain } from './chain';
import { SectorOwners, type DoubtfulRun } from './sectorOwners';

/** Neighbouring sectors of the virtual disk that have one owner and lie side by side in its file. */
export interface Extent {
  /** LBA of the first sector. */
  readonly start: number;
  /** Sectors. */
  readonly length: number;
  /** Number of the owning layer in the whole chain; null where no layer owns the sectors. */
  readonly layer: number | null;
  /** Where the first sector lies in that layer's file, in bytes; null where no layer owns the sectors. */
  readonly fileOffset: number | null;
}

/** Sectors of the virtual disk that nobody can vouch for. */
export interface DoubtfulRange {
  /** LBA of the first sector. */
  readonly start: number;
  /** Sectors. */
  readonly length: number;
  /** As in `DoubtfulRun`. */
  readonly layer: number | null;
  readonly reason: DoubtfulRun['reason'];
}

/** Which sectors: `count` from `from` on, seen as of a layer. */
export interface SectorRange {
  /** LBA. */
  readonly from: number;
  readonly count: number;
}

/**
 * Covers a range of the disk as of layer `layer` with extents: every sector once, in order, neighbours joined where they can be. Reads the
 * bitmaps of a block when its turn comes. `report` is told of each doubtful range before the extent that holds its last sector.
 * Throws EngineError `out-of-range` where the range is not on the disk.
 */
export function* extents(
  chain: Chain,
  range: SectorRange,
  layer = 0,
  report?: (range: DoubtfulRange) => void,
): Generator<Extent, void, void> {
  const owners = new SectorOwners(chain, layer);
  requireSectors(chain, owners.sectorCount, range);
  yield* new ExtentReader(owners).extents(range, report);
}

/** Throws EngineError `out-of-range` unless the range is on a disk of so many sectors. An empty range at its end is. */
function requireSectors(chain: Chain, sectorCount: number, range: SectorRange): void {
  const { from, count } = range;
  const isOnDisk = Number.isSafeInteger(from) && Number.isSafeInteger(count) && from >= 0 && count >= 0;
  if (!isOnDisk || from + count > sectorCount) {
    throw new EngineError('out-of-range', {
      what: t('Sectors {0} to {1} of {2}', from, from + count - 1, chain.layers[0].image.path),
      why: t('its virtual disk has sectors 0 to {0}', sectorCount - 1),
      remedy: t('choose sectors on the disk'),
    });
  }
}

/** Sectors of the shortest hole that it is worth to pass over in reading, and blocks after which the walk through a long one pauses. */
const MIN_HOLE_SECTORS = 64;
const MAX_HOLE_BLOCKS = 1024;

/** Sectors of a block, counted from its first, from `from` to below `to`, and who owns each sector of it. */
interface BlockPart {
  readonly block: number;
  readonly from: number;
  readonly to: number;
  readonly owners: Uint8Array;
}

/** Makes extents block by block and keeps the owners of the last block, so that small reads in a row ask once. */
export class ExtentReader {
  readonly owners: SectorOwners;
  /** The owners of each sector of block `#block`, the runs in doubt, and how many sectors have an owner; -1 for no block. */
  readonly #blockOwners: Uint8Array;
  #block = -1;
  #doubtful: readonly DoubtfulRun[] = [];
  #ownedCount = 0;

  constructor(owners: SectorOwners) {
    this.owners = owners;
    this.#blockOwners = new Uint8Array(owners.blockSectorCount);
  }

  /** As the function of this name; the range has been checked. */
  *extents(range: SectorRange, report?: (range: DoubtfulRange) => void): Generator<Extent, void, void> {
    const pieces = this.#pieces(range, report);
    const first = pieces.next();
    if (first.done === true) {
      return;
    }
    let last = first.value;
    for (const piece of pieces) {
      if (adjoins(last, piece)) {
        last = { ...last, length: last.length + piece.length };
      } else {
        yield last;
        last = piece;
      }
    }
    yield last;
  }

  /** The number of the layer that owns each sector of a block, NO_LAYER for none; the buffer is used again for the next block. */
  load(block: number): Uint8Array {
    if (block !== this.#block) {
      this.#block = -1;
      this.#doubtful = this.owners.fill(block, this.#blockOwners);
      this.#ownedCount = this.owners.ownedCount;
      this.#block = block;
    }
    return this.#blockOwners;
  }

  /**
   * How far the sectors from `sector` on, which is on the disk, have no owner, or are worth reading in one go: a few without an owner may be among those.
   * It ends before a sector (an LBA) where that changes, or after some blocks.
   */
  stretch(sector: number): { readonly end: number; readonly isHole: boolean } {
    const { blockSectorCount, blockCount } = this.owners;
    const block = Math.floor(sector / blockSectorCount);
    const blockStart = block * blockSectorCount;
    const count = this.owners.sectorsOf(block);
    const from = sector - blockStart;
    const owners = this.load(block);
    const holeEnd = this.#ownedCount === 0 ? count : holeEndOf(owners, from, count);
    if (holeEnd === from) {
      return { end: blockStart + ownedEndOf(owners, from, count), isHole: false };
    }
    let next = block + 1;
    if (holeEnd === count) {
      const last = Math.min(blockCount, next + MAX_HOLE_BLOCKS);
      while (next < last && this.#isHole(next)) {
        next++;
      }
    }
    const end =
      next === block + 1 ? blockStart + holeEnd : (next - 1) * blockSectorCount + this.owners.sectorsOf(next - 1);
    return { end, isHole: true };
  }

  #isHole(block: number): boolean {
    this.load(block);
    return this.#ownedCount === 0;
  }

  /** How many sectors of a range have an owner; `report` is told of what is in doubt there. The range has been checked. */
  countOwned(range: SectorRange, report?: (range: DoubtfulRange) => void): number {
    let count = 0;
    for (const { owners, from, to } of this.#parts(range, report)) {
      const isWhole = from === 0 && to === owners.length;
      count += isWhole || this.#ownedCount === 0 ? this.#ownedCount : ownedIn(owners, from, to);
    }
    return count;
  }

  *#pieces(range: SectorRange, report?: (range: DoubtfulRange) => void): Generator<Extent, void, void> {
    for (const part of this.#parts(range, report)) {
      yield* this.#piecesOfBlock(part);
    }
  }

  /** The blocks that a range touches, one after the other, each loaded when its turn comes. */
  *#parts(range: SectorRange, report?: (range: DoubtfulRange) => void): Generator<BlockPart, void, void> {
    const { blockSectorCount } = this.owners;
    const end = range.from + range.count;
    for (let sector = range.from; sector < end;) {
      const block = Math.floor(sector / blockSectorCount);
      const blockStart = block * blockSectorCount;
      const from = sector - blockStart;
      const to = Math.min(end - blockStart, this.owners.sectorsOf(block));
      const owners = this.load(block);
      if (report !== undefined) {
        this.#report(blockStart, from, to, report);
      }
      yield { block, from, to, owners };
      sector = blockStart + to;
    }
  }

  *#piecesOfBlock({ block, from, to, owners }: BlockPart): Generator<Extent, void, void> {
    const blockStart = block * this.owners.blockSectorCount;
    if (this.#ownedCount === 0) {
      yield { start: blockStart + from, length: to - from, layer: null, fileOffset: null };
      return;
    }
    for (let sector = from; sector < to;) {
      const owner = owners[sector] ?? NO_LAYER;
      const limit = owner === NO_LAYER ? to : Math.min(to, this.owners.placeEnd(owner, block, sector));
      let next = sector + 1;
      while (next < limit && owners[next] === owner) {
        next++;
      }
      const isOwned = owner !== NO_LAYER;
      yield {
        start: blockStart + sector,
        length: next - sector,
        layer: isOwned ? owner : null,
        fileOffset: isOwned ? this.owners.fileOffset(owner, block, sector) : null,
      };
      sector = next;
    }
  }

  #report(blockStart: number, from: number, to: number, report: (range: DoubtfulRange) => void): void {
    for (const { start, length, layer, reason } of this.#doubtful) {
      const first = Math.max(start, from);
      const end = Math.min(start + length, to);
      if (first < end) {
        report({ start: blockStart + first, length: end - first, layer, reason });
      }
    }
  }
}

function ownedIn(owners: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let sector = from; sector < to; sector++) {
    count += owners[sector] === NO_LAYER ? 0 : 1;
  }
  return count;
}

/** Where the sectors from `from` on end that nobody owns. */
function holeEndOf(owners: Uint8Array, from: number, count: number): number {
  let end = from;
  while (end < count && owners[end] === NO_LAYER) {
    end++;
  }
  return end;
}

/** Where the sectors from `from` on end that somebody owns; short holes among them do not count. */
function ownedEndOf(owners: Uint8Array, from: number, count: number): number {
  for (let at = from; at < count;) {
    const hole = owners.indexOf(NO_LAYER, at);
    if (hole === -1 || hole >= count) {
      return count;
    }
    at = holeEndOf(owners, hole, count);
    if (at - hole >= MIN_HOLE_SECTORS) {
      return hole;
    }
  }
  return count;
}

function adjoins(one: Extent, next: Extent): boolean {
  if (one.layer !== next.layer) {
    return false;
  }
  return one.fileOffset === null || one.fileOffset + one.length * SECTOR_SIZE === next.fileOffset;
}
