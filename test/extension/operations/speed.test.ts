import assert from 'node:assert/strict';
import { SpeedMeter, timeLeftText } from '../../../src/extension/operations/speed';
import { plainL10n } from './plainL10n';

describe('the speed of an operation', () => {
  it('is not told before anything is done, and then is that of the last seconds', () => {
    let time = 0;
    const meter = new SpeedMeter(() => time);
    assert.equal(meter.note(0), null);
    time = 1000;
    assert.equal(meter.note(0), null);
    assert.equal(meter.note(100), 100);
    time = 10_000;
    meter.note(1000);
    time = 13_000;
    assert.equal(meter.note(4000), 1000);
  });

  it('tells how long the rest will take once it has gone on for a second, and not at its very end', () => {
    let time = 0;
    const meter = new SpeedMeter(() => time);
    meter.note(0);
    time = 500;
    meter.note(1000);
    assert.equal(meter.secondsFor(1000), null);
    time = 2000;
    meter.note(2000);
    assert.equal(meter.secondsFor(10_000), 10);
    assert.equal(meter.secondsFor(1000), null);
  });

  it('says that no finer than one can rely on', () => {
    const words = [2, 10, 11, 57, 58, 60, 61, 3540, 3541, 3600, 8000].map((time) => timeLeftText(plainL10n, time));
    assert.deepEqual(words, [
      ...['2 s left', '10 s left', '15 s left', '1 min left', '1 min left', '1 min left', '2 min left', '59 min left'],
      ...['1 h 0 min left', '1 h 0 min left', '2 h 14 min left'],
    ]);
  });
});
