import { ABSENT_ENTRY, leadingByte } from './blockAllocationTable';

/** Entries that begin with a byte from `from` on, up to `from + span` inclusive, are places that can be; 0xff is never among these bytes. */
export interface SureBytes {
  readonly from: number;
  readonly span: number;
}

/** A block-grain map (see `Image.markAllocated`) by fours of blocks. */
export interface MapByFours {
  readonly top: Int32Array;
  readonly shared: Int32Array;
}

/** Four times NO_LAYER. */
const NO_LAYERS = -1;

/** Set in four layers at once where one of them is NO_LAYER; a chain has no layer of a number so high. */
const NO_LAYER_BITS = 0x8080_8080 | 0;

const ALL_SHARED = 0x0101_0101;

/** The same memory by fours, the last few blocks left out; null where it does not begin at a multiple of four. */
export function mapByFours(top: Uint8Array, shared: Uint8Array): MapByFours | null {
  if (top.byteOffset % 4 !== 0 || shared.byteOffset % 4 !== 0) {
    return null;
  }
  return {
    top: new Int32Array(top.buffer, top.byteOffset, top.length >>> 2),
    shared: new Int32Array(shared.buffer, shared.byteOffset, shared.length >>> 2),
  };
}

/**
 * Marks fours of blocks as `Image.markAllocated` does, from `from` to `to` (exclusive), as long as they are alike: all absent, or all surely
 * possible and all first or not first. Returns the first four that are not, `to` where all were. `words` are raw entries of a table.
 *
 * A table of a million entries is marked this way in a third of the time that it takes one by one.
 */
export function markFours(
  words: Uint32Array,
  map: MapByFours,
  layer: number,
  sure: SureBytes,
  from: number,
  to: number,
): number {
  const { top, shared } = map;
  const { from: first, span } = sure;
  const layers = Math.imul(layer, 0x0101_0101);
  for (let four = from; four < to; four++) {
    if (shared[four] === ALL_SHARED) {
      // Nothing that a further layer has there makes a difference.
      continue;
    }
    const at = four * 4;
    const a = words[at] ?? ABSENT_ENTRY;
    const b = words[at + 1] ?? ABSENT_ENTRY;
    const c = words[at + 2] ?? ABSENT_ENTRY;
    const d = words[at + 3] ?? ABSENT_ENTRY;
    const isSure =
      (leadingByte(a) - first) >>> 0 <= span &&
      (leadingByte(b) - first) >>> 0 <= span &&
      (leadingByte(c) - first) >>> 0 <= span &&
      (leadingByte(d) - first) >>> 0 <= span;
    if (!isSure) {
      if ((a & b & c & d) === -1) {
        continue;
      }
      return four;
    }
    const above = top[four] ?? NO_LAYERS;
    if (above === NO_LAYERS) {
      top[four] = layers;
    } else if ((above & NO_LAYER_BITS) === 0) {
      shared[four] = ALL_SHARED;
    } else {
      return four;
    }
  }
  return to;
}
