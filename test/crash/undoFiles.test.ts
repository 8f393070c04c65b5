import assert from 'node:assert/strict';
import { runMerge } from '../../src/engine/operations/merge';
import { planMerge } from '../../src/engine/operations/mergePlan';
import { runToEnd } from '../../src/engine/operations/progress';
import { recoverImage } from '../../src/engine/operations/recover';
import { planRevert, runRevert, type RevertOptions } from '../../src/engine/operations/revert';
import { idOf } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { buildScene, layerPaths, requestOn, type Scene } from './chainScene';
import { everyPowerLoss } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import type { RecordingFileSystem, Shortcomings } from './recordingFileSystem';

const FACTS = { id: idOf(200), created: new Date(Date.UTC(2024, 5, 1)) };
const UNDO = '.vhd-editor-undo';

/** A chain of four of which each image has two files that take changes of it back. */
function sceneOf(random: ReturnType<typeof seededRandom>, shortcomings: Shortcomings = {}): Scene {
  const scene = buildScene(random, { depth: 4, shortcomings });
  for (const { path } of scene.images) {
    for (const name of [UNDO, `${UNDO}-2`]) scene.fileSystem.add(path + name, Buffer.from(path + name));
  }
  return scene;
}

function undoFilesOf(fileSystem: RecordingFileSystem): string[] {
  return fileSystem.paths().filter((path) => path.includes(UNDO));
}

/** No file that takes changes back is without its image. */
function assertNoneAlone(fileSystem: RecordingFileSystem, when: string): void {
  const paths = fileSystem.paths();
  const alone = undoFilesOf(fileSystem).filter((path) => !paths.includes(path.slice(0, path.indexOf(UNDO))));
  assert.deepEqual(alone, [], when);
}

function merge(fileSystem: RecordingFileSystem, keep = false): readonly string[] {
  const options = { into: '/d/base.vhd', keep };
  const plan = runToEnd(planMerge(requestOn(fileSystem), '/d/l2.avhd', options));
  return runToEnd(runMerge(fileSystem, plan)).removed;
}

function revert(fileSystem: RecordingFileSystem, options: Partial<RevertOptions>): readonly string[] {
  const all = { to: '/d/base.vhd', keepAs: null, prune: false, facts: FACTS, ...options };
  return runToEnd(runRevert(fileSystem, runToEnd(planRevert(requestOn(fileSystem), '/d/l3.avhd', all)))).removed;
}

describe('what takes changes of an image back, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const tries = sized({ small: 1, ci: 2, full: 6 });

  it(`goes with the layers that are merged, and never after them (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const { fileSystem } = sceneOf(random);
    const start = fileSystem.disk;
    const removed = merge(fileSystem);
    const gone = ['/d/l2.avhd', '/d/l1.avhd'].flatMap((path) => [path, path + UNDO, `${path}${UNDO}-2`]);
    assert.deepEqual([...removed].sort(), gone.sort());
    const left = fileSystem.paths();
    assert.deepEqual(left, [...start.keys()].filter((path) => !gone.includes(path)).sort());
    for (const { fileSystem: disk, when } of everyPowerLoss(start, fileSystem.events, random, tries)) {
      assertNoneAlone(disk, when);
      if (disk.facts('/d/l2.avhd') !== null || disk.paths().some((path) => path.endsWith('-merge'))) merge(disk);
      assert.deepEqual(disk.paths(), left, when);
    }
  });

  it('stays with layers that are kept', () => {
    const { fileSystem } = sceneOf(seededRandom(seed));
    const before = fileSystem.paths();
    assert.deepEqual(merge(fileSystem, true), []);
    assert.deepEqual(fileSystem.paths(), before);
  });

  for (const shortcomings of [{}, { noLinks: true }] satisfies Shortcomings[]) {
    const where = 'noLinks' in shortcomings ? 'without second names' : 'with second names';
    const cases: readonly (readonly [string, Partial<RevertOptions>, (path: string) => string | null])[] = [
      ['goes with the old leaf', {}, (path) => (path.startsWith('/d/l3') ? null : path)],
      ['goes with layers that are pruned', { prune: true }, (path) => (path.startsWith('/d/l') ? null : path)],
      ['follows a leaf that is kept', { keepAs: '/d/kept.avhd' }, (path) => path.replace('/d/l3', '/d/kept')],
    ];
    for (const [name, options, nowOf] of cases) {
      it(`${name}, ${where} (seed ${seed})`, () => {
        const random = seededRandom(seed + 1);
        const { fileSystem } = sceneOf(random, shortcomings);
        const start = fileSystem.disk;
        const [undoBefore, startPaths] = [undoFilesOf(fileSystem), fileSystem.paths()];
        const undoAfter = undoBefore.flatMap((path) => nowOf(path) ?? []).sort();
        const removed = revert(fileSystem, options);
        assert.deepEqual(undoFilesOf(fileSystem), undoAfter);
        const gone = undoBefore.filter((path) => nowOf(path) === null);
        assert.deepEqual(removed.filter((path) => path.includes(UNDO)).sort(), gone);
        const done = fileSystem.paths();
        for (const { fileSystem: disk, when } of everyPowerLoss(
          start,
          fileSystem.events,
          random,
          tries,
          shortcomings,
        )) {
          recoverImage(disk, '/d/l3.avhd');
          assertNoneAlone(disk, when);
          if (layerPaths(disk, '/d/l3.avhd')[1] === '/d/base.vhd') {
            assert.deepEqual(disk.paths(), done, when);
          } else {
            assert.deepEqual(disk.paths(), startPaths, when);
          }
          for (const path of undoFilesOf(disk)) {
            const text = Buffer.from(disk.disk.get(path)!.bytes).toString();
            assert.equal(nowOf(text) === path || text === path, true, when);
          }
        }
      });
    }
  }

  for (const shortcomings of [
    { keepsOpenFiles: true },
    { keepsOpenFiles: true, noLinks: true },
  ] satisfies Shortcomings[]) {
    const where = 'noLinks' in shortcomings ? 'without second names' : 'with second names';
    it(`goes with an old leaf that is open, ${where} (seed ${seed})`, () => {
      const random = seededRandom(seed + 2);
      const { fileSystem } = sceneOf(random, shortcomings);
      const start = fileSystem.disk;
      const editor = fileSystem.open('/d/l3.avhd', 'read');
      revert(fileSystem, { prune: random(2) === 0 });
      editor.close();
      assert.ok(!undoFilesOf(fileSystem).some((path) => path.startsWith('/d/l3')));
      for (const { fileSystem: disk, when } of everyPowerLoss(start, fileSystem.events, random, tries, shortcomings)) {
        recoverImage(disk, '/d/l3.avhd');
        assertNoneAlone(disk, when);
        const isNew = layerPaths(disk, '/d/l3.avhd')[1] === '/d/base.vhd';
        assert.equal(undoFilesOf(disk).filter((path) => path.startsWith('/d/l3')).length, isNew ? 0 : 2, when);
      }
    });
  }
});
