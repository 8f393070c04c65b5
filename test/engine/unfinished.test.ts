import assert from 'node:assert/strict';
import { EngineError } from '../../src/engine/errors';
import { openImage } from '../../src/engine/openImage';
import { encodeJournal } from '../../src/engine/storage/journalFormat';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import { OverlayStorage } from '../../src/engine/storage/overlayStorage';
import { MemoryStorage } from '../../src/engine/storage/memoryStorage';
import type { Patch } from '../../src/engine/storage/patch';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';

const PATH = '/d/disk.vhd';
const JOURNAL = `${PATH}.vhd-editor-journal`;
const OLD = buildVhd({ type: 'fixed', virtualSize: 4096, id: idOf(1) });
const NEW = buildVhd({ type: 'fixed', virtualSize: 4096, id: idOf(2) });

/** Makes OLD into NEW. */
function patch(): Patch {
  const overlay = new OverlayStorage(new MemoryStorage(OLD));
  return overlay.transaction(() => overlay.write(0, NEW));
}

describe('an image whose save was cut short', () => {
  it('reads as it will be, and says so', () => {
    const torn = OLD.slice();
    torn.set(NEW.subarray(4096, 4096 + 70), 4096);
    const image = openImage(new MemoryFileSystem('posix', { [PATH]: torn, [JOURNAL]: encodeJournal(patch()) }), PATH);
    const whole = openImage(new MemoryFileSystem('posix', { [PATH]: NEW }), PATH);
    assert.equal(image.id, whole.id);
    assert.deepEqual(
      image.findings.map(({ id, severity }) => [id, severity]),
      [['unfinished-save', 'warning']],
    );
  });

  it('reads as it stands where the journal is not whole, or is not its own any more', () => {
    const changed = OLD.slice();
    changed.set([0x55], 4096 + 70);
    const journal = encodeJournal(patch());
    for (const [file, beside] of [
      [OLD, journal.subarray(0, journal.length - 1)],
      [changed, journal],
    ] as const) {
      const image = openImage(new MemoryFileSystem('posix', { [PATH]: file, [JOURNAL]: beside }), PATH);
      const bytes = new Uint8Array(file.length);
      image.storage.read(0, bytes);
      assert.deepEqual(bytes, file);
      assert.ok(image.findings.some((finding) => finding.id === 'unfinished-save'));
    }
  });

  it('is not opened for writing', () => {
    const files = new MemoryFileSystem('posix', { [PATH]: OLD, [JOURNAL]: encodeJournal(patch()) });
    assert.throws(
      () => openImage(files, PATH, 'write'),
      (error) => EngineError.is(error, 'unfinished-operation'),
    );
  });
});

describe('an image that an operation left behind', () => {
  it('says which one', () => {
    const record = new Uint8Array(1);
    const files = new MemoryFileSystem('posix', {
      [PATH]: OLD,
      [`${PATH}.vhd-editor-merge`]: record,
      [`${PATH}.vhd-editor-swap`]: record,
    });
    assert.deepEqual(
      openImage(files, PATH).findings.map((finding) => finding.id),
      ['unfinished-merge', 'unfinished-swap'],
    );
  });
});
