import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EditedImage } from '../../../src/engine/editing/editedImage';
import { EngineError } from '../../../src/engine/errors';
import { runMerge } from '../../../src/engine/operations/merge';
import { planMerge, type MergePlan } from '../../../src/engine/operations/mergePlan';
import { runToEnd } from '../../../src/engine/operations/progress';
import { recoverImage } from '../../../src/engine/operations/recover';
import type { Refusal } from '../../../src/engine/operations/refusal';
import { planRevert, runRevert, type RevertOptions, type RevertPlan } from '../../../src/engine/operations/revert';
import {
  planSnapshot,
  runSnapshot,
  type SnapshotOptions,
  type SnapshotPlan,
} from '../../../src/engine/operations/snapshot';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { WindowsSystem } from '../../../src/engine/storage/nodeSystem';
import type { PathStyle } from '../../../src/engine/storage/paths';
import type { Storage } from '../../../src/engine/storage/storage';
import { layerPaths, readDisk, requestOn, TRUSTING } from '../../crash/chainScene';
import { buildVhd, idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { WindowsCalls } from '../../fixtures/windowsCalls';

const SIZE = 64 * 1024;
const MEMORY = 64 * 1024 * 1024;
const FACTS = { id: idOf(0xab), created: new Date(Date.UTC(2024, 5, 1, 12)) };
const HELD = /another program holds it.*; close it there/;
const PROTECTED = /it is write-protected; take the read-only mark off it, and try again/;

const BASE: VhdSpec = {
  type: 'dynamic',
  id: idOf(1),
  virtualSize: SIZE,
  blockSize: 4096,
  content: stampOf(1),
  blocks: [{ index: 0, sectors: 'all' }],
};

function childOf(parent: string, parentId: number, id: number): VhdSpec {
  return {
    ...BASE,
    type: 'differencing',
    id: idOf(id),
    content: stampOf(id),
    blocks: [{ index: 1, sectors: [0, 1, 2] }],
    parent: { id: idOf(parentId), name: parent, locators: [{ code: 'W2ru', text: `.\\${parent}` }] },
  };
}

function snapshotPlan(fileSystem: FileSystem, path: string, options: Partial<SnapshotOptions> = {}): SnapshotPlan {
  const all = { output: null, keepName: false, facts: FACTS, ...options };
  return runToEnd(planSnapshot(requestOn(fileSystem), path, all));
}

function revertPlan(fileSystem: FileSystem, path: string, options: Partial<RevertOptions> = {}): RevertPlan {
  const all = { to: null, keepAs: null, prune: false, facts: FACTS, ...options };
  return runToEnd(planRevert(requestOn(fileSystem), path, all));
}

function mergePlan(fileSystem: FileSystem, path: string): MergePlan {
  return runToEnd(planMerge(requestOn(fileSystem), path, { into: null, keep: false }));
}

function editAndSave(fileSystem: FileSystem, path: string): void {
  const image = new EditedImage(fileSystem, path, TRUSTING);
  try {
    image.edit({ kind: 'overwrite', target: 'disk', offset: 9000, bytes: Uint8Array.of(1, 2, 3) }, MEMORY);
    image.save();
  } finally {
    image.close();
  }
}

function withEdit(disk: Buffer): Buffer {
  const edited = Buffer.from(disk);
  edited.set([1, 2, 3], 9000);
  return edited;
}

/** Windows in all but its paths, on the files of this computer. */
class WindowsOnRealFiles extends WindowsSystem {
  override readonly pathStyle: PathStyle = 'posix';
}

describe('operations where the system refuses as Windows does', () => {
  let folder = '';
  let calls: WindowsCalls;
  let files: NodeFileSystem;
  const path = (name: string): string => join(folder, name);

  before(function () {
    // Only there is it told which files are open.
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-windows-')));
    calls = new WindowsCalls();
    files = new NodeFileSystem(null, new WindowsOnRealFiles(calls, calls.wait));
    writeVhd(path('base.vhd'), BASE);
    writeVhd(path('middle.avhd'), childOf('base.vhd', 1, 2));
    writeVhd(path('leaf.avhd'), { ...childOf('middle.avhd', 2, 3), blocks: [{ index: 1, sectors: [1, 2, 3] }] });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function contents(): Map<string, string> {
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(path(name)).toString('base64')]));
  }

  it('go on when a virus scanner has looked into the new files', () => {
    calls.scans = 4;
    const before = readDisk(files, path('leaf.avhd'));
    const { leaf } = runToEnd(runSnapshot(files, snapshotPlan(files, path('leaf.avhd'))));
    assert.ok(readDisk(files, leaf).equals(before));
    editAndSave(files, leaf);
    assert.ok(readDisk(files, leaf).equals(withEdit(before)));
    runToEnd(runMerge(files, mergePlan(files, leaf)));
    assert.ok(readDisk(files, path('leaf.avhd')).equals(withEdit(before)));
    runToEnd(runRevert(files, revertPlan(files, path('leaf.avhd'))));
    assert.ok(readDisk(files, path('leaf.avhd')).equals(readDisk(files, path('middle.avhd'))));
    assert.deepEqual(readdirSync(folder).sort(), ['base.vhd', 'leaf.avhd', 'middle.avhd']);
    for (const call of ['unlink', 'rename', 'open']) {
      assert.ok(
        calls.refused.some((each) => each.includes(` ${call} `)),
        `${call}: ${calls.refused.join(', ')}`,
      );
    }
  });

  const open: readonly { title: string; act: () => void; left: readonly string[]; layers: readonly string[] }[] = [
    {
      title: 'revert it',
      act: () => void runToEnd(runRevert(files, revertPlan(files, path('leaf.avhd')))),
      left: ['base.vhd', 'leaf.avhd', 'middle.avhd'],
      layers: ['leaf.avhd', 'middle.avhd', 'base.vhd'],
    },
    {
      title: 'revert it, and keep the old one',
      act: () => void runToEnd(runRevert(files, revertPlan(files, path('leaf.avhd'), { keepAs: path('old.avhd') }))),
      left: ['base.vhd', 'leaf.avhd', 'middle.avhd', 'old.avhd'],
      layers: ['leaf.avhd', 'middle.avhd', 'base.vhd'],
    },
    {
      title: 'revert it to the base, and remove what lies between',
      act: () => {
        const options = { to: path('base.vhd'), prune: true };
        runToEnd(runRevert(files, revertPlan(files, path('leaf.avhd'), options)));
      },
      left: ['base.vhd', 'leaf.avhd'],
      layers: ['leaf.avhd', 'base.vhd'],
    },
    {
      title: 'take a snapshot that gets its name',
      act: () => {
        const options = { keepName: true, output: path('frozen.avhd') };
        runToEnd(runSnapshot(files, snapshotPlan(files, path('leaf.avhd'), options)));
      },
      left: ['base.vhd', 'frozen.avhd', 'leaf.avhd', 'middle.avhd'],
      layers: ['leaf.avhd', 'frozen.avhd', 'middle.avhd', 'base.vhd'],
    },
  ];
  for (const { title, act, left, layers } of open) {
    it(`of a leaf that is open in an editor: ${title}`, () => {
      const before = readDisk(files, path('leaf.avhd'));
      const editor = files.open(path('leaf.avhd'), 'read');
      act();
      editor.close();
      assert.ok(calls.refused.includes('EPERM rename over leaf.avhd'));
      assert.deepEqual(readdirSync(folder).sort(), left);
      assert.deepEqual(layerPaths(files, path('leaf.avhd')), layers.map(path));
      const kept = left.find((name) => name === 'old.avhd' || name === 'frozen.avhd');
      if (kept !== undefined) assert.ok(readDisk(files, path(kept)).equals(before));
    });
  }

  it('are refused in words while a virtual machine holds the image, and leave all as it was', () => {
    const before = contents();
    const plans = {
      snapshot: snapshotPlan(files, path('leaf.avhd'), { keepName: true }),
      revert: revertPlan(files, path('leaf.avhd')),
      kept: revertPlan(files, path('leaf.avhd'), { keepAs: path('old.avhd') }),
      merge: mergePlan(files, path('leaf.avhd')),
    };
    calls.held.add(path('leaf.avhd'));
    const deeds: readonly (() => unknown)[] = [
      () => snapshotPlan(files, path('leaf.avhd')),
      () => revertPlan(files, path('leaf.avhd')),
      () => mergePlan(files, path('leaf.avhd')),
      () => editAndSave(files, path('leaf.avhd')),
      () => runToEnd(runSnapshot(files, plans.snapshot)),
      () => runToEnd(runRevert(files, plans.revert)),
      () => runToEnd(runRevert(files, plans.kept)),
      () => runToEnd(runMerge(files, plans.merge)),
    ];
    for (const deed of deeds) {
      assert.throws(deed, (error) => EngineError.is(error, 'file-access') && HELD.test(error.message));
    }
    assert.deepEqual(contents(), before);
  });

  it('are refused where the image carries the read-only mark, and say what to do', () => {
    chmodSync(path('leaf.avhd'), 0o444);
    const before = contents();
    const [first] = revertPlan(files, path('leaf.avhd')).refusals;
    assert.match(wordsOf(first), PROTECTED);
    assert.throws(() => editAndSave(files, path('leaf.avhd')), PROTECTED);
    chmodSync(path('leaf.avhd'), 0o644);
    chmodSync(path('middle.avhd'), 0o444);
    const refusals = mergePlan(files, path('leaf.avhd')).refusals.map(wordsOf);
    assert.ok(
      refusals.some((words) => words.includes('it is write-protected; take the read-only mark off it, and try again')),
      refusals.join('; '),
    );
    assert.deepEqual(contents(), before);
  });

  it('save although the record of the save cannot be removed, and clear it away with the next save', () => {
    const journal = `${path('leaf.avhd')}.vhd-editor-journal`;
    const before = readDisk(files, path('leaf.avhd'));
    calls.held.add(journal);
    editAndSave(files, path('leaf.avhd'));
    assert.ok(readdirSync(folder).includes('leaf.avhd.vhd-editor-journal'));
    calls.held.clear();
    assert.ok(readDisk(files, path('leaf.avhd')).equals(withEdit(before)));
    const image = new EditedImage(files, path('leaf.avhd'), TRUSTING);
    image.edit({ kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(7) }, MEMORY);
    image.save();
    image.close();
    assert.deepEqual(readdirSync(folder).sort(), ['base.vhd', 'leaf.avhd', 'middle.avhd']);
    assert.equal(readDisk(files, path('leaf.avhd'))[0], 7);
  });
});

