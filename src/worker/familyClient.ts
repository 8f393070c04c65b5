import type { Worker } from 'node:worker_threads';
import type { FamilyOrder, FromFamilyWorker, KnownFamilies, ToFamilyWorker } from './familyWire';
import { startThread } from './startThread';

interface OpenOrder {
  readonly resolve: (known: KnownFamilies) => void;
  readonly reject: (error: Error) => void;
}

/** Reads the families of a workspace in a thread of its own, which knows what it has read. */
export class FamilyClient {
  readonly #worker: Worker;
  readonly #open = new Map<number, OpenOrder>();
  #lastId = 0;
  #end: Error | null = null;

  /** `program`: absolute path of the bundled worker. */
  constructor(program: string) {
    this.#worker = startThread(program, 'families', 'VHD Editor families');
    this.#worker.on('message', (message: FromFamilyWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#endWith(error.message));
    this.#worker.on('exit', (code) => this.#endWith(`it ended with code ${code}`));
  }

  /** True once it has ended, by itself or by `dispose`; a new one knows nothing of what this one has read. */
  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /** Rejects where the thread fails or ends. */
  update(order: FamilyOrder): Promise<KnownFamilies> {
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#lastId += 1;
    const message: ToFamilyWorker = { id: this.#lastId, order };
    return new Promise((resolve, reject) => {
      this.#open.set(message.id, { resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  async dispose(): Promise<void> {
    this.#endWith('it was closed');
    await this.#worker.terminate();
  }

  #receive(message: FromFamilyWorker): void {
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    if ('known' in message) open?.resolve(message.known);
    else open?.reject(new Error(message.error));
  }

  #endWith(why: string): void {
    this.#end ??= new Error(`Reading the families: ${why}`);
    for (const open of this.#open.values()) open.reject(this.#end);
    this.#open.clear();
  }
}
