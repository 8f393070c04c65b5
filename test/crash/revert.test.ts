import assert from 'node:assert/strict';
import { runToEnd } from '../../src/engine/operations/progress';
import { recoverImage } from '../../src/engine/operations/recover';
import { planRevert, runRevert, type RevertOptions, type RevertResult } from '../../src/engine/operations/revert';
import { idOf } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { buildScene, layerPaths, readDisk, requestOn, type Scene } from './chainScene';
import { everyPowerLoss } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import type { RecordingFileSystem, Shortcomings } from './recordingFileSystem';

const FACTS = { id: idOf(200), created: new Date(Date.UTC(2024, 5, 1)) };

function revert(fileSystem: RecordingFileSystem, path: string, options: Partial<RevertOptions>): RevertResult {
  const all = { to: null, keepAs: null, prune: false, facts: FACTS, ...options };
  return runToEnd(runRevert(fileSystem, runToEnd(planRevert(requestOn(fileSystem), path, all))));
}

function contentOf({ images }: Scene, path: string): Buffer {
  return Buffer.from(images.find((image) => image.path === path)!.content);
}

describe('a revert, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const rounds = sized({ small: 5, ci: 10, full: 120 });
  const tries = sized({ small: 3, ci: 4, full: 6 });

  it(`leaves the old leaf or the new one (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const scene = buildScene(random, { depth: 2 + random(3) });
      const { fileSystem, images } = scene;
      const [leaf, start] = [images.at(-1)!.path, fileSystem.disk];
      const to = images[random(images.length - 1)]!.path;
      assert.deepEqual(revert(fileSystem, leaf, { to }).removed, []);
      for (const { fileSystem: disk, when } of everyPowerLoss(start, fileSystem.events, random, tries)) {
        for (const { path, content } of images.slice(0, -1)) assert.ok(readDisk(disk, path).equals(content), when);
        const seen = readDisk(disk, leaf);
        assert.ok(seen.equals(contentOf(scene, leaf)) || seen.equals(contentOf(scene, to)), when);
        if (layerPaths(disk, leaf)[1] === to && seen.equals(contentOf(scene, to))) recoverImage(disk, leaf);
        else revert(disk, leaf, { to });
        assert.deepEqual(disk.paths(), [...start.keys()].sort(), when);
        assert.deepEqual(layerPaths(disk, leaf).slice(0, 2), [leaf, to], when);
        assert.ok(readDisk(disk, leaf).equals(contentOf(scene, to)), when);
        assert.equal(disk.openFiles, 0);
      }
    }
  });

  for (const shortcomings of [{}, { noLinks: true }] satisfies Shortcomings[]) {
    const where = 'noLinks' in shortcomings ? 'without second names' : 'with second names';
    it(`that keeps the old leaf loses neither, ${where} (seed ${seed})`, () => {
      const random = seededRandom(seed);
      for (let round = 0; round < rounds; round++) {
        const scene = buildScene(random, { depth: 2 + random(2), shortcomings });
        const { fileSystem, images } = scene;
        const [leaf, start] = [images.at(-1)!.path, fileSystem.disk];
        const parent = images.at(-1)!.parent!;
        const options = { keepAs: '/d/kept.avhd' };
        revert(fileSystem, leaf, options);
        for (const { fileSystem: disk, when } of everyPowerLoss(
          start,
          fileSystem.events,
          random,
          tries,
          shortcomings,
        )) {
          assert.ok(disk.facts(leaf) !== null || shortcomings.noLinks === true, when);
          recoverImage(disk, leaf);
          const isKept = disk.facts('/d/kept.avhd') !== null;
          assert.ok(readDisk(disk, leaf).equals(contentOf(scene, isKept ? parent : leaf)), when);
          if (!isKept) revert(disk, leaf, options);
          assert.deepEqual(disk.paths(), fileSystem.paths(), when);
          assert.ok(readDisk(disk, '/d/kept.avhd').equals(contentOf(scene, leaf)), when);
          assert.ok(readDisk(disk, leaf).equals(contentOf(scene, parent)), when);
        }
      }
    });
  }

  for (const shortcomings of [
    { keepsOpenFiles: true },
    { keepsOpenFiles: true, noLinks: true },
  ] satisfies Shortcomings[]) {
    const where = 'noLinks' in shortcomings ? 'without second names' : 'with second names';
    it(`of a leaf that is open, which Windows replaces in steps, loses neither, ${where} (seed ${seed})`, () => {
      const random = seededRandom(seed);
      for (let round = 0; round < rounds; round++) {
        const scene = buildScene(random, { depth: 3, shortcomings });
        const { fileSystem, images } = scene;
        const [leaf, start] = [images.at(-1)!.path, fileSystem.disk];
        const to = images[random(2)]!.path;
        const options = [{ to }, { to, prune: true }, { to, keepAs: '/d/kept.avhd' }][random(3)]!;
        const editor = fileSystem.open(leaf, 'read');
        revert(fileSystem, leaf, options);
        editor.close();
        for (const { fileSystem: disk, when } of everyPowerLoss(
          start,
          fileSystem.events,
          random,
          tries,
          shortcomings,
        )) {
          recoverImage(disk, leaf);
          const seen = readDisk(disk, leaf);
          const isNew = layerPaths(disk, leaf)[1] === to && seen.equals(contentOf(scene, to));
          assert.ok(isNew || seen.equals(contentOf(scene, leaf)), when);
          const others = disk.paths().filter((path) => !start.has(path) && path !== '/d/kept.avhd');
          assert.deepEqual(others, [], when);
          if ('keepAs' in options && disk.facts('/d/kept.avhd') !== null) {
            assert.ok(readDisk(disk, '/d/kept.avhd').equals(contentOf(scene, leaf)), when);
          }
        }
      }
    });
  }

  it(`that prunes removes only layers that nobody needs, and all of them when it is ended (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const scene = buildScene(random, { depth: 4 });
      const { fileSystem, images } = scene;
      const [base, l1, l2, leaf] = images.map((image) => image.path) as [string, string, string, string];
      const start = fileSystem.disk;
      const result = revert(fileSystem, leaf, { to: base, prune: true });
      assert.deepEqual(result.removed, [l2, l1]);
      assert.deepEqual(fileSystem.paths(), [base, leaf].sort());
      for (const { fileSystem: disk, when } of everyPowerLoss(start, fileSystem.events, random, tries)) {
        for (const { path, content } of images.slice(0, -1)) {
          if (disk.facts(path) !== null) assert.ok(readDisk(disk, path).equals(content), when);
        }
        const isOld = readDisk(disk, leaf).equals(contentOf(scene, leaf)) && layerPaths(disk, leaf)[1] === l2;
        assert.ok(isOld || readDisk(disk, leaf).equals(contentOf(scene, base)), when);
        recoverImage(disk, leaf);
        if (isOld) revert(disk, leaf, { to: base, prune: true });
        assert.deepEqual(disk.paths(), [base, leaf].sort(), when);
        assert.deepEqual(layerPaths(disk, leaf), [leaf, base], when);
      }
    }
  });
});
