import assert from 'node:assert/strict';
import type { ParentPolicy } from '../../../src/engine/chain/chain';
import type { Family } from '../../../src/engine/chain/family';
import { scanFamilies, type FamilyScan } from '../../../src/engine/chain/familyScan';
import { EngineError } from '../../../src/engine/errors';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';

const TRUSTING: ParentPolicy = { trusted: true, given: [], confine: null };
const SIZE = 4 * 1024 * 1024;

function base(id: number): Uint8Array {
  return buildVhd({ type: 'dynamic', virtualSize: SIZE, id: idOf(id) });
}

/** A child that names its parent by id and by a path relative to its folder; null names none. */
function child(id: number, parentId: number, path: string | null): Uint8Array {
  const locators = path === null ? [] : [{ code: 'W2ru', text: path }];
  return buildVhd({ type: 'differencing', virtualSize: SIZE, id: idOf(id), parent: { id: idOf(parentId), locators } });
}

function scan(fileSystem: FileSystem, folders: readonly string[], policy = TRUSTING): FamilyScan {
  return runToEnd(scanFamilies(fileSystem, { folders, files: [] }, policy));
}

function pathsOf(family: Family | undefined): readonly string[] {
  return family?.images.map((image) => image.path) ?? [];
}

describe('the families of some folders', () => {
  it('are trees from the base to the leafs, whatever the files are called', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/zzz.vhd': base(1),
      '/d/b.avhd': child(2, 1, '.\\zzz.vhd'),
      '/d/a.avhd': child(3, 2, '.\\b.avhd'),
      '/d/sub/branch.vhd': child(4, 2, '..\\b.avhd'),
      '/d/lone.vhd': base(9),
    });
    const { families, others, isWhole } = scan(files, ['/d']);
    assert.equal(isWhole, true);
    assert.deepEqual(others, []);
    assert.deepEqual(families.map((family) => family.base).sort(), ['/d/lone.vhd', '/d/zzz.vhd']);
    const family = families.find((each) => each.base === '/d/zzz.vhd');
    assert.deepEqual(pathsOf(family), ['/d/zzz.vhd', '/d/b.avhd', '/d/a.avhd', '/d/sub/branch.vhd']);
    assert.deepEqual(family!.leafs, ['/d/a.avhd', '/d/sub/branch.vhd']);
    assert.deepEqual(family!.images[3]?.parent, '/d/b.avhd');
    assert.deepEqual(family!.missing, []);
  });

  it('reach beyond the folders where the parents lead', () => {
    const files = new MemoryFileSystem('posix', {
      '/parents/base.vhd': base(1),
      '/parents/other.vhd': base(5),
      '/kids/leaf.avhd': child(2, 1, '..\\parents\\base.vhd'),
    });
    const { families } = scan(files, ['/kids']);
    assert.deepEqual(families.map(pathsOf), [['/parents/base.vhd', '/kids/leaf.avhd']]);
  });

  it('tie a child to the copy that its own words lead to', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/a.vhd': base(1),
      '/d/copy of a.vhd': base(1),
      '/d/c1.avhd': child(2, 1, '.\\a.vhd'),
      '/d/c2.avhd': child(3, 1, '.\\copy of a.vhd'),
    });
    const { families } = scan(files, ['/d']);
    assert.deepEqual(families.map(pathsOf), [
      ['/d/a.vhd', '/d/c1.avhd'],
      ['/d/copy of a.vhd', '/d/c2.avhd'],
    ]);
  });

  it('keep together what misses the same parent, and say where its id was seen', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/one.avhd': child(2, 1, '.\\gone.vhd'),
      '/d/two.avhd': child(3, 1, '.\\gone.vhd'),
      '/d/two-leaf.avhd': child(4, 3, '.\\two.avhd'),
      '/elsewhere/base.vhd': base(1),
    });
    const { families } = scan(files, ['/d', '/elsewhere']);
    const [broken, whole] = families;
    assert.equal(broken?.base, null);
    assert.deepEqual(pathsOf(broken), ['/d/one.avhd', '/d/two.avhd', '/d/two-leaf.avhd']);
    assert.deepEqual(
      broken.missing.map((link) => [link.child, link.claimedPaths, link.candidates]),
      [
        ['/d/one.avhd', ['.\\gone.vhd'], ['/elsewhere/base.vhd']],
        ['/d/two.avhd', ['.\\gone.vhd'], ['/elsewhere/base.vhd']],
      ],
    );
    assert.equal(whole?.base, '/elsewhere/base.vhd');
  });

  it('end where parents run in a circle', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/a.avhd': child(1, 2, '.\\b.avhd'),
      '/d/b.avhd': child(2, 1, '.\\a.avhd'),
      '/d/c.avhd': child(3, 1, '.\\a.avhd'),
    });
    const { families } = scan(files, ['/d']);
    assert.equal(families.length, 1);
    assert.equal(families[0]?.base, null);
    assert.deepEqual([...pathsOf(families[0])].sort(), ['/d/a.avhd', '/d/b.avhd', '/d/c.avhd']);
    assert.deepEqual(families[0].leafs, ['/d/c.avhd']);
  });

  it('leave text out that has the same ending, and images with other endings in', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/counter.vhd': new TextEncoder().encode('entity counter is\nend counter;\n'),
      '/d/notes.txt': new Uint8Array(5120).fill(0x20),
      '/d/backup.old': child(2, 1, '.\\base.vhd'),
      '/d/base.vhd': base(1),
    });
    const { families, others } = scan(files, ['/d']);
    assert.deepEqual(families.map(pathsOf), [['/d/base.vhd', '/d/backup.old']]);
    assert.deepEqual(
      others.map((other) => other.path),
      ['/d/counter.vhd'],
    );
  });

  it('name the files that an operation left when it was cut short', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/base.vhd': base(1),
      '/d/base.vhd.vhd-editor-merge': new Uint8Array(1),
      '/d/leaf.avhd.vhd-editor-0123abcd.tmp': child(2, 1, null),
    });
    const { families, unfinished } = scan(files, ['/d']);
    assert.deepEqual(families.map(pathsOf), [['/d/base.vhd']]);
    assert.deepEqual(
      unfinished.map((file) => file.path),
      ['/d/base.vhd.vhd-editor-merge', '/d/leaf.avhd.vhd-editor-0123abcd.tmp'],
    );
  });

  it('count a file with two names once', () => {
    const files = new MemoryFileSystem('posix', {
      '/d/base.vhd': base(1),
      '/e/leaf.avhd': child(2, 1, '..\\d\\base.vhd'),
    });
    files.addLink('/d/again.vhd', 'base.vhd');
    const named = { folders: ['/d', '/d', '/e'], files: ['/d/again.vhd', '/d/base.vhd'] };
    const { families } = runToEnd(scanFamilies(files, named, TRUSTING));
    assert.deepEqual(families.map(pathsOf), [['/d/base.vhd', '/e/leaf.avhd']]);
    assert.throws(
      () => scan(files, ['/d/again.vhd']),
      (error) => EngineError.is(error, 'file-not-found'),
    );
  });

  it('stop at the folder that they are confined to', () => {
    const files = new MemoryFileSystem('posix', {
      '/secret/base.vhd': base(1),
      '/d/leaf.avhd': child(2, 1, '..\\secret\\base.vhd'),
    });
    const { families } = scan(files, ['/d'], { ...TRUSTING, confine: '/d' });
    assert.deepEqual(families.map(pathsOf), [['/d/leaf.avhd']]);
    assert.ok(!files.touched.includes('/secret/base.vhd'));
  });

  it('look at a bounded number of names, those near the top first', () => {
    class Many extends MemoryFileSystem {
      override list(folder: string, limit: number): readonly string[] {
        return folder === '/d' ? Array.from({ length: 150_000 }, (_, i) => `b${i}.txt`).slice(0, limit) : [];
      }
    }
    const many = new Many('posix', { '/d/base.vhd': base(1) });
    assert.equal(scan(many, ['/d']).isWhole, false);
  });
});
