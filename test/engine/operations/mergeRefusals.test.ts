import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chownSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, type EngineErrorCode } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { runMerge } from '../../../src/engine/operations/merge';
import { planMerge } from '../../../src/engine/operations/mergePlan';
import { runToEnd } from '../../../src/engine/operations/progress';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { layerPaths, readDisk, requestOn, TRUSTING } from '../../crash/chainScene';
import { idOf } from '../../fixtures/vhdBuilder';
import {
  assertUntouched,
  family,
  filesOf,
  merge,
  planOf,
  range,
  SECTOR,
  SECTOR_COUNT,
  type FamilySpec,
  type MergeFamily,
} from './mergeScene';

/** The user that owns nothing. */
const NOBODY = 65_534;
const [BASE, ONE, TWO] = ['/d/base.vhd', '/d/1.avhd', '/d/2.avhd'] as const;

function chain(more: Readonly<Record<string, FamilySpec>> = {}): MergeFamily {
  return family({
    [BASE]: { owned: range(0, 20) },
    [ONE]: { on: BASE, owned: [1, 8, 40] },
    [TWO]: { on: ONE, owned: [2, 9, 50] },
    ...more,
  });
}

/** Asserts that a merge is refused by its plan, and that it does nothing when it is run all the same. */
function assertRefused(
  { fileSystem }: MergeFamily,
  path: string,
  code: EngineErrorCode,
  { paths, words, into = null }: { paths: readonly string[]; words?: RegExp; into?: string | null },
): void {
  const before = filesOf(fileSystem);
  const plan = planOf(fileSystem, path, { into });
  const refusal = plan.refusals.find((each) => each.code === code);
  assert.ok(refusal, `${code} is not among ${plan.refusals.map((each) => each.code).join()}`);
  assert.deepEqual([...refusal.paths].sort(), [...paths].sort());
  if (words !== undefined) assert.match(`${refusal.why}; ${refusal.remedy}`, words);
  assert.throws(
    () => runToEnd(runMerge(fileSystem, plan)),
    (error) => EngineError.is(error),
  );
  assertUntouched(fileSystem, before);
}

