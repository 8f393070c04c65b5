import { NO_LAYER, SECTOR_SIZE } from '../image';
import { ABSENT_ENTRY, swappedIfLittleEndian, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import type { Place } from './findingList';
import type { FoundTable } from './locateTable';
import { bitmapLength } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** Stands where a block has no bitmap in the file. */
const NOWHERE = -1;

/** Where the blocks of a dynamic or differencing image lie, as far as the table's word can be believed. */
export class BlockPlaces {
  /** Bytes of a bitmap in the file; the data follows it. */
  readonly bitmapLength: number;
  private readonly found: FoundTable | null;
  private readonly blockCount: number;
  private readonly fileSize: number;
  /** What no bitmap can stand on: footers, header, table. In the order of their offsets. */
  private readonly taken: readonly Place[];
  /** The first and the last sector of the widest stretch of free file at which a bitmap can begin: nearly all blocks lie there. */
  private readonly firstFree: number;
  private readonly lastFree: number;

  constructor(parts: SparseParts) {
    this.bitmapLength = bitmapLength(parts.grid.blockSize);
    this.found = parts.table;
    this.blockCount = parts.grid.blockCount;
    this.fileSize = parts.fileSize;
    this.taken = takenPlaces(parts);
    const [from, to] = widestGap(this.taken, this.fileSize);
    this.firstFree = Math.ceil(from / SECTOR_SIZE);
    this.lastFree = Math.floor((to - this.bitmapLength) / SECTOR_SIZE);
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
    if (this.found === null) {
      return;
    }
    const { words } = this.found.table;
    const { firstFree, lastFree } = this;
    for (let block = 0; block < words.length; block++) {
      const word = words[block] ?? ABSENT_ENTRY;
      if (word === ABSENT_ENTRY) {
        continue;
      }
      const entry = swappedIfLittleEndian(word);
      if ((entry < firstFree || entry > lastFree) && !this.isPossible(entry)) {
        continue;
      }
      if (top[block] === NO_LAYER) {
        top[block] = layer;
      } else {
        shared[block] = 1;
      }
    }
  }

  /** Data past the end of the file reads as zeros, as in a file that was cut off; a bitmap must be there whole. */
  private isPossible(entry: number): boolean {
    if (entry >= this.firstFree && entry <= this.lastFree) {
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

function endOf(place: Place): number {
  return place.offset + place.length;
}
