import { EngineError } from '../errors';
import { t } from '../l10n';

/** Bytes to look for; a zero bit in the mask says that the pattern's bit does not matter. Both are of 1 to 256 bytes, and equally long. */
export interface BytePattern {
  readonly bytes: Uint8Array;
  readonly mask: Uint8Array;
}

/** Bytes of the longest pattern. */
const MAX_PATTERN_LENGTH = 256;

/** Places of a text that are looked at to learn which bytes are common in it. */
const SAMPLE_COUNT = 1024;

/** A byte that is found oftener than in one sample of so many is looked for by its own loop: the system's search costs more a find than a byte. */
const RARE_SHARE = 32;

interface NativeSearch {
  from(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array;
}

/** Node's bytes, where the engine runs on Node: their `indexOf` goes through many bytes at once, and that of other arrays does not. */
const native = (globalThis as { readonly Buffer?: NativeSearch }).Buffer;

/** Bytes as the fastest search of the platform takes them; the same memory. */
export function searchable(bytes: Uint8Array): Uint8Array {
  return native === undefined ? bytes : native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Finds a pattern in bytes, wherever and however often it stands there. */
export class ByteMatcher {
  /** Bytes. */
  readonly length: number;
  /** True where nothing but zeros is a match: then a match may lie in what no layer owns. */
  readonly matchesZeros: boolean;
  readonly #bytes: Uint8Array;
  readonly #mask: Uint8Array;
  /** Places in the pattern that only one value fits. */
  readonly #exactPlaces: readonly number[];
  /** The place in the pattern after which the loop looks, and how far it may go on by the byte that stands there; 0 where the byte fits. */
  readonly #loopPlace: number;
  readonly #steps: Uint16Array;
  readonly #counts = new Uint16Array(256);

  /** `ignoreCase`: ASCII letters fit in either case. Throws EngineError `out-of-range` for what is no pattern, or one that fits everything. */
  constructor(pattern: BytePattern, ignoreCase: boolean) {
    requirePattern(pattern);
    this.length = pattern.bytes.length;
    this.#mask = pattern.mask.slice();
    this.#bytes = pattern.bytes.map((byte, at) => byte & (pattern.mask[at] ?? 0));
    if (ignoreCase) {
      this.#forgetCase();
    }
    this.matchesZeros = this.#bytes.every((byte) => byte === 0);
    this.#exactPlaces = [...this.#mask.keys()].filter((at) => this.#mask[at] === 0xff);
    const { start, end } = this.#narrowRun();
    this.#loopPlace = end - 1;
    this.#steps = this.#stepsOf(start, end);
  }

  /**
   * Puts the index of each match that begins in `bytes`, from `from` on, and lies in it whole, into `hits`, in order, as long as these are fewer than `limit`.
   * Returns the index where the search would go on. `bytes` come from `searchable`.
   */
  find(bytes: Uint8Array, from: number, hits: number[], limit: number): number {
    const end = bytes.length - this.length + 1;
    if (from >= end) {
      return Math.max(from, end);
    }
    const place = this.#rarePlace(bytes);
    return place === null ? this.#findInLoop(bytes, from, hits, limit) : this.#findBy(place, bytes, from, hits, limit);
  }

  /** Letters differ in one bit from those of the other case, and from nothing else. */
  #forgetCase(): void {
    for (const [at, byte] of this.#bytes.entries()) {
      const letter = byte & 0xdf;
      if (this.#mask[at] === 0xff && letter >= 0x41 && letter <= 0x5a) {
        this.#bytes[at] = letter;
        this.#mask[at] = 0xdf;
      }
    }
  }

  #fits(byte: number, at: number): boolean {
    return (byte & (this.#mask[at] ?? 0)) === this.#bytes[at];
  }

  /** The longest run of places that few values fit, from `start` to before `end`; the place that the fewest fit where there is none. */
  #narrowRun(): { start: number; end: number } {
    const freedom = Array.from(this.#mask, (mask) => 8 - onesOf(mask));
    const least = freedom.indexOf(Math.min(...freedom));
    let best = { start: least, end: least + 1 };
    for (let start = 0, at = 0; at < this.length; at++) {
      if ((freedom[at] ?? 8) > 1) {
        start = at + 1;
      } else if (at + 1 - start > best.end - best.start) {
        best = { start, end: at + 1 };
      }
    }
    return best;
  }

  /** How far the last place of a run may go on when a byte stands under it: to where that byte fits an earlier place, or past the run. */
  #stepsOf(start: number, end: number): Uint16Array {
    const steps = new Uint16Array(256).fill(end - start);
    for (let at = start; at < end; at++) {
      for (let byte = 0; byte < 256; byte++) {
        if (this.#fits(byte, at)) {
          steps[byte] = end - 1 - at;
        }
      }
    }
    return steps;
  }

  /** The place in the pattern whose byte is the rarest in these bytes; null where none is rare. */
  #rarePlace(bytes: Uint8Array): number | null {
    const counts = this.#counts.fill(0);
    const step = Math.max(1, Math.floor(bytes.length / SAMPLE_COUNT));
    let sampleCount = 0;
    for (let at = step >>> 1; at < bytes.length; at += step) {
      const byte = bytes[at] ?? 0;
      counts[byte] = (counts[byte] ?? 0) + 1;
      sampleCount++;
    }
    let rarest: number | null = null;
    let least = sampleCount / RARE_SHARE;
    for (const at of this.#exactPlaces) {
      const count = counts[this.#bytes[at] ?? 0] ?? 0;
      if (count < least) {
        least = count;
        rarest = at;
      }
    }
    return rarest;
  }

  #findBy(place: number, bytes: Uint8Array, from: number, hits: number[], limit: number): number {
    const byte = this.#bytes[place] ?? 0;
    const end = bytes.length - this.length + 1;
    for (let at = bytes.indexOf(byte, from + place); at !== -1; at = bytes.indexOf(byte, at + 1)) {
      const start = at - place;
      if (start >= end) {
        break;
      }
      if (this.#matchesAt(bytes, start)) {
        if (hits.length === limit) {
          return start;
        }
        hits.push(start);
      }
    }
    return end;
  }

