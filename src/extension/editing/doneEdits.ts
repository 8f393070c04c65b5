/** Edits to be undone, or redone, in this order. */
export interface Steps {
  readonly kind: 'undo' | 'redo';
  readonly ids: readonly number[];
}

/** What VS Code was told of an edit, to undo and to redo: it stands for that one, or for another where their messages crossed. */
export interface ToldEdit {
  id: number;
}

/** Which edits of a document are done, which are undone, and which were done when it was saved: by their ids, since numbers of edits lie. */
export class DoneEdits {
  readonly #done: ToldEdit[] = [];
  /** The next one to redo at the end. */
  readonly #undone: ToldEdit[] = [];
  /** Null where it cannot be come back to. */
  #saved: readonly number[] | null = [];

  /** False where nothing can be undone or redone. */
  get isAny(): boolean {
    return this.#done.length + this.#undone.length > 0;
  }

  edited(id: number): ToldEdit {
    const told = { id };
    this.#done.push(told);
    this.#undone.length = 0;
    return told;
  }

  /**
   * The edit that is meant when VS Code wants one undone: always the last. Of edits made since it asked, it had not heard: then each told one comes to stand
   * for the edit before its own. Null where there is nothing to undo, since the one that it means was taken back already.
   */
  toUndo(told: ToldEdit): number | null {
    return bringToEnd(this.#done, told);
  }

  /** Likewise the edit that is meant when VS Code wants one done again; null where one was made since, which took its place. */
  toRedo(told: ToldEdit): number | null {
    return bringToEnd(this.#undone, told);
  }

  undid(id: number): void {
    move(id, this.#done, this.#undone);
  }

  redid(id: number): void {
    move(id, this.#undone, this.#done);
  }

  saved(): void {
    this.#saved = this.#done.map(({ id }) => id);
  }

  /** None of them can be undone or redone any more. `isSaved`: what there is now stands in the file. */
  forget(isSaved: boolean): void {
    this.#done.length = 0;
    this.#undone.length = 0;
    this.#saved = isSaved ? [] : null;
  }

  /** How to come to what was saved; null where undo and redo do not lead there. */
  stepsToSaved(): Steps | null {
    const saved = this.#saved;
    if (saved === null) return null;
    const done = this.#done.map(({ id }) => id);
    if (isBeginning(saved, done)) return { kind: 'undo', ids: done.slice(saved.length).reverse() };
    const next = saved.slice(done.length);
    const canRedo = this.#undone.map(({ id }) => id).reverse();
    return isBeginning(done, saved) && isBeginning(next, canRedo) ? { kind: 'redo', ids: next } : null;
  }
}

/** The told edit comes to the end and stands for the last of the edits; their order stays. Returns that one; null for one that is not among them. */
function bringToEnd(edits: ToldEdit[], told: ToldEdit): number | null {
  const at = edits.indexOf(told);
  if (at < 0) return null;
  const ids = edits.map(({ id }) => id);
  edits.splice(at, 1);
  edits.push(told);
  for (const [index, id] of ids.entries()) {
    const each = edits[index];
    if (each !== undefined && each.id !== id) each.id = id;
  }
  return told.id;
}

function move(id: number, from: ToldEdit[], to: ToldEdit[]): void {
  const at = from.findIndex((told) => told.id === id);
  if (at >= 0) to.push(...from.splice(at, 1));
}

function isBeginning(beginning: readonly number[], all: readonly number[]): boolean {
  return beginning.length <= all.length && beginning.every((id, index) => all[index] === id);
}
