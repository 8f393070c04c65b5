import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { planFolderRelink, type FolderRelinkPlan } from '../../../src/engine/operations/folderRelink';
import { runFolderRelink, type FolderRelinkResult } from '../../../src/engine/operations/folderRelinkRun';
import { planFolderUndo, runFolderUndo } from '../../../src/engine/operations/folderRelinkUndo';
import { runMerge } from '../../../src/engine/operations/merge';
import { planMerge } from '../../../src/engine/operations/mergePlan';
import { hasStamp } from '../../../src/engine/operations/parentTie';
import { runToEnd } from '../../../src/engine/operations/progress';
import { planRelink, runRelink } from '../../../src/engine/operations/relink';
import { layerPaths, readDisk, requestOn, TRUSTING } from '../../crash/chainScene';
import { seededRandom } from '../../crash/powerLoss';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { buildHeap, type HeapScene } from './heapScene';

const COMMON = { virtualSize: 16_384, blockSize: 4096 };

function plan(fileSystem: RecordingFileSystem, folder = '/heap'): FolderRelinkPlan {
  return runToEnd(planFolderRelink(requestOn(fileSystem), folder));
}

function relink(fileSystem: RecordingFileSystem, folder = '/heap'): FolderRelinkResult {
  return runToEnd(runFolderRelink(fileSystem, plan(fileSystem, folder)));
}

function undo(fileSystem: RecordingFileSystem, folder = '/heap'): ReturnType<typeof runToEnd<FolderUndo>> {
  return runToEnd(runFolderUndo(fileSystem, runToEnd(planFolderUndo(requestOn(fileSystem), folder))));
}

type FolderUndo = ReturnType<typeof runFolderUndo> extends Generator<unknown, infer Result, void> ? Result : never;

/** Path and content of every file. */
function files(fileSystem: RecordingFileSystem): ReadonlyMap<string, Buffer> {
  return new Map([...fileSystem.disk].map(([path, { bytes }]) => [path, Buffer.from(bytes)]));
}

function base(number: number): VhdSpec {
  return { ...COMMON, type: 'dynamic', id: idOf(number), content: stampOf(number), blocks: blocksOf([0], 4096) };
}

function child(number: number, parent: number, words: Partial<NonNullable<VhdSpec['parent']>> = {}): VhdSpec {
  const tie = { id: idOf(parent), name: `${parent}.vhd`, timestamp: 0, ...words };
  return { ...base(number), type: 'differencing', parent: tie };
}

function withFiles(specs: Readonly<Record<string, VhdSpec>>): RecordingFileSystem {
  const fileSystem = new RecordingFileSystem();
  for (const [path, spec] of Object.entries(specs)) fileSystem.add(path, buildVhd(spec));
  return fileSystem;
}

/** Every image opens on its parent by its own words, and reads as the model does. */
function assertRight({ images }: HeapScene, fileSystem: RecordingFileSystem): void {
  for (const { path, parent, content } of images) {
    assert.deepEqual(layerPaths(fileSystem, path)[1] ?? null, parent, path);
    assert.ok(readDisk(fileSystem, path).equals(Buffer.from(content)), path);
  }
  assert.deepEqual(plan(fileSystem).images, []);
}

