/**
 * Whether VS Code takes a document for changed. It counts edits and remembers how many were done when it saved: after a save, an undo and another edit,
 * or an undo while a save runs, it is wrong. This counts as it does, so that we know when to tell it.
 */
export class ShownState {
  #editCount = 0;
  #doneCount = 0;
  #savedCount = 0;
  #isChangedOtherwise = false;
  #isRestored: boolean;

  /** `isRestored`: VS Code opens the document with edits that it kept. */
  constructor(isRestored: boolean) {
    this.#isRestored = isRestored;
  }

  get isChanged(): boolean {
    if (this.#isChangedOtherwise) return true;
    return this.#editCount > 0 ? this.#savedCount !== this.#doneCount : this.#isRestored;
  }

  /** An edit was told. */
  edited(): void {
    this.#doneCount += 1;
    this.#editCount = this.#doneCount;
  }

  /** VS Code asks for it, and takes it for done. */
  undone(): void {
    this.#doneCount = Math.max(0, this.#doneCount - 1);
  }

  /** VS Code asks for it, and takes it for done. */
  redone(): void {
    this.#doneCount = Math.min(this.#editCount, this.#doneCount + 1);
  }

  /** VS Code learns that a save has ended, whatever was done meanwhile. */
  saved(): void {
    this.#savedCount = this.#doneCount;
    this.#isChangedOtherwise = false;
    this.#isRestored = false;
  }

  /** VS Code learns that the image was saved under another name. */
  savedAs(): void {
    this.#savedCount = this.#doneCount;
  }

  /** VS Code asks for it, and takes it for done. */
  reverted(): void {
    this.#doneCount = this.#savedCount;
    this.#editCount = this.#doneCount;
    this.#isChangedOtherwise = false;
    this.#isRestored = false;
  }

  /** VS Code is told that the content changed: it shows the document as changed until the next save. */
  changedOtherwise(): void {
    this.#isChangedOtherwise = true;
  }
}
