import type { Chain, ParentPolicy } from '../chain/chain';
import { closeChain, openChain } from '../chain/openChain';
import type { CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileState } from '../operations/fileState';
import { runToEnd, type Progress } from '../operations/progress';
import { recoverImage } from '../operations/recover';
import { planRelink, type RelinkPlan } from '../operations/relink';
import { planRepair, type RepairOptions, type RepairPlan } from '../operations/repairPlan';
import type { FileSystem } from '../storage/fileSystem';
import { MAX_JOURNAL_SIZE } from '../storage/journal';
import { OverlayStorage } from '../storage/overlayStorage';
import { reversePatch, type Patch } from '../storage/patch';
import { sameBytes } from '../storage/sameBytes';
import { encodeBackup, decodeBackup, type Backup } from './backupFormat';
import type { Edit, EditDone, EditPreview, HostEdit } from './edit';
import { EditHistory, patchMemory, type UnsavedChange } from './editHistory';
import { blocksOf, labelIn, previewOf } from './editPreview';
import { keptEditsWait, newerEditsWait, requireMemory } from './editRefusals';
import { fieldChanges } from './fieldChanges';
import { differencesFrom, fingerprintOf, type Fingerprint } from './fingerprint';
import { describeChanges, fittingPatches, type KeptEdits } from './keptEdits';
import { LeafView } from './leafView';
import { checkExtent, makeEdit } from './makeEdit';
import { isUnchanged, openLeaf, type LeafFile, type OpenLeaf } from './openLeaf';
import { keepsOwners, type BlockRange } from './ownerChanges';
import { afterFailedSave, saveEdits } from './saveEdits';
import { SavedChain } from './savedChain';
import { dropTrial, tryOut, trySteps, type Trial, type TrialGround } from './trial';
import { UnsavedBytes } from './unsavedBytes';

/** Edits that were made for another state of the file, and whether each of them can still be made. */
export interface Mismatch {
  readonly reasons: readonly string[];
  readonly edits: readonly { readonly label: string; readonly fits: boolean }[];
}

/** An edit that was tried, and the ids of the nodes that it is about. */
interface TriedEdit {
  readonly trial: Trial;
  readonly nodes: readonly string[];
}

/**
 * An image as a document: the chain as its edits make it, and the way back. All changes are in memory until they are saved; the file of the leaf is open for
 * reading only. One person edits: nothing here happens beside anything else.
 */
export class EditedImage {
  /** Absolute. */
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #history = new EditHistory();
  #policy: ParentPolicy;
  #leaf: OpenLeaf;
  #chain: Chain;
  /** The file that the unsaved edits were made for; null while there are none. */
  #base: Fingerprint | null = null;
  #kept: KeptEdits | null = null;
  #keptOwners = false;
  readonly #saved = new SavedChain();
  #unsavedBytes: UnsavedBytes | null = null;

  /** Throws as `openChain`. */
  constructor(fileSystem: FileSystem, path: string, policy: ParentPolicy) {
    this.path = fileSystem.resolve(path);
    this.#fileSystem = fileSystem;
    this.#policy = policy;
    this.#leaf = openLeaf(fileSystem, this.path, policy);
    this.#chain = this.#leaf.chain;
  }

  /** The chain with all edits. Each change makes another one; those before still read, but as of now. */
  get chain(): Chain {
    return this.#chain;
  }

  /** The file of the leaf as it was when it was opened or saved last. */
  get file(): FileState {
    return this.#leaf.file.state;
  }

  /** Whether the image differs from its file. */
  get isChanged(): boolean {
    return this.#history.isChanged;
  }

