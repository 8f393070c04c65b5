import { FOOTER_LENGTH } from './footer';

/** Data lies on such boundaries, as Hyper-V and Xen have it (FORMAT 1.5). */
const DATA_ALIGNMENT = 4096;

/** The largest sector number that a table can hold; the one above means that the block is absent. */
export const MAX_PLACE = 0xffff_fffe;

/** Where the bitmap of a block begins that comes at `next` or behind; its data, whole and aligned, follows it. Bytes. */
export function placeFor(next: number, bitmapBytes: number): number {
  return roundUp(next + bitmapBytes, DATA_ALIGNMENT) - bitmapBytes;
}

/**
 * Length of a file, now of `fileSize` bytes, whose content is to end at `end` and whose footer follows. It stays the multiple that it was:
 * Hyper-V keeps it at whole pages (FORMAT 1.1).
 */
export function grownLength(fileSize: number, end: number): number {
  const unit = fileSize % DATA_ALIGNMENT === 0 ? DATA_ALIGNMENT : FOOTER_LENGTH;
  return Math.max(fileSize, roundUp(end + FOOTER_LENGTH, unit));
}

export function roundUp(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}
