import assert from 'node:assert/strict';
import { WorkQueue } from '../../../src/extension/editing/workQueue';

describe('a queue of work', () => {
  it('does one after the other, also after one that fails', async () => {
    const queue = new WorkQueue();
    const noted: string[] = [];
    const work =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        noted.push(`${name} begins`);
        await new Promise(setImmediate);
        noted.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    assert.ok(queue.isIdle);
    const all = [queue.run(work('a')), queue.run(work('b', true)), queue.run(work('c'))];
    assert.ok(!queue.isIdle);
    const ends = await Promise.allSettled(all);
    assert.deepEqual(
      ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason))),
      ['a', 'Error: b', 'c'],
    );
    assert.deepEqual(noted, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    assert.ok(queue.isIdle);
  });
});