describe('a merge is refused', () => {
  it('where others stand on the ancestor, naming them, and offers a new file', () => {
    const [A, B] = ['/d/a.avhd', '/d/below/b.avhd'] as const;
    const scene = chain({ [A]: { on: BASE, owned: [3] }, [B]: { on: BASE } });
    for (const [path, into] of [
      [ONE, null],
      [TWO, BASE],
    ] as const) {
      const words = /b\.avhd stand on \/d\/base\.vhd, and their content would change; .*new file instead \(--to FILE\)/;
      assertRefused(scene, path, 'has-children', { paths: [A, B], into, words });
    }
    // What stands elsewhere in the family is no hindrance.
    assert.deepEqual(planOf(scene.fileSystem, TWO).refusals, []);
  });

  it('where others stand on a layer between, which would be gone', () => {
    const scene = chain({ '/d/a.avhd': { on: ONE } });
    const words = /a\.avhd stands on \/d\/1\.avhd, and it would be left without a parent/;
    assertRefused(scene, TWO, 'has-children', { paths: ['/d/a.avhd'], into: BASE, words });
  });

  it('where an image names the ancestor and does not find it', () => {
    // Its own words lead nowhere, and the base does not lie beside it.
    const lost = { on: BASE, more: { parent: { id: idOf(1), name: 'gone.vhd' } } };
    const scene = chain({ '/d/far/lost.avhd': lost });
    assertRefused(scene, ONE, 'has-children', { paths: ['/d/far/lost.avhd'] });
  });

  it('by images in the folders that belong to the family, and at the places that locators name', () => {
    const there = family({
      '/vm/base.vhd': { owned: range(0, 9) },
      '/snapshots/1.avhd': { on: '/vm/base.vhd', owned: [1] },
      '/elsewhere/a.avhd': { on: '/vm/base.vhd' },
    });
    const { fileSystem } = there;
    assert.deepEqual(planOf(fileSystem, '/snapshots/1.avhd').refusals, []);
    const request = { ...requestOn(fileSystem), familyFolders: ['/elsewhere'] };
    const plan = runToEnd(planMerge(request, '/snapshots/1.avhd', { into: null, keep: false }));
    assert.deepEqual(
      plan.refusals.map(({ code, paths }) => [code, paths]),
      [['has-children', ['/elsewhere/a.avhd']]],
    );

    const locators = [
      { code: 'MacX', text: 'file:///old/base.vhd' },
      { code: 'MacX', text: 'file:///vm/base.vhd' },
    ];
    const moved = family({
      '/vm/base.vhd': { owned: range(0, 9) },
      '/snapshots/1.avhd': { on: '/vm/base.vhd', owned: [1], more: { parent: { id: idOf(1), locators } } },
      '/old/a.avhd': { on: '/vm/base.vhd' },
    });
    assertRefused(moved, '/snapshots/1.avhd', 'has-children', { paths: ['/old/a.avhd'] });
  });

  it('where an image that it touches is in use, or one above it', () => {
    const scene = chain({ '/d/3.avhd': { on: TWO } });
    for (const path of [BASE, ONE, TWO, '/d/3.avhd']) {
      scene.fileSystem.users.set(path, ['qemu-system-x86 (4711)']);
      const words = /in use by qemu-system-x86 \(4711\); shut the virtual machine down/;
      assertRefused(scene, ONE, 'in-use', { paths: [path], words });
      scene.fileSystem.users.clear();
    }
    assert.deepEqual(planOf(scene.fileSystem, ONE).refusals, []);
  });

  it('where the system does not let us write a file that is to be written or removed', () => {
    const scene = chain();
    const open = scene.fileSystem.open.bind(scene.fileSystem);
    for (const refused of [BASE, ONE, TWO]) {
      scene.fileSystem.open = (path, access) => {
        if (access === 'write' && path === refused) {
          throw new EngineError('file-access', { what: `Opening ${path}`, why: 'it is read-only', remedy: 'allow it' });
        }
        return open(path, access);
      };
      // The child of the merged layer is to be tied to the ancestor.
      assertRefused(scene, ONE, 'file-access', { paths: [refused], words: /read-only/ });
    }
  });

  it('where there is no room, before a byte is written', () => {
    const scene = family(
      { [BASE]: { owned: [0] }, [ONE]: { on: BASE, owned: range(8, 64) } },
      { claimedFreeSpace: 1024 * 1024 + 100 },
    );
    assertRefused(scene, ONE, 'no-space', { paths: ['/d'], words: /bytes are needed and 1048676 are free/ });
  });

  it('where the child is larger than its parent, and offers a new file', () => {
    for (const sectors of [SECTOR_COUNT + 8, SECTOR_COUNT - 8]) {
      const scene = family({
        [BASE]: { owned: [0] },
        [ONE]: { on: BASE, owned: [1], more: { virtualSize: sectors * SECTOR } },
      });
      assertRefused(scene, ONE, 'not-possible', { paths: [BASE], words: /its disk has \d+ bytes.*--to FILE/ });
    }
  });

  it('where a block lies where none can be, so that its content would be lost with the image', () => {
    for (const entry of [0x00ff_ffff, 0, 1]) {
      const scene = family({
        [BASE]: { owned: [0] },
        [ONE]: { on: BASE, owned: [9], more: { entries: { 1: entry } } },
      });
      assertRefused(scene, ONE, 'damaged-image', { paths: [ONE], words: /block 1 a place that cannot be/ });
      const ancestor = family({
        [BASE]: { owned: [9], more: { entries: { 1: entry } } },
        [ONE]: { on: BASE, owned: [9] },
      });
      assertRefused(ancestor, ONE, 'damaged-image', { paths: [BASE], words: /block 1 a place that cannot be/ });
    }
  });

  it('where two blocks of the ancestor lie over each other', () => {
    const { fileSystem } = family({ [BASE]: { owned: [0, 9] } });
    const image = openImage(fileSystem, BASE);
    const entry = (image.blockOffset(0) - SECTOR) / SECTOR;
    image.close();
    const scene = family({
      [BASE]: { owned: [0, 9], more: { entries: { 1: entry } } },
      [ONE]: { on: BASE, owned: [9] },
    });
    assertRefused(scene, ONE, 'damaged-image', { paths: [BASE], words: /two of its blocks lie at byte/ });
  });

  it('where an image has damage that opening it brings up', () => {
    const scene = family({ [BASE]: { owned: [0] }, [ONE]: { on: BASE, owned: [9], more: { truncateTo: 5000 } } });
    assertRefused(scene, ONE, 'damaged-image', { paths: [ONE] });
  });

  it("where only the user's word says that it is the parent", () => {
    const { fileSystem } = family({
      [BASE]: { owned: [0] },
      '/e/other.vhd': { owned: [0] },
      '/d/1.avhd': { on: BASE, owned: [1], more: { parent: { id: idOf(9), name: 'gone.vhd' } } },
    });
    const request = { ...requestOn(fileSystem), policy: { ...TRUSTING, given: ['/e/other.vhd'] } };
    const { refusals } = runToEnd(planMerge(request, ONE, { into: null, keep: false }));
    assert.deepEqual(
      refusals.map(({ code, paths }) => [code, paths]),
      [['not-possible', [ONE, '/e/other.vhd']]],
    );
  });

  it('where nothing can be merged, by name', () => {
    const { fileSystem } = chain();
    const cases: [string, string | null, RegExp][] = [
      [BASE, null, /it stands on no other image/],
      [TWO, TWO, /is not one of the layers below it; choose one of \/d\/1\.avhd, \/d\/base\.vhd/],
      [ONE, TWO, /is not one of the layers below it/],
      ['/d/none.avhd', null, /there is no such file/],
    ];
    for (const [path, into, words] of cases) assert.throws(() => planOf(fileSystem, path, { into }), words);
    fileSystem.remove(BASE);
    assert.throws(
      () => planOf(fileSystem, ONE),
      (error) => EngineError.is(error, 'parent-not-found'),
    );
  });

  it('where parents run in a circle, naming the files', () => {
    const scene = family({
      [BASE]: { owned: [0] },
      [ONE]: { on: BASE, more: { parent: { id: idOf(3), locators: [{ code: 'MacX', text: `file://${TWO}` }] } } },
      [TWO]: { on: ONE },
    });
    const { fileSystem } = scene;
    const before = filesOf(fileSystem);
    for (const [path, into] of [
      [TWO, null],
      [ONE, null],
      [TWO, ONE],
    ] as const) {
      assert.throws(
        () => merge(fileSystem, path, { into }),
        (error) => EngineError.is(error, 'chain-cycle') && error.message.includes(ONE) && error.message.includes(TWO),
      );
    }
    assertUntouched(fileSystem, before);
  });
});

