import { NO_LAYER } from '../../protocol/session';

/** Fill levels from 0 (hardly any sector is owned) to this one (every sector is). */
export const WHOLE = 7;

/** What else there is to say of a cell. */
export const Mark = {
  /** All is told: one owner, or two. */
  none: 0,
  /** Three owners or more; the look names the first two. */
  more: 1,
  /** Further layers have the block; who owns which sector is not read yet. */
  unread: 2,
} as const;
export type Mark = (typeof Mark)[keyof typeof Mark];

const FILL_LEVELS = WHOLE + 1;
const MARKS = 3;
const STATES = FILL_LEVELS * MARKS;

/** Share of a block's sectors, 0 to 255 (0 and 255 are exact), as a fill level. */
export function fillLevel(filled: number): number {
  return filled >= 255 ? WHOLE : Math.floor((filled * WHOLE) / 255);
}

/** The share of its block that a fill level stands for, in fourteenths: the middle of the level, and 14 for a whole block. */
export function fillWeight(level: number): number {
  return level >= WHOLE ? 2 * WHOLE : 2 * level + 1;
}

/** One look a cell; four bytes each only for chains so long that there are more than 65,536 looks. */
export type Looks = Uint16Array | Uint32Array;

/**
 * Everything that decides how a cell is drawn, packed into one number: the layer that owns most, the one that owns the next most,
 * how full the cell is, and a mark. The numbers are dense from 0 to `size` - 1, so that they index tables of colours.
 */
export class CellLooks {
  readonly layerCount: number;
  /** How many looks there are. */
  readonly size: number;
  /** The look of a cell that no layer owns. */
  readonly empty: number;
  // What a look says, by look: reading it is the innermost loop of a map of a million blocks.
  readonly #mains: Uint8Array;
  readonly #seconds: Uint8Array;

  constructor(layerCount: number) {
    const columns = layerCount + 1;
    this.layerCount = layerCount;
    this.size = columns * columns * STATES;
    this.empty = (columns * columns - 1) * STATES + WHOLE * MARKS;
    this.#mains = new Uint8Array(this.size).fill(NO_LAYER);
    this.#seconds = new Uint8Array(this.size).fill(NO_LAYER);
    for (let main = 0; main < layerCount; main++) {
      this.#mains.fill(main, main * columns * STATES, (main + 1) * columns * STATES);
      for (let second = 0; second < layerCount; second++) {
        const pair = (main * columns + second) * STATES;
        this.#seconds.fill(second, pair, pair + STATES);
      }
    }
  }

  /** `main` and `second` are layer numbers; NO_LAYER, or one beyond the chain, stands for none. */
  encode(main: number, second: number, level: number, mark: Mark): number {
    if (main >= this.layerCount) return this.empty;
    const other = second < this.layerCount ? second : this.layerCount;
    return (main * (this.layerCount + 1) + other) * STATES + level * MARKS + mark;
  }

  /** Equal for looks with the same owners, whatever their fill and mark. */
  owners(look: number): number {
    return Math.floor(look / STATES);
  }

  main(look: number): number {
    return this.#mains[look] ?? NO_LAYER;
  }

  second(look: number): number {
    return this.#seconds[look] ?? NO_LAYER;
  }

  level(look: number): number {
    return Math.floor((look % STATES) / MARKS);
  }

  mark(look: number): Mark {
    const mark = look % MARKS;
    return mark === Mark.more ? Mark.more : mark === Mark.unread ? Mark.unread : Mark.none;
  }
}
