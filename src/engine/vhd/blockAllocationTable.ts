import type { Storage } from '../storage/storage';

/** An entry of a block that is not in the file; the same in either byte order. */
export const ABSENT_ENTRY = 0xffff_ffff;
export const TABLE_ENTRY_LENGTH = 4;

/** More blocks than any product makes (the largest disk in blocks of 128 KiB); its table takes 64 MiB. A bound of ours. */
export const MAX_BLOCK_COUNT = 16 * 1024 * 1024;

/** True on all machines that Node is built for but a few: then the file's byte order is the other one. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A block allocation table as it stands in the file: `words` are the raw big-endian entries, which are put in order one by one
 * when they are asked for, since most questions (how many? is it absent?) do not need it.
 */
export class BlockAllocationTable {
  readonly words: Uint32Array;

  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** Entries that are in the file. */
  get length(): number {
    return this.words.length;
  }

  /** The sector (unsigned) at which a block's bitmap begins, or ABSENT_ENTRY; also for blocks past the end. */
  entry(block: number): number {
    const word = this.words[block] ?? ABSENT_ENTRY;
    return swappedIfLittleEndian(word) >>> 0;
  }

  /** How many entries name a place, possible or not. */
  countUsed(): number {
    const { words } = this;
    const { length } = words;
    let used = 0;
    // By index: ten times as fast as for-of on a typed array.
    for (let i = 0; i < length; i++) {
      if (words[i] !== ABSENT_ENTRY) {
        used++;
      }
    }
    return used;
  }
}

/**
 * Reads a table of at most `entryCount` entries at `offset` (bytes), fewer where the file of `fileSize` bytes ends before. One read.
 */
export function readTable(
  storage: Storage,
  fileSize: number,
  offset: number,
  entryCount: number,
): BlockAllocationTable {
  const entriesInFile = Math.max(0, Math.floor((fileSize - offset) / TABLE_ENTRY_LENGTH));
  const words = new Uint32Array(Math.min(entryCount, entriesInFile));
  if (words.length > 0) {
    const bytes = new Uint8Array(words.buffer);
    const count = storage.read(offset, bytes);
    // The file shrank meanwhile.
    bytes.fill(0xff, count);
  }
  return new BlockAllocationTable(words);
}

/** The bytes of a table, entries as `BlockAllocationTable.entry` gives them. */
export function encodeTable(entries: readonly number[] | Uint32Array): Uint8Array {
  const words = Uint32Array.from(entries, swappedIfLittleEndian);
  return new Uint8Array(words.buffer);
}

/** The most significant byte of a raw entry. */
export function leadingByte(word: number): number {
  return IS_LITTLE_ENDIAN ? word & 0xff : word >>> 24;
}

/**
 * A raw entry as a number, or a number as a raw entry: its bytes in the other order where this machine needs it. Signed, since that is what the
 * machine computes fastest; `>>> 0` makes it unsigned.
 */
export function swappedIfLittleEndian(word: number): number {
  if (!IS_LITTLE_ENDIAN) {
    return word | 0;
  }
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
