import assert from 'node:assert/strict';
import { driveSteps, type Progress } from '../../src/cli/longDeed';
import { FakeTerminal } from './fakeTerminal';

describe('driving a long deed', () => {
  it('comes to its result', async () => {
    function* deed(): Generator<Progress, string, void> {
      for (let doneBytes = 0; doneBytes < 10; doneBytes++) yield { doneBytes, totalBytes: 10 };
      return 'done';
    }
    const terminal = new FakeTerminal();
    assert.deepEqual(await driveSteps(terminal, 'Doing', deed()), { result: 'done', exitCode: 0 });
    assert.equal(terminal.listenerCount, 0);
    assert.equal(terminal.error, '');
  });

  it('stops at the next step when it is interrupted, and lets the deed clear up', async () => {
    const terminal = new FakeTerminal();
    const done: string[] = [];
    function* deed(): Generator<Progress, string, void> {
      try {
        yield { doneBytes: 0, totalBytes: 3 };
        terminal.interrupt(130);
        yield { doneBytes: 1, totalBytes: 3 };
        done.push('went on');
      } finally {
        done.push('cleared up');
      }
      return 'done';
    }
    assert.deepEqual(await driveSteps(terminal, 'Doing', deed()), { result: null, exitCode: 130 });
    assert.deepEqual(done, ['cleared up']);
    assert.equal(terminal.listenerCount, 0);
  });

  it('hears an interruption that comes from outside while it is busy', async () => {
    const terminal = new FakeTerminal({ isWatched: true });
    function* deed(): Generator<Progress, string, void> {
      setImmediate(() => terminal.interrupt(143));
      for (let doneBytes = 0; ; doneBytes++) yield { doneBytes, totalBytes: Infinity };
    }
    assert.deepEqual(await driveSteps(terminal, 'Doing', deed()), { result: null, exitCode: 143 });
    assert.match(terminal.error, /Doing 0%/);
    // eslint-disable-next-line no-control-regex -- the line is taken away
    assert.match(terminal.error, /\r\u001b\[K$/);
  });

  it('passes a failure on', async () => {
    // eslint-disable-next-line require-yield -- it does not come that far
    function* deed(): Generator<Progress, string, void> {
      throw new Error('no');
    }
    const terminal = new FakeTerminal();
    await assert.rejects(driveSteps(terminal, 'Doing', deed()), /no/);
    assert.equal(terminal.listenerCount, 0);
  });
});
