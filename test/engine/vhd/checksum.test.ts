import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checksumOf, withChecksum } from '../../../src/engine/vhd/checksum';
import { specChecksum } from '../../fixtures/vhdBuilder';

const anyStructure = fc
  .uint8Array({ minLength: 8, maxLength: 1024 })
  .chain((bytes) => fc.tuple(fc.constant(bytes), fc.nat({ max: bytes.length - 4 })));

describe('A checksum', () => {
  it('is the one of the specification, its own bytes counted as zero', () => {
    fc.assert(
      fc.property(anyStructure, ([bytes, at]) => {
        assert.equal(checksumOf(bytes, at), specChecksum(bytes.slice().fill(0, at, at + 4)));
      }),
    );
  });

  it('put in its place is right, and nothing else has changed', () => {
    fc.assert(
      fc.property(anyStructure, ([bytes, at]) => {
        const before = bytes.slice();
        const summed = withChecksum(bytes, at);
        assert.deepEqual(bytes, before);
        assert.equal(new DataView(summed.buffer).getUint32(at), checksumOf(summed, at));
        assert.deepEqual(summed.fill(0, at, at + 4), bytes.slice().fill(0, at, at + 4));
      }),
    );
  });
});
