import * as vscode from 'vscode';
import type { Edit, HostEdit } from '../../engine/editing/edit';
import { WorkerFailure } from '../../worker/client';
import type { EditState, KeptEdit } from '../../worker/editWire';
import type { OpenReport } from '../../worker/openReport';
import { nameOf } from '../numbers';
import { editingMemoryLimit } from '../settings';
import { showError } from '../showError';
import { conflictText, type EditConflict } from './editConflict';
import type { EditedImage } from './editedImage';
import { UnsavedKeeper, type KeptEdits } from './unsavedKeeper';
import type { WorkQueue } from './workQueue';

/** Up to so many bytes of edits are taken out of the engine after each edit; more of them when the user pauses. */
const CHEAP_SIZE = 1024 * 1024;
const PAUSE = 500;

/** An engine that breaks down on these edits again and again is not asked any more. */
const MAX_RECOVERIES = 2;

export interface UnsavedEditsSetup {
  readonly image: EditedImage;
  readonly queue: WorkQueue;
  readonly log: vscode.LogOutputChannel;
}

interface Restored {
  /** Null where not even that could be found out. */
  readonly state: EditState | null;
  /** Why nothing was restored; null where all was. */
  readonly mismatch: { readonly reasons: readonly string[]; readonly edits: readonly KeptEdit[] } | null;
}

/** What is not in the file yet: shown by the engine, kept for its breakdown, waiting to be made again, or in conflict with the file. */
export class UnsavedEdits implements vscode.Disposable {
  readonly #setup: UnsavedEditsSetup;
  readonly #keeper = new UnsavedKeeper();
  /** To be made again when the chain is open; null where nothing is. */
  #waiting: KeptEdits | null;
  #conflict: EditConflict | null = null;
  #isShown = false;
  #recoveries = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(setup: UnsavedEditsSetup, backup: Uint8Array | null) {
    this.#setup = setup;
    this.#waiting = backup === null ? null : { bytes: backup, since: [] };
  }

  get isAny(): boolean {
    return this.#isShown || this.#waiting !== null || this.#conflict?.kind === 'mismatch';
  }

  /** True where the engine shows edits that are not in the file. */
  get isShown(): boolean {
    return this.#isShown;
  }

  get conflict(): EditConflict | null {
    return this.#conflict;
  }

  /** From now on the edits and the file do not go together; all pages are told. */
  raise(conflict: EditConflict): void {
    const { image, log } = this.#setup;
    this.#conflict = conflict;
    this.#isShown = conflict.kind === 'changed';
    const message = conflictText(image.path, conflict);
    log.warn([`${image.path}: ${message}`, ...(conflict.kind === 'mismatch' ? conflict.reasons : [])].join('\n'));
    image.tell({ type: 'lost', message });
  }

  /** The conflict is settled. */
  settled(): void {
    this.#conflict = null;
  }

  /** Takes note of the state after an edit, or after whatever else happened: then `edit` is null. Never rejects. */
  async note(state: EditState, edit: Edit | HostEdit | null): Promise<void> {
    this.#isShown = state.isChanged;
    this.#recoveries = 0;
    if (!state.isChanged) {
      this.#keeper.clear();
    } else if (edit !== null && state.memory > CHEAP_SIZE) {
      this.#keeper.add(edit);
      this.#keepSoon();
    } else {
      await this.#keep(edit);
    }
  }

  /** A backup of all that is not saved. Rejects with words for people. */
  async backup(): Promise<Uint8Array> {
    const waiting = this.#waiting ?? this.#keeper.kept;
    const isInEngine = this.#waiting === null && this.#conflict?.kind !== 'mismatch';
    if (!isInEngine && waiting.bytes !== null) return waiting.bytes;
    try {
      await this.#setup.image.ensureOpen();
      return (await this.#setup.image.request('backupEdits', {})).bytes;
    } catch (error) {
      const { bytes } = this.#keeper.kept;
      if (bytes === null || this.#keeper.isBehind) throw error;
      return bytes;
    }
  }

  /** Before the chain is opened anew: takes the edits out of the engine, to be made again after it. */
  async setAside(): Promise<void> {
    if (!this.isAny || this.#waiting !== null) return;
    this.#waiting = { bytes: await this.backup(), since: [] };
    this.#conflict = null;
    this.#isShown = false;
  }

  /** The engine broke down. True where it is worth opening the chain anew for what was not saved. */
  engineEnded(): boolean {
    if (this.#waiting === null && this.isAny) this.#waiting = { ...this.#keeper.kept };
    this.#conflict = null;
    this.#isShown = false;
    this.#recoveries += 1;
    return this.#waiting !== null && this.#recoveries <= MAX_RECOVERIES;
  }

  /** The chain was opened: makes again what was set aside. Rejects where the engine breaks down, and then keeps it for the next time. */
  async restore(report: OpenReport): Promise<OpenReport> {
    const waiting = this.#waiting;
    this.#isShown = false;
    if (waiting === null) {
      this.#conflict = null;
      this.#keeper.clear();
      return report;
    }
    const restored = waiting.bytes === null ? null : await this.#restoreBackup(waiting.bytes);
    if (restored?.mismatch !== null && restored?.mismatch !== undefined) {
      this.#waiting = null;
      if (waiting.bytes !== null) this.#keeper.take(waiting.bytes);
      this.#tellLost(waiting.since.length);
      this.raise({ kind: 'mismatch', ...restored.mismatch });
      return restored.state ?? report;
    }
    const state = await this.#replay(restored?.state ?? null, waiting.since);
    this.#waiting = null;
    this.#conflict = null;
    if (state === null) return report;
    await this.note(state, null);
    return state;
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #restoreBackup(bytes: Uint8Array): Promise<Restored> {
    try {
      const copy = new Uint8Array(bytes);
      const report = await this.#setup.image.request('restoreEdits', { bytes: copy }, [copy.buffer]);
      return { state: report.state, mismatch: report.outcome === 'mismatch' ? report : null };
    } catch (error) {
      // Without a code it is the engine that broke down, or a mistake of ours: the edits wait on.
      if (!WorkerFailure.is(error) || error.code === null) throw error;
      return { state: null, mismatch: { reasons: [error.message], edits: [] } };
    }
  }

  async #replay(restored: EditState | null, edits: KeptEdits['since']): Promise<EditState | null> {
    let state = restored;
    for (const [index, edit] of edits.entries()) {
      try {
        const memoryLimit = editingMemoryLimit();
        state = (await this.#setup.image.request('edit', { edit, memoryLimit })).state;
      } catch (error) {
        if (!WorkerFailure.is(error) || error.code === null) throw error;
        this.#tellLost(edits.length - index);
        break;
      }
    }
    return state;
  }

  #tellLost(count: number): void {
    if (count === 0) return;
    const { image, log } = this.#setup;
    const name = nameOf(image.path);
    const message =
      count === 1
        ? vscode.l10n.t('The last edit of {0} could not be restored.', name)
        : vscode.l10n.t('The last {0} edits of {1} could not be restored.', count, name);
    log.error(message);
    void showError(log, message);
  }

  async #keep(edit: Edit | HostEdit | null): Promise<void> {
    const { image, log } = this.#setup;
    try {
      this.#keeper.take((await image.request('backupEdits', {})).bytes);
    } catch (error) {
      log.warn(`${image.path}: keeping the unsaved edits: ${String(error)}`);
      if (edit !== null) this.#keeper.add(edit);
    }
  }

  #keepSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#setup.queue.run(async () => {
        if (this.#keeper.isBehind && this.#isShown) await this.#keep(null);
      });
    }, PAUSE);
  }
}
