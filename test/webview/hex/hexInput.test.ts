import assert from 'node:assert/strict';
import fc from 'fast-check';
import { halfWritten, typedKey } from '../../../src/webview/hex/hexInput';
import type { HalfByte, HexColumn, TypingPlace } from '../../../src/webview/hex/hexInput';
import { sized } from '../../testSize';

const END = 8;

function place(change: Partial<TypingPlace> = {}): TypingPlace {
  const cursor = change.cursor ?? 2;
  return { column: 'hex', half: null, cursor, selection: { offset: cursor, length: 1 }, start: 0, end: END, ...change };
}

/** Types keys into bytes as a view does: what is typed is written at once, and the cursor goes where it is told to. */
function type(keys: readonly string[], column: HexColumn, bytes: Uint8Array): number {
  let cursor = 0;
  let half: HalfByte | null = null;
  for (const key of keys) {
    const typed = typedKey(key, place({ column, half, cursor, selection: { offset: cursor, length: 1 } }));
    if (typed === null) continue;
    half = typed.half;
    if (typed.write !== null) bytes.set(typed.write.bytes, typed.write.offset);
    if (typed.zero !== null) bytes.fill(0, typed.zero.offset, typed.zero.offset + typed.zero.length);
    cursor = typed.cursor ?? cursor;
  }
  return cursor;
}

describe('typing bytes', () => {
  it('writes what Buffer reads from the same digits, two for each byte', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEF')),
      minLength: 2,
      maxLength: 2 * END,
    });
    fc.assert(
      fc.property(digits, (text) => {
        const bytes = new Uint8Array(END).fill(0xee);
        const cursor = type(Array.from(text), 'hex', bytes);
        const expected = Buffer.alloc(END, 0xee);
        Buffer.from(text, 'hex').copy(expected);
        assert.deepEqual(Buffer.from(bytes), expected);
        assert.equal(cursor, Math.min(END - 1, Math.floor(text.length / 2)));
      }),
      { numRuns: sized({ small: 100, ci: 500, full: 5_000 }) },
    );
  });

  it('writes characters as UTF-8 in the column of text, spaces and digits too', () => {
    const bytes = new Uint8Array(END);
    assert.equal(type(Array.from('a 1é'), 'text', bytes), 5);
    assert.deepEqual(Buffer.from(bytes.subarray(0, 5)), Buffer.from('a 1é'));
  });

  it('waits for the second digit, and forgets the first by Escape, Delete or Backspace', () => {
    const first = typedKey('a', place());
    assert.deepEqual(first, { half: { offset: 2, digit: 10 }, write: null, zero: null, cursor: 2 });
    for (const key of ['Escape', 'Delete', 'Backspace']) {
      const typed = typedKey(key, place({ half: { offset: 2, digit: 10 } }));
      assert.deepEqual(typed, { half: null, write: null, zero: null, cursor: null }, key);
    }
    assert.equal(typedKey('Escape', place()), null);
    assert.equal(halfWritten({ offset: 2, digit: 10 }, 0x3c), 0xac);
  });

  it('zeroes the byte at the cursor and goes on, or goes back and zeroes that one', () => {
    assert.deepEqual(typedKey('Delete', place())?.zero, { offset: 2, length: 1 });
    assert.equal(typedKey('Delete', place())?.cursor, 3);
    assert.deepEqual(typedKey('Backspace', place())?.zero, { offset: 1, length: 1 });
    assert.equal(typedKey('Backspace', place())?.cursor, 1);
    assert.equal(typedKey('Backspace', place({ cursor: 0 }))?.zero, null);
    assert.equal(typedKey('Delete', place({ cursor: END - 1 }))?.cursor, END - 1);
  });

  it('takes a selection of several bytes as a whole', () => {
    const selection = { offset: 2, length: 4 };
    for (const key of ['Delete', 'Backspace']) {
      assert.deepEqual(typedKey(key, place({ cursor: 5, selection }))?.zero, selection);
      assert.equal(typedKey(key, place({ cursor: 5, selection }))?.cursor, 2);
    }
    assert.deepEqual(typedKey('f', place({ cursor: 5, selection }))?.half, { offset: 2, digit: 15 });
    assert.equal(typedKey('x', place({ cursor: 5, selection, column: 'text' }))?.write?.offset, 2);
  });

  it('leaves other keys alone, and never writes behind the end', () => {
    for (const key of ['g', ' ', 'Enter', 'ArrowLeft', 'F2', 'Tab', 'Dead']) assert.equal(typedKey(key, place()), null);
    assert.equal(typedKey('ArrowLeft', place({ column: 'text' })), null);
    assert.equal(typedKey('é', place({ column: 'text', cursor: END - 1 })), null);
    assert.equal(typedKey('a', place({ cursor: 0, end: 0 })), null);
  });
});
