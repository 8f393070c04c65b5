import assert from 'node:assert/strict';
import type { Edit, EditDone, EditPreview } from '../../../src/protocol/editing';
import { PreviewedEdit } from '../../../src/webview/editForms/previewedEdit';
import type { Editing } from '../../../src/webview/editing/editing';

const HARMLESS: EditPreview = {
  label: '',
  fields: [],
  owners: [],
  ownerSectorCount: 0,
  newFindings: [],
  lengthBefore: 1,
  lengthAfter: 1,
};
const GRAVE: EditPreview = { ...HARMLESS, newFindings: ['The checksum is wrong.'] };

function change(text: string): Edit {
  return { kind: 'field', node: 'footer/cookie', text, alone: false };
}

/** Previews are answered when the test says so, by text. */
class Bench {
  readonly made: Edit[] = [];
  readonly asked: string[] = [];
  readonly #answers = new Map<string, (preview: EditPreview | Error) => void>();
  readonly edit = new PreviewedEdit(
    {
      preview: (edit: Edit) =>
        new Promise<EditPreview>((resolve, reject) => {
          const text = edit.kind === 'field' ? edit.text : '';
          this.asked.push(text);
          this.#answers.set(text, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        }),
      make: (edit: Edit) => {
        this.made.push(edit);
        return Promise.resolve<EditDone>({ id: 1, label: '', fields: [] });
      },
    } as unknown as Editing,
    () => undefined,
  );

  async answer(text: string, preview: EditPreview | Error): Promise<void> {
    this.#answers.get(text)?.(preview);
    await new Promise((done) => setImmediate(done));
  }
}

describe('an edit that is previewed', () => {
  it('is made at once when nothing speaks against it, also where its preview still comes', async () => {
    const bench = new Bench();
    bench.edit.mean(change('a'));
    const made = bench.edit.make();
    await bench.answer('a', HARMLESS);
    assert.equal(await made, true);
    assert.deepEqual(bench.made, [change('a')]);
  });

  it('is made only after its consequences were to be seen, where they are grave', async () => {
    const bench = new Bench();
    bench.edit.mean(change('a'));
    const made = bench.edit.make();
    await bench.answer('a', GRAVE);
    assert.equal(await made, false);
    assert.deepEqual(bench.edit.state, { kind: 'shown', preview: GRAVE });
    assert.equal(await bench.edit.make(), true);
    assert.equal(bench.made.length, 1);
  });

  it('is not made where it is refused, and the reason is said', async () => {
    const bench = new Bench();
    bench.edit.mean(change('a'));
    await bench.answer('a', new Error('too long'));
    assert.deepEqual(bench.edit.state, { kind: 'refused', reason: 'too long' });
    assert.equal(await bench.edit.make(), false);
    assert.deepEqual(bench.made, []);
  });

  it('is the one that is meant last; those that nobody waits for any more are not previewed', async () => {
    const bench = new Bench();
    for (const text of ['a', 'ab', 'abc']) bench.edit.mean(change(text));
    await bench.answer('a', new Error('too short'));
    assert.equal(bench.edit.state.kind, 'asked');
    await bench.answer('abc', HARMLESS);
    assert.equal(bench.edit.state.kind, 'shown');
    assert.deepEqual(bench.asked, ['a', 'abc']);
    const made = bench.edit.make();
    bench.edit.mean(change('abcd'));
    await bench.answer('abcd', HARMLESS);
    assert.equal(await made, false, 'another one is meant by now');
    assert.deepEqual(bench.made, []);
  });

  it('may be given up while its preview is on its way, and another one meant later', async () => {
    const bench = new Bench();
    bench.edit.mean(change('a'));
    bench.edit.mean(null);
    await bench.answer('a', GRAVE);
    assert.equal(bench.edit.state.kind, 'none');
    bench.edit.mean(change('b'));
    await bench.answer('b', HARMLESS);
    assert.equal(await bench.edit.make(), true);
    assert.deepEqual(bench.made, [change('b')]);
  });
});
