import assert from 'node:assert/strict';
import type { EditedImage } from '../../../src/engine/editing/editedImage';
import type { UnsavedRun } from '../../../src/engine/editing/unsavedBytes';
import { EngineError } from '../../../src/engine/errors';
import { seededRandom, type Random } from '../../crash/powerLoss';
import { sized } from '../../testSize';
import {
  editScene,
  fileOnDisk,
  MUCH_MEMORY,
  openEdited,
  shownDisk,
  shownFile,
  stateOf,
  type EditScene,
  type PlainState,
} from './editScene';

/** Places from `from` on, `count` of them, where two states differ; what only `now` has differs too. */
function differing(before: ArrayLike<unknown>, now: ArrayLike<unknown>, from: number, count: number): number[] {
  const places: number[] = [];
  for (let at = from; at < Math.min(now.length, from + count); at++) if (before[at] !== now[at]) places.push(at);
  return places;
}

function placesOf(runs: readonly UnsavedRun[]): number[] {
  return runs.flatMap(({ start, length }) => Array.from({ length }, (_, at) => start + at));
}

function randomEdit(random: Random, image: EditedImage): void {
  const leaf = image.chain.layers[0].image;
  const target = random(4) === 0 ? 'file' : 'disk';
  const size = target === 'disk' ? leaf.virtualSize : leaf.storage.size();
  const offset = random(size);
  const length = 1 + random(Math.min(size - offset, random(2) === 0 ? 4 : 3000));
  const bytes = Uint8Array.from({ length }, () => random(random(2) === 0 ? 2 : 256));
  const block = random(leaf.blockCount);
  try {
    if (random(4) > 0) image.edit({ kind: 'overwrite', target, offset, bytes }, MUCH_MEMORY);
    else {
      const present = random(2) === 0;
      image.edit(
        { kind: 'sectorBits', block, firstSector: random(4), sectorCount: 1 + random(4), present },
        MUCH_MEMORY,
      );
    }
  } catch (error) {
    assert.ok(EngineError.is(error), String(error));
  }
}

function check(random: Random, scene: EditScene, image: EditedImage, saved: PlainState): void {
  const unsaved = image.unsavedBytes;
  if (unsaved === null) {
    assert.ok(shownFile(image).equals(fileOnDisk(scene)));
    return;
  }
  const [file, disk] = [shownFile(image), shownDisk(image)];
  const at = random(file.length);
  const count = 1 + random(5000);
  const inFile = differing(saved.file, file, at, count);
  assert.deepEqual(placesOf(unsaved.inFile(at, file.subarray(at, at + count))), inFile);
  // What was cut off and grew again may be taken for changed.
  if (file.length <= saved.file.length) assert.equal(unsaved.covers(at, count), inFile.length > 0);
  const from = random(disk.length);
  const inDisk = differing(saved.disk, disk, from, count);
  assert.deepEqual(placesOf(unsaved.inDisk(from, disk.subarray(from, from + count))), inDisk);
  const leaf = image.chain.layers[0].image;
  const block = random(leaf.blockCount);
  const owners = stateOf(scene, file).owners;
  const perBlock = leaf.blockSize / 512;
  const sectors = Array.from(
    { length: Math.min(perBlock, disk.length / 512 - block * perBlock) },
    (_, sector) => sector,
  );
  const differs = sectors.filter((sector) => {
    const lba = block * perBlock + sector;
    return owners[lba] !== saved.owners[lba] || differing(saved.disk, disk, lba * 512, 512).length > 0;
  });
  assert.deepEqual(placesOf(unsaved.inBlock(block)), differs);
  const blocks = placesOf(unsaved.blocks);
  // None are named where all of the disk has become another one.
  if (blocks.length > 0 && differs.length > 0) assert.ok(blocks.includes(block), `block ${String(block)}`);
}

describe('the unsaved bytes of an image', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`are those that differ from what is saved, in the file, on the disk and in a block (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 25, ci: 50, full: 1_000 }); round > 0; round--) {
      const scene = editScene(random);
      const image = openEdited(scene);
      let saved = stateOf(scene, fileOnDisk(scene));
      for (let step = 4 + random(12); step > 0; step--) {
        if (random(8) === 0) {
          image.save();
          saved = stateOf(scene, fileOnDisk(scene));
          assert.equal(image.unsavedBytes, null);
        } else {
          randomEdit(random, image);
        }
        check(random, scene, image, saved);
      }
      image.revert();
      assert.equal(image.unsavedBytes, null);
      image.close();
      assert.equal(scene.fileSystem.openFiles, 0);
    }
  });

  it('lie in the blocks that are named, neighbours together, until they are saved or taken back', () => {
    const image = openEdited(editScene(seededRandom(7)));
    const { blockSize } = image.chain.layers[0].image;
    const write = (block: number): number =>
      image.edit(
        { kind: 'overwrite', target: 'disk', offset: block * blockSize + 5, bytes: Uint8Array.of(block, 99) },
        MUCH_MEMORY,
      ).id;
    const blocks = (): unknown => image.unsavedBytes?.blocks;
    write(0);
    assert.deepEqual(blocks(), [{ start: 0, length: 1 }]);
    const last = write(2);
    assert.deepEqual(blocks(), [
      { start: 0, length: 1 },
      { start: 2, length: 1 },
    ]);
    image.undo(last);
    write(1);
    assert.deepEqual(blocks(), [{ start: 0, length: 2 }]);
    image.save();
    assert.equal(image.unsavedBytes, null);
    // What is written over itself stays saved.
    write(1);
    write(2);
    assert.deepEqual(blocks(), [{ start: 2, length: 1 }]);
    image.close();
  });

  it('are none where an edit was taken back', () => {
    const image = openEdited(editScene(seededRandom(7)));
    const { id } = image.edit(
      { kind: 'overwrite', target: 'disk', offset: 3, bytes: Uint8Array.of(1, 2) },
      MUCH_MEMORY,
    );
    assert.notEqual(image.unsavedBytes, null);
    image.undo(id);
    assert.equal(image.unsavedBytes, null);
    image.close();
  });
});
