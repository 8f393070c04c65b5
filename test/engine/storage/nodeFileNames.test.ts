import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../../src/engine/errors';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';

describe('names of files on this computer', () => {
  const fileSystem = new NodeFileSystem();
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-names-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives a file a second name, and never one that is taken', () => {
    const [first, second, taken] = ['a.vhd', 'b.vhd', 'c.vhd'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(first, 'content');
    writeFileSync(taken, 'other');
    assert.equal(fileSystem.link(first, second), true);
    assert.equal(fileSystem.facts(first)?.identity, fileSystem.facts(second)?.identity);
    assert.throws(
      () => fileSystem.link(first, taken),
      (error) => EngineError.is(error, 'file-exists'),
    );
    assert.equal(readFileSync(taken, 'utf8'), 'other');
  });

  it('gives a new file the permissions of another', function () {
    if (process.platform === 'win32') this.skip();
    const [model, made] = [join(folder, 'model'), join(folder, 'made')];
    writeFileSync(model, '');
    writeFileSync(made, '');
    chmodSync(model, 0o640);
    chmodSync(made, 0o600);
    fileSystem.copyPermissions(made, model);
    assert.equal(statSync(made).mode & 0o777, 0o640);
  });

  it('flushes a folder, and says so where there is none', () => {
    fileSystem.flushFolder(folder);
    assert.throws(
      () => fileSystem.flushFolder(join(folder, 'none')),
      (error) => EngineError.is(error, 'file-not-found'),
    );
    assert.equal(existsSync(join(folder, 'none')), false);
  });

  it('tells the free space of a folder that is there', () => {
    assert.ok((fileSystem.freeSpace(folder) ?? 0) > 0);
    assert.equal(fileSystem.freeSpace(join(folder, 'none')), null);
  });
});
