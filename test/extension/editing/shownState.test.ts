import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ShownState } from '../../../src/extension/editing/shownState';
import { sized } from '../../testSize';

/** VS Code's own way of counting, as its `MainThreadCustomEditorModel` does it: a list of edits and two indexes. */
class CountingModel {
  edits: number[] = [];
  current = -1;
  saved = -1;
  otherwise = false;
  fromBackup: boolean;

  constructor(fromBackup: boolean) {
    this.fromBackup = fromBackup;
  }

  get isDirty(): boolean {
    if (this.otherwise) return true;
    return this.edits.length > 0 ? this.saved !== this.current : this.fromBackup;
  }

  do(step: Step): void {
    switch (step) {
      case 'edited':
        this.edits.splice(this.current + 1);
        this.edits.push(this.edits.length);
        this.current = this.edits.length - 1;
        break;
      case 'undone':
        if (this.current >= 0) this.current -= 1;
        break;
      case 'redone':
        if (this.current < this.edits.length - 1) this.current += 1;
        break;
      case 'saved':
        this.saved = this.current;
        this.otherwise = false;
        this.fromBackup = false;
        break;
      case 'savedAs':
        this.saved = this.current;
        break;
      case 'changedOtherwise':
        this.otherwise = true;
        break;
    }
  }
}

const STEPS = ['edited', 'undone', 'redone', 'saved', 'savedAs', 'changedOtherwise'] as const;
type Step = (typeof STEPS)[number];

describe('what VS Code takes for changed', () => {
  it('is known after any steps', () => {
    const steps = fc.array(fc.constantFrom(...STEPS), { maxLength: 30 });
    fc.assert(
      fc.property(fc.boolean(), steps, (isRestored, taken) => {
        const shown = new ShownState(isRestored);
        const model = new CountingModel(isRestored);
        for (const step of taken) {
          shown[step]();
          model.do(step);
          assert.equal(shown.isChanged, model.isDirty, step);
        }
      }),
      { numRuns: sized({ small: 300, ci: 2_000, full: 20_000 }) },
    );
  });

  it('is clean after a save, an undo and another edit: the trap', () => {
    const shown = new ShownState(false);
    shown.edited();
    shown.edited();
    shown.saved();
    shown.undone();
    shown.edited();
    assert.equal(shown.isChanged, false);
    shown.changedOtherwise();
    assert.equal(shown.isChanged, true);
  });

  it('is clean after a revert', () => {
    const shown = new ShownState(true);
    assert.equal(shown.isChanged, true);
    shown.edited();
    shown.changedOtherwise();
    shown.reverted();
    assert.equal(shown.isChanged, false);
  });
});
