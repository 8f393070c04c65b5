import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wholeNumberOf } from '../../../src/webview/hex/inspector';

describe('bytes as numbers', () => {
  it('are those that a DataView reads, in both orders', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        for (const order of ['big', 'little'] as const) {
          const isLittle = order === 'little';
          assert.equal(wholeNumberOf([...bytes], 2, order), BigInt(view.getUint16(0, isLittle)));
          assert.equal(wholeNumberOf([...bytes], 4, order), BigInt(view.getUint32(0, isLittle)));
          assert.equal(wholeNumberOf([...bytes], 8, order), view.getBigUint64(0, isLittle));
        }
      }),
    );
  });

  it('are none where there are not enough of them', () => {
    assert.equal(wholeNumberOf([1, 2, 3], 4, 'big'), null);
  });
});
