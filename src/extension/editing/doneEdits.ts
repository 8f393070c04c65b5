/** Edits to be undone, or redone, in this order. */
export interface Steps {
  readonly kind: 'undo' | 'redo';
  readonly ids: readonly number[];
}

/** Which edits of a document are done, which are undone, and which were done when it was saved: by their ids, since numbers of edits lie. */
export class DoneEdits {
  readonly #done: number[] = [];
  /** The next one to redo at the end. */
  readonly #undone: number[] = [];
  /** Null where it cannot be come back to. */
  #saved: readonly number[] | null = [];

  /** False for what happened before `forget`. */
  has(id: number): boolean {
    return this.#done.includes(id) || this.#undone.includes(id);
  }

  edited(id: number): void {
    this.#done.push(id);
    this.#undone.length = 0;
  }

  undid(id: number): void {
    this.#done.splice(this.#done.indexOf(id), 1);
    this.#undone.push(id);
  }

  redid(id: number): void {
    this.#undone.splice(this.#undone.indexOf(id), 1);
    this.#done.push(id);
  }

  saved(): void {
    this.#saved = [...this.#done];
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
    if (isBeginning(saved, this.#done)) return { kind: 'undo', ids: this.#done.slice(saved.length).reverse() };
    const next = saved.slice(this.#done.length);
    const canRedo = [...this.#undone].reverse();
    return isBeginning(this.#done, saved) && isBeginning(next, canRedo) ? { kind: 'redo', ids: next } : null;
  }
}

function isBeginning(beginning: readonly number[], all: readonly number[]): boolean {
  return beginning.length <= all.length && beginning.every((id, index) => all[index] === id);
}
