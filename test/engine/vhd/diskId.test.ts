import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDiskId, isNullId, parseDiskId } from '../../../src/engine/vhd/diskId';

const anyId = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('A disk id', () => {
  it('is shown as Windows shows it: DiskPart calls these bytes so', () => {
    const bytes = Buffer.from('5fa21a55f394aa4d99581951a67d5540', 'hex');
    assert.equal(formatDiskId(bytes), '551aa25f-94f3-4daa-9958-1951a67d5540');
  });

  it('survives being written and parsed', () => {
    fc.assert(
      fc.property(anyId, (bytes) => {
        assert.deepEqual(parseDiskId(formatDiskId(bytes)), bytes);
        assert.deepEqual(parseDiskId(`{${formatDiskId(bytes).toUpperCase()}}`), bytes);
      }),
    );
  });

  it('is the same text for the same bytes only', () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        assert.equal(formatDiskId(one) === formatDiskId(other), Buffer.from(one).equals(other));
      }),
    );
  });

  it('is not parsed from anything else', () => {
    for (const text of [
      '',
      'x',
      '551aa25f94f34daa99581951a67d5540',
      '551aa25f-94f3-4daa-9958-1951a67d554',
      'g'.repeat(36),
    ]) {
      assert.equal(parseDiskId(text), null);
    }
  });

  it('of zeros is none', () => {
    assert.equal(isNullId(new Uint8Array(16)), true);
    assert.equal(isNullId(Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0))), false);
  });
});
