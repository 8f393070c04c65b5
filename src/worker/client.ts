import type { Worker } from 'node:worker_threads';
import type { EngineErrorCode } from '../engine/errors';
import { t } from '../engine/index';
import type { Progress } from '../engine/index';
import type { FindOrder } from '../protocol/editing';
import { startThread } from './startThread';
import type { Failure, FromWorker, ToWorker, WorkerNotification, WorkerRequestName, WorkerRequests } from './wire';

/** The worker could not do what was asked. The message is for people. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure';
  /** Null where the failure is a mistake of ours or the worker ended. */
  readonly code: EngineErrorCode | null;
  /** Where in the worker it happened; null where that is of no interest. */
  readonly workerStack: string | null;

  constructor({ message, code, stack }: Failure) {
    super(message);
    this.code = code;
    this.workerStack = stack;
  }

  static is(error: unknown): error is WorkerFailure {
    return error instanceof WorkerFailure;
  }
}

export interface WorkerListener {
  readonly notified: (notification: WorkerNotification) => void;
  /** The background scan failed; what was asked is still answered. */
  readonly scanFailed: (failure: WorkerFailure) => void;
  /** The worker ended though nobody disposed of it. Every open request has been rejected; a new client may take its place. */
  readonly ended: (failure: WorkerFailure) => void;
}

/** Follows a question whose answer takes a while. */
export interface Following {
  readonly told: (progress: Progress) => void;
  /** Ends the work where that is possible: the question is rejected with the code `cancelled`, and nothing is changed. */
  readonly signal: AbortSignal;
}

interface OpenRequest {
  readonly told: ((progress: Progress) => void) | null;
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: WorkerFailure) => void;
}

/** The engine in a thread of its own: starts it, asks it, hears from it. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #listener: WorkerListener;
  readonly #open = new Map<number, OpenRequest>();
  #lastId = 0;
  #end: WorkerFailure | null = null;

  /** `program`: absolute path of the bundled worker. */
  constructor(program: string, listener: WorkerListener) {
    this.#listener = listener;
    this.#worker = startThread(program, 'image', 'VHD Editor');
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#crash(error.message, error.stack ?? null));
    this.#worker.on('exit', (code) => this.#crash(t('it ended with code {0}', code), null));
  }

  /** True once it has ended, by itself or by `dispose`: every question is rejected. */
  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /**
   * Asks the engine. The buffers in `transfer` are given away. Rejects with WorkerFailure where the engine fails, ends, or is disposed of.
   */
  request<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
    transfer: readonly ArrayBuffer[] = [],
    following: Following | null = null,
  ): Promise<WorkerRequests[Name]['result']> {
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<WorkerRequests[Name]['result']>((resolve, reject) => {
      // The answer to a question is of the question's type: both ends are ours.
      this.#open.set(id, { told: following?.told ?? null, resolve: resolve as (result: unknown) => void, reject });
      this.#post({ kind: 'request', id, name, params }, transfer);
      const cancel = (): void => this.#cancel(id);
      if (following?.signal.aborted === true) cancel();
      else following?.signal.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Has the sector bitmaps of the disk as of a layer read and told, from block 0 on, before those of any other. */
  scan(asOf: number): void {
    if (this.#end === null) this.#post({ kind: 'scan', asOf }, []);
  }

  /** Looks for bytes; what is found is told. */
  find(order: FindOrder): void {
    if (this.#end === null) this.#post({ kind: 'find', order }, []);
  }

  /** Ends a search; nothing more is told of it. */
  stopFind(find: number): void {
    if (this.#end === null) this.#post({ kind: 'stopFind', find }, []);
  }

  /** Ends the thread, whatever it is doing. Calling it twice does no harm. */
  async dispose(): Promise<void> {
    this.#endWith({ message: t('The image: it was closed; open it again'), code: null, stack: null });
    await this.#worker.terminate();
  }

  #cancel(id: number): void {
    if (this.#end === null && this.#open.has(id)) this.#post({ kind: 'cancel', id }, []);
  }

  #post(message: ToWorker, transfer: readonly ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    if (this.#end !== null) return;
    switch (message.kind) {
      case 'notification':
        this.#listener.notified(message.notification);
        break;
      case 'progress':
        this.#open.get(message.id)?.told?.(message.progress);
        break;
      case 'scanFailed':
        this.#listener.scanFailed(new WorkerFailure(message.failure));
        break;
      case 'answer':
        this.#take(message.id)?.resolve(message.result);
        break;
      case 'failure':
        this.#take(message.id)?.reject(new WorkerFailure(message.failure));
        break;
    }
  }

  #take(id: number): OpenRequest | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open;
  }

  #crash(why: string, stack: string | null): void {
    if (this.#end !== null) return;
    const failure = this.#endWith({ message: t('The engine: {0}; open the image again', why), code: null, stack });
    this.#listener.ended(failure);
  }

  #endWith(failure: Failure): WorkerFailure {
    this.#end ??= new WorkerFailure(failure);
    for (const open of this.#open.values()) open.reject(this.#end);
    this.#open.clear();
    return this.#end;
  }
}
