import assert from 'node:assert/strict';
import type { Edit, EditDone } from '../../../src/protocol/editing';
import { EditQueue } from '../../../src/webview/editing/editQueue';

class Bench {
  readonly sent: Edit[] = [];
  #ends: { resolve: (done: EditDone) => void; reject: (error: Error) => void }[] = [];
  readonly queue = new EditQueue(
    (edit) =>
      new Promise((resolve, reject) => {
        this.sent.push(edit);
        this.#ends.push({ resolve, reject });
      }),
  );

  async answer(fails = false): Promise<void> {
    const end = this.#ends.shift();
    if (fails) end?.reject(new Error('no room'));
    else end?.resolve({ id: this.sent.length, label: '', fields: [] });
    await new Promise((done) => setImmediate(done));
  }
}

function typed(offset: number, ...bytes: readonly number[]): Edit {
  return { kind: 'overwrite', target: 'disk', offset, bytes: Uint8Array.from(bytes) };
}

describe('edits on their way', () => {
  it('go one after the other; what is typed on meanwhile becomes one', async () => {
    const bench = new Bench();
    const answers = [10, 11, 12, 13].map((at) => bench.queue.add(typed(at, at), true));
    assert.deepEqual(bench.sent, [typed(10, 10)]);
    await bench.answer();
    assert.deepEqual(bench.sent.slice(1), [typed(11, 11, 12, 13)]);
    await bench.answer();
    const done = await Promise.all(answers);
    assert.deepEqual(
      done.map(({ id }) => id),
      [1, 2, 2, 2],
    );
  });

  it('are not joined where the cursor went elsewhere, nor with what is pasted or changed in between', async () => {
    const bench = new Bench();
    const field: Edit = { kind: 'field', node: 'footer/checksum', text: '1', alone: false };
    const edits: readonly [Edit, boolean][] = [
      [typed(0, 1), true],
      [typed(5, 1), true],
      [typed(6, 2), true],
      [typed(6, 3), true],
      [field, false],
      [typed(7, 1), true],
      [{ ...typed(8, 1), target: 'file' } as Edit, true],
      [typed(9, 9), false],
    ];
    const answers = edits.map(([edit, joins]) => bench.queue.add(edit, joins));
    while (bench.sent.length < 7) await bench.answer();
    await bench.answer();
    await Promise.all(answers);
    assert.deepEqual(bench.sent, [
      typed(0, 1),
      typed(5, 1, 2),
      typed(6, 3),
      field,
      typed(7, 1),
      { ...typed(8, 1), target: 'file' },
      typed(9, 9),
    ]);
  });

  it('go on after one that failed, and tell everyone whose bytes were in it', async () => {
    const bench = new Bench();
    const first = bench.queue.add(typed(0, 1), true);
    const second = bench.queue.add(typed(1, 2), true);
    const third = bench.queue.add(typed(2, 3), true);
    await bench.answer();
    await first;
    const failures = [second, third].map((each) => assert.rejects(each, /no room/));
    await bench.answer(true);
    await Promise.all(failures);
    const last = bench.queue.add(typed(3, 4), true);
    await bench.answer();
    assert.equal((await last).id, 3);
  });
});
