import type { BytePattern, FindOrder, FindRun } from '../../protocol/editing';
import type { ByteSource } from '../../protocol/session';
import { Hits } from './hits';

/** What is to be looked for, and where. */
export interface SearchWish {
  readonly source: ByteSource;
  readonly pattern: BytePattern;
  readonly ignoreCase: boolean;
}

/** One search and what it has brought up so far. */
export class Search {
  readonly order: FindOrder;
  readonly hits: Hits;
  #state: FindRun['state'] | 'stopped' = 'searching';
  #share = 0;
  #failure: string | null = null;

  constructor(wish: SearchWish, from: number) {
    // Other pages of the same image hear of it too, and must not take it for theirs.
    const find = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
    this.order = { ...wish, find, from };
    this.hits = new Hits(from);
  }

  get state(): FindRun['state'] | 'stopped' {
    return this.#state;
  }

  /** How much of the bytes is looked through, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  get failure(): string | null {
    return this.#failure;
  }

  /** Whether it looks for this. */
  isFor({ source, pattern, ignoreCase }: SearchWish): boolean {
    const { order } = this;
    return (
      order.source.kind === source.kind &&
      order.source.layer === source.layer &&
      order.ignoreCase === ignoreCase &&
      isSame(order.pattern.bytes, pattern.bytes) &&
      isSame(order.pattern.mask, pattern.mask)
    );
  }

  /** Takes in what the engine tells; false where that is of another search, or comes too late. */
  take(run: FindRun): boolean {
    if (run.find !== this.order.find || this.#state !== 'searching') return false;
    this.hits.add(run.hits);
    this.#state = run.state;
    this.#share = run.total === 0 ? 1 : run.done / run.total;
    this.#failure = run.failure;
    return true;
  }

  /** Leaves it at what is found; false where it had ended before. */
  stop(): boolean {
    if (this.#state !== 'searching') return false;
    this.#state = 'stopped';
    return true;
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
