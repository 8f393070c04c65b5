import assert from 'node:assert/strict';
import fc from 'fast-check';
import { byteCharacter, byteDigits, hexLayout, movedCursor } from '../../../src/webview/hex/hexLayout';

const KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];

describe('the layout of bytes', () => {
  it('shows sixteen in a row where they fit, fewer where they do not, and never fewer than four', () => {
    assert.deepEqual(hexLayout(80, 1000), { rowLength: 16, digits: 8 });
    assert.equal(hexLayout(60, 1000).rowLength, 8);
    assert.equal(hexLayout(40, 1000).rowLength, 4);
    assert.equal(hexLayout(1, 1000).rowLength, 4);
  });

  it('has as many digits as the last offset needs', () => {
    assert.equal(hexLayout(80, 2040 * 2 ** 30).digits, 11);
    assert.equal(hexLayout(80, 2 ** 32).digits, 8);
    assert.equal(hexLayout(80, 2 ** 32 + 1).digits, 9);
    assert.equal(hexLayout(80, 0).digits, 8);
  });

  it('writes a byte as digits and as a character', () => {
    assert.equal(byteDigits(0), '00');
    assert.equal(byteDigits(0xfe), 'FE');
    assert.equal(byteCharacter(0x41), 'A');
    for (const value of [0, 0x1f, 0x7f, 0xff]) assert.equal(byteCharacter(value), '.');
  });

  it('keeps the cursor among the bytes, and in its column when it moves up and down', () => {
    const views = fc.record({
      start: fc.nat({ max: 5 }).map((sector) => sector * 512),
      length: fc.integer({ min: 1, max: 3000 }),
      rowLength: fc.constantFrom(4, 8, 16),
      pageRows: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(views, fc.constantFrom(...KEYS), fc.boolean(), fc.nat(), (view, key, control, choice) => {
        const { start, length, rowLength } = view;
        const end = start + length;
        const cursor = start + (choice % length);
        const moved = movedCursor(key, cursor, { ...view, end }, control)!;
        assert.ok(moved >= start && moved < end);
        if (/Up|Down/.test(key)) assert.equal((moved - start) % rowLength, (cursor - start) % rowLength);
        if (control && key === 'Home') assert.equal(moved, start);
        if (control && key === 'End') assert.equal(moved, end - 1);
      }),
    );
    assert.equal(movedCursor('a', 0, { start: 0, end: 9, rowLength: 8, pageRows: 1 }, false), null);
  });
});
