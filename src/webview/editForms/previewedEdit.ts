import type { Edit, EditPreview } from '../../protocol/editing';
import { messageOf } from '../connection';
import type { Editing } from '../editing/editing';
import { isGrave } from './consequences';

/** What is known of the edit that is written in a form now. */
export type PreviewState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'shown'; readonly preview: EditPreview }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * An edit that is not made before what it does was shown: each change of it is previewed, and one whose consequences are grave is made only once
 * the user has had them before their eyes.
 */
export class PreviewedEdit {
  readonly #editing: Editing;
  readonly #changed: () => void;
  #edit: Edit | null = null;
  #state: PreviewState = { kind: 'none' };
  /** Settles when the preview of the edit that is meant is there. */
  #asking: Promise<void> = Promise.resolve();
  #isAsking = false;

  /** `changed` is called when more is known of the edit. */
  constructor(editing: Editing, changed: () => void) {
    this.#editing = editing;
    this.#changed = changed;
  }

  get state(): PreviewState {
    return this.#state;
  }

  /** Another edit is meant, or none. What was known of the last one stays until more is known of this one. */
  mean(edit: Edit | null): void {
    this.#edit = edit;
    if (edit === null) {
      this.#state = { kind: 'none' };
      return;
    }
    if (this.#state.kind === 'none') this.#state = { kind: 'asked' };
    if (!this.#isAsking) this.#asking = this.#ask();
  }

  /**
   * Makes the edit if its consequences were seen or are none to speak of; else they are shown first, and it is to be asked for again. Whether it was made.
   */
  async make(): Promise<boolean> {
    const edit = this.#edit;
    if (edit === null) return false;
    const seen = this.#state;
    await this.#asking;
    if (edit !== this.#edit || this.#state.kind !== 'shown') return false;
    if (this.#state !== seen && isGrave(this.#state.preview)) return false;
    try {
      await this.#editing.make(edit);
      return true;
    } catch (error) {
      if (edit === this.#edit) this.#become({ kind: 'refused', reason: messageOf(error) });
      return false;
    }
  }

  /** One preview at a time, of what is meant by then: keys are faster than previews of a large image. */
  async #ask(): Promise<void> {
    this.#isAsking = true;
    for (let edit = this.#edit; edit !== null;) {
      const state = await this.#stateOf(edit);
      if (edit === this.#edit) {
        this.#isAsking = false;
        this.#become(state);
        return;
      }
      edit = this.#edit;
    }
    this.#isAsking = false;
  }

  async #stateOf(edit: Edit): Promise<PreviewState> {
    try {
      return { kind: 'shown', preview: await this.#editing.preview(edit) };
    } catch (error) {
      return { kind: 'refused', reason: messageOf(error) };
    }
  }

  #become(state: PreviewState): void {
    this.#state = state;
    this.#changed();
  }
}
