import assert from 'node:assert/strict';
import fc from 'fast-check';
import { typedPattern } from '../../../src/webview/find/typedPattern';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function parts(typed: string, kind: Parameters<typeof typedPattern>[1] = 'hex'): [string, string] | string | null {
  const { pattern, problem } = typedPattern(typed, kind);
  return pattern === null ? problem : [hex(pattern.bytes), hex(pattern.mask)];
}

describe('a pattern as it is typed', () => {
  it('is bytes with digits that do not matter, in any of the usual forms', () => {
    assert.deepEqual(parts('4d cf ?? 23'), ['4dcf0023', 'ffff00ff']);
    assert.deepEqual(parts('4dCF??23'), ['4dcf0023', 'ffff00ff']);
    assert.deepEqual(parts('0x4d, 0xcf, 0x?f'), ['4dcf0f', 'ffff0f']);
    assert.deepEqual(parts(' 4? ?4 '), ['4004', 'f00f']);
    assert.equal(parts(' '), null);
  });

  it('is taken for what it is, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 256 }), fc.constantFrom('', ' ', ', '), (bytes, between) => {
        const typed = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(between);
        assert.deepEqual(parts(typed), [hex(bytes), 'ff'.repeat(bytes.length)]);
      }),
    );
  });

  it('is refused in words where it is none', () => {
    assert.match(String(parts('4d zz')), /“z” is no hexadecimal digit/);
    assert.match(String(parts('4d c 23')), /“c” has an odd number of digits/);
    assert.match(String(parts('?? ??')), /any byte/);
    assert.match(String(parts('00'.repeat(257))), /257 bytes. At most 256/);
    assert.match(String(parts('x'.repeat(300), 'text')), /300 bytes/);
  });

  it('is text as UTF-8, or as Windows writes it', () => {
    assert.deepEqual(parts('Aé', 'text'), ['41c3a9', 'ffffff']);
    assert.deepEqual(parts('Aé', 'utf16'), ['4100e900', 'ffffffff']);
    assert.equal(parts('', 'text'), null);
    assert.equal(hex(typedPattern('a😀', 'utf16').pattern!.bytes), Buffer.from('a😀', 'utf16le').toString('hex'));
  });
});
