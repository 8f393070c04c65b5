import assert from 'node:assert/strict';
import { closeChain, openChain } from '../../src/engine/chain/openChain';
import { planRelink, runRelink } from '../../src/engine/operations/relink';
import { recoverImage } from '../../src/engine/operations/recover';
import type { FileSystem } from '../../src/engine/storage/fileSystem';
import { ownFileName } from '../../src/engine/storage/sideFiles';
import { sized } from '../testSize';
import { buildScene, readDisk, TRUSTING } from './chainScene';
import type { DiskImage } from './diskImage';
import { everyPowerLoss } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import { RecordingFileSystem } from './recordingFileSystem';

/** Longer than the room that the old name had. */
const RENAMED = `/d/${'a parent under a long name '.repeat(8)}.vhd`;

function relink(fileSystem: FileSystem, path: string, parentPath: string): void {
  runRelink(fileSystem, planRelink(fileSystem, path, parentPath, TRUSTING, { acceptMismatch: false }));
}

function foundBy(fileSystem: FileSystem, path: string): string | null {
  const chain = openChain(fileSystem, path, TRUSTING);
  closeChain(chain);
  return chain.layers[1]?.foundBy ?? null;
}

function renamed(disk: DiskImage, from: string, to: string): DiskImage {
  return new Map([...disk].map(([path, inode]) => [path === from ? to : path, inode]));
}

describe('relinking, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`leaves the old names of the parent or the new ones, and the disk in any case (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < sized({ small: 4, ci: 15, full: 100 }); round++) {
      const { fileSystem: before, images } = buildScene(random, { depth: 2 + random(2) });
      const [image, parent] = [images.at(-1)!, images.at(-2)!];
      const start = renamed(before.disk, parent.path, RENAMED);
      const fileSystem = new RecordingFileSystem(start);
      const known = fileSystem.paths();
      assert.equal(foundBy(fileSystem, image.path), 'folder');
      relink(fileSystem, image.path, RENAMED);
      assert.equal(foundBy(fileSystem, image.path), 'W2ru');
      const fates = sized({ small: 3, ci: 4, full: 6 });
      for (const cut of everyPowerLoss(start, fileSystem.events, random, fates)) {
        const disk = cut.fileSystem;
        assert.deepEqual(readDisk(disk, image.path), Buffer.from(image.content), cut.when);
        assert.ok(['folder', 'W2ru'].includes(foundBy(disk, image.path) ?? ''), cut.when);
        const foreign = disk.paths().filter((path) => !known.includes(path) && ownFileName(path) === null);
        assert.deepEqual(foreign, [], cut.when);
        recoverImage(disk, image.path);
        relink(disk, image.path, RENAMED);
        assert.equal(foundBy(disk, image.path), 'W2ru', cut.when);
        assert.deepEqual(readDisk(disk, image.path), Buffer.from(image.content), cut.when);
        assert.deepEqual(disk.paths(), known, cut.when);
        assert.equal(disk.openFiles, 0);
      }
    }
  });
});
