import assert from 'node:assert/strict';
import { runMerge, type MergeResult } from '../../src/engine/operations/merge';
import { planMerge, type MergeOptions } from '../../src/engine/operations/mergePlan';
import { planMergeToFile, runMergeToFile } from '../../src/engine/operations/mergeToFile';
import { runToEnd } from '../../src/engine/operations/progress';
import { ownFileName } from '../../src/engine/storage/sideFiles';
import { idOf } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { buildScene, lookAt, readDisk, requestOn, type Scene, type SceneImage } from './chainScene';
import { everyPowerLoss, somePowerLosses, type CutShort } from './everyPowerLoss';
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
  readonly keep: boolean;
}

function merge({ top, ancestor, batchSectors, keep }: MergeCase, fileSystem: RecordingFileSystem): MergeResult {
  const options: MergeOptions = { into: ancestor.path, keep };
  const plan = runToEnd(planMerge(requestOn(fileSystem), top.path, options));
  return runToEnd(runMerge(fileSystem, plan, { batchSectors }));
}

function randomCase(random: Random): MergeCase {
  const depth = 2 + random(3);
  const baseType = random(3) === 0 ? 'fixed' : 'dynamic';
  const mixedBlockSizes = random(2) === 0;
  const shortcomings = random(2) === 0 ? {} : { flushLag: random(8) };
  const family = { children: random(3), grandchildren: random(2), baseType, mixedBlockSizes } as const;
  const scene = buildScene(random, { depth, ...family, shortcomings });
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
    keep: random(4) === 0,
  };
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
function checkCutShort({ scene, top, ancestor, merged, keep }: MergeCase, { fileSystem, when }: CutShort): void {
  for (const image of scene.images) {
    if (fileSystem.facts(image.path) === null) {
      assert.ok(merged.includes(image) && !keep, `${image.path} is gone ${when}`);
    } else if (image === ancestor || (merged.includes(image) && image !== top)) {
      assertEither(readDisk(fileSystem, image.path), image.content, top.content, `${image.path} ${when}`);
    } else {
      assert.ok(readDisk(fileSystem, image.path).equals(image.content), `${image.path} differs ${when}`);
    }
  }
  for (const path of fileSystem.paths()) {
    const isKnown = scene.images.some((image) => image.path === path);
    assert.ok(isKnown || ownFileName(fileSystem.nameOf(path)) !== null, `${path} ${when}`);
  }
}

/** What a family is like when a merge is done, and how long the ancestor is then. */
interface Done {
  readonly paths: readonly string[];
  readonly ancestorSize: number | undefined;
  readonly seen: ReadonlyMap<string, ReturnType<typeof lookAt>>;
}

/** Looks at a family after a merge that was never cut short. */
function doneOf({ scene, top, ancestor, merged }: MergeCase, fileSystem: RecordingFileSystem): Done {
  const others = scene.images.filter((image) => !merged.includes(image) && image !== ancestor);
  const expected = [...others, { ...ancestor, content: top.content }];
  const seen = new Map(
    expected.map((image) => {
      const look = lookAt(fileSystem, image.path);
      assert.ok(look.disk.equals(image.content), `${image.path} differs when all is done`);
      assert.ok(look.layers.every((path) => merged.every((layer) => layer.path !== path)));
      return [image.path, look];
    }),
  );
  return { paths: fileSystem.paths(), ancestorSize: fileSystem.facts(ancestor.path)?.size, seen };
}

/** Looks at a family after a merge that was cut short has been ended. */
function checkDone({ top, ancestor, keep }: MergeCase, done: Done, { fileSystem, when }: CutShort): void {
  assert.deepEqual(fileSystem.paths(), done.paths, when);
  for (const [path, expected] of done.seen) {
    const look = lookAt(fileSystem, path);
    assert.ok(look.disk.equals(expected.disk), `${path} differs ${when}`);
    assert.deepEqual([look.layers, look.troubles], [expected.layers, expected.troubles], `${path} ${when}`);
  }
  if (keep) assert.ok(readDisk(fileSystem, top.path).equals(top.content), when);
  assert.equal(fileSystem.facts(ancestor.path)?.size, done.ancestorSize, when);
  assert.equal(fileSystem.openFiles, 0, when);
}

/** Runs a merge again where it is not done already. */
function mergeAgain(test: MergeCase, fileSystem: RecordingFileSystem): void {
  const { scene, top } = test;
  const isRecorded = fileSystem.paths().some((path) => path.endsWith('-merge'));
  const child = scene.images.find(({ parent }) => parent === top.path);
  // With all layers kept, the children tell that it is done; where there are none it may be done once more.
  const isOver =
    fileSystem.facts(top.path) === null ||
    (child !== undefined && !lookAt(fileSystem, child.path).layers.includes(top.path));
  if (isRecorded || !isOver) merge(test, fileSystem);
}

