import { NO_LAYER, SECTOR_SIZE } from '../image';
import { ABSENT_ENTRY, swappedIfLittleEndian, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import type { Place } from './findingList';
import type { FoundTable } from './locateTable';
import { mapByFours, markFours, type SureBytes } from './markBlocks';
import { bitmapLength } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** Stands where a block has no bitmap in the file. */
const NOWHERE = -1;

/** Entries that are marked in one call: a function that is called often is compiled well before a table's end. */
const MARK_RUN = 2048;

const NO_WORDS = new Uint32Array();

/** Where the blocks of a dynamic or differencing image lie, as far as the table's word can be believed. */
export class BlockPlaces {
  /** Bytes of a bitmap in the file; the data follows it. */
  readonly bitmapLength: number;
  private readonly found: FoundTable | null;
  private readonly blockCount: number;
  private readonly fileSize: number;
  /** What no bitmap can stand on: footers, header, table. In the order of their offsets. */
  private readonly taken: readonly Place[];
  /** The first sector of the widest stretch of free file at which a bitmap can begin, and how many more follow: nearly all blocks lie there. */
  private readonly firstFree: number;
  private readonly freeSpan: number;
  /** Leading bytes of entries that surely lie in that stretch. */
  private readonly sure: SureBytes | null;

  constructor(parts: SparseParts) {
    this.bitmapLength = bitmapLength(parts.grid.blockSize);
    this.found = parts.table;
    this.blockCount = parts.grid.blockCount;
    this.fileSize = parts.fileSize;
    this.taken = takenPlaces(parts);
    const [from, to] = widestGap(this.taken, this.fileSize);
    const first = Math.ceil(from / SECTOR_SIZE);
    const last = Math.min(Math.floor((to - this.bitmapLength) / SECTOR_SIZE), ABSENT_ENTRY);
    // No block is at the sector that stands for absence.
    this.firstFree = first <= last ? first : ABSENT_ENTRY;
    this.freeSpan = Math.max(0, last - first);
    this.sure = sureBytesOf(first, last);
  }

  /** Where a block's bitmap begins, in bytes; negative where the block is absent or its place cannot be. */
  bitmapOffset(block: number): number {
    const entry = this.found === null ? ABSENT_ENTRY : this.found.table.entry(block);
    return entry !== ABSENT_ENTRY && this.isPossible(entry) ? entry * SECTOR_SIZE : NOWHERE;
  }

  /** True where the block has a place that cannot be, or where its entry cannot be read. */
  isDamaged(block: number): boolean {
    if (block < 0 || block >= this.blockCount) {
      return false;
    }
    if (this.found === null) {
      return true;
    }
    const { table, entryCount } = this.found;
    if (block >= table.length) {
      return block < entryCount;
    }
    const entry = table.entry(block);
    return entry !== ABSENT_ENTRY && !this.isPossible(entry);
  }

  /** See `Image.markAllocated`. */
  markAllocated(top: Uint8Array, shared: Uint8Array, layer: number): void {
    const words = this.found?.table.words ?? NO_WORDS;
    const map = mapByFours(top, shared);
    let marked = 0;
    if (map !== null && this.sure !== null) {
      const count = Math.min(words.length, top.length, shared.length) >>> 2;
      for (let four = 0; four < count;) {
        const end = Math.min(four + MARK_RUN, count);
        const stopped = markFours(words, map, layer, this.sure, four, end);
        if (stopped < end) {
          this.markRun(top, shared, layer, stopped * 4, stopped * 4 + 4);
        }
        four = Math.min(stopped + 1, end);
      }
      marked = count * 4;
    }
    for (let from = marked; from < words.length; from += MARK_RUN) {
      this.markRun(top, shared, layer, from, Math.min(from + MARK_RUN, words.length));
    }
  }

  private markRun(top: Uint8Array, shared: Uint8Array, layer: number, from: number, to: number): void {
    const words = this.found?.table.words ?? NO_WORDS;
    const { firstFree, freeSpan } = this;
    for (let block = from; block < to; block++) {
      const word = words[block] ?? ABSENT_ENTRY;
      if (word === ABSENT_ENTRY) {
        continue;
      }
      const entry = swappedIfLittleEndian(word);
      if ((entry - firstFree) >>> 0 > freeSpan && !this.isPossible(entry >>> 0)) {
        continue;
      }
      if (top[block] === NO_LAYER) {
        top[block] = layer;
      } else {
        shared[block] = 1;
      }
    }
  }

  /** The lowest and the highest place of a bitmap and how many there are, in one pass; null where there is none. */
  extent(): { readonly first: number; readonly last: number; readonly count: number } | null {
    const length = this.found?.table.length ?? 0;
    let [first, last, count] = [Number.POSITIVE_INFINITY, NOWHERE, 0];
    for (let block = 0; block < length; block++) {
      const offset = this.bitmapOffset(block);
      if (offset >= 0) {
        first = Math.min(first, offset);
        last = Math.max(last, offset);
        count++;
      }
    }
    return count === 0 ? null : { first, last, count };
  }

  /** Data past the end of the file reads as zeros, as in a file that was cut off; a bitmap must be there whole. */
  private isPossible(entry: number): boolean {
    if ((entry - this.firstFree) >>> 0 <= this.freeSpan) {
      return true;
    }
    const offset = entry * SECTOR_SIZE;
    const end = offset + this.bitmapLength;
    return end <= this.fileSize && this.taken.every((place) => place.offset >= end || endOf(place) <= offset);
  }
}

function takenPlaces({ footers, header, table }: SparseParts): Place[] {
  const taken: Place[] = [footers.tail, footers.copy].filter((found) => found !== null);
  if (header !== null) {
    taken.push({ offset: header.offset, length: DYNAMIC_HEADER_LENGTH });
  }
  if (table !== null) {
    taken.push({ offset: table.offset, length: table.table.length * TABLE_ENTRY_LENGTH });
  }
  return taken.sort((one, other) => one.offset - other.offset);
}

/** The widest stretch of the file that no place covers: its first byte, and the one behind its last. */
function widestGap(places: readonly Place[], fileSize: number): readonly [from: number, to: number] {
  let widest: readonly [number, number] = [0, 0];
  let from = 0;
  for (const place of [...places, { offset: fileSize, length: 0 }]) {
    if (place.offset - from > widest[1] - widest[0]) {
      widest = [from, place.offset];
    }
    from = Math.max(from, endOf(place));
  }
  return widest;
}

/** The leading bytes of entries that lie from `first` to `last` whatever their other three bytes are; null for none. */
function sureBytesOf(first: number, last: number): SureBytes | null {
  const from = Math.ceil(first / 2 ** 24);
  const to = Math.min(Math.floor((last + 1) / 2 ** 24) - 1, 0xfe);
  return from <= to ? { from, span: to - from } : null;
}

function endOf(place: Place): number {
  return place.offset + place.length;
}
