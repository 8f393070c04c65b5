import { sameBytes } from '../sameBytes';
import type { Looks } from './cellLook';

/** Kinds of blocks that allocation tables tell apart: the top layer, and 256 more for blocks that further layers have too. */
export const KINDS = 512;
const SHARED_KIND = 256;

/** Blocks whose bytes are looked at as one number. */
const WORD = 4;

/** The allocation tables of a map, one byte a block each. */
interface Tables {
  readonly top: Uint8Array;
  /** 0 for blocks that one layer has at most. */
  readonly shared: Uint8Array;
}

// These are done for each of a million blocks before the first picture, by a browser that has never run them: hence short, and of numbers alone.

/** Whether two maps say the same of who has each block. */
export function hasSameTables(one: Tables, other: Tables): boolean {
  const { length } = one.top;
  return (
    length === other.top.length &&
    sameBytes(one.top, other.top, 0, length) &&
    sameBytes(one.shared, other.shared, 0, length)
  );
}

/** The kind of a block. */
export function kindOf({ top, shared }: Tables, block: number): number {
  return (top[block] ?? 0) + (shared[block] === 0 ? 0 : SHARED_KIND);
}

/** Puts the look of each block's kind into `blocks`; returns how many blocks of each kind there are. */
export function readLooks({ top, shared }: Tables, lookOf: Uint32Array, blocks: Looks): Uint32Array {
  const seen = new Uint32Array(KINDS);
  for (let block = 0; block < top.length; block++) {
    const kind = (top[block] ?? 0) + (shared[block] === 0 ? 0 : SHARED_KIND);
    blocks[block] = lookOf[kind] ?? 0;
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
  return seen;
}

/** True where `summarizePairs` and `summarizeTables` can read the tables by words. */
export function hasWords({ top, shared }: Tables): boolean {
  return top.byteOffset % WORD === 0 && shared.byteOffset % WORD === 0;
}

/**
 * Fills the cells of two blocks each; `lookOfPair` tells the look of a cell by the kinds of its blocks. A last cell that is not whole is left alone.
 */
export function summarizePairs(
  { top, shared }: Tables,
  lookOfPair: (first: number, second: number) => number,
  cells: Looks,
): void {
  const { tops, shares } = wordsOf(top, shared);
  const looks = new Uint32Array(KINDS * KINDS);
  // Of a pair in the lower half of a word; zero stands for one that was not asked for before.
  const lookAt = (word: number, share: number): number => {
    const first = (word & 0xff) + ((share & 0xff) === 0 ? 0 : SHARED_KIND);
    const second = ((word >>> 8) & 0xff) + ((share & 0xff00) === 0 ? 0 : SHARED_KIND);
    const at = first * KINDS + second;
    const known = looks[at] ?? 0;
    if (known !== 0) return known - 1;
    const look = lookOfPair(first, second);
    looks[at] = look + 1;
    return look;
  };
  let [word, share, first, second] = [-1, -1, 0, 0];
  for (let at = 0, cell = 0; at < tops.length; at++) {
    const nextWord = tops[at] ?? 0;
    const nextShare = shares[at] ?? 0;
    if (nextWord !== word || nextShare !== share) {
      word = nextWord;
      share = nextShare;
      first = lookAt(word, share);
      second = lookAt(word >>> 16, share >>> 16);
    }
    cells[cell++] = first;
    cells[cell++] = second;
  }
  for (let block = tops.length * WORD; block + 1 < top.length; block += 2) {
    cells[block / 2] = lookOfPair(kindOf({ top, shared }, block), kindOf({ top, shared }, block + 1));
  }
}

function wordsOf(top: Uint8Array, shared: Uint8Array): { readonly tops: Uint32Array; readonly shares: Uint32Array } {
  const tops = new Uint32Array(top.buffer, top.byteOffset, Math.floor(top.length / WORD));
  return { tops, shares: new Uint32Array(shared.buffer, shared.byteOffset, tops.length) };
}

/**
 * Fills the cells of `width` blocks, four or more, whose blocks all have the same top layer. Puts the numbers of the others, and of a last one that is not whole, into
 * `mixed`, and returns how many these are.
 */
export function summarizeTables(
  { top, shared }: Tables,
  width: number,
  lookOf: Uint32Array,
  cells: Looks,
  mixed: Uint32Array,
): number {
  const { tops, shares } = wordsOf(top, shared);
  const wordCount = width / WORD;
  const wholeCount = Math.floor(top.length / width);
  let mixedCount = 0;
  for (let cell = 0, at = 0; cell < wholeCount; cell++) {
    const word = tops[at] ?? 0;
    const layer = word & 0xff;
    let differs = word ^ Math.imul(layer, 0x01010101);
    let shares4 = shares[at] ?? 0;
    at++;
    for (let count = 1; count < wordCount; count++) {
      differs |= (tops[at] ?? 0) ^ word;
      shares4 |= shares[at] ?? 0;
      at++;
    }
    if (differs === 0) cells[cell] = lookOf[shares4 === 0 ? layer : layer + SHARED_KIND] ?? 0;
    else mixed[mixedCount++] = cell;
  }
  if (wholeCount < cells.length) mixed[mixedCount++] = wholeCount;
  return mixedCount;
}
