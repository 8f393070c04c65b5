import assert from 'node:assert/strict';
import { savePatchSteps } from '../../../src/engine/storage/journal';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { sidePath } from '../../../src/engine/storage/sideFiles';

const MIB = 1024 * 1024;

describe('A save in steps', () => {
  function ground(): { readonly files: MemoryFileSystem; readonly before: Uint8Array; readonly after: Uint8Array } {
    const files = new MemoryFileSystem('posix');
    const before = new Uint8Array(12 * MIB).fill(1);
    files.addFile('/d.vhd', before);
    return { files, before, after: new Uint8Array(12 * MIB).fill(2) };
  }

  function contentOf(files: MemoryFileSystem): Uint8Array {
    const file = files.open('/d.vhd', 'read');
    const bytes = new Uint8Array(file.size());
    file.read(0, bytes);
    file.close();
    return bytes;
  }

  it('says how far it is, and has all written in the end', () => {
    const { files, before, after } = ground();
    const patch = { lengthBefore: before.length, lengthAfter: after.length, changes: [{ offset: 0, before, after }] };
    const steps = [...savePatchSteps(files, '/d.vhd', patch)];
    assert.ok(steps.length >= 2);
    assert.ok(steps.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes && totalBytes === after.length));
    assert.deepEqual(contentOf(files), after);
    assert.equal(files.facts(sidePath('/d.vhd', 'journal')), null);
  });

  it('puts the file back where it is ended between two of them', () => {
    const { files, before, after } = ground();
    const longer = new Uint8Array(13 * MIB).fill(2);
    const changes = [{ offset: 0, before, after: longer }];
    const steps = savePatchSteps(files, '/d.vhd', { lengthBefore: before.length, lengthAfter: longer.length, changes });
    assert.equal(steps.next().done, false);
    assert.notDeepEqual(contentOf(files).subarray(0, 10), before.subarray(0, 10));
    assert.equal(after.length, before.length);
    steps.return();
    assert.deepEqual(contentOf(files), before);
    assert.equal(files.facts(sidePath('/d.vhd', 'journal')), null);
  });
});
