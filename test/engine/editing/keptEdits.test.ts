import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { seededRandom } from '../../crash/powerLoss';
import { editScene, fileOnDisk, MUCH_MEMORY, openEdited, shownDisk, shownFile, type EditScene } from './editScene';

/** Another program writes into the file of the leaf. */
function writeOutside({ fileSystem, path }: EditScene, offset: number, bytes: Uint8Array): void {
  const file = fileSystem.open(path, 'write');
  file.write(offset, bytes);
  file.close();
}

function isError(code: EngineError['code']): (error: unknown) => boolean {
  return (error) => EngineError.is(error, code);
}

/** A chain whose leaf has two edits at these places of its file; the first of them changes what nobody else touches. */
function twoEdits(seed = 11) {
  const scene = editScene(seededRandom(seed));
  const image = openEdited(scene);
  const before = shownFile(image);
  // Reserved bytes of the footer at the end of the file mean nothing to anybody.
  const [first, second] = [before.length - 100, before.length - 300];
  image.edit({ kind: 'overwrite', target: 'file', offset: first, bytes: Uint8Array.of(7, 8) }, MUCH_MEMORY);
  image.edit({ kind: 'overwrite', target: 'file', offset: second, bytes: Uint8Array.of(9) }, MUCH_MEMORY);
  return { scene, image, before, first, second };
}

