import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileUsers } from '../../../src/engine/storage/nodeFileUsers';

describe('who uses a file', () => {
  let folder = '';
  let file = '';

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-users-'));
    file = join(folder, 'disk.vhd');
    writeFileSync(file, 'content');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is nobody where nobody does, and where there is no file', () => {
    assert.deepEqual(usersOf(file), []);
    assert.deepEqual(usersOf(join(folder, 'none.vhd')), []);
  });

  it('is who has it open for writing, ourselves too, and not who reads it', () => {
    const reading = openSync(file, 'r');
    assert.deepEqual(usersOf(file), []);
    const writing = openSync(file, 'r+');
    const users = usersOf(file);
    closeSync(writing);
    closeSync(reading);
    assert.equal(users.length, 1);
    assert.match(users[0]!, new RegExp(`\\(${process.pid}\\)$`));
    assert.deepEqual(usersOf(file), []);
  });

  it('is told for each of many files, in their order', () => {
    const others = ['a.vhd', 'b.vhd'].map((name) => join(folder, name));
    for (const other of others) writeFileSync(other, 'content');
    const writing = [file, others[1]!].map((path) => openSync(path, 'r+'));
    const users = nodeFileUsers([others[0]!, others[1]!, join(folder, 'none.vhd'), file, others[1]!]);
    writing.forEach(closeSync);
    assert.deepEqual(
      users.map(({ length }) => length),
      [0, 1, 0, 1, 1],
    );
    assert.deepEqual(nodeFileUsers([]), []);
  });

  it('is another process that holds a lock, though it only reads', async () => {
    const holder = spawn('flock', ['--shared', file, 'sh', '-c', 'echo locked; read end'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await once(holder);
      const users = usersOf(file);
      assert.equal(users.length, 1);
      assert.match(users[0]!, /flock \(\d+\)/);
    } finally {
      holder.stdin.end();
      await new Promise((resolve) => holder.once('close', resolve));
    }
    assert.deepEqual(usersOf(file), []);
  });
});

function usersOf(path: string): readonly string[] {
  return nodeFileUsers([path])[0]!;
}

function once(holder: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    holder.stdout?.once('data', resolve);
    holder.once('error', reject);
  });
}
