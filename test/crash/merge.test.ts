import assert from 'node:assert/strict';
import { runMerge, type MergeResult } from '../../src/engine/operations/merge';
import { planMerge, type MergeOptions } from '../../src/engine/operations/mergePlan';
import { runToEnd } from '../../src/engine/operations/progress';
import { ownFileName } from '../../src/engine/storage/sideFiles';
import { sized } from '../testSize';
import { buildScene, layerPaths, readDisk, requestOn, troubles, type Scene, type SceneImage } from './chainScene';
import { everyPowerLoss, type CutShort } from './everyPowerLoss';
import { seededRandom, type Random } from './powerLoss';
import type { RecordingFileSystem } from './recordingFileSystem';

const SECTOR = 512;

/** A merge in a scene: of the image at `top` into the one at `ancestor`, both by their place in the chain. */
interface MergeCase {
  readonly scene: Scene;
  readonly top: SceneImage;
  readonly ancestor: SceneImage;
  /** The merged images, the top one first. */
  readonly merged: readonly SceneImage[];
  readonly batchSectors: number;
}

function merge({ top, ancestor, batchSectors }: MergeCase, fileSystem: RecordingFileSystem, keep = false): MergeResult {
  const options: MergeOptions = { into: ancestor.path, keep };
  const plan = runToEnd(planMerge(requestOn(fileSystem), top.path, options));
  return runToEnd(runMerge(fileSystem, plan, { batchSectors }));
}

function randomCase(random: Random): MergeCase {
  const depth = 2 + random(3);
  const baseType = random(3) === 0 ? 'fixed' : 'dynamic';
  const mixedBlockSizes = random(2) === 0;
  const scene = buildScene(random, { depth, children: random(3), grandchildren: random(2), baseType, mixedBlockSizes });
  const topAt = 1 + random(depth - 1);
  // What is above the top in the chain stands on it, as the children of the leaf do.
  const ancestorAt = random(topAt);
  const merged = scene.images.slice(ancestorAt + 1, topAt + 1).reverse();
  return {
    scene,
    top: scene.images[topAt]!,
    ancestor: scene.images[ancestorAt]!,
    merged,
    batchSectors: [3, 8, 50][random(3)]!,
  };
}

function assertSame(fileSystem: RecordingFileSystem, { path, content }: SceneImage, when: string): void {
  assert.ok(readDisk(fileSystem, path).equals(content), `${path} differs ${when}`);
}

/** Every sector is that of the one disk or of the other. */
function assertEither(disk: Buffer, one: Uint8Array, other: Uint8Array, when: string): void {
  for (let at = 0; at < disk.length; at += SECTOR) {
    const sector = disk.subarray(at, at + SECTOR);
    const isOneOf = [one, other].some((each) => sector.equals(each.subarray(at, at + SECTOR)));
    assert.ok(isOneOf, `sector ${at / SECTOR} is neither old nor new ${when}`);
  }
}

/** Looks at a family that a merge of was cut short, before anything is ended. */
function checkCutShort({ scene, top, ancestor, merged }: MergeCase, { fileSystem, when }: CutShort): void {
  for (const image of scene.images) {
    if (fileSystem.facts(image.path) === null) {
      assert.ok(merged.includes(image), `${image.path} is gone ${when}`);
    } else if (image === ancestor || (merged.includes(image) && image !== top)) {
      assertEither(readDisk(fileSystem, image.path), image.content, top.content, `${image.path} ${when}`);
    } else {
      assertSame(fileSystem, image, when);
    }
  }
  for (const path of fileSystem.paths()) {
    const isKnown = scene.images.some((image) => image.path === path);
    assert.ok(isKnown || ownFileName(fileSystem.nameOf(path)) !== null, `${path} ${when}`);
  }
}

/** Looks at a family after a merge has been ended. `whole` is the one that was never cut short. */
function checkDone(
  { scene, top, ancestor, merged }: MergeCase,
  whole: RecordingFileSystem,
  { fileSystem, when }: CutShort,
): void {
  assert.deepEqual(fileSystem.paths(), whole.paths(), when);
  for (const image of scene.images.filter((each) => !merged.includes(each) && each !== ancestor)) {
    assertSame(fileSystem, image, when);
    assert.deepEqual(layerPaths(fileSystem, image.path), layerPaths(whole, image.path), when);
    assert.deepEqual(troubles(fileSystem, image.path), troubles(whole, image.path), `${image.path} ${when}`);
  }
  assertSame(fileSystem, { ...ancestor, content: top.content }, when);
  assert.equal(fileSystem.facts(ancestor.path)?.size, whole.facts(ancestor.path)?.size, when);
  assert.equal(fileSystem.openFiles, 0);
}

describe('a merge, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const tries = sized({ small: 2, ci: 3, full: 5 });

  it(`leaves every disk as it was, and ends right when it is run again (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 12, ci: 60, full: 400 }); round > 0; round--) {
      const test = randomCase(random);
      const { fileSystem } = test.scene;
      const start = fileSystem.disk;
      const result = merge(test, fileSystem);
      assert.deepEqual(
        result.removed,
        test.merged.map((image) => image.path),
      );
      const before = fileSystem.facts(test.ancestor.path)!.size;
      checkDone(test, fileSystem, { fileSystem, when: 'uninterrupted' });
      assert.equal(fileSystem.facts(test.ancestor.path)!.size, before);
      for (const cut of everyPowerLoss(start, fileSystem.events, random, tries)) {
        checkCutShort(test, cut);
        const isDone =
          cut.fileSystem.paths().length === fileSystem.paths().length && cut.fileSystem.facts(test.top.path) === null;
        if (!isDone) merge(test, cut.fileSystem);
        checkDone(test, fileSystem, cut);
      }
    }
  });
});
