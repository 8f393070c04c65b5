import * as vscode from 'vscode';
import type { FindOrder } from '../../protocol/editing';
import { WorkerClient, type Following, type WorkerFailure } from '../../worker/client';
import type { OpenReport } from '../../worker/openReport';
import type { ImageFacts, LoadedFile, WorkerNotification, WorkerRequestName, WorkerRequests } from '../../worker/wire';
import type { ImageSource } from './imageSource';

export interface ImageEngineSetup {
  readonly source: ImageSource;
  /** Absolute path of the worker's bundle. */
  readonly workerProgram: string;
  /** Files that the user named for parents in this window. */
  readonly given: readonly string[];
  readonly log: vscode.LogOutputChannel;
  readonly notified: (notification: WorkerNotification) => void;
  /** It broke down; the next question starts another one, which has nothing open. */
  readonly ended: (failure: WorkerFailure) => void;
}

/** The engine of one document, in a thread of its own that is started when it is needed. */
export class ImageEngine {
  readonly #setup: ImageEngineSetup;
  #worker: WorkerClient | null = null;
  #isDisposed = false;

  constructor(setup: ImageEngineSetup) {
    this.#setup = setup;
  }

  /** Opens the chain, as often as it takes to find the parents; what was open before is closed. Rejects with words for people. */
  openChain(): Promise<OpenReport> {
    const { source, given } = this.#setup;
    const { path, readOnlyReason } = source;
    return source.open(given, (loaded) => {
      const policy = { trusted: vscode.workspace.isTrusted, given, confine: null };
      const buffers = (loaded ?? []).map(bufferOf);
      return this.request('openChain', { path, loaded, policy, readOnlyReason }, buffers);
    });
  }

  /** The buffers in `transfer` are given away. Rejects with WorkerFailure. */
  request<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
    transfer: readonly ArrayBuffer[] = [],
    following: Following | null = null,
  ): Promise<WorkerRequests[Name]['result']> {
    return this.#client().request(name, params, transfer, following);
  }

  /** Looks into a file that the user chose. Rejects with words for people. */
  async inspect(path: string): Promise<ImageFacts> {
    const loaded = await this.#setup.source.load(path);
    return this.request('inspect', { path, loaded }, loaded === null ? [] : [bufferOf(loaded)]);
  }

  /** Has the sector bitmaps of the disk as of a layer read and told. */
  scan(asOf: number): void {
    this.#worker?.scan(asOf);
  }

  /** Looks for bytes; what is found is told as `found`. */
  find(order: FindOrder): void {
    this.#worker?.find(order);
  }

  stopFind(find: number): void {
    this.#worker?.stopFind(find);
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.#worker?.dispose();
  }

  #client(): WorkerClient {
    if (this.#worker !== null && (this.#isDisposed || !this.#worker.hasEnded)) return this.#worker;
    const { workerProgram, notified, ended } = this.#setup;
    const worker = new WorkerClient(workerProgram, {
      notified,
      scanFailed: (failure) => this.#logFailure(failure),
      ended: (failure) => {
        this.#logFailure(failure);
        ended(failure);
      },
    });
    this.#worker = worker;
    return worker;
  }

  #logFailure(failure: WorkerFailure): void {
    this.#setup.log.error(`${this.#setup.source.path}: ${failure.workerStack ?? failure.message}`);
  }
}

/** Loaded files are copies, made to be given to the worker. */
function bufferOf({ bytes }: LoadedFile): ArrayBuffer {
  return bytes.buffer as ArrayBuffer;
}