function wordsOf(refusal: Refusal | undefined): string {
  return refusal === undefined ? '' : `${refusal.what}: ${refusal.why}; ${refusal.remedy}`;
}

/** Files with the paths of Windows. What is open may be renamed and removed, but not replaced; the power goes when it is told to. */
class WindowsFiles extends MemoryFileSystem {
  /** So many changes of names go on; then none does until it is set anew. */
  changesLeft = Infinity;
  /** How often a file is open, by the name that it has now. */
  readonly #open = new Map<string, number>();

  constructor(contents: Readonly<Record<string, Uint8Array>>) {
    super('windows', contents);
  }

  override open(path: string, access: 'read' | 'write'): Storage {
    const storage = super.open(path, access);
    const key = (this.realPath(path) ?? path).toLowerCase();
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    let isOpen = true;
    return {
      readOnly: storage.readOnly,
      size: () => storage.size(),
      read: (offset, target) => storage.read(offset, target),
      write: (offset, bytes) => storage.write(offset, bytes),
      truncate: (length) => storage.truncate(length),
      flush: () => storage.flush(),
      close: () => {
        if (isOpen) this.#closeOne(key);
        isOpen = false;
      },
    };
  }

  override create(path: string): Storage {
    this.#change();
    return super.create(path);
  }

