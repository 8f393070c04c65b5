import assert from 'node:assert/strict';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { EngineError } from '../../../src/engine/errors';
import { planRelink, runRelink, type RelinkPlan } from '../../../src/engine/operations/relink';
import { undoRepair } from '../../../src/engine/operations/repair';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { readDisk } from '../../crash/chainScene';

const POLICY = { trusted: true, given: [], confine: null };
const SIZE = 64 * 1024;
const BLOCK = 4096;
const COMMON = { virtualSize: SIZE, blockSize: BLOCK };
const MODIFIED = Date.UTC(2024, 4, 3, 2, 1, 0);

const PARENT: VhdSpec = {
  ...COMMON,
  type: 'dynamic',
  id: idOf(2),
  content: stampOf(2),
  blocks: blocksOf([0, 1, 9, 40], BLOCK),
};

function childSpec(changes: Partial<VhdSpec['parent'] & object> = {}, more: Partial<VhdSpec> = {}): VhdSpec {
  return {
    ...COMMON,
    type: 'differencing',
    id: idOf(1),
    content: stampOf(1),
    blocks: blocksOf([1, 20], BLOCK),
    parent: {
      id: idOf(2),
      name: 'old.vhd',
      timestamp: 5,
      locators: [{ code: 'W2ru', text: '.\\old.vhd' }],
      ...changes,
    },
    ...more,
  };
}

/** What the disk reads as: two sectors of the child over four of the parent. */
function expectedDisk(): Buffer {
  return Buffer.concat(
    Array.from({ length: SIZE / 512 }, (_, lba) =>
      Buffer.from(
        [1, 20].includes(lba) ? stampOf(1)(lba) : [0, 9, 40].includes(lba) ? stampOf(2)(lba) : new Uint8Array(512),
      ),
    ),
  );
}

function relink(fileSystem: FileSystem, path: string, parentPath: string, acceptMismatch = false): RelinkPlan {
  const plan = planRelink(fileSystem, path, parentPath, POLICY, { acceptMismatch });
  runRelink(fileSystem, plan);
  return plan;
}

/** How the parent was found, and what was found about the chain. */
function foundBy(fileSystem: FileSystem, path: string): readonly [string | null, readonly string[]] {
  const chain = openChain(fileSystem, path, POLICY);
  try {
    return [chain.layers[1]?.foundBy ?? null, chain.findings.map(({ id }) => id)];
  } finally {
    closeChain(chain);
  }
}

