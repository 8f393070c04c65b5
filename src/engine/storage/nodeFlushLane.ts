import { fsyncSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { t } from '../l10n';
import type { Storage } from './storage';
import { systemError } from './systemErrors';

/** Places in the memory that both threads see. */
const STATE = 0;
const CODE_LENGTH = 1;
const NUMBERS = 2;

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
}

/** A thread that brings a file to the medium while others go on writing to it. */
export class NodeFlushLane {
  readonly #storage: Pick<Storage, 'flush'>;
  readonly #path: string;
  readonly #memory = new SharedArrayBuffer(NUMBERS * 4 + MAX_CODE_LENGTH);
  readonly #numbers = new Int32Array(this.#memory, 0, NUMBERS);

  /** See `nodeCopyTeam` for `program`. `descriptor` is that of `storage`, `path` for errors only. */
  constructor(program: string, storage: Pick<Storage, 'flush'>, descriptor: number, path: string) {
    this.#storage = storage;
    this.#path = path;
    const order: FlushOrder = { kind: 'flushLane', memory: this.#memory, descriptor };
    const worker = new Worker(program, { name: 'VHD Editor flushes', workerData: order, execArgv: [] });
    // What it has not begun is done here.
    worker.on('error', () => undefined);
    worker.unref();
  }

  /** One at a time: `end` comes before the next. */
  start(): void {
    Atomics.store(this.#numbers, STATE, ASKED);
    Atomics.notify(this.#numbers, STATE);
  }

  /** Returns when all that was written before `start` is on the medium; at once where nothing was started. Throws as `Storage.flush`. */
  end(): void {
    // A thread that has not come to it yet may never do.
    if (Atomics.compareExchange(this.#numbers, STATE, ASKED, IDLE) === ASKED) {
      this.#storage.flush();
      return;
    }
    while (Atomics.load(this.#numbers, STATE) === RUNNING) {
      Atomics.wait(this.#numbers, STATE, RUNNING);
    }
    if (Atomics.compareExchange(this.#numbers, STATE, DONE, IDLE) === DONE) {
      this.#throwFailure();
    }
  }

  /** Returns when the file is not touched any more. What was started may not have been done. */
  close(): void {
    Atomics.compareExchange(this.#numbers, STATE, ASKED, IDLE);
    while (Atomics.load(this.#numbers, STATE) === RUNNING) {
      Atomics.wait(this.#numbers, STATE, RUNNING);
    }
    Atomics.store(this.#numbers, STATE, CLOSED);
    Atomics.notify(this.#numbers, STATE);
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
  for (;;) {
    const state = Atomics.load(numbers, STATE);
    if (state === CLOSED) {
      return true;
    }
    if (state === ASKED && Atomics.compareExchange(numbers, STATE, ASKED, RUNNING) === ASKED) {
      flush(order, numbers);
      Atomics.store(numbers, STATE, DONE);
      Atomics.notify(numbers, STATE);
    } else if (state !== ASKED) {
      Atomics.wait(numbers, STATE, state);
    }
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
