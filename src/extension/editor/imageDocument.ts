import * as vscode from 'vscode';
import type { EngineRequests, HostNotification, OpenedBecause } from '../../protocol/messages';
import type { OpenedImage } from '../../protocol/session';
import { WorkerClient, type WorkerFailure } from '../../worker/client';
import type { ImageFacts, LoadedFile, OpenReport } from '../../worker/wire';
import type { ImageSource } from './imageSource';

/** Another program writes in many steps: they are looked at so much later, and shown no oftener than that. In milliseconds. */
const LOOK_DELAY = 300;
const SHOW_INTERVAL = 2000;

export interface ImageDocumentSetup {
  readonly uri: vscode.Uri;
  readonly source: ImageSource;
  /** Absolute path of the worker's bundle. */
  readonly workerProgram: string;
  /** Files that the user named for parents in this window; kept when the document is closed. */
  readonly given: string[];
  readonly log: vscode.LogOutputChannel;
}

/** An image with its chain, open in a worker of its own: what all editors of one file share. */
export class ImageDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  readonly source: ImageSource;
  readonly #setup: ImageDocumentSetup;
  readonly #notified = new vscode.EventEmitter<HostNotification>();
  readonly #disposed = new vscode.EventEmitter<void>();
  #worker: WorkerClient | null = null;
  #opening: Promise<OpenReport> | null = null;
  #opened: OpenReport | null = null;
  #watcher: vscode.Disposable | null = null;
  #lookTimer: NodeJS.Timeout | null = null;
  #shownAt = 0;
  #isLost = false;
  #isDisposed = false;

  readonly onNotification = this.#notified.event;
  readonly onDidDispose = this.#disposed.event;

  constructor(setup: ImageDocumentSetup) {
    this.#setup = setup;
    this.uri = setup.uri;
    this.source = setup.source;
  }

  /** What was opened last; null before. */
  get image(): OpenedImage | null {
    return this.#opened?.image ?? null;
  }

  /** Opens the chain, or says what is open. Rejects with words for people; then the next call tries again. */
  async open(): Promise<OpenedImage> {
    if (this.#opened !== null) return this.#opened.image;
    const hadBroken = this.#isLost;
    const { image } = await (this.#opening ?? this.#reopen());
    if (hadBroken) this.#notified.fire({ type: 'opened', image, because: 'recovered' });
    return image;
  }

  /** Passes a question on to the engine. Rejects with words for people. */
  async ask<Name extends keyof EngineRequests>(
    name: Name,
    params: EngineRequests[Name]['params'],
  ): Promise<EngineRequests[Name]['result']> {
    await this.open();
    return this.#client().request(name, params);
  }

  /** Has the sector bitmaps of the disk as of a layer read and told. */
  scan(asOf: number): void {
    if (this.#opened !== null) this.#worker?.scan(asOf);
  }

  /** Looks into a file that the user chose for the missing parent. Rejects with words for people. */
  async inspect(path: string): Promise<ImageFacts> {
    const loaded = await this.source.load(path);
    return this.#client().request('inspect', { path, loaded }, loaded === null ? [] : [bufferOf(loaded)]);
  }

  /** Opens the chain anew with a file that the user names for a parent. */
  async useParent(path: string): Promise<void> {
    this.#setup.given.push(path);
    await this.#showAnew('parent-located');
  }

  /** Opens the chain anew, more being allowed now. */
  async openMore(): Promise<void> {
    if (this.image?.missing !== null) await this.#showAnew('parent-located');
  }

  /** Asks the file system whether another program has written to the chain, and shows it. */
  async lookForChanges(): Promise<void> {
    if (this.#opened === null) return;
    const states = await Promise.all(this.#opened.files.map((file) => this.source.stateOf(file)));
    if (states[0] === 'gone') {
      this.#lose(vscode.l10n.t('The file {0} is gone. What is shown is what was read last.', this.source.path));
    } else if (this.#isLost || states.some((state) => state !== 'same')) {
      this.#setup.log.info(`${this.source.path}: changed on disk`);
      await this.#showAnew('changed-on-disk');
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#lookTimer !== null) clearTimeout(this.#lookTimer);
    this.#watcher?.dispose();
    void this.#worker?.dispose();
    this.#opened = null;
    this.#disposed.fire();
    this.#disposed.dispose();
    this.#notified.dispose();
  }

  async #showAnew(because: OpenedBecause): Promise<void> {
    try {
      this.#shownAt = Date.now();
      const { image } = await this.#reopen();
      this.#notified.fire({ type: 'opened', image, because });
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  /** One at a time: whoever comes while the chain is being opened gets what was found after that. */
  async #reopen(): Promise<OpenReport> {
    const before = this.#opening;
    const opening = (async (): Promise<OpenReport> => {
      await before?.catch(() => undefined);
      return this.#openChain();
    })();
    this.#opening = opening;
    try {
      return await opening;
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  async #openChain(): Promise<OpenReport> {
    const { source, given, log } = this.#setup;
    const { path, readOnlyReason } = source;
    const report = await source.open(given, (loaded) => {
      const policy = { trusted: vscode.workspace.isTrusted, given, confine: null };
      const buffers = (loaded ?? []).map(bufferOf);
      return this.#client().request('openChain', { path, loaded, policy, readOnlyReason }, buffers);
    });
    log.info(`${path}: opened, ${String(report.image.layers.length)} layers`);
    this.#opened = report;
    this.#isLost = false;
    this.#watcher?.dispose();
    this.#watcher = this.#isDisposed ? null : source.watch(report.files, () => this.#lookSoon());
    return report;
  }

  #client(): WorkerClient {
    if (this.#worker !== null && (this.#isDisposed || !this.#worker.hasEnded)) return this.#worker;
    const worker = new WorkerClient(this.#setup.workerProgram, {
      notified: (notification) => this.#notified.fire(notification),
      scanFailed: (failure) => this.#logFailure(failure),
      ended: (failure) => {
        this.#logFailure(failure);
        this.#opened = null;
        this.#lose(failure.message);
      },
    });
    this.#worker = worker;
    return worker;
  }

  #lookSoon(): void {
    if (this.#lookTimer !== null || this.#isDisposed) return;
    const delay = Math.max(LOOK_DELAY, this.#shownAt + SHOW_INTERVAL - Date.now());
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = null;
      void this.lookForChanges();
    }, delay);
  }

  #lose(message: string): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#setup.log.warn(`${this.source.path}: ${message}`);
    this.#notified.fire({ type: 'lost', message });
  }

  #logFailure(failure: WorkerFailure): void {
    this.#setup.log.error(`${this.source.path}: ${failure.workerStack ?? failure.message}`);
  }
}

/** Loaded files are copies, made to be given to the worker. */
function bufferOf({ bytes }: LoadedFile): ArrayBuffer {
  return bytes.buffer as ArrayBuffer;
}
