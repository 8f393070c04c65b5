import type { FileSystem } from '../storage/fileSystem';
import { savePatch } from '../storage/journal';
import { OverlayStorage } from '../storage/overlayStorage';
import {
  BATMAP_HEADER_LENGTH,
  batmapChecksum,
  batmapOffset,
  decodeBatmap,
  encodeBatmap,
  MAX_BATMAP_LENGTH,
} from '../vhd/batmap';
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
    const patch = 'grid' in parts ? file.transaction(() => clearAbsent(file, parts)) : null;
    if (patch !== null && patch.changes.length > 0) {
      savePatch(fileSystem, path, patch);
    }
  } finally {
    file.close();
  }
}

function clearAbsent(file: OverlayStorage, { header, table, fileSize }: SparseParts): void {
  if (header === null || table === null) {
    return;
  }
  const offset = batmapOffset(table.offset, header.header.maxTableEntries);
  const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
  const batmap = file.read(offset, bytes) === bytes.length ? decodeBatmap(bytes) : null;
  const length = (batmap?.mapSectorCount ?? 0) * 512;
  if (batmap === null || length > MAX_BATMAP_LENGTH || batmap.mapOffset + BigInt(length) > BigInt(fileSize)) {
    return;
  }
  const map = new Uint8Array(length);
  file.read(Number(batmap.mapOffset), map);
  if (batmapChecksum(map, batmap.version) !== batmap.checksum) {
    return;
  }
  for (let block = 0; block < Math.min(table.table.length, length * 8); block++) {
    if (table.table.entry(block) === ABSENT_ENTRY) {
      const at = block >>> 3;
      map[at] = (map[at] ?? 0) & ~(0x80 >>> (block & 7));
    }
  }
  file.write(Number(batmap.mapOffset), map);
  file.write(offset, encodeBatmap({ ...batmap, checksum: batmapChecksum(map, batmap.version) }));
}
