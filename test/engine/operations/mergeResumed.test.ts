import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { runMerge, type MergeResult } from '../../../src/engine/operations/merge';
import { planMerge, type MergePlan } from '../../../src/engine/operations/mergePlan';
import { runToEnd } from '../../../src/engine/operations/progress';
import { planSnapshot, runSnapshot } from '../../../src/engine/operations/snapshot';
import { buildScene, readDisk, requestOn, type Scene } from '../../crash/chainScene';
import { seededRandom } from '../../crash/powerLoss';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';

const [BASE, TOP] = ['/d/base.vhd', '/d/l1.avhd'];

function plan({ fileSystem }: Scene): MergePlan {
  return runToEnd(planMerge(requestOn(fileSystem), TOP, { into: null, keep: false }));
}

function merge(scene: Scene): MergeResult {
  return runToEnd(runMerge(scene.fileSystem, plan(scene), { batchSectors: 3 }));
}

/** A merge is cancelled when some blocks of it are done; null where there are too few. */
function cancelledMerge(seed: number): Scene | null {
  const scene = buildScene(seededRandom(seed), { depth: 2 });
  const steps = runMerge(scene.fileSystem, plan(scene), { batchSectors: 3 });
  for (let done = false; !done;) {
    if (steps.next().done === true) return null;
    done = (plan(scene).resumed?.doneBlocks ?? 0) > 0;
  }
  steps.return(undefined as never);
  return scene;
}

describe('a merge that goes on', () => {
  it('begins anew where an older copy of the parent has been put back meanwhile', () => {
    let count = 0;
    for (let seed = 1; count < 5; seed++) {
      const scene = cancelledMerge(seed);
      if (scene === null) continue;
      count++;
      const { fileSystem, images } = scene;
      const older = buildScene(seededRandom(seed), { depth: 2 }).fileSystem.disk.get(BASE)!.bytes;
      fileSystem.remove(BASE);
      fileSystem.add(BASE, older);
      assert.throws(
        () => merge(scene),
        (error) => EngineError.is(error, 'file-changed'),
      );
      assert.ok(readDisk(fileSystem, TOP).equals(images[1]!.content));
      merge(scene);
      assert.ok(readDisk(fileSystem, BASE).equals(images[1]!.content));
      assert.deepEqual(fileSystem.paths(), [BASE]);
      assert.equal(fileSystem.openFiles, 0);
    }
  });

  it('is none where another image has come into the place of the parent', () => {
    const { fileSystem, images } = cancelledMerge(3)!;
    fileSystem.remove(BASE);
    fileSystem.remove(TOP);
    fileSystem.add(BASE, buildVhd({ type: 'dynamic', virtualSize: images[0]!.content.length, id: idOf(200) }));
    const facts = { id: idOf(201), created: new Date() };
    const made = runToEnd(planSnapshot(requestOn(fileSystem), BASE, { output: TOP, keepName: false, facts }));
    assert.deepEqual(made.refusals, []);
    const { recovered } = runToEnd(runSnapshot(fileSystem, made));
    assert.equal(recovered.length, 1);
    assert.deepEqual(fileSystem.paths(), [BASE, TOP]);
  });

  it('copies only what is left where nothing has changed', () => {
    const scene = cancelledMerge(3)!;
    const { fileSystem, images } = scene;
    const all = buildScene(seededRandom(3), { depth: 2 });
    assert.ok(plan(scene).survey!.sectors < plan(all).survey!.sectors);
    merge(scene);
    assert.ok(readDisk(fileSystem, BASE).equals(images[1]!.content));
  });
});
