import type { EditTarget } from '../../protocol/editing';
import type { ByteSource } from '../../protocol/session';

/** Bytes that were written but that the files may not show yet. */
export interface WrittenRange {
  readonly target: EditTarget;
  readonly offset: number;
  readonly length: number;
  /** Again and again, the last one cut off. */
  readonly pattern: Uint8Array;
  /** The moment of the answer; what was read before it may still be without these bytes. Null while it is on its way. */
  settledAt: number | null;
}

/** Answered ranges that are kept for readings that were begun before; those come within moments. */
const MOST_SETTLED = 64;

/** What the user wrote a moment ago, to be shown before the host has answered. Moments are counted, not measured. */
export class PendingBytes {
  #ranges: WrittenRange[] = [];
  #now = 0;

  /** The present moment, by which a reading is told from those that began before. */
  now(): number {
    this.#now += 1;
    return this.#now;
  }

  add(target: EditTarget, offset: number, length: number, pattern: Uint8Array): WrittenRange {
    const range = { target, offset, length, pattern, settledAt: null };
    this.#ranges.push(range);
    return range;
  }

  /** The host has made the edit. */
  settle(range: WrittenRange): void {
    range.settledAt = this.now();
    const settled = this.#ranges.filter(({ settledAt }) => settledAt !== null);
    const old = new Set(settled.slice(0, Math.max(0, settled.length - MOST_SETTLED)));
    if (old.size > 0) this.#ranges = this.#ranges.filter((each) => !old.has(each));
  }

  /** The edit was not made. */
  drop(range: WrittenRange): void {
    this.#ranges = this.#ranges.filter((each) => each !== range);
  }

  /** What stands at a place, where a reading begun at the moment `readAt` cannot know it; null where it does. */
  byteAt(source: ByteSource, offset: number, readAt: number): number | null {
    if (source.layer !== 0) return null;
    for (let at = this.#ranges.length - 1; at >= 0; at--) {
      const range = this.#ranges[at];
      if (range?.target !== source.kind) continue;
      if (range.settledAt !== null && readAt > range.settledAt) continue;
      const within = offset - range.offset;
      if (within >= 0 && within < range.length) return range.pattern[within % range.pattern.length] ?? null;
    }
    return null;
  }
}
