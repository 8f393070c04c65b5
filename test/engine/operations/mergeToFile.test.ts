import assert from 'node:assert/strict';
import { EngineError, type EngineErrorCode } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import {
  planMergeToFile,
  runMergeToFile,
  type MergeToFileOptions,
  type MergeToFilePlan,
} from '../../../src/engine/operations/mergeToFile';
import { runMerge } from '../../../src/engine/operations/merge';
import { runToEnd } from '../../../src/engine/operations/progress';
import { lookAt, requestOn } from '../../crash/chainScene';
import type { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { idOf } from '../../fixtures/vhdBuilder';
import { assertUntouched, family, filesOf, planOf, range, SECTOR, type MergeFamily } from './mergeScene';

const [BASE, ONE, TWO, SIBLING, NEW] = ['/d/base.vhd', '/d/1.avhd', '/d/2.avhd', '/d/s.avhd', '/d/new.vhd'] as const;

function scene(shortcomings = {}): MergeFamily {
  return family(
    {
      [BASE]: { owned: range(0, 20) },
      [ONE]: { on: BASE, owned: [1, 8, 40], zeros: [8] },
      [TWO]: { on: ONE, owned: [2, 9, 50] },
      [SIBLING]: { on: BASE, owned: [3] },
    },
    shortcomings,
  );
}

function plan(
  fileSystem: RecordingFileSystem,
  path: string,
  options: Partial<MergeToFileOptions> = {},
): MergeToFilePlan {
  const facts = { id: idOf(99), created: new Date(Date.UTC(2024, 5, 1)) };
  return runToEnd(planMergeToFile(requestOn(fileSystem), path, { to: NEW, format: 'dynamic', facts, ...options }));
}

function codes(fileSystem: RecordingFileSystem, path: string, options: Partial<MergeToFileOptions> = {}): string[] {
  return plan(fileSystem, path, options).refusals.map(({ code }) => code);
}

function failsWith(code: EngineErrorCode): (error: unknown) => boolean {
  return (error) => EngineError.is(error, code);
}

describe('a merge into a new file', () => {
  it('makes the disk as of the image, on no parent, and touches nothing else, whoever else stands on the layers', () => {
    for (const format of ['dynamic', 'fixed'] as const) {
      for (const path of [BASE, ONE, TWO]) {
        const { fileSystem, content } = scene();
        const before = filesOf(fileSystem);
        const made = plan(fileSystem, path, { format });
        assert.deepEqual(made.refusals, []);
        const { survivor, fileSize } = runToEnd(runMergeToFile(fileSystem, made));
        assert.deepEqual([survivor, fileSize], [NEW, fileSystem.facts(NEW)!.size]);
        const look = lookAt(fileSystem, NEW);
        assert.ok(look.disk.equals(content(path)), path);
        assert.deepEqual([look.layers, look.troubles], [[NEW], []]);
        assert.equal(openImage(fileSystem, NEW).type, format);
        fileSystem.remove(NEW);
        assert.deepEqual(filesOf(fileSystem), before);
      }
    }
  });

  it('says beforehand what it reads and writes', () => {
    const { fileSystem } = scene();
    const made = plan(fileSystem, TWO);
    assert.deepEqual(
      made.layers.map(({ path }) => path),
      [TWO, ONE, BASE],
    );
    assert.equal(made.bytesToRead, (20 + 2) * SECTOR);
    assert.equal(made.virtualSize, 64 * SECTOR);
  });

  it('counts beforehand every cluster that the new file takes, with its table, its bitmaps and its footers', () => {
    const virtualSize = (2 * 4096 + 100) * SECTOR;
    const scattered = [0, 3, 8, 9, 15, 16, 4095, 4096, 4110, 8192 + 99];
    for (const [bottom, top] of [
      [[], []],
      [[5], []],
      [scattered, [1, 17, 5000]],
      [range(0, 300), range(200, 600)],
      [range(4000, 4200), [8192]],
    ] as const) {
      const { fileSystem } = family({
        [BASE]: { owned: bottom, more: { virtualSize } },
        [ONE]: { on: BASE, owned: top, more: { virtualSize } },
      });
      for (const format of ['dynamic', 'fixed'] as const) {
        const made = plan(fileSystem, ONE, { format });
        runToEnd(runMergeToFile(fileSystem, made));
        const bytes = Buffer.from(fileSystem.disk.get(NEW)!.bytes);
        const clusters = range(0, Math.ceil(bytes.length / 4096)).filter((at) => {
          return bytes.subarray(at * 4096, (at + 1) * 4096).some((byte) => byte !== 0);
        });
        // The footer of a fixed image may share its cluster with content.
        const spare = format === 'fixed' && clusters.length * 4096 !== made.bytesToWrite ? 4096 : 0;
        assert.equal(made.bytesToWrite, clusters.length * 4096 + spare, `${format} ${bottom.length} ${top.length}`);
        fileSystem.remove(NEW);
      }
    }
  });

  it('is refused where there is room for the content and none for the bitmaps of its blocks', () => {
    const owned = range(0, 40).map((block) => block * 4096);
    const scattered = { [BASE]: { owned, more: { virtualSize: 40 * 4096 * SECTOR } } };
    const needed = 2 * owned.length * 4096 + 2 * 4096;
    // So much is left free by every operation.
    const spare = 1024 * 1024;
    const roomFor = (bytes: number): string[] => {
      return codes(family(scattered, { claimedFreeSpace: bytes + spare }).fileSystem, BASE);
    };
    assert.deepEqual([roomFor(needed), roomFor(needed - 1)], [[], ['no-space']]);
  });

  it('is what is left where the sizes of the layers differ, or a merge was refused for its siblings', () => {
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, 64) },
      [ONE]: { on: BASE, owned: [1, 70], more: { virtualSize: 72 * SECTOR } },
    });
    assert.ok(planOf(fileSystem, ONE).refusals.some(({ remedy }) => remedy.includes('--to FILE')));
    runToEnd(runMergeToFile(fileSystem, plan(fileSystem, ONE)));
    assert.ok(lookAt(fileSystem, NEW).disk.equals(content(ONE)));
  });

  it('is refused over a file, in a folder that is not there, without room, and while the image is in use', () => {
    const { fileSystem } = scene({ claimedFreeSpace: 2 * 1024 * 1024 });
    const before = filesOf(fileSystem);
    assert.deepEqual(codes(fileSystem, TWO), []);
    assert.deepEqual(codes(fileSystem, TWO, { to: ONE }), ['in-use']);
    assert.deepEqual(codes(fileSystem, TWO, { to: SIBLING }), ['file-exists']);
    assert.deepEqual(codes(fileSystem, TWO, { to: '/e/new.vhd' }), ['file-not-found']);
    fileSystem.users.set(TWO, ['qemu (1)']);
    assert.deepEqual(codes(fileSystem, TWO), ['in-use']);
    // A layer below is only read, as the other program only reads it.
    assert.deepEqual(codes(fileSystem, SIBLING), []);
    assertUntouched(fileSystem, before);
    assert.deepEqual(codes(scene({ claimedFreeSpace: 1024 * 1024 }).fileSystem, TWO), ['no-space']);
  });

  it('is refused where a parent is missing, a block is lost, or a merge below was cut short', () => {
    const { fileSystem } = scene();
    const steps = runMerge(fileSystem, planOf(fileSystem, TWO), { batchSectors: 1 });
    for (let count = 0; count < 4; count++) steps.next();
    steps.return(undefined as never);
    assert.deepEqual([codes(fileSystem, ONE), codes(fileSystem, TWO)], [['unfinished-operation'], []]);
    const lost = family({ [BASE]: { owned: [0, 9], more: { entries: { 1: 0x00ff_ffff } } } });
    assert.deepEqual(codes(lost.fileSystem, BASE), ['damaged-image']);
    fileSystem.remove(BASE);
    assert.throws(() => plan(fileSystem, TWO), failsWith('parent-not-found'));
  });

  it('leaves nothing behind where it is cancelled, a layer changes, the disk is full, or a sector cannot be read', () => {
    const cancelled = scene();
    const before = filesOf(cancelled.fileSystem);
    for (let stop = 0, isOver = false; !isOver; stop++) {
      const { fileSystem } = scene();
      const steps = runMergeToFile(fileSystem, plan(fileSystem, TWO));
      for (let count = 0; count <= stop && !isOver; count++) isOver = steps.next().done === true;
      steps.return(undefined as never);
      if (!isOver) assertUntouched(fileSystem, before);
    }

    const changing = scene();
    const steps = runMergeToFile(changing.fileSystem, plan(changing.fileSystem, TWO));
    steps.next();
    steps.next();
    const file = changing.fileSystem.open(BASE, 'write');
    file.write(0, before.get(BASE)!.slice(0, 1));
    file.close();
    assert.throws(() => runToEnd(steps), failsWith('file-changed'));
    assertUntouched(changing.fileSystem, before);

    const used = [...before.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    const full = scene({ capacity: used + 4096, claimedFreeSpace: null });
    assert.throws(() => runToEnd(runMergeToFile(full.fileSystem, plan(full.fileSystem, TWO))), failsWith('no-space'));
    assertUntouched(full.fileSystem, before);

    const { fileSystem } = scene();
    const made = plan(fileSystem, TWO);
    const image = openImage(fileSystem, BASE);
    const bad = image.blockOffset(1) + 3 * SECTOR;
    image.close();
    const open = fileSystem.open.bind(fileSystem);
    fileSystem.open = (path, access) => {
      const storage = open(path, access);
      const read = (offset: number, target: Uint8Array): number => {
        if (path === BASE && offset <= bad && bad < offset + target.length) {
          throw new EngineError('file-access', { what: 'Reading', why: 'the medium is bad', remedy: 'mend it' });
        }
        return storage.read(offset, target);
      };
      return { ...storage, read };
    };
    assert.throws(() => runToEnd(runMergeToFile(fileSystem, made)), failsWith('unreadable-sectors'));
    assertUntouched(fileSystem, before);
  });
});
