import * as vscode from 'vscode';
import type { FindOrder } from '../../protocol/editing';
import type { EngineRequests, HostNotification, OpenedBecause } from '../../protocol/messages';
import { isUnfinished } from '../../protocol/repair';
import type { Finding, OpenedImage } from '../../protocol/session';
import type { OpenReport } from '../../worker/openReport';
import type { ImageFacts, RepairAnswer } from '../../worker/wire';
import { DocumentEdits } from '../editing/documentEdits';
import { EditAccess } from '../editing/editAccess';
import { WorkQueue } from '../editing/workQueue';
import type { OwnWork } from '../operations/ownWork';
import { ChainWatch, type ChainEvent } from './chainWatch';
import { ImageEngine } from './imageEngine';
import type { ImageSource } from './imageSource';

export interface ImageDocumentSetup {
  readonly uri: vscode.Uri;
  readonly source: ImageSource;
  /** Absolute path of the worker's bundle. */
  readonly workerProgram: string;
  /** Files that the user named for parents in this window; kept when the document is closed. */
  readonly given: string[];
  /** Unsaved edits of before, to be made again; null where there are none. */
  readonly backup: Uint8Array | null;
  /** True where VS Code kept them, and shows the document as changed from the beginning. */
  readonly isRestored: boolean;
  readonly ownWork: OwnWork;
  readonly log: vscode.LogOutputChannel;
}

