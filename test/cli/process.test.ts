import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVhd, idOf, stampOf, writeVhd } from '../fixtures/vhdBuilder';
import { CliProcess } from './cliProcess';

describe('vhd-editor as a process', () => {
  let cli: CliProcess;
  let folder: string;
  const inFolder = (name: string): string => join(folder, name);

  before(() => {
    cli = new CliProcess();
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-process-'));
    const small = {
      type: 'dynamic',
      id: idOf(1),
      virtualSize: 2 ** 20,
      blockSize: 2 ** 19,
      content: stampOf(1),
    } as const;
    writeFileSync(inFolder('small.vhd'), buildVhd({ ...small, blocks: [{ index: 1, sectors: 'all' }] }));
    writeVhd(inFolder('giant.vhd'), { type: 'dynamic', id: idOf(2), virtualSize: 2040 * 2 ** 30 });
  });

  after(() => {
    cli.remove();
    rmSync(folder, { recursive: true });
  });

  it('leaves 0, 1 or 2, and speaks of failures on standard error', () => {
    const done = cli.run(['info', 'small.vhd', '--json'], folder);
    assert.deepEqual([done.exitCode, done.error], [0, '']);
    assert.equal((JSON.parse(done.output.toString()) as { path: string }).path, inFolder('small.vhd'));
    const failed = cli.run(['info', 'none.vhd'], folder);
    assert.deepEqual([failed.exitCode, failed.output.length], [1, 0]);
    assert.equal(failed.error, `vhd-editor: Opening ${inFolder('none.vhd')}: there is no such file; check the path\n`);
    const wrong = cli.run(['info'], folder);
    assert.deepEqual([wrong.exitCode, wrong.output.length], [2, 0]);
    assert.match(wrong.error, /^vhd-editor: info: IMAGE is missing; .*\n$/);
  });

  it('writes the bytes themselves', () => {
    const { output, exitCode } = cli.run(
      ['read', 'small.vhd', '--offset', String(2 ** 19), '--length', '1024'],
      folder,
    );
    assert.equal(exitCode, 0);
    assert.deepEqual(output, Buffer.concat([stampOf(1)(1024), stampOf(1)(1025)]));
  });

  for (const words of [['read'], ['map', '--json']]) {
    it(`ends ${words[0]} quietly when its output is closed`, async () => {
      const [command, ...options] = words;
      const image = command === 'map' ? striped() : inFolder('giant.vhd');
      const child = cli.start([command!, image, ...options]);
      let error = '';
      child.stderr?.on('data', (text: Buffer) => (error += text.toString()));
      await once(child.stdout!, 'data');
      child.stdout?.destroy();
      assert.deepEqual(await once(child, 'close'), [0, null]);
      assert.equal(error, '');
    });
  }

  /** An image whose map is larger than a pipe: sectors in turn are there and not there. */
  function striped(): string {
    const sectors = Array.from({ length: 2048 }, (_, i) => i * 2);
    const blocks = Array.from({ length: 10 }, (_, index) => ({ index, sectors }));
    writeVhd(inFolder('striped.vhd'), { type: 'dynamic', id: idOf(3), virtualSize: 20 * 2 ** 20, blocks });
    return inFolder('striped.vhd');
  }

  it('says so when its output has no room', function () {
    if (process.platform !== 'linux') this.skip();
    const full = openSync('/dev/full', 'w');
    try {
      const result = spawnSync(process.execPath, [cli.path, 'read', inFolder('small.vhd')], {
        stdio: ['ignore', full, 'pipe'],
      });
      assert.equal(result.status, 1);
      assert.match(result.stderr.toString(), /^vhd-editor: Writing to standard output: the disk is full; .*\n$/);
    } finally {
      closeSync(full);
    }
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`removes what it has begun when ${signal} ends an export`, async function () {
      if (process.platform === 'win32') this.skip();
      const before = readdirSync(folder).sort();
      const watcher = watch(folder);
      const begun = new Promise<void>((resolve) => {
        watcher.on('change', (_, name) => name.toString().endsWith('.partial') && resolve());
      });
      // The digest has two tebibytes of zeros to see: long enough to be interrupted.
      const child = cli.start(['export', inFolder('giant.vhd'), inFolder('out.raw'), '--sha256']);
      await begun;
      watcher.close();
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [exitCode, null]);
      assert.deepEqual(readdirSync(folder).sort(), before);
    });
  }
});
