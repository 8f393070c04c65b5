import type { Looks } from './blockIndex';

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

/** True where `summarizeTables` can do cells of so many blocks. */
export function canSummarize({ top, shared }: Tables, width: number): boolean {
  return width >= WORD && top.byteOffset % WORD === 0 && shared.byteOffset % WORD === 0;
}

/**
 * Fills the cells of `width` blocks each whose blocks all have the same top layer. Puts the numbers of the others, and of a last one that is not whole, into
 * `mixed`, and returns how many these are.
 */
export function summarizeTables(
  { top, shared }: Tables,
  width: number,
  lookOf: Uint32Array,
  cells: Looks,
  mixed: Uint32Array,
): number {
  const tops = new Uint32Array(top.buffer, top.byteOffset, Math.floor(top.length / WORD));
  const shares = new Uint32Array(shared.buffer, shared.byteOffset, tops.length);
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
