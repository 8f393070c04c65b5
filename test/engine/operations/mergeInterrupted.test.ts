import assert from 'node:assert/strict';
import { EngineError, type EngineErrorCode } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { runMerge } from '../../../src/engine/operations/merge';
import type { MergePlan } from '../../../src/engine/operations/mergePlan';
import { runToEnd } from '../../../src/engine/operations/progress';
import { planSnapshot } from '../../../src/engine/operations/snapshot';
import { readRecord, RecordFile, type Json } from '../../../src/engine/storage/recordFile';
import { sidePath } from '../../../src/engine/storage/sideFiles';
import { readDisk, requestOn } from '../../crash/chainScene';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import { BLOCK_SIZE, family, filesOf, merge, planOf, range, SECTOR, type MergeFamily } from './mergeScene';

const [BASE, ONE, CHILD] = ['/d/base.vhd', '/d/1.avhd', '/d/child.avhd'] as const;
const RECORD = sidePath(BASE, 'merge');

/** A layer that has all eight blocks of its disk, of which the base has every other one; a child stands on it. */
function scene(shortcomings = {}): MergeFamily {
  return family(
    {
      [BASE]: { owned: range(0, 64).filter((lba) => (lba & 8) === 0), more: { alignment: 4096 } },
      [ONE]: { on: BASE, owned: range(0, 64), zeros: [5, 9] },
      [CHILD]: { on: ONE, owned: [7] },
    },
    shortcomings,
  );
}

/** One block at a time. */
const SETTINGS = { batchSectors: 8 };

/** Runs a merge until `isEnough`, and cancels it then. */
function cancelWhen(fileSystem: RecordingFileSystem, plan: MergePlan, isEnough: (doneBytes: number) => boolean): void {
  const steps = runMerge(fileSystem, plan, SETTINGS);
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    if (isEnough(step.value.doneBytes)) break;
  }
  steps.return(undefined as never);
  assert.equal(fileSystem.openFiles, 0);
}

function failureOf(deed: () => void): unknown {
  try {
    deed();
    return null;
  } catch (error) {
    return error;
  }
}

function failsWith(code: EngineErrorCode): (error: unknown) => boolean {
  return (error) => EngineError.is(error, code);
}

describe('a merge that is cancelled', () => {
  it('leaves every disk as it was, wherever it is stopped, and goes on when it is run again', () => {
    const { fileSystem: whole } = scene();
    runToEnd(runMerge(whole, planOf(whole, ONE), SETTINGS));
    for (let stop = 0; ; stop++) {
      const { fileSystem, content } = scene();
      let count = 0;
      cancelWhen(fileSystem, planOf(fileSystem, ONE), () => count++ === stop);
      assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)), `child after step ${stop}`);
      if (fileSystem.facts(ONE) === null) {
        assert.ok(stop > 8);
        break;
      }
      assert.ok(readDisk(fileSystem, ONE).equals(content(ONE)), `layer after step ${stop}`);
      merge(fileSystem, ONE);
      assert.deepEqual(fileSystem.paths(), whole.paths());
      assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
      assert.ok(readDisk(fileSystem, BASE).equals(content(ONE)));
      assert.equal(fileSystem.facts(BASE)!.size, whole.facts(BASE)!.size);
    }
  });

  it('has changed nothing at all before its first step', () => {
    const { fileSystem } = scene();
    const before = filesOf(fileSystem);
    cancelWhen(fileSystem, planOf(fileSystem, ONE), () => true);
    assert.deepEqual(filesOf(fileSystem), before);
  });

  it('copies only what is left when it goes on', () => {
    const { fileSystem: whole, content } = scene();
    const data = 64 * SECTOR;
    const first = planOf(whole, ONE);
    assert.equal(first.bytesToRead, data);
    const { fileSystem } = scene();
    cancelWhen(fileSystem, planOf(fileSystem, ONE), (done) => done >= 6 * BLOCK_SIZE);
    const rest = planOf(fileSystem, ONE);
    // Done is what a flush that has ended brought to the medium and let be seen; the next one is on its way, and another batch is being copied.
    assert.equal(rest.resumed?.doneBlocks, 3);
    assert.deepEqual([rest.survey!.blocks, rest.bytesToRead], [5, 5 * BLOCK_SIZE]);
    const written = (disk: RecordingFileSystem, plan: MergePlan): number => {
      const before = disk.bytesWritten.get(BASE) ?? 0;
      runToEnd(runMerge(disk, plan, SETTINGS));
      return disk.bytesWritten.get(BASE)! - before;
    };
    const [all, half] = [written(whole, first), written(fileSystem, rest)];
    // Three blocks less, and the bitmap and the table's entry of each; the footer is there already.
    assert.ok(half <= all - 3 * BLOCK_SIZE, `${half} of ${all}`);
    assert.ok(half < 5 * (BLOCK_SIZE + 2 * SECTOR), `${half}`);
    assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
  });

  it('begins anew where a layer has changed meanwhile', () => {
    const { fileSystem } = family({ [BASE]: { owned: range(0, 32) }, [ONE]: { on: BASE, owned: range(0, 64) } });
    cancelWhen(fileSystem, planOf(fileSystem, ONE), (done) => done >= 6 * BLOCK_SIZE);
    const image = openImage(fileSystem, ONE);
    const offset = image.blockOffset(0);
    image.close();
    const file = fileSystem.open(ONE, 'write');
    file.write(offset, Uint8Array.of(0xaa, 0xbb));
    file.close();
    const expected = readDisk(fileSystem, ONE);
    const plan = planOf(fileSystem, ONE);
    assert.equal(plan.bytesToRead, 64 * SECTOR);
    runToEnd(runMerge(fileSystem, plan));
    assert.ok(readDisk(fileSystem, BASE).equals(expected));
    assert.equal(expected[0], 0xaa);
    assert.deepEqual(fileSystem.paths(), [BASE]);
  });

  it('lets nobody build on what is neither old nor new', () => {
    const { fileSystem } = scene();
    cancelWhen(fileSystem, planOf(fileSystem, ONE), (done) => done >= 3 * BLOCK_SIZE);
    const facts = { id: idOf(99), created: new Date(0) };
    const codesOn = (path: string): string[] => {
      const options = { output: null, keepName: false, facts };
      return runToEnd(planSnapshot(requestOn(fileSystem), path, options)).refusals.map(({ code }) => code);
    };
    assert.deepEqual(codesOn(BASE), ['unfinished-operation']);
    assert.deepEqual([codesOn(ONE), codesOn(CHILD)], [[], []]);
    assert.deepEqual(
      planOf(fileSystem, CHILD, { into: BASE }).refusals.map(({ code }) => code),
      ['unfinished-operation'],
    );
    const { findings } = openImage(fileSystem, BASE);
    assert.deepEqual(
      findings.map(({ id, severity }) => [id, severity]),
      [['unfinished-merge', 'warning']],
    );
  });
});

