import { SECTOR_SIZE } from '../image';
import type { Storage } from '../storage/storage';
import { ABSENT_ENTRY, MAX_BLOCK_COUNT, readTable, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { checksumOf } from './checksum';
import {
  decodeDynamicHeader,
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  DYNAMIC_HEADER_COOKIE,
  DYNAMIC_HEADER_LENGTH,
  type DynamicHeader,
} from './dynamicHeader';
import type { Place } from './findingList';
import { FOOTER_LENGTH } from './footer';
import { bitmapLength } from './sectorBitmap';

/** A header is looked for at the sectors up to here: makers put it at the head of the file. Bytes; a bound of ours. */
export const MAX_SEARCH = 64 * 1024 * 1024;

/** What is read at once: the whole search takes no more than nine reads, beside those of a table. Bytes. */
const STRIDE = 8 * 1024 * 1024;

/** Headers whose tables are looked at. A guest's disk may hold images too, and a file may be made to hold any number. */
const MAX_TABLES = 4;

/** A header that was found by what stands in it. */
export interface HeaderPlace {
  readonly header: DynamicHeader;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Looks for the dynamic header of a disk of `virtualSize` bytes in a file whose footer does not lead to it: the first one with its cookie and the right checksum
 * whose table lies in the file, has entries for the whole disk, and names places in the file, none of them where the header itself stands: that one would be
 * content of the disk. Null where there is none within the first MAX_SEARCH bytes.
 */
export function searchHeader(storage: Storage, fileSize: number, virtualSize: number): HeaderPlace | null {
  let tables = 0;
  for (const place of soundHeaders(storage, Math.min(fileSize, MAX_SEARCH))) {
    if (tables++ === MAX_TABLES) {
      return null;
    }
    if (leadsToBlocks(storage, fileSize, virtualSize, place)) {
      return place;
    }
  }
  return null;
}

/** Headers at sectors below `end`, by rising offset. */
function* soundHeaders(storage: Storage, end: number): Generator<HeaderPlace, void, void> {
  const buffer = new Uint8Array(Math.min(STRIDE, end));
  // A header takes two sectors, of which the second may be the first of the next stride.
  for (let from = 0; from + DYNAMIC_HEADER_LENGTH <= end; from += STRIDE - SECTOR_SIZE) {
    const stretch = buffer.subarray(0, Math.min(STRIDE, end - from));
    storage.read(from, stretch);
    for (let at = 0; at + DYNAMIC_HEADER_LENGTH <= stretch.length; at += SECTOR_SIZE) {
      if (hasCookie(stretch, at)) {
        const bytes = stretch.slice(at, at + DYNAMIC_HEADER_LENGTH);
        const header = decodeDynamicHeader(bytes);
        if (header?.checksum === checksumOf(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET)) {
          yield { header, offset: from + at, bytes };
        }
      }
    }
  }
}

const COOKIE = Uint8Array.from(DYNAMIC_HEADER_COOKIE, (letter) => letter.charCodeAt(0));

function hasCookie(bytes: Uint8Array, at: number): boolean {
  // Nearly all sectors are turned away by the first byte.
  return bytes[at] === COOKIE[0] && COOKIE.every((byte, index) => byte === bytes[at + index]);
}

function leadsToBlocks(
  storage: Storage,
  fileSize: number,
  virtualSize: number,
  { header, offset }: HeaderPlace,
): boolean {
  const { blockSize, maxTableEntries } = header;
  const blockCount = Math.ceil(virtualSize / blockSize);
  const isGrid = blockSize >= SECTOR_SIZE && (blockSize & (blockSize - 1)) === 0 && blockCount <= MAX_BLOCK_COUNT;
  const table = { offset: Number(header.tableOffset), length: blockCount * TABLE_ENTRY_LENGTH };
  const own = { offset, length: DYNAMIC_HEADER_LENGTH };
  if (
    !isGrid ||
    blockCount === 0 ||
    blockCount > maxTableEntries ||
    table.offset + table.length > fileSize ||
    overlaps(table, own) ||
    overlaps(table, { offset: 0, length: FOOTER_LENGTH })
  ) {
    return false;
  }
  const entries = readTable(storage, fileSize, table.offset, blockCount);
  const bitmap = bitmapLength(blockSize);
  for (let block = 0; block < blockCount; block++) {
    const entry = entries.entry(block);
    const place = { offset: entry * SECTOR_SIZE, length: bitmap + blockSize };
    if (entry !== ABSENT_ENTRY && (place.offset + bitmap > fileSize || overlaps(place, own))) {
      return false;
    }
  }
  return true;
}

/** True where two places share a byte. */
export function overlaps(one: Place, other: Place): boolean {
  return one.offset < other.offset + other.length && other.offset < one.offset + one.length;
}
