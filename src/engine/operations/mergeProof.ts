import { DiskReader } from '../chain/diskReader';
import { SECTOR_SIZE } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { sameBytes } from '../storage/sameBytes';
import type { MergeSource, OwnedRun } from './mergeSource';

/** Sectors that are compared at a time: 2 MiB. */
const PIECE_SECTORS = 4096;

/**
 * Whether the image at `path` has, with the same bytes, all that the merged layers own in its blocks below `doneBlocks`: an attempt before this one
 * has put it there, but somebody may have put an older copy of the file there since. Yields 0 after each block, where stopping is safe.
 */
export function* hasWhatWasMerged(
  fileSystem: FileSystem,
  path: string,
  source: MergeSource,
  doneBlocks: number,
): Generator<number, boolean, void> {
  const image = openImage(fileSystem, path);
  try {
    const disk = new DiskReader({ layers: [{ image, foundBy: null }], missing: null, findings: [] });
    for (const block of source.blocks()) {
      if (block >= doneBlocks) {
        break;
      }
      for (const run of source.runs(block)) {
        if (!hasRun(disk, source, run)) {
          return false;
        }
      }
      yield 0;
    }
    return true;
  } finally {
    image.close();
  }
}

function hasRun(disk: DiskReader, source: MergeSource, run: OwnedRun): boolean {
  for (let done = 0; done < run.length; done += PIECE_SECTORS) {
    const length = Math.min(PIECE_SECTORS, run.length - done);
    const sector = run.sector + done;
    const [wanted, found] = [new Uint8Array(length * SECTOR_SIZE), new Uint8Array(length * SECTOR_SIZE)];
    const owners = new Uint8Array(length);
    source.read([{ run: { ...run, sector, length, fileOffset: run.fileOffset + done * SECTOR_SIZE }, target: wanted }]);
    disk.read(sector * SECTOR_SIZE, found);
    disk.owners(sector, owners);
    if (owners.some((owner) => owner !== 0) || !sameBytes(found, wanted)) {
      return false;
    }
  }
  return true;
}
