import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';

describe('Files in memory', () => {
  it('look as the same files on disk do, links included', function () {
    if (process.platform === 'win32') this.skip();
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-files-')));
    try {
      const memory = new MemoryFileSystem('posix');
      mkdirSync(join(root, 'a/deep'), { recursive: true });
      for (const name of ['a/x.vhd', 'a/deep/y.vhd', 'z.vhd']) {
        writeFileSync(join(root, name), name);
        memory.addFile(join(root, name), Buffer.from(name));
      }
      for (const [name, target] of [
        ['link.vhd', 'a/x.vhd'],
        ['folder', 'a'],
        ['a/up', '..'],
        ['broken', 'nowhere'],
        ['circle', 'circle'],
      ] as const) {
        symlinkSync(target, join(root, name));
        memory.addLink(join(root, name), target);
      }
      const disk = new NodeFileSystem();
      const seen = (system: FileSystem, path: string): unknown => {
        const facts = system.facts(path);
        const size = facts?.kind === 'file' ? facts.size : null;
        return [facts?.kind, size, system.realPath(path), system.list(path, 3)];
      };
      for (const name of [
        '',
        'a',
        'a/x.vhd',
        'link.vhd',
        'folder',
        'folder/x.vhd',
        'folder/deep/y.vhd',
        'a/up/z.vhd',
        'folder/up/folder/x.vhd',
        'broken',
        'circle',
        'missing',
        'a/missing/x',
      ]) {
        const path = join(root, name);
        assert.deepEqual(seen(memory, path), seen(disk, path), path);
      }
      const identity = (system: FileSystem): boolean =>
        system.facts(join(root, 'folder/x.vhd'))?.identity === system.facts(join(root, 'a/x.vhd'))?.identity;
      assert.deepEqual([identity(memory), identity(disk)], [true, true]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('are opened through links, and devices are not', () => {
    const files = new MemoryFileSystem('posix', { '/a/x.vhd': Buffer.from('x') });
    files.addLink('/l', 'a');
    files.addDevice('/dev/sda');
    assert.equal(files.open('/l/x.vhd', 'read').size(), 1);
    assert.throws(() => files.open('/l', 'read'), { code: 'not-a-file' });
    assert.throws(() => files.open('/dev/sda', 'read'), { code: 'not-a-file' });
    assert.throws(() => files.open('/l/y.vhd', 'read'), { code: 'file-not-found' });
  });

  it('show to a reader what a writer changes', () => {
    const files = new MemoryFileSystem('posix', { '/x': Buffer.from('x') });
    const reader = files.open('/x', 'read');
    files.open('/x', 'write').write(5, Buffer.from('y'));
    assert.equal(reader.size(), 6);
    assert.equal(files.facts('/x')?.size, 6);
  });

  it('in the style of Windows do not tell upper case from lower', () => {
    const files = new MemoryFileSystem('windows', { 'C:\\Disks\\Base.vhd': Buffer.from('x') });
    assert.equal(files.open('c:/disks/BASE.VHD', 'read').size(), 1);
    assert.equal(files.realPath('c:\\disks\\base.vhd'), 'C:\\Disks\\Base.vhd');
    assert.deepEqual(files.list('c:\\DISKS', 10), ['Base.vhd']);
    assert.equal(files.facts('C:\\disks')?.kind, 'folder');
  });

  it('record every path that was touched, and none that was only spelt', () => {
    const files = new MemoryFileSystem('posix', { '/x': new Uint8Array() });
    files.resolve('/', 'a', '..', 'x');
    files.folderOf('/x');
    files.nameOf('/x');
    assert.deepEqual(files.touched, []);
    files.open('/x', 'read');
    files.facts('/y');
    files.realPath('/z');
    files.list('/', 1);
    assert.throws(() => files.open('/w', 'read'));
    assert.deepEqual(files.touched, ['/x', '/y', '/z', '/', '/w']);
  });
});