  override rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    this.#change();
    if (ifExists === 'replace' && (this.#open.get(newPath.toLowerCase()) ?? 0) > 0) {
      throw new EngineError('file-access', { what: `Writing ${newPath}`, why: 'it is held', remedy: 'try again' });
    }
    super.rename(path, newPath, ifExists);
    // It is the file that is open, whatever its name.
    const count = this.#open.get(path.toLowerCase()) ?? 0;
    this.#open.delete(path.toLowerCase());
    this.#open.set(newPath.toLowerCase(), count);
  }

  override remove(path: string): void {
    this.#change();
    super.remove(path);
  }

  #closeOne(key: string): void {
    this.#open.set(key, Math.max(0, (this.#open.get(key) ?? 0) - 1));
  }

  #change(): void {
    if (this.changesLeft <= 0) throw new Error('the power is off');
    this.changesLeft -= 1;
  }
}

describe('operations on the paths of Windows', () => {
  for (const [where, root, otherRoot] of [
    ['of a drive', 'C:\\VMs\\Web', 'c:\\vms\\WEB'],
    ['of a share', '\\\\Server\\Disks\\Web', '\\\\server\\disks\\WEB'],
    ['of great length', `C:\\${'A long folder name\\'.repeat(30)}Web`, `c:\\${'a LONG folder name\\'.repeat(30)}web`],
  ] as const) {
    const family = (): WindowsFiles =>
      new WindowsFiles({
        [`${root}\\Base.vhd`]: buildVhd(BASE),
        [`${root}\\Middle.avhd`]: buildVhd(childOf('base.VHD', 1, 2)),
        [`${root}\\Leaf.avhd`]: buildVhd({
          ...childOf('MIDDLE.avhd', 2, 3),
          blocks: [{ index: 1, sectors: [1, 2, 3] }],
        }),
      });
    const names = (files: WindowsFiles): readonly string[] => files.list(root, 100);
    const leaf = `${otherRoot}\\LEAF.AVHD`;

    it(`${where}, whatever case they are written in: snapshot, save, merge and revert`, () => {
      const files = family();
      const before = readDisk(files, leaf);
      const made = runToEnd(runSnapshot(files, snapshotPlan(files, leaf)));
      assert.match(files.nameOf(made.leaf), /^Leaf_[0-9A-F-]{36}\.avhd$/);
      assert.ok(readDisk(files, made.leaf.toUpperCase()).equals(before));
      editAndSave(files, made.leaf.toLowerCase());
      runToEnd(runMerge(files, mergePlan(files, made.leaf.toUpperCase())));
      assert.ok(readDisk(files, leaf).equals(withEdit(before)));
      const editor = files.open(leaf, 'read');
      runToEnd(runRevert(files, revertPlan(files, leaf, { to: `${otherRoot}\\BASE.vhd` })));
      editor.close();
      assert.ok(readDisk(files, leaf).equals(readDisk(files, `${root}\\Base.vhd`)));
      assert.deepEqual(names(files), ['Base.vhd', 'Leaf.avhd', 'Middle.avhd']);
    });

    it(`${where}: what is cut short anywhere is ended or taken back under the name in another case`, () => {
      for (const keepAs of [null, `${root}\\Old.avhd`]) {
        for (let changes = 0; ; changes++) {
          const files = family();
          const [before, parent] = [readDisk(files, leaf), readDisk(files, `${root}\\Middle.avhd`)];
          const plan = revertPlan(files, leaf, { keepAs });
          const editor = files.open(leaf, 'read');
          files.changesLeft = changes;
          let isDone = true;
          try {
            runToEnd(runRevert(files, plan));
          } catch (error) {
            assert.match(String(error), /the power is off/);
            isDone = false;
          }
          editor.close();
          files.changesLeft = Infinity;
          recoverImage(files, leaf);
          const now = readDisk(files, leaf);
          const isReverted = now.equals(parent);
          assert.ok(isReverted || now.equals(before), `${String(changes)} changes`);
          const kept = keepAs !== null && isReverted ? ['old.avhd'] : [];
          const left = names(files).map((name) => name.toLowerCase());
          assert.deepEqual(
            left.sort(),
            ['base.vhd', 'leaf.avhd', 'middle.avhd', ...kept],
            `${String(changes)} changes`,
          );
          if (isDone) break;
        }
      }
    });
  }
});
