import * as vscode from 'vscode';
import type { Edit, EditDone, EditPreview, HostEdit } from '../../engine/editing/edit';
import type { RelinkPlan } from '../../engine/index';
import { WorkerFailure, type Following } from '../../worker/client';
import type { EditRequests, EditState } from '../../worker/editWire';
import type { OpenReport } from '../../worker/openReport';
import { nameOf, sizeText } from '../numbers';
import { withLateProgress } from '../operations/lateProgress';
import type { OwnWork } from '../operations/ownWork';
import { editingMemoryLimit } from '../settings';
import { showError } from '../showError';
import { writeBackup } from './backups';
import { DoneEdits, type ToldEdit } from './doneEdits';
import type { EditAccess } from './editAccess';
import { conflictText } from './editConflict';
import type { EditedImage } from './editedImage';
import { Settling } from './settling';
import { ShownChange } from './shownChange';
import { UnsavedEdits } from './unsavedEdits';
import type { WorkQueue } from './workQueue';

/** What is told to VS Code: an edit, or that the content changed. */
export type EditTold = Pick<vscode.CustomDocumentEditEvent, 'label' | 'undo' | 'redo'> | 'content';

export interface DocumentEditsSetup {
  readonly image: EditedImage;
  readonly access: EditAccess;
  /** All that changes the document waits for its turn in it. */
  readonly queue: WorkQueue;
  readonly ownWork: OwnWork;
  readonly log: vscode.LogOutputChannel;
  /** Unsaved edits of before, to be made again; null where there are none. */
  readonly backup: Uint8Array | null;
  /** True where VS Code kept them, and shows the document as changed from the beginning. */
  readonly isRestored: boolean;
}

/** The edits of an open image, as VS Code wants them of a document: made, undone, redone, saved, reverted, backed up. */
export class DocumentEdits implements vscode.Disposable {
  readonly #setup: DocumentEditsSetup;
  readonly #told = new vscode.EventEmitter<EditTold>();
  readonly #done = new DoneEdits();
  readonly #unsaved: UnsavedEdits;
  readonly #settling: Settling;
  readonly #shown: ShownChange;
  /** Of the engine; null where it is another one than it was. */
  #history: number | null = null;
  /** Goes up when all that can be undone is forgotten. */
  #generation = 0;
  #isDisposed = false;

  readonly onDidTell = this.#told.event;