/** An image with its chain, open in a worker of its own: what all editors of one file share. */
export class ImageDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  readonly source: ImageSource;
  readonly access: EditAccess;
  readonly edits: DocumentEdits;
  readonly #setup: ImageDocumentSetup;
  readonly #notified = new vscode.EventEmitter<HostNotification>();
  readonly #read = new vscode.EventEmitter<OpenedImage>();
  readonly #disposed = new vscode.EventEmitter<void>();
  readonly #engine: ImageEngine;
  readonly #watch: ChainWatch;
  readonly #ownWorkEnded: vscode.Disposable;
  /** All that changes what is open waits for its turn in it. */
  readonly #queue = new WorkQueue();
  #opened: OpenReport | null = null;
  /** What a check of just that brought up. */
  #checked: { readonly of: OpenReport; readonly findings: readonly Finding[] } | null = null;
  /** True where it was opened while an operation worked on it, which seemed cut short then. */
  #isOpenedAmidWork = false;
  #isLost = false;
  #isRepairWished = false;
  #isDisposed = false;

  readonly onNotification = this.#notified.event;
  /** What is shown is another one than before: opened, edited, read anew. */
  readonly onDidRead = this.#read.event;
  readonly onDidDispose = this.#disposed.event;

  constructor(setup: ImageDocumentSetup) {
    this.#setup = setup;
    const { uri, source, workerProgram, given, backup, isRestored, ownWork, log } = setup;
    this.uri = uri;
    this.source = source;
    this.#engine = new ImageEngine({
      ...{ source, workerProgram, given, log },
      notified: (notification) => this.#notified.fire(notification),
      ended: (failure) => this.#engineEnded(failure.message),
    });
    this.#watch = new ChainWatch(
      source,
      (event) => this.#happened(event),
      (paths) => ownWork.isRunningOnSeveral(paths),
    );
    this.#ownWorkEnded = ownWork.onDidEnd((paths) => this.#meetEndOfOwnWork(paths));
    const path = uri.scheme === 'file' ? source.path : null;
    this.access = new EditAccess({
      ...{ path, sourceReason: source.readOnlyReason, workerProgram, givenParents: given, log },
    });
    this.access.onDidChange(() => this.#tellOpened('edited'));
    const image = {
      ...{ uri, path: source.path },
      opened: () => this.#opened,
      ensureOpen: () => this.#ensureOpen(),
      request: this.#engine.request.bind(this.#engine),
      accept: (report: OpenReport, because: OpenedBecause | null) => this.#accept(report, because),
      tell: (notification: HostNotification) => this.#notified.fire(notification),
    };
    this.edits = new DocumentEdits({
      ...{ image, access: this.access, queue: this.#queue, ownWork, log, backup, isRestored },
    });
  }

  /** What was opened last; null before. */
  get image(): OpenedImage | null {
    if (this.#opened === null) return null;
    const findings = this.#checked?.of === this.#opened ? this.#checked.findings : this.#opened.image.findings;
    return { ...this.#opened.image, findings, editability: this.access.editability };
  }

  /** Shows what a check of the file brought up, until the image is another one. Unsaved edits were not looked at: then it says nothing of what is shown. */
  showChecked(findings: readonly Finding[]): void {
    if (this.#opened === null || this.edits.isChanged) return;
    this.#checked = { of: this.#opened, findings };
    this.#tellOpened('edited');
  }

  /** Opens the chain, or says what is open. Rejects with words for people; then the next call tries again. */
  async open(): Promise<OpenedImage> {
    if (this.#opened === null) await this.#queue.run(() => this.#ensureOpen());
    const { image } = this;
    if (image === null) throw new Error(vscode.l10n.t('{0} was closed', this.source.path));
    void this.access.known();
    return image;
  }

  /** Passes a question on to the engine. Rejects with words for people. */
  async ask<Name extends keyof EngineRequests>(
    name: Name,
    params: EngineRequests[Name]['params'],
  ): Promise<EngineRequests[Name]['result']> {
    await this.open();
    return this.#engine.request(name, params);
  }

  /** True where what can be put right is to be shown, and no page has asked for it yet. */
  get isRepairWished(): boolean {
    return this.#isRepairWished;
  }

  /** Has the pages show what can be put right: those that are there, and else the next one that opens. */
  showRepairs(): void {
    this.#isRepairWished = true;
    this.#notified.fire({ type: 'repair' });
  }

  /** Looks for what can be put right in what is shown. Rejects with words for people. */
  async planRepair(only: readonly string[] | null): Promise<RepairAnswer> {
    this.#isRepairWished = false;
    await this.open();
    return this.#engine.request('planRepair', { only });
  }

  /** Has the sector bitmaps of the disk as of a layer read and told. */
  scan(asOf: number): void {
    if (this.#opened !== null) this.#engine.scan(asOf);
  }

  /** Looks for bytes; what is found is told as `found`. */
  find(order: FindOrder): void {
    if (this.#opened !== null) this.#engine.find(order);
  }

  stopFind(find: number): void {
    this.#engine.stopFind(find);
  }

  /** Looks into a file that the user chose for the missing parent. Rejects with words for people. */
  inspect(path: string): Promise<ImageFacts> {
    return this.#engine.inspect(path);
  }

  /** Opens the chain anew with a file that the user names for a parent. */
  async useParent(path: string): Promise<void> {
    this.#setup.given.push(path);
    await this.#queue.run(() => this.#readAnew('parent-located'));
  }

  /** Opens the chain anew, more being allowed now. */
  async openMore(): Promise<void> {
    await this.access.check();
    if (this.image !== null && this.image.missing !== null) {
      await this.#queue.run(() => this.#readAnew('parent-located'));
    }
  }

  /** Asks the file system whether another program has written to the chain, and shows it. */
  async lookForChanges(): Promise<void> {
    await this.#watch.look();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watch.dispose();
    this.#ownWorkEnded.dispose();
    this.#engine.dispose();
    this.access.dispose();
    this.edits.dispose();
    this.#opened = null;
    this.#disposed.fire();
    this.#disposed.dispose();
    this.#read.dispose();
    this.#notified.dispose();
  }

  async #ensureOpen(): Promise<void> {
    if (this.#opened !== null) return;
    const hadBroken = this.#isLost;
    await this.#openChain();
    if (hadBroken) this.#tellOpened('recovered');
  }

  async #openChain(): Promise<void> {
    try {
      const report = this.#withoutRunningWork(await this.#engine.openChain());
      this.#setup.log.info(`${this.source.path}: opened, ${String(report.image.layers.length)} layers`);
      this.#isLost = false;
      this.#opened = report;
      await this.#accept(await this.edits.takeOver(report), null);
    } catch (error) {
      await this.#watch.followFailed();
      throw error;
    }
  }

  /** What an operation of this window works on was not cut short: it is read anew when that has ended. */
  #withoutRunningWork(report: OpenReport): OpenReport {
    if (!this.#setup.ownWork.isRunningOnSeveral(report.files.map(({ path }) => path))) return report;
    const findings = report.image.findings.filter(({ id }) => !isUnfinished(id));
    this.#isOpenedAmidWork = findings.length < report.image.findings.length;
    return { ...report, image: { ...report.image, findings } };
  }

  #meetEndOfOwnWork(paths: readonly string[]): void {
    if (paths.length < 2 || !paths.some((path) => this.#filePaths.includes(path))) return;
    if (this.#isOpenedAmidWork) void this.#queue.run(() => this.#readAnew('operation'));
    else this.#watch.lookSoon();
    this.#isOpenedAmidWork = false;
  }

  async #readAnew(because: OpenedBecause): Promise<void> {
    try {
      await this.edits.prepareOpening();
      await this.#openChain();
      this.#tellOpened(because);
      this.edits.tellConflict();
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  async #accept(report: OpenReport, because: OpenedBecause | null): Promise<void> {
    this.#opened = report;
    this.#read.fire(report.image);
    await this.#watch.follow(report.files, report.image.missing);
    if (because !== null) this.#tellOpened(because);
  }

  #tellOpened(because: OpenedBecause): void {
    const { image } = this;
    if (image !== null && !this.#isDisposed) this.#notified.fire({ type: 'opened', image, because });
  }

  #happened(event: ChainEvent): void {
    this.#setup.log.info(`${this.source.path}: ${event}`);
    if (event === 'leafGone') {
      this.#lose(vscode.l10n.t('The file {0} is gone. What is shown is what was read last.', this.source.path));
    } else {
      const because = event === 'changed' ? this.#changedBecause() : 'parent-located';
      void this.#queue.run(() => this.#meetChange(because));
    }
  }

  /** What was seen may be a save of ours, which has been taken in meanwhile. */
  async #meetChange(because: OpenedBecause): Promise<void> {
    if (this.#isDisposed) return;
    const changed = await this.#changedFiles();
    if (changed.length === 0 && !this.#isLost && because !== 'parent-located') return;
    void this.access.check();
    const isLeafChanged = this.#opened !== null && changed.includes(this.#opened.files[0]?.path ?? '');
    if (isLeafChanged && this.edits.meetChange()) return;
    await this.#readAnew(because);
  }

  /** The paths of files that are not as they were when they were opened. */
  async #changedFiles(): Promise<readonly string[]> {
    const files = this.#opened?.files ?? [];
    if (files.length === 0) return [this.source.path];
    const now = await Promise.all(files.map(({ path }) => this.source.factsOf(path)));
    return files
      .filter(({ size, modified }, at) => now[at]?.size !== size || now[at].modified !== modified)
      .map(({ path }) => path);
  }

  /** The image itself, and all of its chain as far as it is known. */
  get #filePaths(): readonly string[] {
    return [this.source.path, ...(this.#opened?.files.map(({ path }) => path) ?? [])];
  }

  #changedBecause(): OpenedBecause {
    return this.#setup.ownWork.hasTouched(this.#filePaths) ? 'operation' : 'changed-on-disk';
  }

  #engineEnded(message: string): void {
    this.#opened = null;
    this.#lose(message);
    if (!this.edits.engineEnded()) return;
    this.#queue
      .run(() => this.#ensureOpen())
      .catch((error: unknown) => {
        this.#setup.log.error(`${this.source.path}: ${String(error)}`);
      });
  }

  #lose(message: string): void {
    if (this.#isLost || this.#isDisposed) return;
    this.#isLost = true;
    this.#setup.log.warn(`${this.source.path}: ${message}`);
    this.#notified.fire({ type: 'lost', message });
  }
}