describe('a chain of 64 layers', () => {
  it('is merged from end to end, and anywhere in it', () => {
    const names = range(1, 64).map((at) => `/d/${at}.avhd`);
    const layers = names.map((path, at): [string, FamilySpec] => [
      path,
      { on: names[at - 1] ?? BASE, owned: [at, 63] },
    ]);
    const { fileSystem, content } = family({ [BASE]: { owned: [0] }, ...Object.fromEntries(layers) });
    const top = names.at(-1)!;
    const expected = content(top);
    assert.equal(layerPaths(fileSystem, top).length, 64);
    merge(fileSystem, names[30]!, { into: names[20]! });
    assert.equal(layerPaths(fileSystem, top).length, 54);
    assert.ok(readDisk(fileSystem, top).equals(expected));
    merge(fileSystem, top, { into: BASE });
    assert.deepEqual(fileSystem.paths(), [BASE]);
    assert.ok(readDisk(fileSystem, BASE).equals(expected));
  });
});

describe('a merge of real files is refused', () => {
  let folder: string;
  let [base, child] = ['', ''];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-merge-'));
    const { fileSystem } = family({ [BASE]: { owned: range(0, 9) }, [ONE]: { on: BASE, owned: [1, 30] } });
    for (const [path, bytes] of filesOf(fileSystem)) writeFileSync(join(folder, path.slice(3)), bytes);
    [base, child] = [join(folder, 'base.vhd'), join(folder, '1.avhd')];
  });

  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true });
  });

  function codes(): string[] {
    const plan = runToEnd(planMerge(requestOn(new NodeFileSystem()), child, { into: null, keep: false }));
    return plan.refusals.map(({ code }) => code);
  }

  it('while another process holds a lock on one of them', async function () {
    if (process.platform !== 'linux') return this.skip();
    const before = [base, child].map((path) => readFileSync(path));
    assert.deepEqual(codes(), []);
    for (const path of [base, child]) {
      const holder = spawn('flock', ['--shared', path, 'sh', '-c', 'echo locked; read end'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      assert.deepEqual(codes(), ['in-use']);
      const gone = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end('\n');
      await gone;
    }
    assert.deepEqual(codes(), []);
    assert.deepEqual(
      [base, child].map((path) => readFileSync(path)),
      before,
    );
  });

  it('while another process has one of them open for writing', async function () {
    if (process.platform !== 'linux') return this.skip();
    for (const path of [base, child]) {
      const holder = spawn('sh', ['-c', 'exec 3<>"$0"; echo open; read end', path], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      assert.deepEqual(codes(), ['in-use']);
      const gone = new Promise((resolve) => holder.once('exit', resolve));
      holder.stdin.end('\n');
      await gone;
    }
    // Who only reads is in nobody's way.
    const reader = openSync(base, 'r');
    assert.deepEqual(codes(), []);
    closeSync(reader);
  });

  it('where one of them may only be read, or the folder may not be written to', function () {
    if (process.platform === 'win32') return this.skip();
    const isRoot = process.geteuid?.() === 0;
    // Root may do everything: then the files are nobody's, and it is nobody who asks.
    if (isRoot) {
      for (const path of [folder, base, child]) chownSync(path, NOBODY, NOBODY);
      process.seteuid?.(NOBODY);
    }
    try {
      for (const path of [base, child]) {
        chmodSync(path, 0o444);
        assert.deepEqual(codes(), ['file-access']);
        chmodSync(path, 0o644);
      }
      const before = readFileSync(base);
      const plan = runToEnd(planMerge(requestOn(new NodeFileSystem()), child, { into: null, keep: false }));
      chmodSync(folder, 0o555);
      assert.throws(
        () => runToEnd(runMerge(new NodeFileSystem(), plan)),
        (error) => EngineError.is(error, 'file-access'),
      );
      chmodSync(folder, 0o755);
      assert.ok(readFileSync(base).equals(before));
      assert.deepEqual(readdirSync(folder).sort(), ['1.avhd', 'base.vhd']);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('while another one runs, and by a folder in the place of the ancestor', () => {
    rmSync(base);
    mkdirSync(base);
    assert.throws(codes, (error) => EngineError.is(error, 'parent-not-found'));
  });
});
