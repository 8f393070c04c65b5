import assert from 'node:assert/strict';
import { flagsText, timeText } from '../../../src/engine/vhd/fieldText';
import { flagsOf, inputTime, writtenTime } from '../../../src/webview/structure/fieldInput';

const NAMES = ['temporary', 'reserved'];

describe('inputs for fields', () => {
  it('read flags as the engine writes them', () => {
    for (const flags of [0, 1, 2, 3, 0x8000_0001, 0x40]) {
      assert.equal(flagsOf(flagsText(flags, NAMES) ?? 'none', NAMES), flags);
      assert.equal(flagsOf(`0x${flags.toString(16)}`, NAMES), flags);
    }
  });

  it('give back a time as the engine writes it, with seconds though the browser leaves out zeros', () => {
    for (const seconds of [1, 60, 86_400, 847_012_364, 0xffff_ffff]) {
      const text = timeText(seconds);
      assert.equal(writtenTime(inputTime(text)), text);
      assert.equal(writtenTime(inputTime(text).replace(/:00$/, '')), text);
    }
    assert.equal(inputTime(timeText(0)), '');
    assert.equal(writtenTime(''), timeText(0));
  });
});
