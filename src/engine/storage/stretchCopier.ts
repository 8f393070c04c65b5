import { forEachContentRun } from './contentRuns';
import { MAX_STRETCH_LENGTH, type CopyOrder, type CopyStretch } from './copyOrder';
import { sameBytes } from './sameBytes';

/** Read back at a time: little enough to stay in the processor's cache beside what it is compared with. Bytes. */
const CHECK_LENGTH = 256 * 1024;

/** Copies stretches one by one. */
export class StretchCopier {
  readonly #order: Omit<CopyOrder, 'length'>;
  readonly #buffer = new Uint8Array(MAX_STRETCH_LENGTH);
  readonly #found: Uint8Array;

  constructor(order: Omit<CopyOrder, 'length'>) {
    this.#order = order;
    this.#found = new Uint8Array(order.verifies ? CHECK_LENGTH : 0);
  }

  /**
   * Returns how many bytes were written; null where a source ends before its stretch does, or where what was written does not read so.
   * Throws what the storages throw.
   */
  copy(stretch: CopyStretch): number | null {
    const bytes = this.#read(stretch);
    if (bytes === null) {
      return null;
    }
    const { target, skipsZeros, verifies } = this.#order;
    let written = 0;
    if (skipsZeros) {
      forEachContentRun(bytes, (offset, length) => {
        target.write(stretch.targetOffset + offset, bytes.subarray(offset, offset + length));
        written += length;
      });
    } else {
      target.write(stretch.targetOffset, bytes);
      written = bytes.length;
    }
    return verifies && !this.#standsThere(stretch.targetOffset, bytes) ? null : written;
  }

  #read({ segments }: CopyStretch): Uint8Array | null {
    let length = 0;
    for (const segment of segments) {
      const part = this.#buffer.subarray(length, length + segment.length);
      const count = this.#order.sources[segment.source]?.read(segment.offset, part);
      if (count !== segment.length) {
        return null;
      }
      length += segment.length;
    }
    return this.#buffer.subarray(0, length);
  }

  #standsThere(offset: number, bytes: Uint8Array): boolean {
    for (let from = 0; from < bytes.length; from += CHECK_LENGTH) {
      const wanted = bytes.subarray(from, from + CHECK_LENGTH);
      const found = this.#found.subarray(0, wanted.length);
      if (this.#order.target.read(offset + from, found) !== wanted.length || !sameBytes(found, wanted)) {
        return false;
      }
    }
    return true;
  }
}
