import assert from 'node:assert/strict';
import { ProgressLine } from '../../src/cli/progressLine';
import { FakeTerminal } from './fakeTerminal';

const MIB = 2 ** 20;

describe('ProgressLine', () => {
  it('tells share, speed and the time that is left, on one line', () => {
    const terminal = new FakeTerminal({ isWatched: true });
    let time = 0;
    const line = new ProgressLine(terminal, 'Exporting', () => time);
    for (; time <= 10_000; time += 100) line.update((time / 100) * 10 * MIB, 4000 * MIB);
    const last = terminal.error.split('\r').at(-1);
    assert.equal(last, '\u001b[KExporting 25%, 100 MiB/s, 30 s left');
    assert.ok(!terminal.error.includes('\n'));
    line.clear();
    assert.ok(terminal.error.endsWith('\r\u001b[K'));
  });

  it('redraws ten times a second at most', () => {
    const terminal = new FakeTerminal({ isWatched: true });
    let time = 0;
    const line = new ProgressLine(terminal, 'Exporting', () => time);
    for (; time < 1000; time++) line.update(time, 1000);
    assert.equal(terminal.error.split('\r').length - 1, 10);
  });

  it('is silent where nobody watches', () => {
    const terminal = new FakeTerminal();
    const line = new ProgressLine(terminal, 'Exporting', () => 0);
    line.update(1, 2);
    line.clear();
    assert.equal(terminal.error, '');
  });
});