describe('relinking to a parent that has moved', () => {
  /** Where the child and the parent lie now, in the style of each system. */
  const places: readonly (readonly [string, 'posix' | 'windows', string, string, string])[] = [
    ['renamed beside it', 'posix', '/vm/leaf.avhd', '/vm/new.vhd', '.\\new.vhd'],
    ['in a folder below', 'posix', '/vm/leaf.avhd', '/vm/bases/new.vhd', '.\\bases\\new.vhd'],
    ['in a folder aside', 'posix', '/vm/snapshots/leaf.avhd', '/bases/new.vhd', '.\\..\\..\\bases\\new.vhd'],
    [
      'below a name of another script',
      'posix',
      '/vm/leaf.avhd',
      '/Диски/基础 Grundlage ☃𝄞.vhd',
      '.\\..\\Диски\\基础 Grundlage ☃𝄞.vhd',
    ],
    ['on the same drive', 'windows', 'C:\\vm\\leaf.avhd', 'C:\\Übersee\\new.vhd', '.\\..\\Übersee\\new.vhd'],
  ];
  for (const [what, style, childPath, parentPath, relative] of places) {
    it(`names it, ${what}: by a relative path, an absolute one and its name`, () => {
      const fileSystem = new MemoryFileSystem(style, { [childPath]: buildVhd(childSpec()) });
      fileSystem.addFile(parentPath, buildVhd(PARENT), MODIFIED);
      const plan = relink(fileSystem, childPath, parentPath);
      assert.deepEqual(plan.mismatches, []);
      const after = new Map(plan.names.map((name) => [name.source, name.after]));
      assert.deepEqual([after.get('W2ru'), after.get('W2ku')], [relative, parentPath]);
      assert.equal(after.get('name'), fileSystem.nameOf(parentPath));
      assert.deepEqual(plan.names.find(({ source }) => source === 'W2ru')?.before, '.\\old.vhd');
      assert.deepEqual(plan.modified, { named: Date.UTC(2000, 0, 1, 0, 0, 5), found: MODIFIED });
      assert.deepEqual(foundBy(fileSystem, childPath), ['W2ru', []]);
      assert.ok(readDisk(fileSystem, childPath).equals(expectedDisk()));
    });
  }

  it('names it by the absolute path alone where it is on another drive', () => {
    const fileSystem = new MemoryFileSystem('windows', { 'C:\\vm\\leaf.avhd': buildVhd(childSpec()) });
    fileSystem.addFile('D:\\new.vhd', buildVhd(PARENT), MODIFIED);
    const { names } = relink(fileSystem, 'C:\\vm\\leaf.avhd', 'D:\\new.vhd');
    assert.deepEqual(
      names.map(({ source, after }) => `${source} ${after ?? ''}`),
      ['W2ru ', 'name new.vhd', 'W2ku D:\\new.vhd'],
    );
    assert.deepEqual(foundBy(fileSystem, 'C:\\vm\\leaf.avhd'), ['W2ku', []]);
  });

  it('finds room for a path that is longer than all of the old ones, and leaves the disk as it was', () => {
    const folders = Array.from({ length: 12 }, (_, index) => `Ordner ${'ä'.repeat(60)} ${index}`);
    const parentPath = `/${folders.join('/')}/new.vhd`;
    const locators = [
      { code: 'W2ku', text: 'C:\\old.vhd' },
      { code: 'MacX', text: 'file://./old.vhd' },
      { code: 'W2ru', text: '.\\old.vhd' },
      { code: 'Wi2r', text: '.\\OLD.VHD' },
    ];
    const fileSystem = new MemoryFileSystem('posix', { '/vm/leaf.avhd': buildVhd(childSpec({ locators })) });
    fileSystem.addFile(parentPath, buildVhd(PARENT), MODIFIED);
    const { names, patch } = relink(fileSystem, '/vm/leaf.avhd', parentPath);
    assert.ok(patch.lengthAfter > patch.lengthBefore);
    const after = new Map(names.map((name) => [name.source, name.after]));
    assert.equal(after.get('W2ku'), parentPath);
    assert.equal(after.get('MacX'), `file://./..${parentPath}`);
    assert.equal(after.get('Wi2r'), null);
    assert.deepEqual(foundBy(fileSystem, '/vm/leaf.avhd'), ['W2ru', []]);
    assert.ok(readDisk(fileSystem, '/vm/leaf.avhd').equals(expectedDisk()));
  });

  it('changes nothing where all is right already', () => {
    const fileSystem = new MemoryFileSystem('posix', { '/vm/leaf.avhd': buildVhd(childSpec()) });
    fileSystem.addFile('/vm/new.vhd', buildVhd(PARENT), MODIFIED);
    relink(fileSystem, '/vm/leaf.avhd', '/vm/new.vhd');
    assert.deepEqual(relink(fileSystem, '/vm/leaf.avhd', '/vm/new.vhd').patch.changes, []);
    assert.deepEqual(fileSystem.list('/vm', 9), ['leaf.avhd', 'new.vhd']);
  });

  it('leaves what only Xen knows as it was: the mark of a hidden layer, the map of whole blocks', () => {
    const more: Partial<VhdSpec> = {
      batmap: {},
      hidden: 1,
      tableFill: 0,
      creator: { application: 'tap\0', version: 0x0001_0003, hostOs: '\0\0\0\0' },
      blocks: [{ index: 2, sectors: 'all' }, ...blocksOf([1], BLOCK)],
    };
    const locators = [
      { code: 'MacX', text: 'file://./old.vhd' },
      { code: 'W2ku', text: '.\\old.vhd' },
    ];
    const fileSystem = new MemoryFileSystem('posix', { '/sr/hidden.vhd': buildVhd(childSpec({ locators }, more)) });
    fileSystem.addFile('/moved/base.vhd', buildVhd(PARENT), MODIFIED);
    relink(fileSystem, '/sr/hidden.vhd', '/moved/base.vhd');
    assert.deepEqual(foundBy(fileSystem, '/sr/hidden.vhd'), ['W2ru', ['hidden']]);
    const own = [1, ...Array.from({ length: 8 }, (_, sector) => 16 + sector)];
    for (let lba = 0; lba < SIZE / 512; lba++) {
      const expected = own.includes(lba)
        ? stampOf(1)(lba)
        : [0, 9, 40].includes(lba)
          ? stampOf(2)(lba)
          : new Uint8Array(512);
      assert.ok(
        readDisk(fileSystem, '/sr/hidden.vhd')
          .subarray(lba * 512, lba * 512 + 512)
          .equals(expected),
        `LBA ${lba}`,
      );
    }
  });
});

describe('relinking to another parent', () => {
  function scene(parent: VhdSpec): MemoryFileSystem {
    const fileSystem = new MemoryFileSystem('posix', { '/vm/leaf.avhd': buildVhd(childSpec()) });
    fileSystem.addFile('/vm/other.vhd', buildVhd(parent), MODIFIED);
    return fileSystem;
  }

  for (const [what, parent] of [
    ['id', { ...PARENT, id: idOf(9) }],
    ['virtual-size', { ...PARENT, virtualSize: 2 * SIZE }],
  ] as const) {
    it(`is refused where its ${what} is another, taken on the user's word, and taken back to the byte`, () => {
      const fileSystem = scene(parent);
      const before = buildVhd(childSpec());
      const refused = planRelink(fileSystem, '/vm/leaf.avhd', '/vm/other.vhd', POLICY, { acceptMismatch: false });
      assert.deepEqual([refused.mismatches, refused.refusals.map(({ code }) => code)], [[what], ['not-possible']]);
      assert.throws(
        () => runRelink(fileSystem, refused),
        (error) => EngineError.is(error, 'not-possible'),
      );
      relink(fileSystem, '/vm/leaf.avhd', '/vm/other.vhd', true);
      assert.equal(foundBy(fileSystem, '/vm/leaf.avhd')[0], 'W2ru');
      assert.ok(fileSystem.facts('/vm/leaf.avhd.vhd-editor-undo') !== null);
      undoRepair(fileSystem, '/vm/leaf.avhd');
      const file = fileSystem.open('/vm/leaf.avhd', 'read');
      const bytes = new Uint8Array(file.size());
      file.read(0, bytes);
      assert.deepEqual(bytes, before);
      assert.equal(fileSystem.facts('/vm/leaf.avhd.vhd-editor-undo'), null);
    });
  }
});
