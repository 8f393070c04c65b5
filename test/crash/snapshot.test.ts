import assert from 'node:assert/strict';
import { planSnapshot, runSnapshot, type SnapshotOptions } from '../../src/engine/operations/snapshot';
import { runToEnd } from '../../src/engine/operations/progress';
import { recoverImage } from '../../src/engine/operations/recover';
import { ownFileName } from '../../src/engine/storage/sideFiles';
import { idOf } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { buildScene, layerPaths, readDisk, requestOn, troubles, type Scene } from './chainScene';
import { everyPowerLoss } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import type { RecordingFileSystem, Shortcomings } from './recordingFileSystem';

const FACTS = { id: idOf(200), created: new Date(Date.UTC(2024, 5, 1)) };

function snapshot(fileSystem: RecordingFileSystem, path: string, options: Partial<SnapshotOptions>) {
  const all = { output: null, keepName: false, facts: FACTS, ...options };
  const plan = runToEnd(planSnapshot(requestOn(fileSystem), path, all));
  return runToEnd(runSnapshot(fileSystem, plan));
}

function leafOf(scene: Scene): string {
  return scene.images.at(-1)!.path;
}

/** Names that are neither images of the scene nor ours. */
function foreignNames(fileSystem: RecordingFileSystem, known: readonly string[]): readonly string[] {
  return fileSystem.paths().filter((path) => !known.includes(path) && ownFileName(fileSystem.nameOf(path)) === null);
}

describe('a snapshot, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const rounds = sized({ small: 6, ci: 12, full: 150 });
  const tries = sized({ small: 3, ci: 4, full: 6 });

  it(`leaves the chain with the new leaf or without it (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const scene = buildScene(random, { depth: 1 + random(3), baseType: random(2) === 0 ? 'fixed' : 'dynamic' });
      const { fileSystem, images } = scene;
      const [image, start] = [leafOf(scene), fileSystem.disk];
      const { leaf } = snapshot(fileSystem, image, {});
      const known = [...images.map((each) => each.path), leaf];
      for (const cut of everyPowerLoss(start, fileSystem.events, random, tries)) {
        for (const { path, content } of images) {
          assert.deepEqual(readDisk(cut.fileSystem, path), Buffer.from(content), cut.when);
        }
        const isThere = cut.fileSystem.facts(leaf) !== null;
        if (isThere) assert.deepEqual(readDisk(cut.fileSystem, leaf), readDisk(cut.fileSystem, image), cut.when);
        assert.deepEqual(foreignNames(cut.fileSystem, known), [], cut.when);
        if (isThere) recoverImage(cut.fileSystem, image);
        else snapshot(cut.fileSystem, image, {});
        assert.deepEqual(cut.fileSystem.paths(), [...known].sort(), cut.when);
        assert.deepEqual(layerPaths(cut.fileSystem, leaf).slice(0, 2), [leaf, image], cut.when);
        assert.deepEqual(troubles(cut.fileSystem, leaf), troubles(fileSystem, leaf), cut.when);
        assert.equal(cut.fileSystem.openFiles, 0);
      }
    }
  });

  for (const shortcomings of [{}, { noLinks: true }] satisfies Shortcomings[]) {
    const where = 'noLinks' in shortcomings ? 'without second names' : 'with second names';
    it(`that keeps the active name leaves it to the old image or to the new one, ${where} (seed ${seed})`, () => {
      const random = seededRandom(seed);
      for (let round = 0; round < rounds; round++) {
        const scene = buildScene(random, { depth: 1 + random(3), shortcomings });
        const { fileSystem, images } = scene;
        const [image, start] = [leafOf(scene), fileSystem.disk];
        const content = Buffer.from(images.at(-1)!.content);
        const { parent } = snapshot(fileSystem, image, { keepName: true, output: '/d/frozen.vhd' });
        assert.equal(parent, '/d/frozen.vhd');
        const done = fileSystem.paths();
        for (const cut of everyPowerLoss(start, fileSystem.events, random, tries, shortcomings)) {
          const disk = cut.fileSystem;
          // Without second names there is a moment in which nothing has the name; the record beside it ends that.
          if (disk.facts(image) !== null) assert.deepEqual(readDisk(disk, image), content, cut.when);
          else assert.equal(shortcomings.noLinks, true, cut.when);
          recoverImage(disk, image);
          assert.deepEqual(readDisk(disk, image), content, cut.when);
          if (disk.facts(parent) === null) {
            assert.deepEqual(disk.paths(), [...start.keys()].sort(), cut.when);
            snapshot(disk, image, { keepName: true, output: '/d/frozen.vhd' });
          }
          assert.deepEqual(disk.paths(), done, cut.when);
          assert.deepEqual(readDisk(disk, image), content, cut.when);
          assert.deepEqual(readDisk(disk, parent), content, cut.when);
          assert.deepEqual(layerPaths(disk, image).slice(0, 2), [image, parent], cut.when);
          assert.equal(disk.openFiles, 0);
        }
      }
    });
  }
});
