import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem, closeChain, compareDisks, openChain, type Chain } from '../../src/engine/index';
import { CliProcess } from '../cli/cliProcess';
import { mixedBlocks, writeFilled } from '../fixtures/filledImages';
import { idOf } from '../fixtures/vhdBuilder';
import { requirePeer } from './peers';

const VIRTUAL_SIZE = 16 * 2 ** 20;

describe('Comparing disks, beside cmp on their raw exports', function () {
  const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-compare-'));
  const path = (name: string): string => join(folder, name);
  const chains: Chain[] = [];
  let cli: CliProcess | null = null;
  let cmp = '';

  before(function () {
    cmp = requirePeer(this, 'cmp');
    const parent = { id: idOf(1), name: 'base.vhd', locators: [{ code: 'W2ru', text: '.\\base.vhd' }] };
    const scattered = { count: 40, length: 3 };
    const blocks = (from: number, to: number): ReturnType<typeof mixedBlocks> =>
      mixedBlocks({ from, to, whole: 1, of: 2 }, scattered);
    writeFilled(path('base.vhd'), { type: 'dynamic', id: idOf(1), virtualSize: VIRTUAL_SIZE, blocks: blocks(0, 5) }, 7);
    const leaf = {
      type: 'differencing',
      id: idOf(2),
      virtualSize: VIRTUAL_SIZE,
      parent,
      blocks: blocks(3, 7),
    } as const;
    writeFilled(path('leaf.avhd'), leaf, 8);
    const other = { type: 'dynamic', id: idOf(3), virtualSize: VIRTUAL_SIZE / 2, blocks: blocks(1, 4) } as const;
    writeFilled(path('other.vhd'), other, 7);
    cli = new CliProcess();
    for (const name of ['base.vhd', 'leaf.avhd', 'other.vhd']) {
      assert.equal(cli.run(['export', path(name), path(`${name}.raw`)]).exitCode, 0);
    }
  });
  after(() => {
    for (const chain of chains) closeChain(chain);
    cli?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function open(name: string): Chain {
    const chain = openChain(new NodeFileSystem(), path(name), { trusted: true, given: [], confine: null });
    chains.push(chain);
    return chain;
  }

  /** Sectors in which `cmp` finds a byte that differs, as far as the shorter file goes. */
  function sectorsOfPeer(one: string, other: string): number[] {
    const words = ['-l', path(`${one}.raw`), path(`${other}.raw`)];
    const { stdout } = spawnSync(cmp, words, { encoding: 'latin1', maxBuffer: 2 ** 30 });
    const sectors = new Set<number>();
    // Bytes are counted from 1.
    for (const [, byte] of stdout.matchAll(/^ *(\d+) /gm)) sectors.add(Math.floor((Number(byte) - 1) / 512));
    return [...sectors];
  }

  for (const [one, other, what] of [
    ['leaf.avhd', 'base.vhd', 'a layer and its parent'],
    ['leaf.avhd', 'other.vhd', 'two images that have nothing to do with each other, of different sizes'],
  ] as const) {
    it(`finds the same sectors in ${what}`, () => {
      const steps = compareDisks({ chain: open(one), layer: 0 }, { chain: open(other), layer: 0 });
      const sectors = [...steps].flatMap(({ differing }) =>
        differing.flatMap(({ start, length }) => Array.from({ length }, (_, at) => start + at)),
      );
      assert.deepEqual(sectors, sectorsOfPeer(one, other));
      assert.ok(sectors.length > 1000);
    });
  }
});
