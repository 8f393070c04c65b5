import type { FileSystem } from '../engine/storage/fileSystem';
import type { Storage } from '../engine/storage/storage';
import { SECTOR_SIZE, sniffImage } from '../engine/index';

/** True where a file that cannot be opened as an image may be one all the same: a `.vhd` is source code more often than a damaged disk. */
export function mayBeImage(fileSystem: FileSystem, path: string): boolean {
  if (!/\.vhd$/i.test(path)) return true;
  try {
    const file = fileSystem.open(path, 'read');
    try {
      return sniffImage(sectorAt(file, 0), sectorAt(file, Math.max(0, file.size() - SECTOR_SIZE)));
    } finally {
      file.close();
    }
  } catch {
    return false;
  }
}

/** Shorter where the file is. */
function sectorAt(file: Storage, offset: number): Uint8Array {
  const sector = new Uint8Array(SECTOR_SIZE);
  return sector.subarray(0, file.read(offset, sector));
}
