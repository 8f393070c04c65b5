import { forEachContentRun } from './contentRuns';
import type { CopyOrder, CopySegment, CopyStretch } from './copyOrder';
import { sameBytes } from './sameBytes';

/**
 * Bytes that are read, written and compared at a time. So many stay in a core's own cache meanwhile. And a system that is handed more in one write looks for
 * larger runs of memory to keep it in; a virtual machine gets those anew from its host, page by page: 4 GiB took four times as long in writes of 1 MiB, and
 * often twice as long in those of 256 KiB.
 */
const PIECE_LENGTH = 64 * 1024;

/** What is read back takes a call of the system more for each piece; with fewer of them a merge took a twentieth less. */
const VERIFIED_PIECE_LENGTH = 128 * 1024;

/** Whence and whither, and how. */
type StretchOrder = Pick<CopyOrder, 'target' | 'sources' | 'verifies' | 'skipsZeros'>;

/** Copies stretches one by one. */
export class StretchCopier {
  readonly #order: StretchOrder;
  readonly #buffer: Uint8Array;
  readonly #found: Uint8Array;

  constructor(order: StretchOrder) {
    this.#order = order;
    const pieceLength = order.verifies ? VERIFIED_PIECE_LENGTH : PIECE_LENGTH;
    this.#buffer = new Uint8Array(pieceLength);
    this.#found = new Uint8Array(order.verifies ? pieceLength : 0);
  }

  /**
   * Returns how many bytes were written; null where a source ends before its stretch does, or where what was written does not read so: part of the stretch
   * may have been copied then. Throws what the storages throw.
   */
  copy({ targetOffset, segments }: CopyStretch): number | null {
    const length = segments.reduce((sum, segment) => sum + segment.length, 0);
    const pieceLength = this.#buffer.length;
    let written = 0;
    for (let done = 0; done < length;) {
      const offset = targetOffset + done;
      // Pieces end on whole multiples of their length, so that they are of whole pages.
      const bytes = this.#buffer.subarray(0, Math.min(length - done, pieceLength - (offset % pieceLength)));
      if (!this.#read(segments, done, bytes)) {
        return null;
      }
      written += this.#write(offset, bytes);
      if (this.#order.verifies && !this.#standsThere(offset, bytes)) {
        return null;
      }
      done += bytes.length;
    }
    return written;
  }

  /** Fills `bytes` with what stands from byte `from` of all segments on; false where a source ends before. */
  #read(segments: readonly CopySegment[], from: number, bytes: Uint8Array): boolean {
    let start = 0;
    for (const { source, offset, length } of segments) {
      const first = Math.max(from, start);
      const end = Math.min(from + bytes.length, start + length);
      if (first < end) {
        const part = bytes.subarray(first - from, end - from);
        if (this.#order.sources[source]?.read(offset + first - start, part) !== part.length) {
          return false;
        }
      }
      start += length;
    }
    return true;
  }

  /** Returns how many bytes were written. */
  #write(offset: number, bytes: Uint8Array): number {
    const { target, skipsZeros } = this.#order;
    if (!skipsZeros) {
      target.write(offset, bytes);
      return bytes.length;
    }
    let written = 0;
    forEachContentRun(bytes, (start, length) => {
      target.write(offset + start, bytes.subarray(start, start + length));
      written += length;
    });
    return written;
  }

  #standsThere(offset: number, bytes: Uint8Array): boolean {
    const found = this.#found.subarray(0, bytes.length);
    return this.#order.target.read(offset, found) === bytes.length && sameBytes(found, bytes);
  }
}
