import type { BlockDetail } from '../../protocol/session';
import type { Connection } from '../connection';

/** Blocks that are kept: enough to move about among neighbours, at most some KiB each. */
const MAX_KEPT = 64;

/** The blocks that were asked for last, down to their sectors, as of one layer at a time. */
export class BlockDetails {
  readonly #connection: Connection;
  /** In the order of their last use. */
  readonly #kept = new Map<number, Promise<BlockDetail>>();
  #asOf = -1;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Rejects when the block cannot be read; then it is asked for again the next time. */
  get(asOf: number, block: number): Promise<BlockDetail> {
    if (asOf !== this.#asOf) this.forget();
    this.#asOf = asOf;
    const detail = this.#kept.get(block) ?? this.#connection.request('blockDetail', { asOf, block });
    this.#kept.delete(block);
    this.#kept.set(block, detail);
    detail.catch(() => {
      if (this.#kept.get(block) === detail) this.#kept.delete(block);
    });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    return detail;
  }

  /** Forgets all: the files may have changed. */
  forget(): void {
    this.#kept.clear();
  }
}
