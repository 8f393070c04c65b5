import { crc32c } from './crc32c';
import type { Patch, PatchChange } from './patch';

/**
 * A journal file, little-endian. Head: `VHDEJRNL`, u32 version, u32 CRC-32C of all that follows, u64 length of all that follows.
 * Then u64 length of the image before, u64 after, and for every change u64 offset, u32 bytes before, u32 bytes after, both contents.
 */
const MAGIC = 'VHDEJRNL';
const VERSION = 1;
/** Bytes. */
export const JOURNAL_HEAD_SIZE = 24;
const LENGTHS_SIZE = 16;
const CHANGE_HEAD_SIZE = 16;

/** Bytes that a patch takes as a journal. */
export function journalSize(patch: Patch): number {
  return patch.changes.reduce((sum, change) => sum + sizeOf(change), JOURNAL_HEAD_SIZE + LENGTHS_SIZE);
}

/** Throws RangeError for a patch of more than 4 GiB; see `decodeJournal`. */
export function encodeJournal(patch: Patch): Uint8Array {
  const size = journalSize(patch);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(Array.from(MAGIC, (letter) => letter.charCodeAt(0)));
  view.setUint32(8, VERSION, true);
  setSize(view, 16, size - JOURNAL_HEAD_SIZE);
  setSize(view, JOURNAL_HEAD_SIZE, patch.lengthBefore);
  setSize(view, JOURNAL_HEAD_SIZE + 8, patch.lengthAfter);
  let at = JOURNAL_HEAD_SIZE + LENGTHS_SIZE;
  for (const change of patch.changes) {
    setSize(view, at, change.offset);
    view.setUint32(at + 8, change.before.length, true);
    view.setUint32(at + 12, change.after.length, true);
    bytes.set(change.before, at + CHANGE_HEAD_SIZE);
    bytes.set(change.after, at + CHANGE_HEAD_SIZE + change.before.length);
    at += sizeOf(change);
  }
  view.setUint32(12, crc32c(bytes.subarray(16)), true);
  return bytes;
}

/** True where a file of `size` bytes that begins with `bytes` may be a journal; its content may be torn all the same. */
export function isJournalHead(bytes: Uint8Array, size: number): boolean {
  if (size < JOURNAL_HEAD_SIZE + LENGTHS_SIZE || bytes.length < JOURNAL_HEAD_SIZE) {
    return false;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return (
    String.fromCharCode(...bytes.subarray(0, 8)) === MAGIC &&
    view.getUint32(8, true) === VERSION &&
    getSize(view, 16) === size - JOURNAL_HEAD_SIZE
  );
}

/** The patch in a journal, or null where it is not whole: cut short, torn, or no journal at all. */
export function decodeJournal(bytes: Uint8Array): Patch | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isJournalHead(bytes, bytes.length) || view.getUint32(12, true) !== crc32c(bytes.subarray(16))) {
    return null;
  }
  const changes: PatchChange[] = [];
  let at = JOURNAL_HEAD_SIZE + LENGTHS_SIZE;
  while (at < bytes.length) {
    if (at + CHANGE_HEAD_SIZE > bytes.length) {
      return null;
    }
    const middle = at + CHANGE_HEAD_SIZE + view.getUint32(at + 8, true);
    const end = middle + view.getUint32(at + 12, true);
    if (end > bytes.length) {
      return null;
    }
    const before = bytes.slice(at + CHANGE_HEAD_SIZE, middle);
    changes.push({ offset: getSize(view, at), before, after: bytes.slice(middle, end) });
    at = end;
  }
  return { lengthBefore: getSize(view, JOURNAL_HEAD_SIZE), lengthAfter: getSize(view, JOURNAL_HEAD_SIZE + 8), changes };
}

function sizeOf({ before, after }: PatchChange): number {
  return CHANGE_HEAD_SIZE + before.length + after.length;
}

function setSize(view: DataView, at: number, size: number): void {
  view.setBigUint64(at, BigInt(size), true);
}

function getSize(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