  /** Which bytes are not saved; null where all are. Another one after each change. */
  get unsavedBytes(): UnsavedBytes | null {
    if (!this.isChanged) {
      return null;
    }
    const { overlay, file } = this.#leaf;
    const chain = this.#chain;
    const ground = { fileSystem: this.#fileSystem, path: this.path, policy: this.#policy, chain, file: file.storage };
    this.#unsavedBytes ??= new UnsavedBytes({
      ...{ file: file.storage, overlay, chain },
      saved: () => this.#saved.open(ground),
    });
    return this.#unsavedBytes;
  }

  /** Another number when nothing of before can be undone or redone any more. */
  get history(): number {
    return this.#history.number;
  }

  /** Bytes that the edits take, those that were undone too. */
  get memory(): number {
    const kept = this.#kept?.backup.changes.reduce((sum, { patch }) => sum + patchMemory(patch), 0) ?? 0;
    return this.#history.memory + this.#leaf.overlay.heldSize + kept;
  }

  /** True where the last change left every sector with its owner: what was found out about them before still holds. */
  get keptOwners(): boolean {
    return this.#keptOwners;
  }

  /** What an edit would do; nothing is changed. Throws as `edit`. */
  preview(edit: Edit): EditPreview {
    this.#requireEditable();
    checkExtent(this.#fileSystem, this.#chain, edit);
    const { trial, nodes } = runToEnd(this.#tryEdit(edit));
    try {
      return previewOf(this.#chain, trial, edit, labelIn(this.#chain, edit, ''), nodes);
    } finally {
      dropTrial(trial);
    }
  }

  /** What naming another parent would change in what is shown; a mismatch of the two is no refusal. See `planRelink`, which throws alike. */
  planRelink(parentPath: string): RelinkPlan {
    this.#requireEditable();
    const { path } = this.file;
    const view = new LeafView(this.#fileSystem, path, this.#leaf.shown);
    return planRelink(view, path, this.#fileSystem.resolve(parentPath), this.#policy, { acceptMismatch: true });
  }

  /** Looks for all that can be put right in what is shown; what shows is to stay as it is until that is done. See `planRepair`, which throws alike. */
  planRepair(options: RepairOptions): Generator<CheckStep, RepairPlan, void> {
    const { path } = this.file;
    return planRepair(new LeafView(this.#fileSystem, path, this.#leaf.shown), path, this.#policy, options);
  }

  /**
   * Makes an edit. Throws EngineError `too-large` where all edits would take more than `memoryLimit` bytes (never more than a save can hold), `out-of-range`,
   * `bad-value`, `not-possible`, `unfinished-operation`, or what reading throws; nothing is changed then.
   */
  edit(edit: Edit | HostEdit, memoryLimit: number): EditDone {
    return runToEnd(this.editSteps(edit, memoryLimit));
  }

  /** Makes an edit likewise, and yields between the pieces of a long one; what is shown is to stay as it is until it is done. Returned there, nothing is changed. */
  *editSteps(edit: Edit | HostEdit, memoryLimit: number): Generator<Progress, EditDone, void> {
    this.#requireEditable();
    const limit = Math.min(memoryLimit, MAX_JOURNAL_SIZE);
    requireMemory(this.memory + checkExtent(this.#fileSystem, this.#chain, edit), limit);
    const fileName = edit.kind === 'import' ? this.#fileSystem.nameOf(edit.path) : '';
    const label = labelIn(this.#chain, edit, fileName);
    const blocks = blocksOf(this.#chain, edit);
    const { trial, nodes } = yield* this.#tryEdit(edit);
    try {
      requireMemory(this.memory + patchMemory(trial.patch), limit);
    } catch (error) {
      dropTrial(trial);
      throw error;
    }
    const before = this.#chain.layers[0].image.structure;
    const fields = fieldChanges(nodes, before, trial.reopened.chain.layers[0].image.structure);
    this.#rememberBase();
    this.#take(trial, blocks);
    const { id } = this.#history.add(label, trial.patch, blocks);
    return { id, label, fields };
  }

  /** Takes back the last edit that is done, whose id is `id`. Throws EngineError `not-possible`. */
  undo(id: number): void {
    const edit = this.#history.toUndo(id);
    this.#rememberBase();
    this.#apply([reversePatch(edit.patch)], edit.blocks);
    this.#history.undone(edit);
    this.#settle();
  }

  /** Makes the edit again that was undone last, whose id is `id`. Throws EngineError `not-possible`. */
  redo(id: number): void {
    const edit = this.#history.toRedo(id);
    this.#rememberBase();
    this.#apply([edit.patch], edit.blocks);
    this.#history.redone(edit);
    this.#settle();
  }

  /** Brings all edits into the file; see `saveEdits`. */
  save(): void {
    runToEnd(this.saveSteps());
  }

  /** Brings all edits into the file likewise, and yields between pieces; returned there, the file is as it was. */
  *saveSteps(): Generator<Progress, void, void> {
    this.#requireNoneKept(t('Saving {0}', this.path));
    const { file, overlay } = this.#leaf;
    let saved: LeafFile | null = null;
    try {
      saved = yield* saveEdits(this.#fileSystem, file, overlay);
    } finally {
      this.#leaf = { ...this.#leaf, file: saved ?? afterFailedSave(this.#fileSystem, file) };
    }
    this.#history.saved();
    this.#settle();
    this.#keptOwners = true;
  }

  /** Shows what is in the file, and forgets all edits that are not; those that are can still be undone, unless another program has changed the file. */
  revert(): void {
    this.#kept = null;
    if (isUnchanged(this.#fileSystem, this.#leaf.file)) {
      this.#history.revertToSaved();
      this.#settle();
      this.#showAnew();
    } else {
      this.#openAnew();
    }
  }

  /** Opens the chain anew under another policy; the edits stay. Where another program has changed the leaf, this is `rebase`. Throws as `openChain`. */
  reopen(policy: ParentPolicy): void {
    const before = this.#policy;
    this.#policy = policy;
    try {
      if (isUnchanged(this.#fileSystem, this.#leaf.file)) {
        this.#showAnew();
      } else {
        this.rebase();
      }
    } catch (error) {
      this.#policy = before;
      throw error;
    }
  }

  /** All that is not saved, with a fingerprint of the file. */
  backup(): Uint8Array {
    return encodeBackup(this.#unsaved());
  }

  /**
   * Takes a backup in; the edits become one state without a history. Null where that was done; otherwise why not, and they are kept. A backup of what is
   * shown already changes nothing. Throws EngineError `damaged-image` or `unsupported-version` for bytes that are no backup, `not-possible` where there are
   * other unsaved edits.
   */
  restore(bytes: Uint8Array): Mismatch | null {
    const backup = decodeBackup(bytes);
    if (this.isChanged && sameBytes(encodeBackup({ ...backup, changes: this.#history.unsaved }), bytes)) {
      return null;
    }
    this.#requireUnedited();
    const reasons = differencesFrom(backup.base, this.#fingerprint());
    if (reasons.length > 0) {
      return this.#keep(backup, reasons);
    }
    const failure = this.#takeIn(backup.changes);
    return failure === null ? null : this.#keep(backup, [failure]);
  }

  /** Reads the file anew that another program has changed. Null where all edits hold, or there were none; otherwise they are kept. Throws as `openChain`. */
  rebase(): Mismatch | null {
    const unsaved = this.#unsaved();
    this.#adopt(openLeaf(this.#fileSystem, this.path, this.#policy));
    if (unsaved.changes.length === 0) {
      this.#forget();
      return null;
    }
    const now = this.#fingerprint();
    // A time alone is no other content: what matters of that is looked at byte by byte.
    const reasons = differencesFrom(unsaved.base, { ...now, modified: unsaved.base.modified });
    if (this.#kept === null && reasons.length === 0 && this.#applies(unsaved.changes)) {
      this.#base = now;
      return null;
    }
    this.#forget();
    return this.#keep(unsaved, reasons.length > 0 ? reasons : differencesFrom(unsaved.base, now));
  }

  /** Makes those kept edits that fit, and forgets the others. */
  applyFitting(): void {
    const changes = this.#kept?.backup.changes ?? [];
    this.#requireUnedited();
    const patches = fittingPatches(this.#leaf.shown, changes);
    const fitting = changes.flatMap(({ label }, at): UnsavedChange[] => {
      const patch = patches[at] ?? null;
      return patch === null ? [] : [{ label, patch }];
    });
    const failure = this.#takeIn(fitting);
    if (failure !== null) {
      throw new EngineError('not-possible', {
        what: t('Making the changes that fit'),
        why: failure,
        remedy: t('save them to a file instead'),
      });
    }
    this.#kept = null;
  }

  /** What is kept, or else what is not saved, as a text for people. */
  describe(): string {
    return describeChanges(this.path, this.#unsaved().changes, this.#kept?.reasons ?? []);
  }

  forgetKept(): void {
    this.#kept = null;
  }

  /** Calling it twice does no harm. */
  close(): void {
    this.#dropSaved();
    closeChain(this.#chain);
    this.#leaf.file.storage.close();
  }

  *#tryEdit(edit: Edit | HostEdit): Generator<Progress, TriedEdit, void> {
    const ground = this.#trialGround();
    const { trial, result } = yield* trySteps(ground, (storage) => makeEdit({ ...ground, storage }, edit));
    return { trial, nodes: result };
  }

  #trialGround(): TrialGround {
    const [fileSystem, policy, path] = [this.#fileSystem, this.#policy, this.path];
    return { fileSystem, policy, path, chain: this.#chain, shown: this.#leaf.shown };
  }

  #apply(patches: readonly Patch[], blocks: BlockRange | null): void {
    this.#take(
      tryOut(this.#trialGround(), (storage) => patches.forEach((patch) => storage.apply(patch, this.path))),
      blocks,
    );
  }

  /** What was tried is shown from now on. */
  #take({ patch, reopened, shown }: Trial, blocks: BlockRange | null): void {
    const before = this.#chain;
    this.#keptOwners = reopened.sharesParents && keepsOwners(before, reopened.chain, patch, blocks);
    this.#leaf.overlay.apply(patch, this.path);
    shown.target = this.#leaf.shown;
    this.#chain = reopened.chain;
    this.#unsavedBytes = null;
    if (!reopened.sharesParents) {
      this.#saved.close();
      closeChain(before);
    }
  }

  /** Where nothing is unsaved the overlay holds what the file has: it is made anew. */
  #settle(): void {
    if (!this.isChanged) {
      const overlay = new OverlayStorage(this.#leaf.file.storage);
      this.#leaf = { ...this.#leaf, overlay };
      this.#leaf.shown.target = overlay;
      this.#base = null;
      this.#dropSaved();
    }
  }

  /** Opens the chain anew over the bytes that are shown. */
  #showAnew(): void {
    const before = this.#chain;
    this.#chain = openChain(new LeafView(this.#fileSystem, this.path, this.#leaf.shown), this.path, this.#policy);
    this.#keptOwners = false;
    this.#dropSaved();
    closeChain(before);
  }

  /** What is saved is to be opened anew. */
  #dropSaved(): void {
    this.#saved.close();
    this.#unsavedBytes = null;
  }

  #openAnew(): void {
    this.#adopt(openLeaf(this.#fileSystem, this.path, this.#policy));
    this.#forget();
  }

  #adopt(leaf: OpenLeaf): void {
    this.close();
    this.#leaf = leaf;
    this.#chain = leaf.chain;
    this.#keptOwners = false;
  }

  #forget(): void {
    this.#history.forget();
    this.#base = null;
  }

  #unsaved(): Backup {
    return this.#kept?.backup ?? { base: this.#base ?? this.#fingerprint(), changes: this.#history.unsaved };
  }

  #fingerprint(): Fingerprint {
    const { storage, state } = this.#leaf.file;
    return fingerprintOf(storage, state.modified, this.#chain.layers[0].image.id);
  }

  /** Before the first change: the file is what is shown. */
  #rememberBase(): void {
    this.#base ??= this.#fingerprint();
  }

  #keep(backup: Backup, reasons: readonly string[]): Mismatch {
    this.#kept = { backup, reasons };
    const patches = fittingPatches(this.#leaf.shown, backup.changes);
    return { reasons, edits: backup.changes.map(({ label }, at) => ({ label, fits: (patches[at] ?? null) !== null })) };
  }

  /** Shows changes that come without a history. Returns why that cannot be; then nothing is changed. */
  #takeIn(changes: readonly UnsavedChange[]): string | null {
    const base = this.#fingerprint();
    try {
      this.#apply(
        changes.map(({ patch }) => patch),
        null,
      );
    } catch (error) {
      if (!EngineError.is(error)) {
        throw error;
      }
      return error.code === 'file-changed' ? t('The bytes that the changes replace are others.') : error.message;
    }
    this.#base = base;
    changes.forEach((change) => this.#history.addLasting(change));
    return null;
  }

  /** Shows the unsaved changes over a file that was opened anew; their history stays. False where they do not fit. */
  #applies(changes: readonly UnsavedChange[]): boolean {
    try {
      this.#apply(
        changes.map(({ patch }) => patch),
        null,
      );
      return true;
    } catch (error) {
      if (EngineError.is(error)) {
        return false;
      }
      throw error;
    }
  }

  /** What an operation that was cut short has left beside the leaf is ended before the first edit: the image is shown as it will be then. */
  #requireEditable(): void {
    this.#requireNoneKept(t('Changing {0}', this.path));
    const isUnfinished = this.#chain.layers[0].image.findings.some(({ id }) => id.startsWith('unfinished-'));
    if (!isUnfinished || this.isChanged) {
      return;
    }
    recoverImage(this.#fileSystem, this.file.path);
    this.#openAnew();
    const left = this.#chain.layers[0].image.findings.find(({ id }) => id.startsWith('unfinished-'));
    if (left !== undefined) {
      throw new EngineError('unfinished-operation', {
        what: t('Changing {0}', this.path),
        why: left.message.replace(/\.$/, ''),
        remedy: t('end that first'),
      });
    }
  }

  #requireNoneKept(what: string): void {
    if (this.#kept !== null) {
      throw keptEditsWait(what);
    }
  }

  #requireUnedited(): void {
    if (this.isChanged) {
      throw newerEditsWait();
    }
  }
}