describe('a merge that fails', () => {
  it('says that a file has changed since it was planned, and touches nothing', () => {
    for (const changed of [BASE, ONE]) {
      const { fileSystem } = scene();
      const plan = planOf(fileSystem, ONE);
      fileSystem.add(changed, fileSystem.disk.get(changed)!.bytes);
      const before = filesOf(fileSystem);
      assert.throws(() => runToEnd(runMerge(fileSystem, plan)), failsWith('file-changed'));
      assert.deepEqual(filesOf(fileSystem), before);
      fileSystem.remove(changed);
      assert.throws(() => runToEnd(runMerge(fileSystem, plan)), failsWith('file-changed'));
    }
  });

  it('keeps the layer that another program wrote to while it was copied', () => {
    const { fileSystem, content } = scene();
    const steps = runMerge(fileSystem, planOf(fileSystem, ONE), SETTINGS);
    for (let step = steps.next(); step.done !== true; step = steps.next()) {
      if (step.value.doneBytes >= 4 * BLOCK_SIZE) break;
    }
    const size = fileSystem.facts(ONE)!.size;
    const file = fileSystem.open(ONE, 'write');
    file.write(size - 512, fileSystem.disk.get(ONE)!.bytes.slice(-512));
    file.close();
    assert.throws(() => runToEnd(steps), failsWith('file-changed'));
    assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
    merge(fileSystem, ONE);
    assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
    assert.equal(fileSystem.facts(ONE), null);
  });

  it('where the disk is full though it did not say so leaves both files as they were', () => {
    const { fileSystem } = scene();
    const used = [...filesOf(fileSystem).values()].reduce((sum, bytes) => sum + bytes.length, 0);
    const full = scene({ capacity: used + 8 * 1024, claimedFreeSpace: null });
    const before = filesOf(full.fileSystem);
    assert.throws(() => merge(full.fileSystem, ONE), failsWith('no-space'));
    assert.deepEqual(filesOf(full.fileSystem), before);
    assert.equal(full.fileSystem.openFiles, 0);
  });

  it('where the disk is full in the middle leaves every disk as it was, and goes on when there is room', () => {
    // Files are sparse here and there, so that the length is no promise of room: the n-th change fails.
    const { fileSystem: whole } = scene();
    runToEnd(runMerge(whole, planOf(whole, ONE), SETTINGS));
    for (let succeed = 0; ; succeed++) {
      const { fileSystem, content } = scene();
      let count = 0;
      const open = fileSystem.open.bind(fileSystem);
      fileSystem.open = (path, access) => {
        const file = open(path, access);
        const write = (offset: number, bytes: Uint8Array): void => {
          if (count++ >= succeed) {
            throw new EngineError('no-space', { what: 'Writing', why: 'the disk is full', remedy: 'free some space' });
          }
          file.write(offset, bytes);
        };
        return { ...file, write };
      };
      const before = filesOf(fileSystem);
      const failure = failureOf(() => runToEnd(runMerge(fileSystem, planOf(fileSystem, ONE), SETTINGS)));
      if (failure === null) {
        assert.ok(succeed > 30);
        break;
      }
      assert.ok(EngineError.is(failure, 'no-space'));
      if (succeed === 0) assert.deepEqual(filesOf(fileSystem), before);
      assert.equal(fileSystem.openFiles, 0);
      count = -Infinity;
      assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)), `after ${succeed}`);
      if (fileSystem.facts(ONE) === null) break;
      assert.ok(readDisk(fileSystem, ONE).equals(content(ONE)));
      merge(fileSystem, ONE);
      assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
      assert.deepEqual(fileSystem.paths(), whole.paths());
    }
  });

  it('where the medium does not give back what was written keeps the layers', () => {
    const { fileSystem, content } = scene();
    const open = fileSystem.open.bind(fileSystem);
    const place = new RecordingFileSystem(fileSystem.disk);
    const image = openImage(place, BASE);
    const lost = image.blockOffset(2);
    fileSystem.open = (path, access) => {
      const file = open(path, access);
      const read = (offset: number, target: Uint8Array): number => {
        const length = file.read(offset, target);
        if (path === BASE && offset <= lost && lost < offset + length) target[lost - offset]! ^= 1;
        return length;
      };
      return { ...file, read };
    };
    assert.throws(() => merge(fileSystem, ONE), failsWith('damaged-image'));
    fileSystem.open = open;
    assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
    assert.ok(readDisk(fileSystem, ONE).equals(content(ONE)));
  });
});