describe('unsaved edits that were kept', () => {
  it('come back on the same file under another name, byte for byte', () => {
    const { scene, image } = twoEdits();
    const shown = shownFile(image);
    const backup = image.backup();
    image.close();
    scene.fileSystem.rename(scene.path, '/d/renamed.avhd', 'keep');
    const renamed = openEdited({ ...scene, path: '/d/renamed.avhd' });
    assert.equal(renamed.restore(backup), null);
    assert.ok(shownFile(renamed).equals(shown));
    assert.equal(renamed.isChanged, true);
    renamed.revert();
    assert.equal(renamed.isChanged, false);
    assert.ok(shownFile(renamed).equals(fileOnDisk({ ...scene, path: '/d/renamed.avhd' })));
    renamed.close();
  });

  it('are taken in once only', () => {
    const { image } = twoEdits();
    const shown = shownFile(image);
    assert.equal(image.restore(image.backup()), null);
    assert.ok(shownFile(image).equals(shown));
    image.close();
  });

  it('are neither applied nor thrown away when the file is another one; those that fit can be made', () => {
    const { scene, image, before, first, second } = twoEdits();
    const backup = image.backup();
    image.close();
    writeOutside(scene, second, Uint8Array.of(0x55));
    const again = openEdited(scene);
    const outside = shownFile(again);
    const mismatch = again.restore(backup);
    assert.ok(mismatch !== null && mismatch.reasons.length > 0);
    assert.deepEqual(mismatch.edits, [
      { label: 'Type 2 Bytes', fits: true },
      { label: 'Type 1 Byte', fits: false },
    ]);
    assert.ok(shownFile(again).equals(outside));
    // They outlast another closing.
    assert.deepEqual(Buffer.from(again.backup()), Buffer.from(backup));
    assert.match(again.describe(), new RegExp(`Type 2 Bytes\\n {2}At ${first} `));
    assert.match(again.describe(), /after {3}07 08/);
    const edit = { kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) } as const;
    assert.throws(() => again.edit(edit, MUCH_MEMORY), isError('not-possible'));
    assert.throws(() => again.save(), isError('not-possible'));
    again.applyFitting();
    const expected = Buffer.from(outside);
    expected.set([7, 8], first);
    assert.ok(shownFile(again).equals(expected));
    assert.equal(again.isChanged, true);
    again.save();
    assert.ok(fileOnDisk(scene).equals(expected));
    assert.notDeepEqual(expected, before);
    again.close();
  });

  it('can be forgotten', () => {
    const { scene, image, second } = twoEdits();
    const backup = image.backup();
    image.close();
    writeOutside(scene, second, Uint8Array.of(0x55));
    const again = openEdited(scene);
    assert.notEqual(again.restore(backup), null);
    again.forgetKept();
    assert.equal(again.isChanged, false);
    again.edit({ kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) }, MUCH_MEMORY);
    again.close();
  });

  it('are never written over what another program wrote meanwhile', () => {
    const { scene, image, second } = twoEdits();
    writeOutside(scene, second, Uint8Array.of(0x55));
    const outside = fileOnDisk(scene);
    assert.throws(() => image.save(), isError('file-changed'));
    assert.ok(fileOnDisk(scene).equals(outside));
    const mismatch = image.rebase();
    assert.ok(mismatch !== null);
    assert.deepEqual(
      mismatch.edits.map(({ fits }) => fits),
      [true, false],
    );
    assert.ok(shownFile(image).equals(outside));
    // Asked again, it is the same.
    assert.deepEqual(image.rebase()?.edits, mismatch.edits);
    image.applyFitting();
    assert.equal(image.isChanged, true);
    image.close();
    assert.equal(scene.fileSystem.openFiles, 0);
  });

  it('hold, history and all, when only the time of the file is another one', () => {
    const { scene, image, before } = twoEdits();
    const shown = shownFile(image);
    writeOutside(scene, 0, before.subarray(0, 1));
    assert.throws(() => image.save(), isError('file-changed'));
    assert.equal(image.rebase(), null);
    assert.ok(shownFile(image).equals(shown));
    image.undo(2);
    image.redo(2);
    image.save();
    assert.ok(fileOnDisk(scene).equals(shown));
    image.undo(2);
    image.undo(1);
    assert.ok(shownFile(image).equals(before));
    image.close();
  });

  it('are as good as the backup: a damaged one is told of in words', () => {
    const { scene, image } = twoEdits();
    const backup = image.backup();
    image.close();
    const again = openEdited(scene);
    const before = shownFile(again);
    for (let length = 0; length < backup.length; length++) {
      assert.throws(() => again.restore(backup.slice(0, length)), isError('damaged-image'));
    }
    for (let at = 0; at < backup.length; at++) {
      const torn = backup.slice();
      torn[at]! ^= 0x20;
      assert.throws(() => again.restore(torn), isError('damaged-image'));
    }
    assert.equal(again.isChanged, false);
    assert.ok(shownFile(again).equals(before));
    assert.equal(again.restore(backup), null);
    again.close();
  });

  it('that grew the file come back too', () => {
    for (let seed = 20; seed < 40; seed++) {
      const scene = editScene(seededRandom(seed));
      const image = openEdited(scene);
      const bytes = new Uint8Array(shownDisk(image).length).fill(0xa5);
      image.edit({ kind: 'overwrite', target: 'disk', offset: 0, bytes }, MUCH_MEMORY);
      const backup = image.backup();
      image.close();
      const again = openEdited(scene);
      assert.equal(again.restore(backup), null);
      assert.ok(shownDisk(again).equals(bytes));
      again.close();
    }
  });
});

describe('an image that another program changed', () => {
  it('is read anew where nothing is unsaved', () => {
    const { scene, image, second } = twoEdits();
    image.save();
    writeOutside(scene, second, Uint8Array.of(0x55));
    assert.equal(image.rebase(), null);
    assert.ok(shownFile(image).equals(fileOnDisk(scene)));
    assert.equal(image.isChanged, false);
    assert.throws(() => image.undo(2), isError('not-possible'));
    image.close();
  });

  it('is what a revert shows', () => {
    const { scene, image, second } = twoEdits();
    writeOutside(scene, second, Uint8Array.of(0x55));
    image.revert();
    assert.ok(shownFile(image).equals(fileOnDisk(scene)));
    assert.equal(image.isChanged, false);
    image.close();
  });
});
