import type { EditState } from '../../worker/editWire';
import { showError } from '../showError';
import { askHowToSettle, conflictText, type Settlement } from './editConflict';
import { saveEditsToFile, showEdits } from './editsAsText';
import type { UnsavedEdits, UnsavedEditsSetup } from './unsavedEdits';

/** What happens to the document when a conflict is settled. */
export interface SettlingEvents {
  /** The image is like this from now on. */
  readonly took: (state: EditState) => Promise<void>;
  /** The file is shown without the edits, which wait for the user's word. */
  readonly dropped: (state: EditState) => void;
}

/** Settles conflicts between unsaved edits and their file, as the user says. */
export class Settling {
  readonly #setup: UnsavedEditsSetup;
  readonly #unsaved: UnsavedEdits;
  readonly #events: SettlingEvents;
  #isAsking = false;

  constructor(setup: UnsavedEditsSetup, unsaved: UnsavedEdits, events: SettlingEvents) {
    this.#setup = setup;
    this.#unsaved = unsaved;
    this.#events = events;
  }

  /** Asks in a notification, until it is settled or the user leaves it open. Never rejects. */
  async ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const { image, queue } = this.#setup;
    try {
      for (let isLeft = false; !isLeft && this.#unsaved.conflict !== null;) {
        const { conflict } = this.#unsaved;
        const settlement = await askHowToSettle(image.path, conflict, false);
        isLeft = settlement === null;
        await queue.run(async () => {
          // Meanwhile it may have been settled otherwise.
          if (settlement !== null && this.#unsaved.conflict === conflict) await this.#settle(settlement);
        });
      }
    } catch (error) {
      this.#tellFailure(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Asks in a dialog: nothing goes on before it is settled. Within the queue. Rejects with words for people where the user leaves it open. */
  async require(): Promise<void> {
    const { path } = this.#setup.image;
    for (let { conflict } = this.#unsaved; conflict !== null; { conflict } = this.#unsaved) {
      const settlement = await askHowToSettle(path, conflict, true);
      if (settlement !== null) await this.#settle(settlement);
      if (settlement === null || settlement === 'look') throw new Error(conflictText(path, conflict));
    }
  }

  /** The edits are gone, and the image is shown as it is in the file. Within the queue. */
  async discard(): Promise<void> {
    const { image } = this.#setup;
    const isKept = this.#unsaved.conflict?.kind === 'mismatch';
    const state = isKept ? await image.request('forgetKept', {}) : await image.request('revertEdits', {});
    this.#unsaved.settled();
    await this.#events.took(state);
  }

  async #settle(settlement: Settlement): Promise<void> {
    switch (settlement) {
      case 'discard':
        await this.discard();
        break;
      case 'look':
        await showEdits(this.#setup.image.uri, await this.#text());
        break;
      case 'save':
        await saveEditsToFile(this.#setup.image.uri, await this.#text());
        break;
      case 'apply':
        await this.#apply();
        break;
    }
  }

  async #text(): Promise<string> {
    return (await this.#setup.image.request('describeEdits', {})).text;
  }

  async #apply(): Promise<void> {
    const { image } = this.#setup;
    if (this.#unsaved.conflict?.kind === 'mismatch') {
      await this.#applyFitting();
      return;
    }
    const report = await image.request('rebaseEdits', {});
    if (report.outcome === 'mismatch') {
      // What is shown is the file without the edits.
      await image.accept(report.state, 'changed-on-disk');
      this.#events.dropped(report.state);
      this.#unsaved.raise({ kind: 'mismatch', reasons: report.reasons, edits: report.edits });
      // What the user has asked for can be done as a whole.
      if (report.edits.length > 0 && report.edits.every(({ fits }) => fits)) await this.#applyFitting();
      return;
    }
    this.#unsaved.settled();
    await this.#events.took(report.state);
  }

  async #applyFitting(): Promise<void> {
    const state = await this.#setup.image.request('applyFitting', {});
    this.#unsaved.settled();
    await this.#events.took(state);
  }

  #tellFailure(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#setup.log.error(`${this.#setup.image.path}: ${message}`);
    void showError(this.#setup.log, message);
  }
}
