import assert from 'node:assert/strict';
import { planFolderRelink } from '../../src/engine/operations/folderRelink';
import { runFolderRelink } from '../../src/engine/operations/folderRelinkRun';
import { planFolderUndo, runFolderUndo } from '../../src/engine/operations/folderRelinkUndo';
import { runToEnd } from '../../src/engine/operations/progress';
import { buildHeap, type HeapImage } from '../engine/operations/heapScene';
import { sized } from '../testSize';
import { readDisk, requestOn } from './chainScene';
import { everyPowerLoss } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import type { RecordingFileSystem } from './recordingFileSystem';

const FOLDER = '/heap';

function relink(fileSystem: RecordingFileSystem): void {
  const { failures } = runToEnd(runFolderRelink(fileSystem, runToEnd(planFolderRelink(requestOn(fileSystem), FOLDER))));
  assert.deepEqual(failures, []);
}

function undo(fileSystem: RecordingFileSystem): void {
  const plan = runToEnd(planFolderUndo(requestOn(fileSystem), FOLDER));
  assert.deepEqual(runToEnd(runFolderUndo(fileSystem, plan)).failures, []);
}

function contents(fileSystem: RecordingFileSystem): ReadonlyMap<string, Buffer> {
  return new Map([...fileSystem.disk].map(([path, { bytes }]) => [path, Buffer.from(bytes)]));
}

/** Every disk reads as the model does, by the images' own words. */
function assertReads(fileSystem: RecordingFileSystem, images: readonly HeapImage[], when: string): void {
  for (const { path, content } of images) assert.ok(readDisk(fileSystem, path).equals(Buffer.from(content)), when);
}

function hasRecord(fileSystem: RecordingFileSystem): boolean {
  return fileSystem.paths().includes(`${FOLDER}/.vhd-editor-undo`);
}

describe('relinking a folder, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const tries = sized({ small: 1, ci: 2, full: 6 });

  it(`leaves each image with its old words or the new ones, goes on, and is taken back (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 1, ci: 2, full: 20 }); round > 0; round--) {
      const scene = buildHeap(random, {
        families: 1,
        size: 4,
        folders: [FOLDER, `${FOLDER}/a`],
        stamped: random(2) === 0,
      });
      const { fileSystem, images } = scene;
      const [start, before] = [fileSystem.disk, contents(fileSystem)];
      relink(fileSystem);
      for (const cut of everyPowerLoss(start, fileSystem.events, random, tries)) {
        relink(cut.fileSystem);
        assertReads(cut.fileSystem, images, cut.when);
        if (hasRecord(cut.fileSystem)) undo(cut.fileSystem);
        assert.deepEqual(contents(cut.fileSystem), before, cut.when);
        assert.equal(cut.fileSystem.openFiles, 0, cut.when);
      }
      // Undone at once, without going on first.
      for (const cut of everyPowerLoss(start, fileSystem.events, random, 1)) {
        if (hasRecord(cut.fileSystem)) undo(cut.fileSystem);
        assert.deepEqual(contents(cut.fileSystem), before, cut.when);
      }
    }
  });

  it(`takes it back to the byte, however often that is cut short (seed ${seed})`, () => {
    const random = seededRandom(seed + 1);
    for (let round = sized({ small: 1, ci: 2, full: 20 }); round > 0; round--) {
      const { fileSystem } = buildHeap(random, { families: 1, size: 4, folders: [FOLDER, `${FOLDER}/a`] });
      const before = contents(fileSystem);
      relink(fileSystem);
      const [start, count] = [fileSystem.disk, fileSystem.events.length];
      if (!hasRecord(fileSystem)) continue;
      undo(fileSystem);
      for (const cut of everyPowerLoss(start, fileSystem.events.slice(count), random, tries)) {
        if (hasRecord(cut.fileSystem)) undo(cut.fileSystem);
        assert.deepEqual(contents(cut.fileSystem), before, cut.when);
      }
    }
  });
});
