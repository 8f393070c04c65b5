import type { BlockDetail } from '../../protocol/session';

/** Answers that are kept: a detail holds a byte a sector, 4 KiB as a rule. */
const MAX_KEPT = 256;

/** Asks for the details of blocks, one at a time: of those wanted meanwhile only the last is asked for next. */
export class Describer {
  readonly #ask: (block: number) => Promise<BlockDetail>;
  readonly #answered: (detail: BlockDetail) => void;
  readonly #kept = new Map<number, BlockDetail>();
  #asked: number | null = null;
  #next: number | null = null;
  /** Counts the maps, so that an answer for an earlier one is dropped. */
  #generation = 0;

  constructor(ask: (block: number) => Promise<BlockDetail>, answered: (detail: BlockDetail) => void) {
    this.#ask = ask;
    this.#answered = answered;
  }

  known(block: number): BlockDetail | undefined {
    return this.#kept.get(block);
  }

  want(block: number): void {
    if (this.#kept.has(block) || this.#asked === block) this.#next = null;
    else if (this.#asked !== null) this.#next = block;
    else void this.#describe(block);
  }

  /** Nobody waits for an answer any more; what is on its way is still kept. */
  wantNothing(): void {
    this.#next = null;
  }

  /** Another map: what was said of the old one means nothing. */
  forget(): void {
    this.#kept.clear();
    this.#asked = null;
    this.#next = null;
    this.#generation++;
  }

  async #describe(block: number): Promise<void> {
    const generation = this.#generation;
    this.#asked = block;
    // A block that cannot be read stays as the map alone tells it; the page's shell shows errors.
    const detail = await this.#ask(block).catch(() => null);
    if (generation !== this.#generation) return;
    this.#asked = null;
    if (detail !== null) {
      if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
      this.#kept.set(block, detail);
      this.#answered(detail);
    }
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.want(next);
  }
}