describe('the record of a merge that was cut short', () => {
  /** Runs a merge up to the removal of the layer, and cuts it short there. */
  function tiedScene(): MergeFamily {
    const made = scene();
    const remove = made.fileSystem.remove.bind(made.fileSystem);
    made.fileSystem.remove = (path) => {
      if (path === ONE) throw new Error('power');
      remove(path);
    };
    assert.throws(() => merge(made.fileSystem, ONE), /power/);
    made.fileSystem.remove = remove;
    return made;
  }

  it('ends the merge by removing what nobody needs', () => {
    const { fileSystem, content } = tiedScene();
    const plan = planOf(fileSystem, ONE);
    assert.deepEqual([plan.survey, plan.remove.map(({ path }) => path), plan.leafs], [null, [ONE], [CHILD]]);
    assert.match(openImage(fileSystem, BASE).findings[0]!.message, /is done, but for the removal/);
    assert.deepEqual(runToEnd(runMerge(fileSystem, plan)).removed, [ONE]);
    assert.deepEqual(fileSystem.paths(), [BASE, CHILD]);
    assert.ok(readDisk(fileSystem, CHILD).equals(content(CHILD)));
  });

  it('ends it when the layer is gone already', () => {
    for (const into of [null, BASE]) {
      const { fileSystem } = tiedScene();
      fileSystem.remove(ONE);
      assert.deepEqual(merge(fileSystem, ONE, { into }).removed, []);
      assert.deepEqual(fileSystem.paths(), [BASE, CHILD]);
    }
  });

  it('removes no layer that was written to after it had been merged', () => {
    const { fileSystem } = tiedScene();
    const file = fileSystem.open(ONE, 'write');
    file.write(0, fileSystem.disk.get(ONE)!.bytes.slice(0, 512));
    file.close();
    const plan = planOf(fileSystem, ONE);
    assert.deepEqual(
      plan.refusals.map(({ code, paths }) => [code, paths]),
      [['file-changed', [ONE]]],
    );
    assert.throws(() => runToEnd(runMerge(fileSystem, plan)), failsWith('file-changed'));
    assert.deepEqual(merge(fileSystem, ONE, { keep: true }).removed, []);
    assert.deepEqual(fileSystem.paths(), [ONE, BASE, CHILD]);
  });

  it('has no image tied that stands on neither of the two, whoever wrote the record', () => {
    const { fileSystem } = scene();
    const stranger = '/home/stranger.avhd';
    const parent = { id: idOf(77), name: 'mine.vhd' };
    fileSystem.add(stranger, buildVhd({ type: 'differencing', virtualSize: 64 * SECTOR, id: idOf(78), parent }));
    cancelWhen(fileSystem, planOf(fileSystem, ONE), (done) => done >= 4 * BLOCK_SIZE);
    const lines = readRecord(fileSystem, RECORD);
    const record = RecordFile.continue(fileSystem, RECORD);
    record.add({ phase: 'tying', children: [stranger, CHILD], stamped: [stranger] } satisfies Json, { flush: true });
    record.close();
    assert.ok(lines.length > 1);
    const before = filesOf(fileSystem).get(stranger);
    assert.deepEqual(planOf(fileSystem, ONE).ties.children, [CHILD]);
    merge(fileSystem, ONE);
    assert.deepEqual(filesOf(fileSystem).get(stranger), before);
    assert.deepEqual(fileSystem.paths(), [BASE, CHILD, stranger]);
  });
});
