/** A merge that is under way. Absolute paths. */
export interface BegunMerge {
  readonly path: string;
  readonly into: string;
}

const KEY = 'begunMerges';

/** What VS Code keeps for a workspace from window to window: its `Memento`. */
interface Kept {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Which merges this workspace has begun: one whose end nobody has seen was cut short, by a window that closed or was loaded anew. */
export class BegunMerges {
  readonly #memento: Kept;

  constructor(memento: Kept) {
    this.#memento = memento;
  }

  /** Keeps in mind that a merge is under way as long as the work takes, whatever comes of it. */
  async during<Result>(merge: BegunMerge, work: () => Promise<Result>): Promise<Result> {
    await this.#memento.update(KEY, [...this.#kept().filter((each) => each.into !== merge.into), merge]);
    try {
      return await work();
    } finally {
      await this.#memento.update(
        KEY,
        this.#kept().filter(({ into }) => into !== merge.into),
      );
    }
  }

  /** Those that were cut short; asked once, when nothing has begun yet. They are forgotten then. */
  takeLeft(): readonly BegunMerge[] {
    const left = this.#kept();
    if (left.length > 0) void this.#memento.update(KEY, undefined);
    return left;
  }

  #kept(): readonly BegunMerge[] {
    const kept: unknown = this.#memento.get(KEY);
    return Array.isArray(kept) ? kept.filter(isBegunMerge) : [];
  }
}

function isBegunMerge(value: unknown): value is BegunMerge {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('into' in value)) return false;
  return typeof value.path === 'string' && typeof value.into === 'string';
}
