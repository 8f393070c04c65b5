import assert from 'node:assert/strict';
import { EditedImage } from '../../src/engine/editing/editedImage';
import { saveCopy } from '../../src/engine/editing/saveCopy';
import { runToEnd } from '../../src/engine/operations/progress';
import { recoverImage } from '../../src/engine/operations/recover';
import { sized } from '../testSize';
import { buildScene, layerPaths, readDisk, TRUSTING } from './chainScene';
import { everyPowerLoss, somePowerLosses } from './everyPowerLoss';
import { seededRandom } from './powerLoss';
import type { RecordingFileSystem } from './recordingFileSystem';

const MEMORY = 64 * 1024 * 1024;

function bytesAt(fileSystem: RecordingFileSystem, path: string): Buffer {
  return Buffer.from(fileSystem.disk.get(path)?.bytes ?? []);
}

describe('an edited image, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const rounds = sized({ small: 4, ci: 12, full: 200 });
  const tries = sized({ small: 3, ci: 3, full: 6 });

  it(`is the old one or the new one while it is saved, also where it grows (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const { fileSystem, images } = buildScene(random, { depth: 1 + random(3) });
      const { path, content } = images.at(-1)!;
      const image = new EditedImage(fileSystem, path, TRUSTING);
      const disk = Buffer.from(content);
      for (let count = 1 + random(4); count > 0; count--) {
        // The whole disk gives every block a place.
        const offset = round % 2 === 0 && count === 1 ? 0 : random(disk.length);
        const length = offset === 0 ? disk.length : 1 + random(Math.min(4000, disk.length - offset));
        const bytes = Uint8Array.from({ length }, () => random(256));
        image.edit({ kind: 'overwrite', target: 'disk', offset, bytes }, MEMORY);
        disk.set(bytes, offset);
      }
      const [start, before] = [fileSystem.disk, bytesAt(fileSystem, path)];
      image.save();
      image.close();
      const after = bytesAt(fileSystem, path);
      // A save of many places has many steps.
      const { events } = fileSystem;
      const cuts =
        events.length > 40 ? somePowerLosses(start, events, random, 100) : everyPowerLoss(start, events, random, tries);
      for (const cut of cuts) {
        const seen = readDisk(cut.fileSystem, path);
        assert.ok(seen.equals(disk) || seen.equals(Buffer.from(content)), cut.when);
        recoverImage(cut.fileSystem, path);
        assert.ok(readDisk(cut.fileSystem, path).equals(seen), cut.when);
        const file = bytesAt(cut.fileSystem, path);
        assert.ok(file.equals(before) || file.equals(after), cut.when);
        assert.deepEqual(cut.fileSystem.paths(), [...start.keys()].sort(), cut.when);
      }
    }
  });

  it(`leaves a copy whole or not at all, and the image alone (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < rounds; round++) {
      const { fileSystem, images } = buildScene(random, { depth: 1 + random(3) });
      const { path } = images.at(-1)!;
      const replaces = random(2) === 0;
      fileSystem.add('/elsewhere/other.txt', Uint8Array.of(1));
      const copy = '/elsewhere/copy.avhd';
      if (replaces) fileSystem.add(copy, Uint8Array.of(1, 2, 3));
      const image = new EditedImage(fileSystem, path, TRUSTING);
      const bytes = Uint8Array.from({ length: 700 }, () => random(256));
      image.edit({ kind: 'overwrite', target: 'disk', offset: 100, bytes }, MEMORY);
      const [start, before] = [fileSystem.disk, bytesAt(fileSystem, path)];
      const old = replaces ? bytesAt(fileSystem, copy) : null;
      runToEnd(saveCopy(fileSystem, image.chain, copy, replaces));
      image.save();
      image.close();
      const content = readDisk(fileSystem, path);
      assert.deepEqual(readDisk(fileSystem, copy), content);
      assert.deepEqual(layerPaths(fileSystem, copy).slice(1), layerPaths(fileSystem, path).slice(1));
      const saved = fileSystem.events.findIndex((event) => event.kind === 'name' && event.path.endsWith('-journal'));
      for (const cut of everyPowerLoss(start, fileSystem.events.slice(0, saved), random, tries)) {
        assert.deepEqual(bytesAt(cut.fileSystem, path), before, cut.when);
        if (cut.fileSystem.facts(copy) === null) assert.equal(replaces, false, cut.when);
        else if (old === null || !bytesAt(cut.fileSystem, copy).equals(old)) {
          assert.deepEqual(readDisk(cut.fileSystem, copy), content, cut.when);
        }
      }
    }
  });
});
