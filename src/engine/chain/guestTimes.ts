import { SECTOR_SIZE } from '../image';
import { hasBootMark, partitionsOf, sectorAt, type GuestDisk } from './guestPartitions';

/** When a file system of a guest was written last, by its own word and the guest's clock. */
export interface GuestTime {
  /** Number of the partition; 0 where the whole disk is one file system. */
  readonly partition: number;
  /** Milliseconds since 1970. */
  readonly written: number;
}

/** Linux's own partitions, and those of a disk without a type. */
const LINUX_TYPE = 0x83;

/** Where ext keeps its superblock, in sectors, and in it its mark and the times of the last mount and the last write. Bytes. */
const SUPERBLOCK_SECTOR = 2;
const MARK_OFFSET = 0x38;
const MARK = 0xef53;
const MOUNTED_OFFSET = 0x2c;
const WRITTEN_OFFSET = 0x30;

/**
 * When the file systems of a disk were written last, as far as they keep such a time: ext2, ext3 and ext4 do; NTFS and FAT keep it for each file only.
 * A few reads, whatever the size.
 */
export function guestTimesOf(disk: GuestDisk): readonly GuestTime[] {
  const first = sectorAt(disk, 0);
  const partitions = hasBootMark(first) ? partitionsOf(first, disk.size / SECTOR_SIZE) : [];
  const volumes = [
    { number: 0, start: 0 },
    ...partitions.filter(({ type }) => type === LINUX_TYPE).map(({ number, start }) => ({ number, start })),
  ];
  return volumes.flatMap(({ number, start }) => {
    const written = extTime(sectorAt(disk, start + SUPERBLOCK_SECTOR));
    return written === null ? [] : [{ partition: number, written }];
  });
}

function extTime(superblock: Uint8Array): number | null {
  const view = new DataView(superblock.buffer, superblock.byteOffset, superblock.length);
  if (view.getUint16(MARK_OFFSET, true) !== MARK) {
    return null;
  }
  const seconds = Math.max(view.getUint32(MOUNTED_OFFSET, true), view.getUint32(WRITTEN_OFFSET, true));
  return seconds === 0 ? null : seconds * 1000;
}
