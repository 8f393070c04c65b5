/** Bits of sector bitmaps: most significant first in each byte. Sector counts of blocks are powers of two. */

/** A run of bits that are 1. */
export interface BitRun {
  readonly start: number;
  readonly length: number;
}

/** Bytes of a bitmap with so many bits. */
export function sectorCountBytes(sectorCount: number): number {
  return Math.ceil(sectorCount / 8);
}

/** Bits that are 1 in a word of 32. */
function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Bits that are 1 in all words. */
export function countAllBits(words: Int32Array): number {
  let count = 0;
  // Three times as fast as an iterator, and this runs over every bitmap of a chain.
  const { length } = words;
  for (let index = 0; index < length; index++) {
    count += countBits(words[index] ?? 0);
  }
  return count;
}

/**
 * Copies `count` bits, a power of two. `from` and `to` are multiples of `count`, so that bits within one byte never cross into the next;
 * what stands in the target's byte beside fewer than 8 bits must be 0, and the copy's byte is cleared where it begins.
 */
export function copyBits(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): void {
  if (count >= 8) {
    const first = from / 8;
    for (let index = 0; index < count / 8; index++) {
      target[to / 8 + index] = source[first + index] ?? 0;
    }
    return;
  }
  const mask = 0xff & (0xff << (8 - count));
  const bits = ((source[from >>> 3] ?? 0) << (from & 7)) & mask;
  const kept = (target[to >>> 3] ?? 0) & ~(mask >>> (to & 7));
  target[to >>> 3] = kept | (bits >>> (to & 7));
}

/** Clears the bits from `limit` up to `count`, and returns the runs of those that were 1. */
export function keepBitsBelow(bitmap: Uint8Array, limit: number, count: number): readonly BitRun[] {
  const runs: BitRun[] = [];
  let start = -1;
  for (let bit = limit; bit < count; bit++) {
    const mask = 0x80 >>> (bit & 7);
    const byte = bitmap[bit >>> 3] ?? 0;
    if (byte === 0 && start === -1) {
      // On to the next byte: a large block has millions of bits and mostly none to clear.
      bit |= 7;
    } else if ((byte & mask) !== 0) {
      bitmap[bit >>> 3] = byte & ~mask;
      start = start === -1 ? bit : start;
    } else if (start !== -1) {
      runs.push({ start, length: bit - start });
      start = -1;
    }
  }
  if (start !== -1) {
    runs.push({ start, length: count - start });
  }
  return runs;
}

/** Takes the bits that both have out of `remaining` and returns how many these were. Both are of one length. */
export function takeBits(remaining: Int32Array, bits: Int32Array): number {
  let count = 0;
  for (let index = 0; index < remaining.length; index++) {
    const left = remaining[index] ?? 0;
    const taken = left & (bits[index] ?? 0);
    if (taken !== 0) {
      remaining[index] = left ^ taken;
      count += countBits(taken);
    }
  }
  return count;
}

/** The runs of bits, from `from` to below `to`, that are 1 in both bitmaps; counted from bit 0. */
export function runsOfBoth(one: Uint8Array, other: Uint8Array, from: number, to: number): readonly BitRun[] {
  const runs: BitRun[] = [];
  let start = -1;
  for (let bit = from; bit < to;) {
    const both = (one[bit >>> 3] ?? 0) & (other[bit >>> 3] ?? 0);
    const isWholeByte = (bit & 7) === 0 && bit + 8 <= to;
    if (isWholeByte && (both === 0xff || both === 0)) {
      start = advance(runs, start, bit, both !== 0);
      bit += 8;
    } else {
      start = advance(runs, start, bit, (both & (0x80 >>> (bit & 7))) !== 0);
      bit += 1;
    }
  }
  advance(runs, start, to, false);
  return runs;
}

/** Ends the run that began at `start` (-1 for none) before `bit` where that is 0; returns where the run at `bit` began. */
function advance(runs: BitRun[], start: number, bit: number, isOne: boolean): number {
  if (isOne) {
    return start === -1 ? bit : start;
  }
  if (start !== -1) {
    runs.push({ start, length: bit - start });
  }
  return -1;
}