  #findInLoop(bytes: Uint8Array, from: number, hits: number[], limit: number): number {
    const steps = this.#steps;
    const place = this.#loopPlace;
    const end = bytes.length - this.length + 1 + place;
    for (let at = from + place; at < end;) {
      const step = steps[bytes[at] ?? 0] ?? 1;
      if (step !== 0) {
        at += step;
        continue;
      }
      if (this.#matchesAt(bytes, at - place)) {
        if (hits.length === limit) {
          return at - place;
        }
        hits.push(at - place);
      }
      at++;
    }
    return end - place;
  }

  #matchesAt(bytes: Uint8Array, start: number): boolean {
    const pattern = this.#bytes;
    const mask = this.#mask;
    for (let at = 0; at < pattern.length; at++) {
      if (((bytes[start + at] ?? 0) & (mask[at] ?? 0)) !== pattern[at]) {
        return false;
      }
    }
    return true;
  }
}

function onesOf(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) {
    count++;
  }
  return count;
}

function requirePattern({ bytes, mask }: BytePattern): void {
  const isLong = bytes.length > MAX_PATTERN_LENGTH;
  const why =
    bytes.length === 0 || isLong || mask.length !== bytes.length
      ? t(
          'it has {0} bytes and a mask of {1}, and both must have 1 to {2}',
          bytes.length,
          mask.length,
          MAX_PATTERN_LENGTH,
        )
      : mask.every((bits) => bits === 0)
        ? t('it fits everything')
        : null;
  if (why !== null) {
    throw new EngineError('out-of-range', { what: t('The pattern to look for'), why, remedy: t('choose another one') });
  }
}
