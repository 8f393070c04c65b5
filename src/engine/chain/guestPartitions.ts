import { SECTOR_SIZE } from '../image';

/** Reads the disk as a guest would see it. */
export interface GuestDisk {
  /** Bytes. */
  readonly size: number;
  read(offset: number, target: Uint8Array): number;
}

/** A partition of the master boot record. */
export interface GuestPartition {
  /** From 1 on. */
  readonly number: number;
  readonly type: number;
  /** Sectors. */
  readonly start: number;
  readonly count: number;
}

/** The partitions that the first sector of a disk names and that begin on the disk; `sectorCount`: sectors of the disk. */
export function partitionsOf(first: Uint8Array, sectorCount: number): readonly GuestPartition[] {
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  return [0, 1, 2, 3]
    .map((index) => {
      const at = 446 + index * 16;
      const [start, count] = [view.getUint32(at + 8, true), view.getUint32(at + 12, true)];
      return { number: index + 1, type: view.getUint8(at + 4), start, count };
    })
    .filter(({ type, start }) => type !== 0 && start > 0 && start < sectorCount);
}

/** True where a sector ends as one does that names partitions, or boots. */
export function hasBootMark(sector: Uint8Array): boolean {
  return sector[510] === 0x55 && sector[511] === 0xaa;
}

/** One sector of a disk, by its LBA; zeros past its end. */
export function sectorAt(disk: GuestDisk, sector: number): Uint8Array {
  const bytes = new Uint8Array(SECTOR_SIZE);
  disk.read(sector * SECTOR_SIZE, bytes);
  return bytes;
}
