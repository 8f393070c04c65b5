import type { SearchGround } from '../engine/chain/findBytes';
import { EngineError, diskGround, fileGround, findBytes } from '../engine/index';
import type { FindOrder, FindRun } from '../protocol/editing';
import type { ByteSource } from '../protocol/session';
import { wholeNumber } from './params';
import type { ImageSession } from './session';
import type { WorkerNotification } from './wire';

/** How long a search holds the thread before questions are let through, in milliseconds. */
const SLICE_TIME = 10;

/** What is found is told no oftener than that, in milliseconds. */
const TELL_INTERVAL = 100;

/** A search that finds more ends. */
const MAX_HITS = 10_000;

/** Searches at a time: a page has one. */
const MAX_SEARCHES = 32;

interface Search {
  readonly find: number;
  readonly steps: ReturnType<typeof findBytes>;
  /** Found and not told yet. */
  hits: number[];
  done: number;
  total: number;
  toldAt: number;
}

/** The searches of the pages. It never works by itself: whoever owns it calls `work` as long as it has time to give. */
export class FindQueue {
  readonly #session: ImageSession;
  readonly #tell: (notification: WorkerNotification) => void;
  readonly #now: () => number;
  /** Each gets a slice in turn; the next one is the first. */
  #searches: Search[] = [];

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(session: ImageSession, tell: (notification: WorkerNotification) => void, now: () => number) {
    this.#session = session;
    this.#tell = tell;
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#searches.length === 0;
  }

  /** Begins a search; what is wrong with its order is told as any other failure. */
  begin(order: FindOrder): void {
    this.stop(order.find);
    try {
      this.#searches.push(this.#searchOf(order));
    } catch (error) {
      this.#fail({ find: order.find, done: 0, total: 0 }, error);
    }
  }

  /** Ends a search, if there is one of that number, and tells nothing more of it. */
  stop(find: number): void {
    this.#searches = this.#searches.filter((search) => search.find !== find);
  }

  /** Ends all searches: what they looked through is no more. */
  clear(): void {
    this.#searches = [];
  }

  /** Goes on for some 10 ms. */
  work(): void {
    const search = this.#searches.shift();
    if (search === undefined) return;
    try {
      if (this.#isGoingOn(search)) this.#searches.push(search);
    } catch (error) {
      this.#fail(search, error);
    }
  }

  #searchOf({ find, source, pattern, ignoreCase, from }: FindOrder): Search {
    const ground = this.#ground(source);
    if (!(pattern.bytes instanceof Uint8Array) || !(pattern.mask instanceof Uint8Array)) {
      throw new RangeError('A pattern is made of bytes');
    }
    wholeNumber(this.#searches.length, 'Number of searches', 0, MAX_SEARCHES - 1);
    const options = { ignoreCase, from: wholeNumber(from, 'Offset', 0, ground.size), limit: MAX_HITS };
    const steps = findBytes(ground, pattern, options);
    return { find, steps, hits: [], done: 0, total: ground.size, toldAt: this.#now() };
  }

  #ground({ kind, layer }: ByteSource): SearchGround {
    const { chain } = this.#session;
    const number = this.#session.layerNumber(layer);
    const storage = chain.layers[number]?.image.storage;
    if (storage === undefined) throw new RangeError(`No layer ${layer}`);
    return kind === 'disk' ? diskGround(chain, number) : fileGround(storage);
  }

  #isGoingOn(search: Search): boolean {
    const end = this.#now() + SLICE_TIME;
    do {
      const step = search.steps.next();
      if (step.done === true) {
        this.#tellOf(search, step.value ? 'limit' : 'done');
        return false;
      }
      for (const hit of step.value.hits) search.hits.push(hit);
      search.done = step.value.done;
    } while (this.#now() < end);
    if (this.#now() - search.toldAt >= TELL_INTERVAL) this.#tellOf(search, 'searching');
    return true;
  }

  #tellOf(search: Search, state: FindRun['state']): void {
    const { find, hits, done, total } = search;
    this.#tell({ type: 'found', run: { find, hits, done, total, state, failure: null } });
    search.hits = [];
    search.toldAt = this.#now();
  }

  #fail({ find, done, total }: Pick<Search, 'find' | 'done' | 'total'>, error: unknown): void {
    const failure = EngineError.is(error) ? error.message : `VHD Editor made a mistake: ${String(error)}`;
    this.#tell({ type: 'found', run: { find, hits: [], done, total, state: 'failed', failure } });
  }
}
