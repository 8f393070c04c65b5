import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  bitmapLength,
  bitmapUsedLength,
  clearBitsFrom,
  fillBits,
  reverseBits,
} from '../../../src/engine/vhd/sectorBitmap';

function bits(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
}

const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 20 });

describe('A sector bitmap', () => {
  it('takes whole sectors of the file', () => {
    assert.equal(bitmapLength(2 * 1024 * 1024), 512);
    assert.equal(bitmapLength(4 * 1024 * 1024), 1024);
    assert.equal(bitmapLength(512), 512);
    assert.equal(bitmapLength(0x8000_0000), 512 * 1024);
    assert.deepEqual([512, 4096, 8192, 2 * 1024 * 1024].map(bitmapUsedLength), [1, 1, 2, 512]);
  });

  it('has every bit from a number on cleared, and no other', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat({ max: 170 }), (bytes, from) => {
        const cleared = bytes.slice();
        clearBitsFrom(cleared, Math.min(from, bytes.length * 8));
        const kept = Math.min(from, bytes.length * 8);
        assert.equal(
          bits(cleared),
          bits(bytes)
            .slice(0, kept)
            .padEnd(bytes.length * 8, '0'),
        );
      }),
    );
  });

  it('is filled with so many bits', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat({ max: 160 }), (bytes, count) => {
        const filled = bytes.slice();
        const used = Math.min(count, bytes.length * 8);
        fillBits(filled, used);
        assert.equal(bits(filled), '1'.repeat(used).padEnd(bytes.length * 8, '0'));
      }),
    );
  });

  it('has its bits reversed within each byte', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const reversed = bytes.slice();
        reverseBits(reversed);
        for (const [i, byte] of reversed.entries()) {
          assert.equal(
            bits(Uint8Array.of(byte)),
            Array.from(bits(Uint8Array.of(bytes[i] ?? 0)))
              .reverse()
              .join(''),
          );
        }
        reverseBits(reversed);
        assert.deepEqual(reversed, bytes);
      }),
    );
  });
});