function planned(test: MergeCase): { start: ReturnType<() => RecordingFileSystem['disk']>; done: Done } {
  const { fileSystem } = test.scene;
  const start = fileSystem.disk;
  const before = fileSystem.facts(test.ancestor.path)!.size;
  const plan = runToEnd(planMerge(requestOn(fileSystem), test.top.path, { into: test.ancestor.path, keep: test.keep }));
  assert.deepEqual(plan.refusals, []);
  const result = merge(test, fileSystem);
  assert.deepEqual(result.removed, test.keep ? [] : test.merged.map((image) => image.path));
  assert.deepEqual(result.leafs, plan.leafs);
  const done = doneOf(test, fileSystem);
  assert.equal(done.ancestorSize, before + plan.survey!.growth);
  return { start, done };
}

describe('a merge, and a loss of power', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`leaves every disk as it was after every step, and ends right when it is run again (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 1, ci: 2, full: 200 }); round > 0; round--) {
      const test = randomCase(random);
      const { start, done } = planned(test);
      for (const cut of everyPowerLoss(
        start,
        test.scene.fileSystem.events,
        random,
        sized({ small: 1, ci: 1, full: 4 }),
      )) {
        checkCutShort(test, cut);
        mergeAgain(test, cut.fileSystem);
        checkDone(test, done, cut);
      }
    }
  });

  it(`may be cut short again when it goes on, in hundreds of families (seed ${seed})`, () => {
    const random = seededRandom(seed + 1);
    for (let round = sized({ small: 20, ci: 100, full: 1500 }); round > 0; round--) {
      const test = randomCase(random);
      const { start, done } = planned(test);
      for (const cut of somePowerLosses(
        start,
        test.scene.fileSystem.events,
        random,
        sized({ small: 3, ci: 3, full: 8 }),
      )) {
        checkCutShort(test, cut);
        const second = cut.fileSystem.disk;
        mergeAgain(test, cut.fileSystem);
        for (const again of somePowerLosses(second, cut.fileSystem.events, random, 1)) {
          const both = { fileSystem: again.fileSystem, when: `${cut.when}, and again ${again.when}` };
          checkCutShort(test, both);
          mergeAgain(test, both.fileSystem);
          checkDone(test, done, both);
        }
      }
    }
  });

  it(`that was to keep its layers can be ended without keeping them, wherever it was cut short (seed ${seed})`, () => {
    const random = seededRandom(seed + 3);
    for (let round = sized({ small: 2, ci: 4, full: 40 }); round > 0; round--) {
      const test = { ...randomCase(random), keep: true };
      const { start, done } = planned(test);
      const paths = done.paths.filter((path) => test.merged.every((image) => image.path !== path));
      let removals = 0;
      for (const cut of everyPowerLoss(start, test.scene.fileSystem.events, random, 1)) {
        if (!cut.fileSystem.paths().some((path) => path.endsWith('-merge'))) continue;
        // Once they have been changed since they are kept, they stay.
        const isRemoved = merge({ ...test, keep: false }, cut.fileSystem).removed.length > 0;
        checkDone({ ...test, keep: !isRemoved }, isRemoved ? { ...done, paths } : done, cut);
        removals += isRemoved ? 1 : 0;
      }
      assert.ok(removals > 0);
    }
  });

  it(`into a new file leaves all else untouched, and the file whole or not there (seed ${seed})`, () => {
    const random = seededRandom(seed + 2);
    for (let round = sized({ small: 10, ci: 40, full: 400 }); round > 0; round--) {
      const { fileSystem, images } = buildScene(random, {
        depth: 1 + random(4),
        baseType: random(2) === 0 ? 'fixed' : 'dynamic',
        mixedBlockSizes: random(2) === 0,
      });
      const top = images[random(images.length)]!;
      const start = fileSystem.disk;
      const facts = { id: idOf(200 + round), created: new Date(Date.UTC(2024, 5, 1)) };
      const to = `/d/new${' and of a long name'.repeat(random(5))}.vhd`;
      const options = { to, format: (['dynamic', 'fixed'] as const)[random(2)]!, facts };
      const mergeOn = (disk: RecordingFileSystem): void => {
        const plan = runToEnd(planMergeToFile(requestOn(disk), top.path, options));
        assert.deepEqual(runToEnd(runMergeToFile(disk, plan)).survivor, to);
      };
      mergeOn(fileSystem);
      const losses =
        round % 8 === 0
          ? everyPowerLoss(start, fileSystem.events, random, 1)
          : somePowerLosses(start, fileSystem.events, random, 6);
      for (const { fileSystem: disk, when } of losses) {
        const isThere = disk.facts(to) !== null;
        const left = disk.paths().filter((path) => !start.has(path) && path !== to);
        for (const path of left) assert.match(path, /^\/d\/new.*(\.vhd\.vhd-editor-[0-9a-f]{8}\.tmp|\.partial)$/, when);
        if (!isThere) mergeOn(disk);
        const look = lookAt(disk, to);
        assert.ok(look.disk.equals(top.content), when);
        assert.deepEqual([look.layers, look.troubles], [[to], []], when);
        for (const [path, inode] of start) assert.deepEqual(disk.disk.get(path)!.bytes, inode.bytes, when);
        assert.ok(isThere || disk.paths().length === start.size + 1, when);
        assert.equal(disk.openFiles, 0);
      }
    }
  });
});
