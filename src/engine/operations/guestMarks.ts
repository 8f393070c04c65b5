import { SECTOR_SIZE } from '../image';

/** Reads the disk as a guest would see it. */
export interface GuestDisk {
  /** Bytes. */
  readonly size: number;
  read(offset: number, target: Uint8Array): number;
}

/** What a disk's own structures say of whether its parts belong together. */
export interface GuestMarks {
  /** Structures that stand where another one says: a partition's file system, its copy at the end. */
  readonly fitting: readonly string[];
  /** Structures that do not. */
  readonly broken: readonly string[];
}

interface Partition {
  readonly number: number;
  readonly type: number;
  /** Sectors. */
  readonly start: number;
  readonly count: number;
}

const GPT_TYPE = 0xee;
const NTFS_TYPE = 0x07;
const FAT_TYPES: readonly number[] = [0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e];
const LINUX_TYPE = 0x83;

/** Looks at the partition table and the first and last sectors of its file systems; a few reads, whatever the size. */
export function guestMarksOf(disk: GuestDisk): GuestMarks {
  const fitting: string[] = [];
  const broken: string[] = [];
  const note = (isRight: boolean, what: string): void => void (isRight ? fitting : broken).push(what);
  const first = sectorAt(disk, 0);
  if (first[510] !== 0x55 || first[511] !== 0xaa) {
    return { fitting, broken };
  }
  if (isNtfs(first) || isFat(first)) {
    lookAtVolume(disk, first, { number: 0, type: 0, start: 0, count: disk.size / SECTOR_SIZE }, note);
    return { fitting, broken };
  }
  const partitions = partitionsOf(first, disk.size / SECTOR_SIZE);
  for (const partition of partitions) {
    if (partition.type === GPT_TYPE) {
      note(hasText(sectorAt(disk, 1), 0, 'EFI PART'), 'the GUID partition table');
      const last = sectorAt(disk, disk.size / SECTOR_SIZE - 1);
      note(hasText(last, 0, 'EFI PART'), 'the copy of the GUID partition table at the end of the disk');
    } else {
      lookAtVolume(disk, sectorAt(disk, partition.start), partition, note);
    }
  }
  return { fitting, broken };
}

function partitionsOf(first: Uint8Array, sectorCount: number): readonly Partition[] {
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  return [0, 1, 2, 3]
    .map((index) => {
      const at = 446 + index * 16;
      const [start, count] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
      return { number: index + 1, type: view.getUint8(at + 4), start, count };
    })
    .filter(({ type, start }) => type !== 0 && start > 0 && start < sectorCount);
}

function lookAtVolume(
  disk: GuestDisk,
  boot: Uint8Array,
  { number, type, start }: Partition,
  note: (isRight: boolean, what: string) => void,
): void {
  const name = number === 0 ? 'the disk' : `partition ${number}`;
  if (isNtfs(boot)) {
    note(true, `NTFS at the start of ${name}`);
    const total = Number(new DataView(boot.buffer, boot.byteOffset, boot.length).getBigUint64(0x28, true));
    const copy = (start + total) * SECTOR_SIZE;
    if (Number.isSafeInteger(copy) && copy + SECTOR_SIZE <= disk.size) {
      const isSame = sectorAt(disk, start + total).every((byte, at) => byte === boot[at]);
      note(isSame, `the copy of the boot sector at the end of ${name}`);
    }
  } else if (isFat(boot)) {
    note(true, `FAT at the start of ${name}`);
  } else if (type === LINUX_TYPE) {
    const superblock = sectorAt(disk, start + 2);
    // Linux keeps swap space, XFS and others in such partitions too: only ext tells anything.
    if (superblock[56] === 0x53 && superblock[57] === 0xef) {
      note(true, `ext at the start of ${name}`);
    }
  } else if (type === NTFS_TYPE || FAT_TYPES.includes(type)) {
    note(boot[510] === 0x55 && boot[511] === 0xaa, `the boot sector of ${name}`);
  }
}

function isNtfs(sector: Uint8Array): boolean {
  return hasText(sector, 3, 'NTFS    ');
}

function isFat(sector: Uint8Array): boolean {
  return hasText(sector, 54, 'FAT') || hasText(sector, 82, 'FAT32');
}

function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  return Array.from(text).every((letter, index) => bytes[offset + index] === letter.charCodeAt(0));
}

function sectorAt(disk: GuestDisk, sector: number): Uint8Array {
  const bytes = new Uint8Array(SECTOR_SIZE);
  disk.read(sector * SECTOR_SIZE, bytes);
  return bytes;
}
