/** Bytes of an id. */
export const DISK_ID_LENGTH = 16;

/** Which byte of the file each pair of digits shows: Windows keeps the first three groups little-endian in memory and in the file. */
const WINDOWS_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/**
 * An id as Windows shows it: lower-case, with dashes. Makers differ in the order in which they store it (FORMAT 1.1), so this may differ from
 * what a maker's own tools show; equal texts still mean equal bytes, which is what ties a child to its parent.
 */
export function formatDiskId(bytes: Uint8Array): string {
  const digits = WINDOWS_ORDER.map((index) => (bytes[index] ?? 0).toString(16).padStart(2, '0')).join('');
  return [0, 8, 12, 16, 20].map((from, i) => digits.slice(from, [8, 12, 16, 20, 32][i])).join('-');
}

/** The 16 bytes of an id that is written as `formatDiskId` does, in braces or not; null for anything else. */
export function parseDiskId(text: string): Uint8Array | null {
  const id = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i.exec(text.trim())?.[1];
  if (id === undefined) {
    return null;
  }
  const digits = id.replaceAll('-', '');
  const bytes = new Uint8Array(DISK_ID_LENGTH);
  for (const [at, index] of WINDOWS_ORDER.entries()) {
    bytes[index] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}

/** True for an id that is not there: all bytes 0. */
export function isNullId(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
