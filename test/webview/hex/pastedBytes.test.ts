import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatted } from '../../../src/webview/hex/copyBytes';
import { hexBytes, textBytes } from '../../../src/webview/hex/pastedBytes';

const some = fc.uint8Array({ minLength: 1, maxLength: 200 });

function read(text: string): string {
  const { bytes, problem } = hexBytes(text);
  return bytes === null ? problem : Buffer.from(bytes).toString('hex');
}

function written(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `0x${Buffer.of(byte).toString('hex').toUpperCase()}`).join(', ');
}

describe('bytes that are pasted', () => {
  it('are those that Buffer reads from the same digits, however they are parted', () => {
    fc.assert(
      fc.property(some, fc.constantFrom(' ', ', ', '\n', ':', '; '), fc.boolean(), (bytes, between, upper) => {
        const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
        const text = digits.map((pair) => (upper ? pair.toUpperCase() : pair)).join(between);
        assert.equal(read(text), Buffer.from(digits.join(''), 'hex').toString('hex'));
      }),
    );
  });

  it('are read as people write them in source code and in ids', () => {
    assert.equal(read('0x4d, 0xCF,0x5'), '4dcf05');
    assert.equal(read('\\x4d\\xcf'), '4dcf');
    assert.equal(read('const unsigned char bytes[] = {\n  0x4D, 0xCF,\n};\n'), '4dcf');
    assert.equal(read('5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e'), '5f10c2aa3b6d4e0e9c1d1ce6964b8f0e');
  });

  it('are refused where they are no hex, or where half a byte is missing', () => {
    assert.equal(read('hello'), 'not-hex');
    assert.equal(read('4d cf ??'), 'not-hex');
    assert.equal(read('4d c'), 'half-byte');
    assert.equal(read('4dc'), 'half-byte');
    assert.equal(read(' \n '), 'empty');
    assert.equal(textBytes('').problem, 'empty');
  });

  it('are UTF-8 where they are text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        assert.deepEqual(Buffer.from(textBytes(text).bytes ?? []), Buffer.from(text));
      }),
    );
  });
});

describe('bytes that are copied', () => {
  it('are Buffer\u2019s own base64', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        assert.equal(formatted(bytes, 'base64'), Buffer.from(bytes).toString('base64'));
      }),
    );
  });

  it('come back as they were when they are pasted, as hex and as a C array', () => {
    fc.assert(
      fc.property(some, (bytes) => {
        for (const format of ['hex', 'array'] as const) {
          assert.equal(read(formatted(bytes, format)), Buffer.from(bytes).toString('hex'));
        }
      }),
    );
  });

  it('are an array of C in lines that can be read', () => {
    const bytes = Uint8Array.from({ length: 30 }, (_, at) => at * 7);
    const lines = formatted(bytes, 'array').split('\n');
    assert.deepEqual([lines[0], lines[1]], ['const unsigned char bytes[] = {', `  ${written(bytes.subarray(0, 12))},`]);
    assert.deepEqual(lines.slice(3), [`  ${written(bytes.subarray(24))},`, '};', '']);
  });

  it('are ASCII with points as text', () => {
    assert.equal(formatted(Buffer.from('con\0ectix\xff', 'latin1'), 'text'), 'con.ectix.');
  });
});
