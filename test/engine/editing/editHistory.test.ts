import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EditHistory, type MadeEdit } from '../../../src/engine/editing/editHistory';
import type { Patch } from '../../../src/engine/storage/patch';
import { sized } from '../../testSize';

type Step = 'edit' | 'undo' | 'redo' | 'save' | 'revert' | 'forget';

function patchOf(length: number): Patch {
  const change = { offset: 0, before: new Uint8Array(length), after: new Uint8Array(length).fill(1) };
  return { lengthBefore: 512, lengthAfter: 512, changes: [change] };
}

/** The lists that a history is made of, written down plainly. */
class Plain {
  readonly history = new EditHistory();
  done: MadeEdit[] = [];
  undone: MadeEdit[] = [];
  way: { readonly edit: MadeEdit; readonly isForward: boolean }[] = [];
  saved: MadeEdit[] = [];

  do(step: Step, length: number): void {
    if (step === 'edit') {
      const edit = this.history.add('An Edit', patchOf(length), null);
      this.done.push(edit);
      this.undone = [];
      this.#go(edit, true);
    } else if (step === 'undo' || step === 'redo') {
      this.#move(step);
    } else if (step === 'save') {
      this.history.saved();
      this.way = [];
      this.saved = [...this.done];
    } else {
      if (step === 'forget') this.history.forget();
      else this.history.revertToSaved();
      this.done = step === 'forget' ? [] : [...this.saved];
      this.saved = [...this.done];
      [this.undone, this.way] = [[], []];
    }
  }

  get memory(): number {
    const all = new Set([...this.done, ...this.undone, ...this.way.map(({ edit }) => edit)]);
    return [...all].reduce((sum, { memory }) => sum + memory, 0);
  }

  #move(step: 'undo' | 'redo'): void {
    const edit = (step === 'undo' ? this.done : this.undone).pop();
    if (edit === undefined) return;
    if (step === 'undo') this.history.undone(this.history.toUndo(edit.id));
    else this.history.redone(this.history.toRedo(edit.id));
    (step === 'undo' ? this.undone : this.done).push(edit);
    this.#go(edit, step === 'redo');
  }

  #go(edit: MadeEdit, isForward: boolean): void {
    const last = this.way.at(-1);
    if (last?.edit === edit && last.isForward !== isForward) this.way.pop();
    else this.way.push({ edit, isForward });
  }
}

describe('the history of edits', () => {
  it('takes the memory of all edits that can be asked for, each once', () => {
    const steps = fc.array(
      fc.tuple(
        fc.constantFrom<Step>('edit', 'edit', 'edit', 'undo', 'undo', 'redo', 'save', 'revert', 'forget'),
        fc.integer({ min: 1, max: 50 }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const plain = new Plain();
        for (const [step, length] of taken) {
          const number = plain.history.number;
          plain.do(step, length);
          assert.equal(plain.history.memory, plain.memory);
          assert.equal(plain.history.isChanged, plain.way.length > 0);
          assert.equal(plain.history.number === number, step !== 'forget');
        }
      }),
      { numRuns: sized({ small: 300, ci: 1_000, full: 20_000 }) },
    );
  });
});
