import assert from 'node:assert/strict';
import { flagsText, grouped, reservedText, sizeText, timeText } from '../../../src/engine/vhd/fieldText';

describe("A field's text", () => {
  it('has its digits in groups of three', () => {
    const numbers = [0, 999, 1000, 42_949_672_960, 2n ** 64n - 1n];
    assert.deepEqual(numbers.map(grouped), ['0', '999', '1 000', '42 949 672 960', '18 446 744 073 709 551 615']);
  });

  it('is a size in the largest unit that tells it, never rounded up', () => {
    const sizes = [0, 1023, 1024, 1536, 1025, 1024 ** 2 - 1, 40 * 1024 ** 3, 2040n * 1024n ** 3n, 2n ** 64n - 1n];
    assert.deepEqual(sizes.map(sizeText), [
      '0 bytes',
      '1023 bytes',
      '1 KiB',
      '1.5 KiB',
      '1025 bytes',
      '1023.99 KiB',
      '40 GiB',
      '2040 GiB',
      '16 EiB',
    ]);
  });

  it('is a time in UTC, or says that none is set', () => {
    assert.equal(timeText(655986198), '2020-10-14 10:23:18 UTC');
    assert.equal(timeText(0), 'not set');
  });

  it('names the bits that are set', () => {
    assert.equal(flagsText(0, ['a', 'b']), null);
    assert.equal(flagsText(0x8000_0003, ['a', 'b']), 'a, b, bit 31');
  });

  it('counts what should not be there', () => {
    assert.equal(reservedText(new Uint8Array(8)), 'all zero');
    assert.equal(reservedText(Uint8Array.of(0, 1, 2)), '2 of 3 bytes not zero');
  });
});
