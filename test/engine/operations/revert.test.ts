import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { runToEnd } from '../../../src/engine/operations/progress';
import { recoverImage } from '../../../src/engine/operations/recover';
import { runRepair, undoRepair } from '../../../src/engine/operations/repair';
import { planRepair } from '../../../src/engine/operations/repairPlan';
import { planRevert, runRevert, type RevertOptions, type RevertPlan } from '../../../src/engine/operations/revert';
import { planSnapshot, runSnapshot } from '../../../src/engine/operations/snapshot';
import { buildScene, layerPaths, readDisk, requestOn, troubles, type Scene } from '../../crash/chainScene';
import { seededRandom } from '../../crash/powerLoss';
import type { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';

const FACTS = { id: idOf(0xab), created: new Date(Date.UTC(2024, 5, 1, 12)) };

function plan(fileSystem: RecordingFileSystem, path: string, options: Partial<RevertOptions> = {}): RevertPlan {
  const all = { to: null, keepAs: null, prune: false, facts: FACTS, ...options };
  return runToEnd(planRevert(requestOn(fileSystem), path, all));
}

function refusalsOf(fileSystem: RecordingFileSystem, path: string, options: Partial<RevertOptions> = {}): string[] {
  return plan(fileSystem, path, options).refusals.map((refusal) => refusal.code);
}

function scene(): Scene {
  return buildScene(seededRandom(3), { depth: 4 });
}

describe('reverting a leaf', () => {
  it('makes it empty again, on its parent', () => {
    const { fileSystem, images } = scene();
    const made = plan(fileSystem, '/d/l3.avhd');
    assert.equal(made.lostBytes, made.leaf.size);
    const result = runToEnd(runRevert(fileSystem, made));
    assert.deepEqual([result.leaf, result.parent, result.removed], ['/d/l3.avhd', '/d/l2.avhd', []]);
    assert.ok(readDisk(fileSystem, '/d/l3.avhd').equals(images[2]!.content));
    assert.deepEqual(troubles(fileSystem, '/d/l3.avhd'), troubles(fileSystem, '/d/l2.avhd'));
    assert.equal(fileSystem.openFiles, 0);
  });

  it('goes back to any layer, and says which layers nobody needs then', () => {
    const { fileSystem, images } = scene();
    const made = plan(fileSystem, '/d/l3.avhd', { to: '/d/base.vhd' });
    assert.deepEqual(made.left, ['/d/l2.avhd', '/d/l1.avhd']);
    runToEnd(runRevert(fileSystem, made));
    assert.deepEqual(layerPaths(fileSystem, '/d/l3.avhd'), ['/d/l3.avhd', '/d/base.vhd']);
    for (const { path, content } of images.slice(0, 3)) assert.ok(readDisk(fileSystem, path).equals(content));
  });

  it('removes what nobody needs where that is asked for, and never what a branch stands on', () => {
    const { fileSystem, images } = scene();
    const branch = images[1]!;
    const locators = [{ code: 'W2ru', text: '.\\l1.avhd' }];
    const virtualSize = branch.content.length;
    fileSystem.add(
      '/d/sub/branch.vhd',
      buildVhd({
        type: 'differencing',
        virtualSize,
        id: idOf(99),
        parent: { id: branch.id, locators: [{ code: 'W2ru', text: '.\\..\\l1.avhd' }] },
      }),
    );
    fileSystem.add(
      '/d/copy.vhd',
      buildVhd({ type: 'differencing', virtualSize, id: idOf(98), parent: { id: branch.id, locators } }),
    );
    const made = plan(fileSystem, '/d/l3.avhd', { to: '/d/base.vhd', prune: true });
    assert.deepEqual(
      made.remove.map((layer) => layer.path),
      ['/d/l2.avhd'],
    );
    const result = runToEnd(runRevert(fileSystem, made));
    assert.deepEqual(result.removed, ['/d/l2.avhd']);
    assert.ok(readDisk(fileSystem, '/d/sub/branch.vhd').equals(branch.content));
  });

  it('keeps the old leaf under another name', () => {
    const { fileSystem, images } = scene();
    const made = plan(fileSystem, '/d/l3.avhd', { keepAs: '/d/old.avhd' });
    assert.equal(made.lostBytes, 0);
    const result = runToEnd(runRevert(fileSystem, made));
    assert.equal(result.keptAs, '/d/old.avhd');
    assert.ok(readDisk(fileSystem, '/d/old.avhd').equals(images[3]!.content));
    assert.ok(readDisk(fileSystem, '/d/l3.avhd').equals(images[2]!.content));
  });

  it('lets what takes repairs back go with the old leaf, and follow one that is kept', () => {
    const repaired = (): { fileSystem: RecordingFileSystem; before: Uint8Array } => {
      const { fileSystem } = scene();
      const before = fileSystem.disk.get('/d/l3.avhd')!.bytes;
      const lost = before.slice(0, before.length - 512);
      fileSystem.add('/d/l3.avhd', lost);
      const options = { now: FACTS.created.getTime(), only: null, facts: FACTS };
      runRepair(fileSystem, runToEnd(planRepair(fileSystem, '/d/l3.avhd', requestOn(fileSystem).policy, options)));
      return { fileSystem, before: lost };
    };
    const undoFile = '/d/l3.avhd.vhd-editor-undo';
    const { fileSystem } = repaired();
    const made = plan(fileSystem, '/d/l3.avhd');
    assert.deepEqual(made.undoFiles, [{ path: undoFile, of: '/d/l3.avhd' }]);
    const result = runToEnd(runRevert(fileSystem, made));
    assert.deepEqual([result.removed, result.keptUndoFiles], [[undoFile], []]);
    assert.equal(fileSystem.facts(undoFile), null);

    const kept = repaired();
    const keeping = plan(kept.fileSystem, '/d/l3.avhd', { keepAs: '/d/old.avhd' });
    assert.deepEqual(keeping.undoFiles, []);
    const { keptUndoFiles, removed } = runToEnd(runRevert(kept.fileSystem, keeping));
    assert.deepEqual([keptUndoFiles, removed], [['/d/old.avhd.vhd-editor-undo'], []]);
    assert.equal(kept.fileSystem.facts(undoFile), null);
    undoRepair(kept.fileSystem, '/d/old.avhd');
    assert.deepEqual(Buffer.from(kept.fileSystem.disk.get('/d/old.avhd')!.bytes), Buffer.from(kept.before));
  });

  it('removes no layer of an old leaf that is kept, whatever it was told', () => {
    const { fileSystem, images } = scene();
    const made = plan(fileSystem, '/d/l3.avhd', { to: '/d/base.vhd', keepAs: '/d/old.avhd', prune: true });
    assert.deepEqual([made.remove, made.left], [[], []]);
    runToEnd(runRevert(fileSystem, made));
    assert.ok(readDisk(fileSystem, '/d/old.avhd').equals(images[3]!.content));
  });

  it('that was cut short removes no layer that somebody has built on meanwhile', () => {
    const { fileSystem, images } = scene();
    const made = plan(fileSystem, '/d/l3.avhd', { to: '/d/base.vhd', prune: true });
    fileSystem.beforeChange = () => {
      if (readDisk(fileSystem, '/d/l3.avhd').equals(images[0]!.content)) throw new Error('killed');
    };
    assert.throws(() => runToEnd(runRevert(fileSystem, made)), /killed/);
    fileSystem.beforeChange = () => undefined;
    const facts = { id: idOf(0xac), created: new Date() };
    const options = { output: '/d/branch.avhd', keepName: false, facts };
    runToEnd(runSnapshot(fileSystem, runToEnd(planSnapshot(requestOn(fileSystem), '/d/l1.avhd', options))));
    recoverImage(fileSystem, '/d/l3.avhd');
    assert.deepEqual(fileSystem.paths(), ['/d/base.vhd', '/d/branch.avhd', '/d/l1.avhd', '/d/l3.avhd']);
    assert.ok(readDisk(fileSystem, '/d/branch.avhd').equals(images[1]!.content));
  });

  it('is refused where others stand on it, where it is in use, and where a name is taken', () => {
    const { fileSystem } = scene();
    assert.deepEqual(refusalsOf(fileSystem, '/d/l2.avhd'), ['has-children']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/l3.avhd', { keepAs: '/d/l1.avhd' }), ['file-exists']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/l3.avhd', { keepAs: '/e/l3.avhd' }), ['not-possible']);
    fileSystem.users.set('/d/l3.avhd', ['qemu (3)']);
    fileSystem.users.set('/d/l1.avhd', ['qemu (3)']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/l3.avhd'), ['in-use']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/l3.avhd', { to: '/d/base.vhd', prune: true }), ['in-use', 'in-use']);
    const before = fileSystem.events.length;
    assert.throws(
      () => runToEnd(runRevert(fileSystem, plan(fileSystem, '/d/l2.avhd'))),
      (error) => EngineError.is(error, 'has-children'),
    );
    assert.equal(fileSystem.events.length, before);
  });

  it('has nowhere to go from a base, or to what is no layer below', () => {
    const { fileSystem } = scene();
    for (const [path, to] of [
      ['/d/base.vhd', null],
      ['/d/l3.avhd', '/d/l3.avhd'],
      ['/d/l2.avhd', '/d/l3.avhd'],
      ['/d/l2.avhd', '/d/none.avhd'],
    ] as const) {
      assert.throws(
        () => plan(fileSystem, path, { to }),
        (error) => EngineError.is(error, 'not-possible'),
      );
    }
  });

  it('leaves all as it was where the parent changed meanwhile, or the disk is full', () => {
    const { fileSystem } = scene();
    const made = plan(fileSystem, '/d/l3.avhd');
    fileSystem.add('/d/l2.avhd', fileSystem.disk.get('/d/l2.avhd')!.bytes);
    const names = fileSystem.paths();
    const before = fileSystem.disk.get('/d/l3.avhd')!.bytes;
    assert.throws(
      () => runToEnd(runRevert(fileSystem, made)),
      (error) => EngineError.is(error, 'file-changed'),
    );
    const full = buildScene(seededRandom(3), { depth: 4, shortcomings: { claimedFreeSpace: 1e12, capacity: 40_000 } });
    assert.throws(
      () => runToEnd(runRevert(full.fileSystem, plan(full.fileSystem, '/d/l3.avhd', { keepAs: '/d/old.avhd' }))),
      (error) => EngineError.is(error, 'no-space'),
    );
    for (const each of [fileSystem, full.fileSystem]) {
      assert.deepEqual(each.paths(), names);
      assert.deepEqual(each.disk.get('/d/l3.avhd')!.bytes, before);
    }
  });
});
