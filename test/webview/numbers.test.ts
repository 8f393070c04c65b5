import assert from 'node:assert/strict';
import fc from 'fast-check';
import { grouped, hexadecimal, minuteText, shareText, sizeText, utcText } from '../../src/webview/numbers';

describe('numbers for people', () => {
  it('groups digits by three without changing the number', () => {
    assert.equal(grouped(42_949_672_960), '42\u202f949\u202f672\u202f960');
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const groups = grouped(value).split('\u202f');
        assert.equal(groups.join(''), String(value));
        assert.ok(groups.slice(1).every((group) => group.length === 3));
      }),
    );
  });

  it('writes places in capitals', () => {
    assert.equal(hexadecimal(0), '0x0');
    assert.equal(hexadecimal(0x4da3e00), '0x4DA3E00');
  });

  it('gives sizes three digits and never more than there is', () => {
    assert.equal(sizeText(512), '512 bytes');
    assert.equal(sizeText(1023), '1023 bytes');
    assert.equal(sizeText(1024), '1 KiB');
    assert.equal(sizeText(1_299_227_607), '1.2 GiB');
    assert.equal(sizeText(2040 * 2 ** 30), '1.99 TiB');
    assert.equal(sizeText(2 ** 30 - 1), '1023 MiB');
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const [number, unit] = sizeText(value).split(' ');
        const told = Number(number) * 1024 ** units.indexOf(unit ?? '');
        assert.ok(told <= value && told >= value * 0.99 - 1, `${String(value)} is told as ${sizeText(value)}`);
      }),
    );
  });

  it('tells a share as all or nothing only where it is', () => {
    assert.equal(shareText(0, 7), '0 %');
    assert.equal(shareText(7, 7), '100 %');
    assert.equal(shareText(1, 1_000_000), '< 0.1 %');
    assert.equal(shareText(999_999, 1_000_000), '> 99.9 %');
    assert.equal(shareText(1, 0), '0 %');
    assert.equal(shareText(1, 3), '33 %');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 10_000_000 }), (part, rest) => {
        const text = shareText(part, part + rest);
        assert.ok(!['0 %', '0.0 %', '100 %', '100.0 %'].includes(text), text);
      }),
    );
  });

  it('writes times in UTC to the second and on the user\u2019s clock to the minute', () => {
    const time = Date.UTC(2026, 10, 3, 9, 12, 44);
    assert.equal(utcText(time), '2026-11-03 09:12:44 UTC');
    assert.match(minuteText(time), /^2026-11-0[234] \d\d:\d\d$/);
  });
});
