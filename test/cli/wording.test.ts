import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countForPeople, durationForPeople, printable, sizeForPeople, sizeInFull } from '../../src/cli/wording';

describe('wording', () => {
  it('says sizes with three digits at most', () => {
    const sizes = [0, 1, 512, 1023, 1024, 1536, 10 * 1024 + 512, 2 ** 20 - 1, 2 ** 20, 2040 * 2 ** 30, 40 * 2 ** 40];
    assert.deepEqual(sizes.map(sizeForPeople), [
      '0 bytes',
      '1 byte',
      '512 bytes',
      '1023 bytes',
      '1 KiB',
      '1.5 KiB',
      '10.5 KiB',
      '1023 KiB',
      '1 MiB',
      '1.99 TiB',
      '40 TiB',
    ]);
    assert.equal(sizeInFull(2 ** 31), '2 GiB (2,147,483,648 bytes)');
    assert.equal(sizeInFull(7), '7 bytes');
  });

  it('never says more than there is', () => {
    const units = { bytes: 1, byte: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (size) => {
        const [number, unit] = sizeForPeople(size).split(' ');
        const said = Number(number) * units[unit as keyof typeof units];
        assert.ok(said <= size && said > size * 0.98);
      }),
    );
  });

  it('groups the digits of counts', () => {
    assert.deepEqual([0, 999, 1000, 1_044_480].map(countForPeople), ['0', '999', '1,000', '1,044,480']);
  });

  it('says durations as people do', () => {
    assert.deepEqual([0.2, 45, 60, 61, 3600, 7500].map(durationForPeople), [
      '1 s',
      '45 s',
      '1 min',
      '2 min',
      '1 h 0 min',
      '2 h 5 min',
    ]);
  });

  it('lets no text draw on the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /[\p{Cc}\p{Cs}\u202e\u2028]/u);
      }),
    );
    assert.equal(printable('Zürich 磁盘 👩‍💻.vhd'), 'Zürich 磁盘 👩‍💻.vhd');
  });
});
