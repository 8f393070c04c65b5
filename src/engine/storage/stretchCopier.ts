import { forEachContentRun } from './contentRuns';
import { MAX_STRETCH_LENGTH, type CopyOrder, type CopyStretch } from './copyOrder';
import { sameBytes } from './sameBytes';

/** Copies stretches one by one. */
export class StretchCopier {
  readonly #order: Omit<CopyOrder, 'length'>;
  readonly #buffer = new Uint8Array(MAX_STRETCH_LENGTH);
  readonly #found: Uint8Array;

  constructor(order: Omit<CopyOrder, 'length'>) {
    this.#order = order;
    this.#found = new Uint8Array(order.verifies ? MAX_STRETCH_LENGTH : 0);
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
    const found = this.#found.subarray(0, bytes.length);
    return this.#order.target.read(offset, found) === bytes.length && sameBytes(found, bytes);
  }
}
