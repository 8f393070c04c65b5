import { hasBootMark, partitionsOf, sectorAt, type GuestDisk, type GuestPartition } from '../chain/guestPartitions';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';

/** What a disk's own structures say of whether its parts belong together. */
export interface GuestMarks {
  /** Structures that stand where another one says: a partition's file system, its copy at the end. */
  readonly fitting: readonly string[];
  /** Structures that do not. */
  readonly broken: readonly string[];
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
  if (!hasBootMark(first)) {
    return { fitting, broken };
  }
  if (isNtfs(first) || isFat(first)) {
    lookAtVolume(disk, first, { number: 0, type: 0, start: 0, count: disk.size / SECTOR_SIZE }, note);
    return { fitting, broken };
  }
  const partitions = partitionsOf(first, disk.size / SECTOR_SIZE);
  for (const partition of partitions) {
    if (partition.type === GPT_TYPE) {
      note(hasText(sectorAt(disk, 1), 0, 'EFI PART'), t('the GUID partition table'));
      const last = sectorAt(disk, disk.size / SECTOR_SIZE - 1);
      note(hasText(last, 0, 'EFI PART'), t('the copy of the GUID partition table at the end of the disk'));
    } else {
      lookAtVolume(disk, sectorAt(disk, partition.start), partition, note);
    }
  }
  return { fitting, broken };
}

function lookAtVolume(
  disk: GuestDisk,
  boot: Uint8Array,
  { number, type, start }: GuestPartition,
  note: (isRight: boolean, what: string) => void,
): void {
  const name = number === 0 ? t('the disk') : t('partition {0}', number);
  if (isNtfs(boot)) {
    note(true, t('NTFS at the start of {0}', name));
    const total = Number(new DataView(boot.buffer, boot.byteOffset, boot.length).getBigUint64(0x28, true));
    const copy = (start + total) * SECTOR_SIZE;
    if (Number.isSafeInteger(copy) && copy + SECTOR_SIZE <= disk.size) {
      const isSame = sectorAt(disk, start + total).every((byte, at) => byte === boot[at]);
      note(isSame, t('the copy of the boot sector at the end of {0}', name));
    }
  } else if (isFat(boot)) {
    note(true, t('FAT at the start of {0}', name));
  } else if (type === LINUX_TYPE) {
    const superblock = sectorAt(disk, start + 2);
    // Linux keeps swap space, XFS and others in such partitions too: only ext tells anything.
    if (superblock[56] === 0x53 && superblock[57] === 0xef) {
      note(true, t('ext at the start of {0}', name));
    }
  } else if (type === NTFS_TYPE || FAT_TYPES.includes(type)) {
    note(hasBootMark(boot), t('the boot sector of {0}', name));
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
