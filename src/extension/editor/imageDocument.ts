import * as vscode from 'vscode';
import type { Edit, EditDone, EditPreview } from '../../protocol/editing';
import type { FindOrder } from '../../protocol/editing';
import type { EngineRequests, HostNotification, OpenedBecause } from '../../protocol/messages';
import type { OpenedImage } from '../../protocol/session';
import { WorkerClient, type WorkerFailure } from '../../worker/client';
import type { ImageFacts, LoadedFile, OpenReport } from '../../worker/wire';
import type { OwnWork } from '../operations/ownWork';
import { ChainWatch, type ChainEvent } from './chainWatch';
import type { ImageSource } from './imageSource';

export interface ImageDocumentSetup {
  readonly uri: vscode.Uri;
  readonly source: ImageSource;
  /** Absolute path of the worker's bundle. */
  readonly workerProgram: string;
  /** Files that the user named for parents in this window; kept when the document is closed. */
  readonly given: string[];
  readonly ownWork: OwnWork;
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
  readonly #watch: ChainWatch;
  #isLost = false;
  #isDisposed = false;

  readonly onNotification = this.#notified.event;
  readonly onDidDispose = this.#disposed.event;

  constructor(setup: ImageDocumentSetup) {
    this.#setup = setup;
    this.uri = setup.uri;
    this.source = setup.source;
    this.#watch = new ChainWatch(setup.source, (event) => this.#happened(event));
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

  /** What an edit would do. Rejects with words for people. */
  async previewEdit(edit: Edit): Promise<EditPreview> {
    await this.open();
    return this.#client().request('previewEdit', { edit });
  }

  /** Makes an edit, and shows it in all editors. Rejects with words for people. */
  async edit(edit: Edit): Promise<EditDone> {
    await this.open();
    const { done, state } = await this.#client().request('edit', { edit, memoryLimit: 256 * 1024 * 1024 });
    this.#opened = state;
    await this.#watch.follow(state.files, state.image.missing);
    this.#notified.fire({ type: 'opened', image: state.image, because: 'edited' });
    return done;
  }

  /** Has the sector bitmaps of the disk as of a layer read and told. */
  scan(asOf: number): void {
    if (this.#opened !== null) this.#worker?.scan(asOf);
  }

  /** Looks for bytes; what is found is told as `found`. */
  find(order: FindOrder): void {
    if (this.#opened !== null) this.#worker?.find(order);
  }

  stopFind(find: number): void {
    this.#worker?.stopFind(find);
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
    if (this.image !== null && this.image.missing !== null) await this.#showAnew('parent-located');
  }

  /** Asks the file system whether another program has written to the chain, and shows it. */
  async lookForChanges(): Promise<void> {
    await this.#watch.look();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watch.dispose();
    void this.#worker?.dispose();
    this.#opened = null;
    this.#disposed.fire();
    this.#disposed.dispose();
    this.#notified.dispose();
  }

  async #showAnew(because: OpenedBecause): Promise<void> {
    try {
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
    try {
      const report = await source.open(given, (loaded) => {
        const policy = { trusted: vscode.workspace.isTrusted, given, confine: null };
        const buffers = (loaded ?? []).map(bufferOf);
        return this.#client().request('openChain', { path, loaded, policy, readOnlyReason }, buffers);
      });
      log.info(`${path}: opened, ${String(report.image.layers.length)} layers`);
      this.#opened = report;
      this.#isLost = false;
      await this.#watch.follow(report.files, report.image.missing);
      return report;
    } catch (error) {
      await this.#watch.followFailed();
      throw error;
    }
  }

  #happened(event: ChainEvent): void {
    this.#setup.log.info(`${this.source.path}: ${event}`);
    if (event === 'leafGone') {
      this.#lose(vscode.l10n.t('The file {0} is gone. What is shown is what was read last.', this.source.path));
    } else {
      void this.#showAnew(event === 'changed' ? this.#changedBecause() : 'parent-located');
    }
  }

  #changedBecause(): OpenedBecause {
    const files = this.#opened?.files.map(({ path }) => path) ?? [];
    return this.#setup.ownWork.hasTouched([this.source.path, ...files]) ? 'operation' : 'changed-on-disk';
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
