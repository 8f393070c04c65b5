import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { MAX_SEARCH, searchHeader } from '../../../src/engine/vhd/searchHeader';
import { CountingStorage } from '../../fixtures/countingStorage';
import { buildVhd, layoutOf, writeVhd } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { DYNAMIC } from '../check/checkedImages';

const MIB = 1024 * 1024;
/** Strides, and the tables of some headers. */
const MAX_READS = 13;
const SIZE = DYNAMIC.virtualSize;

function search(bytes: Uint8Array, virtualSize = SIZE): number | null {
  const storage = new CountingStorage(new MemoryStorage(bytes));
  const found = searchHeader(storage, bytes.length, virtualSize);
  assert.ok(storage.reads <= MAX_READS, `${storage.reads} reads`);
  return found?.offset ?? null;
}

function headerOf(spec: VhdSpec): Uint8Array {
  return buildVhd(spec).slice(512, 1536);
}

describe('searching for a dynamic header', () => {
  it('finds it at any sector, also where two strides meet', () => {
    for (const headerOffset of [512, 4096, 0x1_0000, 0x2_0000 + 512, 8 * MIB - 1024, 8 * MIB - 512, 8 * MIB]) {
      assert.equal(search(buildVhd({ ...DYNAMIC, headerOffset })), headerOffset);
    }
    assert.equal(search(buildVhd({ ...DYNAMIC, headerOffset: 700 })), null);
  });

  it('passes over one with a wrong checksum, of another disk, and without a table that fits', () => {
    const fields: readonly ((header: DataView) => void)[] = [
      (header) => header.setUint32(32, 1000),
      (header) => header.setUint32(32, 0),
      (header) => header.setUint32(28, 2),
      (header) => header.setBigUint64(16, 0n),
      (header) => header.setBigUint64(16, 1024n),
      (header) => header.setBigUint64(16, 2n ** 63n),
      (header) => header.setBigUint64(16, BigInt(layoutOf(DYNAMIC).footerOffset)),
    ];
    for (const editHeader of fields) {
      assert.equal(search(buildVhd({ ...DYNAMIC, editHeader })), null);
      // And goes on to the right one behind it.
      const real = buildVhd({ ...DYNAMIC, headerOffset: 16_384 });
      real.set(headerOf({ ...DYNAMIC, editHeader }), 4096);
      assert.equal(search(real), 16_384);
    }
    assert.equal(search(buildVhd({ ...DYNAMIC, patches: [{ offset: 512 + 900, bytes: [1] }] })), null);
    assert.equal(search(buildVhd(DYNAMIC), 2 ** 40), null);
    assert.equal(search(buildVhd({ ...DYNAMIC, entries: { 1: 0x7000_0000 } })), null);
  });

  it("takes none for it that is content of the guest's disk", () => {
    const { blockOffsets, bitmapLength } = layoutOf(DYNAMIC);
    const data = (blockOffsets.get(0) ?? 0) + bitmapLength;
    const bytes = buildVhd({ ...DYNAMIC, patches: [{ offset: data + 1024, bytes: headerOf(DYNAMIC) }] });
    assert.equal(search(bytes), 512);
    bytes.fill(0, 512, 1536);
    assert.equal(search(bytes), null);
  });

  it('reads no more of a file that is full of headers', () => {
    const header = headerOf({ ...DYNAMIC, editHeader: (fields) => fields.setBigUint64(16, 2n ** 40n) });
    const bytes = new Uint8Array(20 * MIB);
    for (let at = 0; at < bytes.length; at += header.length) bytes.set(header, at);
    const storage = new CountingStorage(new MemoryStorage(bytes));
    assert.equal(searchHeader(storage, bytes.length, SIZE), null);
    assert.ok(storage.reads <= MAX_READS && storage.bytesRead <= 2 * bytes.length);
  });

  it('ends where it says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-header-'));
    try {
      for (const [headerOffset, expected] of [
        [MAX_SEARCH - 1024, MAX_SEARCH - 1024],
        [MAX_SEARCH - 512, null],
        [MAX_SEARCH, null],
      ] as const) {
        const path = join(folder, `${headerOffset}.vhd`);
        writeVhd(path, { ...DYNAMIC, headerOffset });
        const storage = new CountingStorage(new NodeFileSystem().open(path, 'read'));
        const found = searchHeader(storage, storage.size(), SIZE);
        storage.close();
        assert.equal(found?.offset ?? null, expected);
        assert.ok(storage.reads <= MAX_READS && storage.bytesRead <= MAX_SEARCH + MIB, `${storage.reads} reads`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
