import { SECTOR_SIZE } from '../image';
import { BATMAP_HEADER_LENGTH, batmapOffset, decodeBatmap } from './batmap';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import { bitmapLength } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** Bytes of a file that something stands on. */
export interface TakenPlace {
  readonly offset: number;
  readonly length: number;
}

/** Everything that stands in a dynamic or differencing image but its blocks: what must not be written over. */
export function takenByStructures(parts: SparseParts): readonly TakenPlace[] {
  const { footers, header, table } = parts;
  const places: TakenPlace[] = [footers.tail, footers.copy].filter((found) => found !== null);
  if (header !== null) {
    places.push({ offset: header.offset, length: DYNAMIC_HEADER_LENGTH });
    for (const locator of header.header.parentLocators) {
      places.push({ offset: Number(locator.platformDataOffset), length: locator.platformDataLength });
    }
  }
  if (header !== null && table !== null) {
    const { maxTableEntries } = header.header;
    const behindTable = batmapOffset(table.offset, maxTableEntries);
    places.push({ offset: table.offset, length: behindTable - table.offset });
    places.push(...takenByBatmap(parts, behindTable));
  }
  return places.filter((place) => place.length > 0);
}

/** Xen's map of whole blocks: its header, and the map itself, which mostly follows. */
function takenByBatmap({ storage, fileSize }: SparseParts, offset: number): readonly TakenPlace[] {
  const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
  const batmap = offset < fileSize && storage.read(offset, bytes) === bytes.length ? decodeBatmap(bytes) : null;
  if (batmap === null) {
    return [];
  }
  const map = { offset: Number(batmap.mapOffset), length: batmap.mapSectorCount * SECTOR_SIZE };
  return [{ offset, length: BATMAP_HEADER_LENGTH }, map];
}

/** Calls `use` with the place of each block that has one: its bitmap and its data. */
function forEachBlockPlace({ table, grid }: SparseParts, use: (offset: number, length: number) => void): void {
  const length = bitmapLength(grid.blockSize) + grid.blockSize;
  const count = table?.table.length ?? 0;
  for (let block = 0; block < count; block++) {
    const entry = table?.table.entry(block) ?? ABSENT_ENTRY;
    if (entry !== ABSENT_ENTRY) {
      use(entry * SECTOR_SIZE, length);
    }
  }
}

/** Bytes from `offset` on, up to the next thing that stands in the file but `except`; 0 where something stands there. */
export function freeRoomAt(parts: SparseParts, offset: number, except: TakenPlace): number {
  let end = parts.fileSize;
  const look = (from: number, length: number): void => {
    if (from + length > offset) {
      end = Math.min(end, from);
    }
  };
  for (const place of takenByStructures(parts)) {
    if (place.offset !== except.offset || place.length !== except.length) {
      look(place.offset, place.length);
    }
  }
  forEachBlockPlace(parts, look);
  return Math.max(0, end - offset);
}

/** Bytes from the start of the file behind which nothing stands but the footer and what pads it. */
export function endOfContent(parts: SparseParts): number {
  const { tail } = parts.footers;
  let end = 0;
  for (const place of takenByStructures(parts)) {
    if (place.offset !== tail?.offset) {
      end = Math.max(end, place.offset + place.length);
    }
  }
  forEachBlockPlace(parts, (offset, length) => {
    end = Math.max(end, offset + length);
  });
  return end;
}

/** Where in the file two blocks lie over each other, in bytes; null where each has its place for itself. */
export function blockOverlap(parts: SparseParts): number | null {
  const places = new Float64Array(parts.table?.table.length ?? 0);
  let [count, blockLength] = [0, 0];
  forEachBlockPlace(parts, (offset, length) => {
    places[count++] = offset;
    blockLength = length;
  });
  const sorted = places.subarray(0, count).sort();
  const at = sorted.findIndex((offset, index) => index > 0 && offset - (sorted[index - 1] ?? 0) < blockLength);
  return sorted[at] ?? null;
}

/** Where entry `block` of the table stands, in bytes from the start of the file. */
export function entryOffset(tableOffset: number, block: number): number {
  return tableOffset + block * TABLE_ENTRY_LENGTH;
}
