import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { ABSENT_ENTRY, encodeTable, readTable } from '../../../src/engine/vhd/blockAllocationTable';
import { CountingStorage } from '../../fixtures/countingStorage';

const anyEntry = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, ABSENT_ENTRY),
);

describe('A block allocation table', () => {
  it('is big-endian and unsigned, as a DataView reads it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const table = readTable(new MemoryStorage(bytes), bytes.length, 0, 1000);
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const expected = Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(i * 4));
        assert.deepEqual(
          expected.map((_, block) => table.entry(block)),
          expected,
        );
        assert.equal(table.length, expected.length);
        assert.equal(table.countUsed(), expected.filter((entry) => entry !== ABSENT_ENTRY).length);
      }),
    );
  });

  it('is the same after encoding and reading', () => {
    fc.assert(
      fc.property(fc.array(anyEntry), (entries) => {
        const bytes = encodeTable(entries);
        const table = readTable(new MemoryStorage(bytes), bytes.length, 0, entries.length);
        assert.deepEqual(
          entries.map((_, block) => table.entry(block)),
          entries,
        );
        assert.deepEqual(encodeTable(entries.map((_, block) => table.entry(block))), bytes);
      }),
    );
  });

  it('has absent entries behind its end', () => {
    const table = readTable(new MemoryStorage(new Uint8Array(8)), 8, 0, 2);
    assert.deepEqual([table.entry(2), table.entry(-1), table.entry(1e12)], [ABSENT_ENTRY, ABSENT_ENTRY, ABSENT_ENTRY]);
  });

  it('is read no further than it is needed, nor than the file goes, in one read', () => {
    const storage = new CountingStorage(new MemoryStorage(new Uint8Array(1000)));
    assert.equal(readTable(storage, 1000, 500, 10).length, 10);
    assert.deepEqual([storage.reads, storage.bytesRead], [1, 40]);
    storage.reset();
    assert.equal(readTable(storage, 1000, 990, 0xffff_ffff).length, 2);
    assert.deepEqual([storage.reads, storage.bytesRead], [1, 8]);
    storage.reset();
    assert.equal(readTable(storage, 1000, 1000, 10).length, 0);
    assert.equal(storage.reads, 0);
  });

  it('of a file that shrank since it was measured has absent entries there', () => {
    const table = readTable(new MemoryStorage(new Uint8Array(4)), 12, 0, 3);
    assert.deepEqual(
      [0, 1, 2].map((block) => table.entry(block)),
      [0, ABSENT_ENTRY, ABSENT_ENTRY],
    );
  });
});
