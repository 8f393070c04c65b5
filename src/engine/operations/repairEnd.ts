import { SECTOR_SIZE } from '../image';
import { ABSENT_ENTRY } from '../vhd/blockAllocationTable';
import { bitmapLength } from '../vhd/sectorBitmap';
import { locateBatmap, structurePlaces } from '../vhd/structurePlaces';
import type { SparseParts } from '../vhd/vhdParts';

/**
 * Where the content of a damaged image ends, in bytes from the start of the file: past the structures and past every block whose bitmap is in the file.
 * It lies past the file's end where that cuts a block off. Entries that lead elsewhere do not count, nor does a footer at the end.
 */
export function endOfBlocks(parts: SparseParts): number {
  const { table, grid, footers, fileSize, virtualSize } = parts;
  const bitmap = bitmapLength(grid.blockSize);
  let end = 0;
  for (const place of structurePlaces(parts, locateBatmap(parts))) {
    if (place.offset !== footers.tail?.offset) {
      end = Math.max(end, place.offset + place.length);
    }
  }
  for (let block = 0; block < (table?.table.length ?? 0); block++) {
    const entry = table?.table.entry(block) ?? ABSENT_ENTRY;
    const data = Math.min(grid.blockSize, virtualSize - block * grid.blockSize);
    if (entry !== ABSENT_ENTRY && entry * SECTOR_SIZE + bitmap <= fileSize) {
      const dataOffset = entry * SECTOR_SIZE + bitmap;
      // The last block may reach past the end of the disk: what the file has of that is its own, what it lacks is not missed.
      const own = Math.min(dataOffset + grid.blockSize, fileSize);
      end = Math.max(end, own, dataOffset + data);
    }
  }
  return end;
}
