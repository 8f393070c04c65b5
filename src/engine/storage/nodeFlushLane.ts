import { closeSync, fdatasyncSync, fstatSync, fsyncSync, openSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { t } from '../l10n';
import { THIS_SYSTEM } from './nodeSystem';
import type { Storage } from './storage';
import { systemError } from './systemErrors';

/** Places in the memory that both threads see. */
const STATE = 0;
const CODE_LENGTH = 1;
/** How often an early flush was asked for. */
const EARLY = 2;
/** Changes with whatever is asked for, and at the end: what the thread waits for. */
const NEWS = 3;
const NUMBERS = 4;

/** What is done about the flush that was asked for. */
const IDLE = 0;
const ASKED = 1;
const RUNNING = 2;
const DONE = 3;
/** There is no more to come. */
const CLOSED = 4;

/** Room for the system's code of an error, such as `ENOSPC`. */
const MAX_CODE_LENGTH = 32;

interface FlushOrder {
  readonly kind: 'flushLane';
  readonly memory: SharedArrayBuffer;
  readonly descriptor: number;
  readonly path: string;
}

/** A thread that brings a file to the medium while others go on writing to it. */
export class NodeFlushLane {
  readonly #storage: Pick<Storage, 'flush'>;
  readonly #path: string;
  readonly #memory = new SharedArrayBuffer(NUMBERS * 4 + MAX_CODE_LENGTH);
  readonly #numbers = new Int32Array(this.#memory, 0, NUMBERS);

  /** See `nodeCopyTeam` for `program`. `descriptor` is that of `storage`, which is the file at `path`. */
  constructor(program: string, storage: Pick<Storage, 'flush'>, descriptor: number, path: string) {
    this.#storage = storage;
    this.#path = path;
    const order: FlushOrder = { kind: 'flushLane', memory: this.#memory, descriptor, path };
    const worker = new Worker(program, { name: 'VHD Editor flushes', workerData: order, execArgv: [] });
    // What it has not begun is done here.
    worker.on('error', () => undefined);
    worker.unref();
  }

  /** Begins to bring what was written to the medium, and promises nothing: so the medium has something to do until `start`. */
  startEarly(): void {
    Atomics.add(this.#numbers, EARLY, 1);
    this.#tellNews();
  }

  /** One at a time: `end` comes before the next. */
  start(): void {
    Atomics.store(this.#numbers, STATE, ASKED);
    this.#tellNews();
  }

  /** True between `start` and the end of what it started. */
  get isBusy(): boolean {
    const state = Atomics.load(this.#numbers, STATE);
    return state === ASKED || state === RUNNING;
  }

  /** Returns when all that was written before `start` is on the medium; at once where nothing was started. Throws as `Storage.flush`. */
  end(): void {
    // A thread that has not come to it yet may never do.
    if (Atomics.compareExchange(this.#numbers, STATE, ASKED, IDLE) === ASKED) {
      this.#storage.flush();
      return;
    }
    this.#waitWhileRunning();
    if (Atomics.compareExchange(this.#numbers, STATE, DONE, IDLE) === DONE) {
      this.#throwFailure();
    }
  }

  /** Returns when the file is not touched any more through `storage`. What was started may not have been done. */
  close(): void {
    Atomics.compareExchange(this.#numbers, STATE, ASKED, IDLE);
    this.#waitWhileRunning();
    Atomics.store(this.#numbers, STATE, CLOSED);
    this.#tellNews();
  }

  #waitWhileRunning(): void {
    while (Atomics.load(this.#numbers, STATE) === RUNNING) {
      Atomics.wait(this.#numbers, STATE, RUNNING);
    }
  }

  #tellNews(): void {
    Atomics.add(this.#numbers, NEWS, 1);
    Atomics.notify(this.#numbers, NEWS);
  }

  /** The system tells of a failed flush once: whoever flushes again hears of none. */
  #throwFailure(): void {
    const length = Atomics.load(this.#numbers, CODE_LENGTH);
    if (length > 0) {
      const code = String.fromCharCode(...new Uint8Array(this.#memory, NUMBERS * 4, length));
      throw systemError(t('Writing {0}', this.#path), Object.assign(new Error(code), { code }));
    }
  }
}

/** Does the work of such a thread where this one was started for it, and returns true when it is over; false in any other thread. */
export function runAsFlushLane(): boolean {
  const order = workerData as FlushOrder | null;
  if (isMainThread || order?.kind !== 'flushLane') {
    return false;
  }
  const numbers = new Int32Array(order.memory, 0, NUMBERS);
  if (Atomics.load(numbers, STATE) === CLOSED) {
    return true;
  }
  const early = new EarlyFlush(order);
  for (let done = 0; ;) {
    const news = Atomics.load(numbers, NEWS);
    const asked = Atomics.load(numbers, EARLY);
    if (Atomics.load(numbers, STATE) === CLOSED) {
      early.close();
      return true;
    }
    if (Atomics.compareExchange(numbers, STATE, ASKED, RUNNING) === ASKED) {
      flush(order, numbers);
      Atomics.store(numbers, STATE, DONE);
      Atomics.notify(numbers, STATE);
    } else if (asked === done) {
      Atomics.wait(numbers, NEWS, news);
    } else {
      early.run();
    }
    // A flush brings all to the medium that an early one would have.
    done = asked;
  }
}

function flush({ memory, descriptor }: FlushOrder, numbers: Int32Array): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    const bytes = Array.from(code.slice(0, MAX_CODE_LENGTH), (letter) => letter.charCodeAt(0));
    new Uint8Array(memory, NUMBERS * 4).set(bytes);
    Atomics.store(numbers, CODE_LENGTH, bytes.length);
  }
}

/**
 * Brings a file to the medium through an opening of its own: a system tells each opening of a file once that this failed, and it is the flush that counts
 * which has to be told.
 */
class EarlyFlush {
  /** -1 where there is none: then nothing is done. */
  readonly #descriptor: number;

  constructor({ path, descriptor }: FlushOrder) {
    this.#descriptor = openAgain(path, descriptor);
  }

  run(): void {
    if (this.#descriptor >= 0) {
      ignoreFailure(() => fdatasyncSync(this.#descriptor));
    }
  }

  close(): void {
    if (this.#descriptor >= 0) {
      ignoreFailure(() => closeSync(this.#descriptor));
    }
  }
}

/** Another opening of the file that stands at the path, or -1 where that is not the one of the descriptor. */
function openAgain(path: string, like: number): number {
  let opened = -1;
  ignoreFailure(() => (opened = openSync(path, THIS_SYSTEM.flushAccess)));
  if (opened >= 0 && !isSameFile(opened, like)) {
    ignoreFailure(() => closeSync(opened));
    return -1;
  }
  return opened;
}

function isSameFile(descriptor: number, other: number): boolean {
  try {
    const [one, two] = [fstatSync(descriptor), fstatSync(other)];
    return one.dev === two.dev && one.ino === two.ino;
  } catch {
    return false;
  }
}

function ignoreFailure(act: () => void): void {
  try {
    act();
  } catch {
    // It is the flush at the end that must not fail.
  }
}
