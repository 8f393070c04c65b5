import type { Worker } from 'node:worker_threads';
import { t } from '../engine/index';
import type { ComparePageHears } from '../protocol/compare';
import type { ToCompareWorker } from './compareWire';
import { startThread } from './startThread';

/** A comparison in a thread of its own. */
export class CompareClient {
  readonly #worker: Worker;
  #isDisposed = false;

  /** `program`: absolute path of the bundled worker. `told` hears all that a page is to hear, and nothing once it is disposed of. */
  constructor(program: string, told: (message: ComparePageHears) => void) {
    this.#worker = startThread(program, 'compare', 'VHD Editor comparison');
    // What was on its way when it was disposed of still arrives.
    const tell = (message: ComparePageHears): void => {
      if (!this.#isDisposed) told(message);
    };
    const broken = (why: string): void => tell({ kind: 'broken', message: t('The engine: {0}; compare again', why) });
    this.#worker.on('message', tell);
    this.#worker.on('error', (error) => broken(error.message));
    this.#worker.on('exit', (code) => broken(t('it ended with code {0}', code)));
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
