import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliProcess } from '../cli/cliProcess';
import { mixedBlocks, writeFilled } from '../fixtures/filledImages';
import { idOf } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';
import { requirePeer } from '../peers/peers';
import { sized } from '../testSize';
import { seededRandom } from './powerLoss';

const MIB = 2 ** 20;
const SIZE = sized({ small: 64 * MIB, ci: 128 * MIB, full: 2048 * MIB });
const ROUNDS = sized({ small: 2, ci: 3, full: 20 });
const [BASE, MIDDLE, TOP, CHILD] = ['base.vhd', 'middle.avhd', 'top.avhd', 'child.avhd'] as const;

/** Half of the base's blocks, and about as many bytes in the layers that are merged as half the disk has. */
function writeChain(folder: string): void {
  const count = SIZE / (2 * MIB);
  const on = (number: number, name: string): Pick<VhdSpec, 'type' | 'parent'> => {
    const locators = [{ code: 'W2ru', text: `.\\${name}` }];
    return { type: 'differencing', parent: { id: idOf(number), name, locators } };
  };
  const common = { virtualSize: SIZE, alignment: 4096 } as const;
  const blocks = (from: number, to: number, whole: number) =>
    mixedBlocks({ from, to, whole, of: 3 }, { count: 40, length: 5 });
  writeFilled(join(folder, BASE), { ...common, type: 'dynamic', id: idOf(1), blocks: blocks(0, count / 2, 3) }, 1);
  writeFilled(
    join(folder, MIDDLE),
    { ...common, ...on(1, BASE), id: idOf(2), blocks: blocks(count / 8, count / 2, 1) },
    2,
  );
  writeFilled(join(folder, TOP), { ...common, ...on(2, MIDDLE), id: idOf(3), blocks: blocks(count / 4, count, 2) }, 3);
  writeFilled(join(folder, CHILD), { ...common, ...on(3, TOP), id: idOf(4), blocks: blocks(7, 9, 0) }, 4);
}

function ended(process: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => process.once('exit', (exitCode) => resolve(exitCode)));
}

describe('a merge whose process is killed', function () {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  let [folder, kept, used] = ['', '', ''];
  let cli: CliProcess;
  let [childSum, topSum] = ['', ''];
  let duration = 0;

  /** SHA-256 of the disk as of an image, by way of an export. */
  function sumOf(path: string): string {
    const out = join(folder, 'out.raw');
    const { exitCode, output, error } = cli.run(['export', path, out, '--sha256', '--json']);
    assert.equal(exitCode, 0, error);
    rmSync(out);
    return (JSON.parse(output.toString()) as { sha256: string }).sha256;
  }

  function takeFreshChain(): void {
    rmSync(used, { recursive: true, force: true });
    mkdirSync(used);
    for (const name of readdirSync(kept)) copyFileSync(join(kept, name), join(used, name));
  }

  const words = (): string[] => ['merge', join(used, TOP), '--into', join(used, BASE)];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-killed-'));
    [kept, used] = [join(folder, 'kept'), join(folder, 'used')];
    mkdirSync(kept);
    cli = new CliProcess();
    writeChain(kept);
    [childSum, topSum] = [sumOf(join(kept, CHILD)), sumOf(join(kept, TOP))];
    takeFreshChain();
    const start = performance.now();
    const { exitCode, error } = cli.run(words());
    assert.equal(exitCode, 0, error);
    duration = performance.now() - start;
  });

  after(() => {
    cli.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it(`goes on when it is run again, and ends right, ${ROUNDS} times (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    let cutShort = 0;
    for (let round = 0; round < ROUNDS; round++) {
      takeFreshChain();
      const times: number[] = [];
      for (let kills = 1 + random(2); kills > 0; kills--) {
        const process = cli.start(words());
        const time = random(Math.ceil(duration));
        times.push(time);
        const timer = setTimeout(() => process.kill('SIGKILL'), time);
        await ended(process);
        clearTimeout(timer);
      }
      const when = `killed after ${times.join(' and ')} ms of ${Math.round(duration)}`;
      assert.equal(sumOf(join(used, CHILD)), childSum, `the child, ${when}`);
      const names = readdirSync(used);
      if (names.includes(TOP)) assert.equal(sumOf(join(used, TOP)), topSum, `the top layer, ${when}`);
      const isRecorded = names.some((name) => name.endsWith('-merge'));
      cutShort += isRecorded ? 1 : 0;
      if (names.includes(TOP) || isRecorded) {
        const { exitCode, error } = cli.run(words());
        assert.equal(exitCode, 0, `${when}: ${error}`);
      }
      assert.deepEqual(readdirSync(used).sort(), [BASE, CHILD], when);
      assert.equal(sumOf(join(used, BASE)), topSum, `the survivor, ${when}`);
      assert.equal(sumOf(join(used, CHILD)), childSum, `the child at the end, ${when}`);
    }
    console.log(`      ${cutShort} of ${ROUNDS} were cut short between their first and their last step`);
  });

  it('is believed by 7-Zip then', async function () {
    const program = requirePeer(this, '7zz');
    for (const [name, sum] of [
      [BASE, topSum],
      [CHILD, childSum],
    ] as const) {
      const peer = spawn(program, ['x', '-tvhd', '-so', join(used, name)], { stdio: ['ignore', 'pipe', 'ignore'] });
      const hash = createHash('sha256');
      for await (const bytes of peer.stdout) hash.update(bytes as Buffer);
      assert.equal(hash.digest('hex'), sum, name);
    }
  });
});
