/** Zeros are looked for in pieces of this many bytes, the smallest hole that common file systems make. */
export const HOLE_GRAIN = 4096;

const WORDS_A_GRAIN = HOLE_GRAIN / 4;

/**
 * Calls `use` for every run of bytes that is not all zero, in order: offset and length in `bytes`, in whole grains but for the last.
 * `bytes` begins on a 4-byte boundary of its buffer; its length is a multiple of 4.
 */
export function forEachContentRun(bytes: Uint8Array, use: (offset: number, length: number) => void): void {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let start = -1;
  for (let at = 0; at < words.length; at += WORDS_A_GRAIN) {
    const isZero = isZeroBetween(words, at, Math.min(words.length, at + WORDS_A_GRAIN));
    if (!isZero && start === -1) {
      start = at;
    } else if (isZero && start !== -1) {
      use(start * 4, (at - start) * 4);
      start = -1;
    }
  }
  if (start !== -1) {
    use(start * 4, (words.length - start) * 4);
  }
}

/** Most content shows in its first word. */
function isZeroBetween(words: Int32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (words[at] !== 0) {
      return false;
    }
  }
  return true;
}
