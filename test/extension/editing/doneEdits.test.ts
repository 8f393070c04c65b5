import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DoneEdits, type ToldEdit } from '../../../src/extension/editing/doneEdits';
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

/** The stacks of VS Code, which hears of an edit only when `hear` is done; and the edits as they really are. */
class Stack {
  readonly edits = new DoneEdits();
  past: ToldEdit[] = [];
  future: ToldEdit[] = [];
  done: number[] = [];
  readonly #unheard: ToldEdit[] = [];
  #lastId = 0;

  get isBehind(): boolean {
    return this.#unheard.length > 0;
  }

  do(step: string): void {
    if (step === 'edit') {
      this.#lastId += 1;
      this.done.push(this.#lastId);
      this.#unheard.push(this.edits.edited(this.#lastId));
    } else if (step === 'hear') {
      const told = this.#unheard.shift();
      if (told === undefined) return;
      this.past.push(told);
      this.future = [];
    } else if (step === 'undo') {
      this.#undo(this.past.pop());
    } else {
      this.#redo(this.future.pop());
    }
  }

  #undo(told: ToldEdit | undefined): void {
    if (told === undefined) return;
    this.future.push(told);
    const id = this.edits.toUndo(told);
    if (id === null) return;
    assert.equal(this.done.pop(), id);
    this.edits.undid(id);
  }

  #redo(told: ToldEdit | undefined): void {
    if (told === undefined) return;
    this.past.push(told);
    const id = this.edits.toRedo(told);
    if (id === null) return;
    this.done.push(id);
    this.edits.redid(id);
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

  it('are undone from the last one on, also where VS Code had not heard of the last ones when it asked', () => {
    const edits = new DoneEdits();
    const [one, two, three] = [edits.edited(1), edits.edited(2), edits.edited(3)];
    // VS Code has heard of the first alone; it drops that, and comes to know the other two.
    assert.equal(edits.toUndo(one), 3);
    edits.undid(3);
    assert.equal(edits.toUndo(three), 2);
    edits.undid(2);
    assert.equal(edits.toRedo(three), 2);
    edits.redid(2);
    assert.equal(edits.toUndo(three), 2);
    edits.undid(2);
    assert.equal(edits.toUndo(two), 1);
    edits.undid(1);
    assert.equal(edits.toUndo(two), null);
  });

  it('are not done again where another edit was made before that was asked for', () => {
    const edits = new DoneEdits();
    const one = edits.edited(1);
    assert.equal(edits.toUndo(one), 1);
    edits.undid(1);
    const two = edits.edited(2);
    assert.equal(edits.toRedo(one), null);
    assert.equal(edits.toUndo(one), null);
    assert.equal(edits.toUndo(two), 2);
  });

  it('are undone whole, however the messages of VS Code and of the edits cross', () => {
    const steps = fc.array(fc.constantFrom('edit', 'hear', 'undo', 'redo'), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (taken) => {
        const vscode = new Stack();
        for (const step of taken) vscode.do(step);
        while (vscode.isBehind) vscode.do('hear');
        // Whatever happened, undoing all that VS Code knows undoes all edits.
        for (let count = vscode.past.length; count > 0; count--) vscode.do('undo');
        assert.deepEqual(vscode.done, []);
      }),
      { numRuns: sized({ small: 300, ci: 2_000, full: 20_000 }) },
    );
  });

  it('know none any more when all is forgotten, and whether what is left was saved', () => {
    const edits = new DoneEdits();
    edits.edited(1);
    edits.edited(2);
    edits.undid(2);
    assert.ok(edits.isAny);
    edits.forget(false);
    assert.ok(!edits.isAny);
    assert.equal(edits.stepsToSaved(), null);
    edits.forget(true);
    edits.edited(3);
    assert.deepEqual(edits.stepsToSaved(), { kind: 'undo', ids: [3] });
  });
});
