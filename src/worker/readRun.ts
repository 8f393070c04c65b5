import type { DoubtfulRange } from '../engine/chain/extents';
import type { UnsavedBytes, UnsavedRun } from '../engine/editing/unsavedBytes';
import type { Image } from '../engine/image';
import { SECTOR_SIZE, type DiskReader } from '../engine/index';
import type { ByteRun } from '../protocol/session';

/** Bytes of a disk, who owns their sectors, and which of them nobody can vouch for. `unsaved`: the edits that the disk shows; null where there are none. */
export function readDisk(
  disk: DiskReader,
  offset: number,
  length: number,
  unsaved: UnsavedBytes | null = null,
): ByteRun {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, disk.size - offset)));
  if (bytes.length === 0) return { offset, bytes, owners: new Uint8Array(), doubtful: [] };
  const doubtful: DoubtfulRange[] = [];
  disk.read(offset, bytes, (range) => doubtful.push(range));
  const firstSector = Math.floor(offset / SECTOR_SIZE);
  const owners = new Uint8Array(Math.ceil((offset + bytes.length) / SECTOR_SIZE) - firstSector);
  disk.owners(firstSector, owners);
  return { offset, bytes, owners, doubtful, ...unsavedIn(unsaved?.inDisk(offset, bytes)) };
}

/** Bytes of an image's file. `unsaved`: the edits that it shows; null where there are none. */
export function readFile(image: Image, offset: number, length: number, unsaved: UnsavedBytes | null): ByteRun {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, image.storage.size() - offset)));
  const read = bytes.length === 0 ? 0 : image.storage.read(offset, bytes);
  // A file that became shorter meanwhile gives less.
  const given = bytes.slice(0, read);
  return { offset, bytes: given, owners: new Uint8Array(), doubtful: [], ...unsavedIn(unsaved?.inFile(offset, given)) };
}

/** What is left out where nothing is unsaved. */
export function unsavedIn(runs: readonly UnsavedRun[] = []): { readonly unsaved?: readonly UnsavedRun[] } {
  return runs.length === 0 ? {} : { unsaved: runs };
}
