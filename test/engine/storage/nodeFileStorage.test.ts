import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNodeFile } from '../../../src/engine/storage/nodeFileStorage';

describe('A file on disk', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-storage-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function fileOf(content: string): string {
    const path = join(folder, 'file.vhd');
    writeFileSync(path, content);
    return path;
  }

  it('is read at any offset, and no further than it goes', () => {
    const file = openNodeFile(fileOf('0123456789'), 'read');
    const target = Buffer.from('........');
    assert.equal(file.read(2, target), 8);
    assert.equal(target.toString(), '23456789');
    assert.equal(file.read(7, target), 3);
    assert.equal(target.toString(), '78956789');
    assert.equal(file.read(10, target), 0);
    assert.equal(file.read(1e15, target), 0);
    assert.equal(file.read(0, new Uint8Array()), 0);
    assert.equal(file.size(), 10);
    file.close();
  });

  it('is written, cut and lengthened with zeros', () => {
    const path = fileOf('0123456789');
    const file = openNodeFile(path, 'write');
    file.write(8, Buffer.from('abcd'));
    assert.equal(file.size(), 12);
    file.truncate(3);
    file.truncate(5);
    file.write(7, Buffer.from('x'));
    file.flush();
    file.close();
    assert.deepEqual(readFileSync(path), Buffer.from('012\0\0\0\0x'));
  });

  it('open for reading refuses to be changed', () => {
    const file = openNodeFile(fileOf('0123'), 'read');
    assert.equal(file.readOnly, true);
    for (const change of [() => file.write(0, new Uint8Array(1)), () => file.truncate(0), () => file.flush()]) {
      assert.throws(change, { code: 'file-access', message: /reading only/ });
    }
    file.close();
  });

  it('may be closed twice, and is of no use then', () => {
    const file = openNodeFile(fileOf('0123'), 'write');
    file.close();
    file.close();
    assert.throws(() => file.read(0, new Uint8Array(1)), { code: 'file-access' });
    assert.throws(() => file.size(), { code: 'file-access' });
  });

  it('is never created by opening it', () => {
    const path = join(folder, 'missing.vhd');
    for (const access of ['read', 'write'] as const) {
      assert.throws(() => openNodeFile(path, access), { code: 'file-not-found', message: /no such file/ });
    }
    assert.equal(existsSync(path), false);
  });

  it('that is a folder, a device or a pipe is refused, at once', function () {
    if (process.platform === 'win32') this.skip();
    const pipe = join(folder, 'pipe.vhd');
    execFileSync('mkfifo', [pipe]);
    for (const path of [folder, '/dev/zero', '/dev/null', pipe]) {
      assert.throws(() => openNodeFile(path, 'read'), { code: 'not-a-file' });
      assert.throws(() => openNodeFile(path, 'write'), { code: 'not-a-file' });
    }
    symlinkSync('/dev/zero', join(folder, 'link.vhd'));
    assert.throws(() => openNodeFile(join(folder, 'link.vhd'), 'read'), { code: 'not-a-file' });
  });

  it('is found through a link', function () {
    if (process.platform === 'win32') this.skip();
    fileOf('0123');
    symlinkSync('file.vhd', join(folder, 'link.vhd'));
    const file = openNodeFile(join(folder, 'link.vhd'), 'read');
    assert.equal(file.size(), 4);
    file.close();
    symlinkSync('circle.vhd', join(folder, 'circle.vhd'));
    assert.throws(() => openNodeFile(join(folder, 'circle.vhd'), 'read'), {
      code: 'file-not-found',
      message: /circle/,
    });
  });

  it('says in words why it cannot be opened', () => {
    mkdirSync(join(folder, 'sub'));
    assert.throws(() => openNodeFile(join(fileOf('x'), 'y'), 'read'), { code: 'file-not-found' });
    assert.throws(() => openNodeFile('a\0b', 'read'), { code: 'file-not-found', message: /character/ });
    assert.throws(() => openNodeFile(join(folder, 'n'.repeat(5000)), 'read'), {
      code: 'file-not-found',
      message: /too long/,
    });
  });

  // The administrator of a system may write what is forbidden to all.
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    it('that may only be read is opened for reading only', () => {
      const path = fileOf('x');
      chmodSync(path, 0o444);
      assert.throws(() => openNodeFile(path, 'write'), { code: 'file-access', message: /right/ });
      openNodeFile(path, 'read').close();
    });
  }
});
