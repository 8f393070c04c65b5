import { EngineError } from '../errors';
import { t } from '../l10n';
import { reversePatch, type Patch } from '../storage/patch';
import type { BlockRange } from './ownerChanges';

/** An edit that was made, done or undone. */
export interface MadeEdit {
  /** Unique in its document. */
  readonly id: number;
  readonly label: string;
  readonly patch: Patch;
  /** The blocks whose owners it can have changed; null where that may be any. */
  readonly blocks: BlockRange | null;
  /** Bytes that it takes. */
  readonly memory: number;
}

/** A change that is not in the file yet. */
export interface UnsavedChange {
  readonly label: string;
  readonly patch: Patch;
}

/** One step of the way from what is saved to what is shown. */
interface Step {
  readonly edit: MadeEdit;
  readonly isForward: boolean;
}

/** What an edit and each of its changes take beside their bytes, at most. */
const EDIT_OVERHEAD = 512;
const CHANGE_OVERHEAD = 128;

/** Bytes of memory that an edit of that patch takes. */
export function patchMemory(patch: Patch): number {
  return patch.changes.reduce(
    (sum, { before, after }) => sum + before.length + after.length + CHANGE_OVERHEAD,
    EDIT_OVERHEAD,
  );
}

/**
 * The edits of a document: which are done, which are undone, and the way from the state that is saved to the one that is shown. That way, and no
 * count, tells whether anything is unsaved: an edit and its undoing cancel each other out wherever they stand beside each other in it.
 */
export class EditHistory {
  #lastId = 0;
  #done: MadeEdit[] = [];
  /** The one that was undone last at the end. */
  #undone: MadeEdit[] = [];
  #way: Step[] = [];
  /** Those that were done in the state that is saved. */
  #saved: readonly MadeEdit[] = [];
  /** In how many places an edit stands: done, undone, and each step of the way. */
  readonly #holds = new Map<MadeEdit, number>();
  #memory = 0;
  #number = EditHistory.#nextNumber();

  static #lastNumber = 0;

  static #nextNumber(): number {
    EditHistory.#lastNumber += 1;
    return EditHistory.#lastNumber;
  }

  /** Another one when all edits of before were forgotten; no other history of this thread has it. */
  get number(): number {
    return this.#number;
  }

  get isChanged(): boolean {
    return this.#way.length > 0;
  }

  /** Bytes that all edits take which can come to be asked for. */
  get memory(): number {
    return this.#memory;
  }

  /** What leads from the file to what is shown, in order. */
  get unsaved(): readonly UnsavedChange[] {
    return this.#way.map(({ edit: { label, patch }, isForward }) =>
      isForward ? { label, patch } : { label: t('Undo: {0}', label), patch: reversePatch(patch) },
    );
  }

  /** An edit is done; what was undone can be redone no more. */
  add(label: string, patch: Patch, blocks: BlockRange | null): MadeEdit {
    const edit = this.#made(label, patch, blocks);
    this.#dropAll(this.#undone);
    this.#undone = [];
    this.#done.push(edit);
    this.#hold(edit);
    this.#go({ edit, isForward: true });
    return edit;
  }

  /** A change without a history: it cannot be undone, only saved or reverted. */
  addLasting({ label, patch }: UnsavedChange): void {
    this.#go({ edit: this.#made(label, patch, null), isForward: true });
  }

  /** The edit of that id, which must be the last that is done. Throws EngineError `not-possible`. */
  toUndo(id: number): MadeEdit {
    return requireLast(this.#done, id, t('Undoing the edit'));
  }

  /** The edit of that id, which must be the last that was undone. Throws EngineError `not-possible`. */
  toRedo(id: number): MadeEdit {
    return requireLast(this.#undone, id, t('Redoing the edit'));
  }

  undone(edit: MadeEdit): void {
    this.#done.pop();
    this.#undone.push(edit);
    this.#go({ edit, isForward: false });
  }

  redone(edit: MadeEdit): void {
    this.#undone.pop();
    this.#done.push(edit);
    this.#go({ edit, isForward: true });
  }

  saved(): void {
    this.#dropAll(this.#way.map(({ edit }) => edit));
    this.#way = [];
    this.#saved = [...this.#done];
  }

  /** What is saved is shown again; what led to it can still be undone. */
  revertToSaved(): void {
    this.#way = [];
    this.#undone = [];
    this.#done = [...this.#saved];
    this.#holds.clear();
    this.#memory = 0;
    for (const edit of this.#done) {
      this.#hold(edit);
    }
  }

  /** No edit is known any more, and none is unsaved; ids go on. */
  forget(): void {
    this.#saved = [];
    this.revertToSaved();
    this.#number = EditHistory.#nextNumber();
  }

  #made(label: string, patch: Patch, blocks: BlockRange | null): MadeEdit {
    this.#lastId += 1;
    return { id: this.#lastId, label, patch, blocks, memory: patchMemory(patch) };
  }

  #go(step: Step): void {
    const last = this.#way.at(-1);
    if (last?.edit === step.edit && last.isForward !== step.isForward) {
      this.#way.pop();
      this.#dropAll([step.edit]);
    } else {
      this.#way.push(step);
      this.#hold(step.edit);
    }
  }

  #hold(edit: MadeEdit): void {
    const count = this.#holds.get(edit) ?? 0;
    this.#holds.set(edit, count + 1);
    this.#memory += count === 0 ? edit.memory : 0;
  }

  #dropAll(edits: readonly MadeEdit[]): void {
    for (const edit of edits) {
      const count = this.#holds.get(edit) ?? 0;
      if (count > 1) {
        this.#holds.set(edit, count - 1);
      } else if (this.#holds.delete(edit)) {
        this.#memory -= edit.memory;
      }
    }
  }
}

function requireLast(edits: readonly MadeEdit[], id: number, what: string): MadeEdit {
  const last = edits.at(-1);
  if (last?.id !== id) {
    throw new EngineError('not-possible', {
      what,
      why: t('it is not the last one, or it is not known any more'),
      remedy: t('revert the file to go back to what is saved'),
    });
  }
  return last;
}