  constructor(setup: DocumentEditsSetup) {
    this.#setup = setup;
    const { image, queue, log, backup, isRestored } = setup;
    this.#unsaved = new UnsavedEdits(setup, backup);
    this.#settling = new Settling(setup, this.#unsaved, {
      took: (state) => this.#took(state, null),
      dropped: (state) => this.#follow(state),
    });
    this.#shown = new ShownChange({
      uri: image.uri,
      queue,
      log,
      isRestored,
      isChanged: () => this.isChanged,
      tell: () => this.#told.fire('content'),
    });
  }

  /** True while something is not in the file: edits that are shown, or such that wait for the user's word. */
  get isChanged(): boolean {
    return this.#unsaved.isAny;
  }

  /** What an edit would do. Rejects with words for people. */
  preview(edit: Edit): Promise<EditPreview> {
    return this.#inTurn(() => this.#setup.image.request('previewEdit', { edit }));
  }

  /** What naming another parent would change. Rejects with words for people. */
  planRelink(parentPath: string): Promise<RelinkPlan> {
    return this.#inTurn(() => this.#setup.image.request('planRelink', { parentPath }));
  }

  /** Makes an edit. Rejects with words for people. */
  edit(edit: Edit | HostEdit): Promise<EditDone> {
    return this.#inTurn(async () => {
      await this.#requireEditable();
      const memoryLimit = editingMemoryLimit();
      const { image } = this.#setup;
      const { done, state } = await this.#withProgress(editTitle(edit, nameOf(image.path)), (following) =>
        image.request('edit', { edit, memoryLimit }, [], following),
      );
      this.#follow(state);
      const told = this.#done.edited(done.id);
      this.#shown.edited();
      const generation = this.#generation;
      this.#told.fire({
        label: done.label,
        undo: () => this.#undo(told, generation),
        redo: () => this.#redo(told, generation),
      });
      await this.#took(state, edit);
      return done;
    });
  }

  /** Writes a range of bytes, as they are shown, to a new file. Rejects with words for people, and where the user has cancelled it. */
  async exportRange(params: EditRequests['exportRange']['params']): Promise<void> {
    const title = vscode.l10n.t('Exporting {0} to {1}', sizeText(params.length), nameOf(params.path));
    await this.#inTurn(() =>
      this.#withProgress(title, (following) => this.#setup.image.request('exportRange', params, [], following)),
    );
  }

  /** Brings all edits into the file, whole or not at all. Rejects with words for people. */
  async save(token: vscode.CancellationToken): Promise<void> {
    await this.#inTurn(async () => {
      // Whoever asked for another save meanwhile gets that.
      if (token.isCancellationRequested) throw new vscode.CancellationError();
      if (!this.#shown.takesSaveForShow()) await this.#save();
    });
    if (!token.isCancellationRequested) this.#shown.saved();
    this.#shown.checkSoon();
  }

  /** Writes the image as it is shown to another file; this document stays what it is. Rejects with words for people. */
  async saveAs(destination: vscode.Uri): Promise<void> {
    await this.#inTurn(async () => {
      const { image } = this.#setup;
      if (destination.toString() === image.uri.toString()) {
        await this.#save();
        return;
      }
      const path = requireLocalPath(destination);
      const files = image.opened()?.files ?? [];
      if (files.some((file) => file.path === path)) {
        throw new Error(vscode.l10n.t('{0} belongs to the chain of this image; choose another name', nameOf(path)));
      }
      const title = vscode.l10n.t('Saving {0} as {1}', nameOf(image.path), nameOf(path));
      await this.#setup.ownWork.during([path], () =>
        this.#withProgress(title, (following) => image.request('saveCopy', { path, replace: true }, [], following)),
      );
    });
    this.#shown.savedAs();
  }

  /** Shows the image as it was saved last. Rejects with words for people. */
  async revert(): Promise<void> {
    this.#shown.reverted();
    await this.#inTurn(async () => {
      const steps = this.#unsaved.conflict === null ? this.#done.stepsToSaved() : null;
      for (const id of steps?.ids ?? []) {
        await (steps?.kind === 'redo' ? this.#redoNow(id) : this.#undoNow(id));
      }
      if (this.isChanged) await this.#settling.discard();
    });
    this.#shown.checkSoon();
  }

  /** Keeps all unsaved edits for when VS Code starts again. Rejects with words for people. */
  async backup(destination: vscode.Uri): Promise<vscode.CustomDocumentBackup> {
    return writeBackup(destination, await this.bytesToKeep());
  }

  /** All unsaved edits, to be made again in another document of the same file. Rejects with words for people. */
  bytesToKeep(): Promise<Uint8Array> {
    return this.#setup.queue.run(() => this.#unsaved.backup());
  }

  /** The chain was opened anew: what was not saved is made again, and what the engine still knows can be undone. Within the queue. */
  async takeOver(report: OpenReport): Promise<OpenReport> {
    const state = await this.#unsaved.restore(report);
    this.#follow(state);
    if (this.#unsaved.conflict !== null) void this.#settling.ask();
    this.#shown.checkSoon();
    return state;
  }

  /** Before the chain is opened anew: keeps what is not saved. Within the queue. */
  async prepareOpening(): Promise<void> {
    await this.#unsaved.setAside();
  }

  /** Another program changed the file. True where there are edits that have to be settled with it first. */
  meetChange(): boolean {
    if (!this.#unsaved.isShown) return false;
    this.#unsaved.raise({ kind: 'changed' });
    void this.#settling.ask();
    return true;
  }

  /** The engine broke down; what it had is made again. True where there is anything to be made again. */
  engineEnded(): boolean {
    this.#history = null;
    const isToMake = this.#unsaved.engineEnded();
    if (this.#done.isAny && this.isChanged) this.#tellForgotten();
    return isToMake;
  }

  /** Says again what stands between the edits and the file, if anything does. */
  tellConflict(): void {
    const { conflict } = this.#unsaved;
    const { image } = this.#setup;
    if (conflict !== null) image.tell({ type: 'lost', message: conflictText(image.path, conflict) });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#shown.dispose();
    this.#unsaved.dispose();
    this.#told.dispose();
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#setup.queue.run(async () => {
      await this.#setup.image.ensureOpen();
      return work();
    });
  }

  async #requireEditable(): Promise<void> {
    const { access, image } = this.#setup;
    await access.known();
    const { readOnlyReason } = access.editability;
    if (readOnlyReason !== null) throw new Error(readOnlyReason);
    const { conflict } = this.#unsaved;
    if (conflict === null) return;
    void this.#settling.ask();
    throw new Error(conflictText(image.path, conflict));
  }

  #undo(told: ToldEdit, generation: number): Promise<void> {
    this.#shown.undone();
    return this.#beginStep(generation, async () => {
      const id = this.#done.toUndo(told);
      if (id !== null) await this.#undoNow(id);
    });
  }

  #redo(told: ToldEdit, generation: number): Promise<void> {
    this.#shown.redone();
    return this.#beginStep(generation, async () => {
      const id = this.#done.toRedo(told);
      if (id !== null) await this.#redoNow(id);
    });
  }

  /**
   * Resolves as soon as the step waits for its turn: VS Code refuses every undo and redo until then, and keys come faster than that. It drops all that it
   * could undo where this rejects.
   */
  #beginStep(generation: number, step: () => Promise<void>): Promise<void> {
    if (generation !== this.#generation) {
      this.#shown.checkSoon();
      const name = nameOf(this.#setup.image.path);
      const message = vscode.l10n.t('{0} was read anew since this edit, which cannot be undone any more.', name);
      return Promise.reject(new Error(message));
    }
    this.#inTurn(async () => {
      // Meanwhile all of before may have been forgotten.
      if (generation === this.#generation) await step();
      this.#shown.checkSoon();
    }).catch((error: unknown) => this.#stepFailed(error));
    return Promise.resolve();
  }

  /** VS Code takes it for done: the next one that it asks for has it drop them all. */
  #stepFailed(error: unknown): void {
    if (this.#isDisposed) return;
    this.#generation += 1;
    this.#shown.checkSoon();
    const message = error instanceof Error ? error.message : String(error);
    this.#setup.log.error(`${this.#setup.image.path}: ${message}`);
    void showError(this.#setup.log, message);
  }

  /** Shows how far a long request is, and lets the user cancel it: it rejects with CancellationError then, and nothing is changed. */
  async #withProgress<Result>(title: string, ask: (following: Following) => Promise<Result>): Promise<Result> {
    const ending = new AbortController();
    try {
      const cancel = (): void => ending.abort();
      return await withLateProgress(title, cancel, (told) => ask({ told, signal: ending.signal }));
    } catch (error) {
      throw WorkerFailure.is(error) && error.code === 'cancelled' ? new vscode.CancellationError() : error;
    }
  }

  async #undoNow(id: number): Promise<void> {
    const state = await this.#setup.image.request('undoEdit', { id });
    this.#done.undid(id);
    await this.#took(state, null);
  }

  async #redoNow(id: number): Promise<void> {
    const state = await this.#setup.image.request('redoEdit', { id });
    this.#done.redid(id);
    await this.#took(state, null);
  }

  /** Nothing of before can be undone where the engine does not know of it any more. */
  #follow({ history }: OpenReport): void {
    if (history === this.#history) return;
    this.#history = history;
    this.#generation += 1;
    this.#done.forget(!this.isChanged);
  }

  #tellForgotten(): void {
    const name = nameOf(this.#setup.image.path);
    const message = vscode.l10n.t(
      'Reading {0} failed and is begun anew. Its unsaved edits are kept, but can no longer be undone one by one: only reverted.',
      name,
    );
    void vscode.window.showWarningMessage(message);
  }

  async #took(state: EditState, edit: Edit | HostEdit | null): Promise<void> {
    await this.#unsaved.note(state, edit);
    this.#follow(state);
    await this.#setup.image.accept(state, 'edited');
    this.#shown.checkSoon();
  }

  async #save(): Promise<void> {
    if (this.#unsaved.conflict !== null) await this.#settling.require();
    const reason = this.isChanged ? await this.#setup.access.reasonNow() : null;
    if (reason !== null) throw new Error(reason);
    try {
      await this.#write();
    } catch (error) {
      if (!WorkerFailure.is(error) || error.code !== 'file-changed') throw error;
      this.#unsaved.raise({ kind: 'changed' });
      await this.#settling.require();
      await this.#write();
    }
  }

  async #write(): Promise<void> {
    if (!this.isChanged) return;
    const { image, ownWork, log } = this.#setup;
    const title = vscode.l10n.t('Saving {0}', nameOf(image.path));
    const saving = ownWork.during([image.path], () =>
      this.#withProgress(title, (following) => image.request('saveEdits', {}, [], following)),
    );
    const state = await saving.catch(async (error: unknown) => {
      if (!WorkerFailure.is(error) || error.code !== 'file-changed') await this.#lookAtFile();
      throw error;
    });
    log.info(`${image.path}: saved`);
    this.#done.saved();
    await this.#unsaved.note(state, null);
    // What was marked as unsaved is so no more.
    await image.accept(state, 'edited');
  }

  /** A save that failed, or was cancelled, has put the file back: it is no other program that gave it another time. */
  async #lookAtFile(): Promise<void> {
    const { image, log } = this.#setup;
    try {
      await image.accept(await image.request('forgetKept', {}), null);
    } catch (error) {
      log.warn(`${image.path}: ${String(error)}`);
    }
  }
}

function editTitle(edit: Edit | HostEdit, name: string): string {
  return edit.kind === 'import'
    ? vscode.l10n.t('Importing {0}', nameOf(edit.path))
    : vscode.l10n.t('Changing {0}', name);
}

function requireLocalPath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new Error(vscode.l10n.t('{0} is on a file system that images cannot be written to', uri.path));
}
