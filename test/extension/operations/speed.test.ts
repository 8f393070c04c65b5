import assert from 'node:assert/strict';
import { SpeedMeter } from '../../../src/extension/operations/speed';

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
});
