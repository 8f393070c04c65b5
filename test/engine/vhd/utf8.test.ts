import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../../src/engine/vhd/utf8';

describe('UTF-8', () => {
  it('is written as TextEncoder does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        assert.deepEqual(encodeUtf8(text), new Uint8Array(new TextEncoder().encode(text)));
      }),
    );
  });

  it('is read as TextDecoder does where it is valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(decodeUtf8(new TextEncoder().encode(text)), text);
      }),
    );
  });

  it('that is not valid is read with replacement characters in the same places', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
        assert.equal(decodeUtf8(bytes).replace(/\ufffd+/g, '?'), expected.replace(/\ufffd+/g, '?'));
      }),
      { numRuns: 2_000 },
    );
  });
});
