import type { DoubtfulRange } from '../chain/extents';

/** Sectors of the virtual disk whose content could not be had. */
export interface UnreadableRange {
  /** LBA of the first sector. */
  readonly start: number;
  /** Sectors. */
  readonly length: number;
  /** Number in the whole chain of the layer that has, or may have had, them. */
  readonly layer: number | null;
  /** `read-error`: the system could not read them. Otherwise what is wrong with the layer. */
  readonly reason: DoubtfulRange['reason'] | 'read-error';
}

/** Gathers ranges that come in about ascending order, and joins neighbours. */
export class UnreadableRanges {
  readonly #ranges: UnreadableRange[] = [];

  add(range: UnreadableRange): void {
    const last = this.#ranges.at(-1);
    const adjoins = last !== undefined && last.start + last.length === range.start;
    if (adjoins && last.layer === range.layer && last.reason === range.reason) {
      this.#ranges[this.#ranges.length - 1] = { ...last, length: last.length + range.length };
    } else {
      this.#ranges.push(range);
    }
  }

  /** In ascending order. */
  get all(): readonly UnreadableRange[] {
    return this.#ranges.sort((one, other) => one.start - other.start);
  }
}
