import assert from 'node:assert/strict';
import { BegunMerges } from '../../../src/extension/operations/begunMerges';

/** What VS Code keeps for a workspace, across windows: as JSON. */
class FakeMemento {
  kept: Record<string, unknown> = {};

  get(key: string): unknown {
    return this.kept[key];
  }

  update(key: string, value: unknown): Promise<void> {
    this.kept = JSON.parse(JSON.stringify({ ...this.kept, [key]: value })) as Record<string, unknown>;
    return Promise.resolve();
  }
}

const ONE = { path: '/vm/one.avhd', into: '/vm/base.vhd' };
const TWO = { path: '/vm/two.avhd', into: '/vm/other.vhd' };

describe('the merges that have begun', () => {
  let memento: FakeMemento;
  let merges: BegunMerges;

  beforeEach(() => {
    memento = new FakeMemento();
    merges = new BegunMerges(memento);
  });

  it('are kept in mind while they run, side by side, and forgotten when they end well or badly', async () => {
    await merges.during(ONE, async () => {
      await assert.rejects(
        merges.during(TWO, () => {
          assert.deepEqual(new BegunMerges(memento).takeLeft(), [ONE, TWO]);
          return merges.during(TWO, () => Promise.reject(new Error('the disk is full')));
        }),
        /full/,
      );
    });
    assert.deepEqual(new BegunMerges(memento).takeLeft(), []);
  });

  it('that a window left behind are told of once', async () => {
    void merges.during(ONE, () => new Promise(() => undefined));
    await Promise.resolve();
    const next = new BegunMerges(memento);
    assert.deepEqual(next.takeLeft(), [ONE]);
    assert.deepEqual(next.takeLeft(), []);
  });

  it('are none where what was kept is nothing of ours', async () => {
    await memento.update('begunMerges', [{ path: 1, into: '/vm/base.vhd' }, null, 'x']);
    assert.deepEqual(merges.takeLeft(), []);
    await memento.update('begunMerges', { length: 3 });
    assert.deepEqual(merges.takeLeft(), []);
  });
});
