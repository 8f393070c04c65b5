import { Worker } from 'node:worker_threads';
import type { ComparePageHears } from '../protocol/compare';
import type { ToCompareWorker } from './compareWire';
import type { WorkerRole } from './role';

/** A comparison in a thread of its own. */
export class CompareClient {
  readonly #worker: Worker;
  #isDisposed = false;

  /** `program`: absolute path of the bundled worker. `told` hears all that a page is to hear. */
  constructor(program: string, told: (message: ComparePageHears) => void) {
    const workerData: WorkerRole = 'compare';
    this.#worker = new Worker(program, { name: 'VHD Editor comparison', workerData });
    const broken = (why: string): void => {
      if (!this.#isDisposed) told({ kind: 'broken', message: `The engine: ${why}; compare again` });
    };
    this.#worker.on('message', told);
    this.#worker.on('error', (error) => broken(error.message));
    this.#worker.on('exit', (code) => broken(`it ended with code ${code}`));
  }

  send(message: ToCompareWorker): void {
    this.#worker.postMessage(message);
  }

  /** Ends the thread, whatever it is doing. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#worker.terminate();
  }
}
