import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { openNodeFile } from '../../../src/engine/storage/nodeFileStorage';
import { readPadded, type Storage } from '../../../src/engine/storage/storage';

type Step = (storage: Storage) => unknown;

const offset = fc.nat({ max: 300 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(offset, fc.nat({ max: 100 })).map(([at, length]) => (storage: Storage) => {
    const target = new Uint8Array(length).fill(0x77);
    return [storage.read(at, target), target];
  }),
  fc.tuple(offset, fc.uint8Array({ maxLength: 50 })).map(([at, bytes]) => (storage: Storage) => {
    storage.write(at, bytes);
    return storage.size();
  }),
  offset.map((length) => (storage: Storage) => {
    storage.truncate(length);
    return storage.size();
  }),
);

describe('A file in memory', () => {
  it('does what a file on disk does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-memory-'));
    try {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(step, { maxLength: 12 }), (content, steps) => {
          const path = join(folder, 'file');
          writeFileSync(path, content);
          const disk = openNodeFile(path, 'write');
          const memory = new MemoryStorage(content.slice(), 'write');
          const reader = memory.reader();
          for (const one of steps) assert.deepEqual(one(memory), one(disk));
          assert.deepEqual(memory.bytes(), readPadded(disk, 0, disk.size()));
          assert.deepEqual(readPadded(reader, 0, reader.size()), memory.bytes());
          disk.close();
        }),
        { numRuns: 100 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('open for reading refuses to be changed', () => {
    for (const storage of [
      new MemoryStorage(new Uint8Array(4)),
      new MemoryStorage(new Uint8Array(4), 'write').reader(),
    ]) {
      assert.equal(storage.readOnly, true);
      for (const change of [
        () => storage.write(0, new Uint8Array(1)),
        () => storage.truncate(0),
        () => storage.flush(),
      ]) {
        assert.throws(change, { code: 'file-access' });
      }
      storage.close();
    }
  });
});
