import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DoneEdits } from '../../../src/extension/editing/doneEdits';
import { sized } from '../../testSize';

type Step = 'edit' | 'undo' | 'redo' | 'save';

/** A document whose state is the list of edits that are done. */
class Model {
  readonly edits = new DoneEdits();
  done: readonly number[] = [];
  undone: readonly number[] = [];
  saved: readonly number[] = [];
  #lastId = 0;

  do(step: Step): void {
    if (step === 'edit') this.#edit();
    else if (step === 'undo') this.undo(this.done.at(-1));
    else if (step === 'redo') this.redo(this.undone.at(-1));
    else this.#save();
  }

  undo(id: number | undefined): void {
    if (id === undefined) return;
    assert.equal(id, this.done.at(-1));
    this.done = this.done.slice(0, -1);
    this.undone = [...this.undone, id];
    this.edits.undid(id);
  }

  redo(id: number | undefined): void {
    if (id === undefined) return;
    assert.equal(id, this.undone.at(-1));
    this.undone = this.undone.slice(0, -1);
    this.done = [...this.done, id];
    this.edits.redid(id);
  }

  #edit(): void {
    this.#lastId += 1;
    this.done = [...this.done, this.#lastId];
    this.undone = [];
    this.edits.edited(this.#lastId);
  }

  #save(): void {
    this.saved = this.done;
    this.edits.saved();
  }
}

describe('the edits that are done', () => {
  it('lead to what was saved whenever undo or redo alone can', () => {
    const steps = fc.array(fc.constantFrom<Step>('edit', 'edit', 'undo', 'redo', 'save'), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (taken) => {
        const model = new Model();
        for (const step of taken) model.do(step);
        const way = model.edits.stepsToSaved();
        const reachable = [
          ...model.done.map((_, count) => model.done.slice(0, count)),
          model.done,
          ...model.undone.map((_, count) => [...model.done, ...[...model.undone].reverse().slice(0, count + 1)]),
        ];
        const canReach = reachable.some((state) => state.join() === model.saved.join());
        assert.equal(way !== null, canReach);
        for (const id of way?.ids ?? []) {
          if (way?.kind === 'redo') model.redo(id);
          else model.undo(id);
        }
        if (way !== null) assert.deepEqual(model.done, model.saved);
      }),
      { numRuns: sized({ small: 300, ci: 2_000, full: 20_000 }) },
    );
  });

  it('know none any more when all is forgotten, and whether what is left was saved', () => {
    const edits = new DoneEdits();
    edits.edited(1);
    edits.edited(2);
    edits.undid(2);
    assert.ok(edits.has(1) && edits.has(2));
    edits.forget(false);
    assert.ok(!edits.has(1) && !edits.has(2));
    assert.equal(edits.stepsToSaved(), null);
    edits.forget(true);
    edits.edited(3);
    assert.deepEqual(edits.stepsToSaved(), { kind: 'undo', ids: [3] });
  });
});
