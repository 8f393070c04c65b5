import assert from 'node:assert/strict';
import { chmodSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { WindowsSystem, type FileCalls } from '../../../src/engine/storage/nodeSystem';

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('files as Windows has them', () => {
  let folder = '';
  let waited: number[] = [];
  /** The refusals to come; then all goes as Windows would have it without another program. */
  let refusals: string[] = [];
  let calls: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-windows-'));
    [waited, refusals, calls] = [[], [], []];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Real files, where the system refuses first what it is told to. */
  function files(): NodeFileSystem {
    const node = new WindowsSystem();
    const answer = <Result>(name: string, call: () => Result): Result => {
      calls.push(name);
      const code = refusals.shift();
      if (code !== undefined) throw failure(code);
      return call();
    };
    const raw: FileCalls = {
      open: (path, flags) => answer('open', () => node.open(path, flags)),
      rename: (path, newPath) => answer('rename', () => node.rename(path, newPath)),
      unlink: (path) => answer('unlink', () => node.unlink(path)),
      link: (path, secondPath) => answer('link', () => node.link(path, secondPath)),
    };
    return new NodeFileSystem(null, new WindowsSystem(raw, (milliseconds) => waited.push(milliseconds)));
  }

  function file(name: string, content = name): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('are tried again while another program looks into them, at growing intervals', () => {
    const [path, other] = [file('a.vhd'), file('b.vhd')];
    refusals = ['EBUSY', 'EPERM', 'EACCES'];
    files().rename(path, other, 'replace');
    assert.equal(readFileSync(other, 'utf8'), 'a.vhd');
    assert.deepEqual(waited, [5, 10, 20]);
    refusals = ['EBUSY'];
    files().remove(other);
    assert.equal(existsSync(other), false);
    refusals = ['EBUSY', 'EBUSY'];
    files().open(file('c.vhd'), 'write').close();
    files().create(join(folder, 'd.vhd')).close();
  });

  it('are given up after a while, in words that say what to do', () => {
    const path = file('a.vhd');
    const forever = (code: string): string[] => Array.from({ length: 100 }, () => code);
    for (const code of ['EBUSY', 'EPERM', 'EACCES']) {
      refusals = forever(code);
      waited = [];
      assert.throws(() => files().remove(path), {
        code: 'file-access',
        message: /^Removing .*a\.vhd: another program holds it.*; close it there.* and try again$/,
      });
      const total = waited.reduce((sum, each) => sum + each, 0);
      assert.ok(total >= 2000 && total < 6000, String(total));
    }
    refusals = forever('EBUSY');
    waited = [];
    assert.throws(() => files().open(path, 'read'), { code: 'file-access', message: /another program holds it/ });
    assert.ok(
      waited.reduce((sum, each) => sum + each, 0) < 1000,
      'who opens an image of a running machine is told soon',
    );
    assert.equal(readFileSync(path, 'utf8'), 'a.vhd');
  });

  it('that are write-protected are told from those that are held, at once', () => {
    const path = file('a.vhd');
    const target = file('b.vhd');
    chmodSync(path, 0o444);
    chmodSync(target, 0o444);
    refusals = ['EPERM'];
    const words = { code: 'file-access', message: /it is write-protected; take the read-only mark off it/ };
    assert.throws(() => files().open(path, 'write'), words);
    refusals = ['EPERM', 'EPERM'];
    assert.throws(() => files().rename(path, target, 'replace'), words);
    assert.deepEqual(waited, []);
    files().open(path, 'read').close();
  });

  it('keep both names, or neither, where the first of two cannot be taken away', () => {
    const [path, other] = [file('a.vhd'), join(folder, 'b.vhd')];
    let links = 0;
    const node = new WindowsSystem();
    const raw: FileCalls = {
      open: (name, flags) => node.open(name, flags),
      rename: (name, newName) => node.rename(name, newName),
      link: (name, second) => {
        links += 1;
        node.link(name, second);
      },
      unlink: (name) => {
        if (name === path) throw failure('EBUSY');
        node.unlink(name);
      },
    };
    const system = new NodeFileSystem(null, new WindowsSystem(raw, () => undefined));
    assert.throws(() => system.rename(path, other, 'keep'), { code: 'file-access' });
    assert.deepEqual([links, existsSync(path), existsSync(other)], [1, true, false]);
  });

  it('have no permissions of their own, and are flushed by one who may write', () => {
    const [path, model] = [file('a.vhd'), file('b.vhd')];
    chmodSync(model, 0o400);
    const before = statSync(path).mode;
    files().copyPermissions(path, model);
    assert.equal(statSync(path).mode, before);
    assert.equal(new WindowsSystem().flushAccess, constants.O_RDWR);
    assert.equal(new WindowsSystem().pathStyle, 'windows');
  });

  it('say of what Windows refuses for another reason why at once', () => {
    refusals = ['ENOENT'];
    assert.throws(() => files().remove(file('a.vhd')), { code: 'file-not-found' });
    refusals = ['ENOSPC'];
    assert.throws(() => files().create(join(folder, 'b.vhd')), { code: 'no-space' });
    assert.deepEqual(waited, []);
    assert.deepEqual(calls, ['unlink', 'open']);
  });
});
