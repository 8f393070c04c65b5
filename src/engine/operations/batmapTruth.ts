import type { FileSystem } from '../storage/fileSystem';
import { savePatch } from '../storage/journal';
import { OverlayStorage } from '../storage/overlayStorage';
import { BatmapInFile } from '../vhd/batmapInFile';
import { ABSENT_ENTRY } from '../vhd/blockAllocationTable';
import { readParts, type SparseParts } from '../vhd/vhdParts';

/**
 * Has Xen's map of whole blocks say of no absent block that it is whole: one that gets its place with some of its sectors would be taken for
 * whole then, and its other sectors for data. What the map says of other blocks stays true, since a merge only adds sectors. A map whose
 * checksum is off is believed by nobody, and left alone. The change goes through a journal.
 */
export function makeBatmapTrue(fileSystem: FileSystem, path: string): void {
  const file = new OverlayStorage(fileSystem.open(path, 'read'));
  try {
    const parts = readParts(file, path);
    const patch = 'grid' in parts ? file.transaction(() => clearAbsent(parts)) : null;
    if (patch !== null && patch.changes.length > 0) {
      savePatch(fileSystem, path, patch);
    }
  } finally {
    file.close();
  }
}

function clearAbsent(parts: SparseParts): void {
  const batmap = BatmapInFile.read(parts);
  if (batmap === null || parts.table === null || !batmap.isBelieved) {
    return;
  }
  const { table } = parts.table;
  for (let block = 0; block < Math.min(table.length, batmap.blockCount); block++) {
    if (table.entry(block) === ABSENT_ENTRY) {
      batmap.setWhole(block, false);
    }
  }
  batmap.save();
}