describe('relinking a whole folder', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`has every image name its parent where it lies, and is taken back to the byte (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 6, ci: 20, full: 300 }); round > 0; round--) {
      const folders = ['/heap', '/heap/a', '/heap/Übersee ☃', '/heap/a/b c'];
      const options = { families: 1 + random(4), size: 8, folders, stamped: random(2) === 0 };
      const scene = buildHeap(random, options);
      const { fileSystem, images } = scene;
      const before = files(fileSystem);
      const planned = plan(fileSystem);
      const children = images.filter(({ parent }) => parent !== null);
      assert.deepEqual(
        [...planned.images].map(({ path, parentPath }) => [path, parentPath]).sort(),
        children.map(({ path, parent }) => [path, parent]).sort(),
      );
      assert.deepEqual(files(fileSystem), before);
      const { relinked, failures } = runToEnd(runFolderRelink(fileSystem, planned));
      assert.deepEqual([relinked.length, failures], [children.length, []]);
      assertRight(scene, fileSystem);
      if (options.stamped) {
        for (const { path, parent } of children) {
          assert.ok(hasStamp(fileSystem, path, fileSystem.facts(parent!)!.modified), path);
        }
      }
      if (children.length > 0) undo(fileSystem);
      assert.deepEqual(files(fileSystem), before);
      assert.equal(fileSystem.openFiles, 0);
    }
  });

  it('leaves alone what names its parent right, and what lies outside the folder', () => {
    const right = { locators: [{ code: 'W2ru', text: '.\\1.vhd', dataSpace: 512 }] };
    const fileSystem = withFiles({
      '/heap/1.vhd': base(1),
      '/heap/right.avhd': child(2, 1, right),
      '/heap/windows.avhd': child(3, 1, { name: 'C:\\vm\\1.vhd' }),
      '/other/stray.avhd': child(4, 1),
    });
    const before = files(fileSystem);
    const planned = plan(fileSystem);
    assert.deepEqual([planned.images, planned.rightCount, planned.missing, planned.goesOn], [[], 2, [], false]);
    runToEnd(runFolderRelink(fileSystem, planned));
    assert.deepEqual(files(fileSystem), before);
    assert.throws(
      () => runToEnd(planFolderUndo(requestOn(fileSystem), '/heap')),
      (error) => EngineError.is(error, 'not-possible'),
    );
  });

  it('puts absolute paths right that lead to where the folder was, the relative ones leading on', () => {
    const locators = [
      { code: 'W2ru', text: '.\\1.vhd', dataSpace: 512 },
      { code: 'W2ku', text: '/old/1.vhd', dataSpace: 512 },
    ];
    const fileSystem = withFiles({ '/heap/1.vhd': base(1), '/heap/2.avhd': child(2, 1, { locators }) });
    const [tie] = plan(fileSystem).images;
    assert.deepEqual(
      tie?.names.filter(({ before, after }) => before !== after),
      [{ source: 'W2ku', before: '/old/1.vhd', after: '/heap/1.vhd' }],
    );
    relink(fileSystem);
    const image = openImage(fileSystem, '/heap/2.avhd');
    image.close();
    assert.equal(image.parent?.places.find(({ source }) => source === 'W2ku')?.text, '/heap/1.vhd');
  });

  it('gives the new time of a relinked parent to children whose words are right, where they know it', () => {
    const fileSystem = withFiles({ '/heap/1.vhd': base(1), '/heap/2.avhd': child(2, 1, { name: 'gone.vhd' }) });
    const modified = fileSystem.facts('/heap/2.avhd')!.modified;
    const knows = { name: '2.avhd', timestamp: Math.floor(modified / 1000) - 946_684_800 };
    fileSystem.add('/heap/3.avhd', buildVhd(child(3, 2, knows)));
    fileSystem.add('/heap/4.avhd', buildVhd(child(4, 2, { name: '2.avhd' })));
    const planned = plan(fileSystem);
    assert.deepEqual(
      planned.images.map(({ path, kind }) => `${kind} ${path}`),
      ['moved /heap/2.avhd', 'time /heap/3.avhd'],
    );
    const { relinked } = relink(fileSystem);
    assert.equal(relinked.length, 2);
    assert.ok(hasStamp(fileSystem, '/heap/3.avhd', fileSystem.facts('/heap/2.avhd')!.modified));
  });

  it('does what it can where some images cannot be relinked, and says why', () => {
    const fileSystem = withFiles({
      '/heap/base/1.vhd': base(1),
      '/heap/grown/9.vhd': { ...base(9), virtualSize: 32_768 },
      '/heap/twin/a.vhd': base(5),
      '/heap/twins/b.vhd': base(5),
      '/heap/fine.avhd': child(2, 1),
      '/heap/used.avhd': child(3, 1),
      '/heap/sized.avhd': child(4, 9),
      '/heap/torn.avhd': child(6, 5),
      '/heap/lost.avhd': child(7, 77),
    });
    fileSystem.users.set('/heap/used.avhd', ['a virtual machine (7)']);
    const planned = plan(fileSystem);
    const refused = planned.images.filter(({ refusals }) => refusals.length > 0);
    assert.deepEqual(
      refused.map(({ path, refusals: [first] }) => [path, first?.code]),
      [['/heap/sized.avhd', 'not-possible']],
    );
    assert.deepEqual(planned.missing.map(({ child: path, candidates }) => [path, candidates.length]).sort(), [
      ['/heap/lost.avhd', 0],
      ['/heap/torn.avhd', 2],
    ]);
    const { relinked, failures } = runToEnd(runFolderRelink(fileSystem, planned));
    assert.deepEqual(
      relinked.map(({ path }) => path),
      ['/heap/fine.avhd'],
    );
    assert.deepEqual(
      failures.map(({ code, why }) => [code, why]),
      [['in-use', 'it is in use by a virtual machine (7)']],
    );
  });

  it('touches no family in which a merge is to go on or whose parents run in a circle', () => {
    const fileSystem = withFiles({
      '/heap/a.avhd': child(1, 2, { name: 'gone.vhd' }),
      '/heap/b.avhd': child(2, 1, { name: 'gone.vhd' }),
    });
    const codes = plan(fileSystem).images.map(({ refusals: [first] }) => first?.code);
    assert.deepEqual(codes, ['chain-cycle', 'chain-cycle']);
    assert.deepEqual(relink(fileSystem), { relinked: [], failures: [], recovered: [] });

    const merged = withFiles({
      '/heap/1.vhd': base(1),
      '/heap/2.avhd': child(2, 1, { name: '1.vhd' }),
      '/heap/3.avhd': child(3, 2, { name: 'gone.vhd' }),
    });
    const steps = runMerge(merged, runToEnd(planMerge(requestOn(merged), '/heap/2.avhd', { into: null, keep: false })));
    for (let step = steps.next(); step.done !== true && step.value.doneBytes === 0; step = steps.next());
    steps.return(undefined as never);
    assert.ok(merged.paths().includes('/heap/1.vhd.vhd-editor-merge'));
    assert.deepEqual(
      plan(merged).images.map(({ path, refusals: [first] }) => [path, first?.code]),
      [['/heap/3.avhd', 'unfinished-operation']],
    );
  });

  it('goes on where it was stopped, and all of it is taken back at once', () => {
    const scene = buildHeap(seededRandom(5), { families: 2, size: 9 });
    const { fileSystem } = scene;
    const before = files(fileSystem);
    const steps = runFolderRelink(fileSystem, plan(fileSystem));
    for (let step = 0; step < 4; step++) steps.next();
    steps.return(undefined as never);
    const rest = plan(fileSystem);
    assert.equal(rest.goesOn, true);
    runToEnd(runFolderRelink(fileSystem, rest));
    assertRight(scene, fileSystem);
    assert.equal(plan(fileSystem).goesOn, false);
    assert.deepEqual(undo(fileSystem).failures, []);
    assert.deepEqual(files(fileSystem), before);
  });

  it('takes back one relinking after another, and none that an image was changed after', () => {
    const scene = buildHeap(seededRandom(8), { families: 1, size: 6, folders: ['/heap'] });
    const { fileSystem, images } = scene;
    const before = files(fileSystem);
    relink(fileSystem);
    const [leaf] = images.filter(({ parent }) => parent !== null).slice(-1);
    // The user relinks it by hand to an image of another id, which is kept beside it too.
    fileSystem.add('/heap/stranger.vhd', buildVhd({ ...base(500), virtualSize: 16_384 }));
    const other = planRelink(fileSystem, leaf!.path, '/heap/stranger.vhd', TRUSTING, { acceptMismatch: true });
    runRelink(fileSystem, other);
    const byHand = files(fileSystem);
    const { undone, failures } = undo(fileSystem);
    assert.deepEqual([failures.length, failures[0]?.code, undone.includes(leaf!.path)], [1, 'file-changed', false]);
    assert.deepEqual(files(fileSystem).get(leaf!.path), byHand.get(leaf!.path));
    assert.ok(fileSystem.paths().includes('/heap/.vhd-editor-undo'));
    for (const path of undone) assert.deepEqual(files(fileSystem).get(path), before.get(path));
  });

  it('follows no record of a stranger out of the folder', () => {
    const scene = buildHeap(seededRandom(3), { families: 1, size: 4 });
    const { fileSystem } = scene;
    relink(fileSystem);
    const record = fileSystem.disk.get('/heap/.vhd-editor-undo')!.bytes;
    const moved = new RecordingFileSystem(fileSystem.disk);
    moved.add('/other/.vhd-editor-undo', record);
    const { images } = runToEnd(planFolderUndo(requestOn(moved), '/other'));
    assert.deepEqual(images, []);
  });
});
