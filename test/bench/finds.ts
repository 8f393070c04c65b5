import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../../src/engine/image';
import { CliProcess } from '../cli/cliProcess';
import { builtEngine } from './builtEngine';
import { writeFullDynamic } from './images';
import { NotMeasured, ratioRow, runProgram, settle, timeInTurn, type BenchPart } from './measure';

const SIZE = 4 * 2 ** 30;

/** What a person looks for. It stands in the image once, at the end, so that all of it is looked through. */
const TEXT = 'Begin_of_the_end';

/** Lines that hold the text; `grep` ends with 1 where there are none. */
function grepCount(options: string, path: string): number {
  const environment = { ...process.env, LC_ALL: 'C' };
  const { status, stdout } = spawnSync('grep', [options, TEXT, path], { encoding: 'utf8', env: environment });
  if (status !== 0 && status !== 1) throw new NotMeasured('grep is not installed');
  return Number(stdout);
}

/** Writes the text near the end of the last block of the disk. */
function plant(image: Image): void {
  const descriptor = openSync(image.path, 'r+');
  writeSync(descriptor, TEXT, image.blockOffset(image.blockCount - 1) + image.blockSize - 100);
  closeSync(descriptor);
}

/** Looking through a whole dynamic image, beside `grep -c` of its raw export; both files are in the system's memory. */
export const find: BenchPart = {
  name: 'find through a dynamic image, 4 GiB content',
  run(folder) {
    const image = join(folder, 'full.vhd');
    const raw = join(folder, 'full.raw');
    writeFullDynamic(image, SIZE);
    const engine = builtEngine();
    const chain = engine.openChain(new engine.NodeFileSystem(), image, { trusted: true, given: [], confine: null });
    try {
      plant(chain.layers[0].image);
      const cli = new CliProcess();
      runProgram(process.execPath, [cli.path, 'export', image, raw]);
      cli.remove();
      settle();
      const bytes = new TextEncoder().encode(TEXT);
      const pattern = { bytes, mask: new Uint8Array(bytes.length).fill(0xff) };
      const hitCount = (ignoreCase: boolean): number => {
        let count = 0;
        const steps = engine.findBytes(engine.diskGround(chain), pattern, { ignoreCase, from: 0, limit: 10_000 });
        for (const { hits } of steps) count += hits.length;
        return count;
      };
      const counts = new Set<number>();
      const times = timeInTurn(5, {
        ours: { deed: () => void counts.add(hitCount(false)) },
        grep: { deed: () => void counts.add(grepCount('-c', raw)) },
        oursInAnyCase: { deed: () => void counts.add(hitCount(true)) },
        grepInAnyCase: { deed: () => void counts.add(grepCount('-ci', raw)) },
      });
      if (counts.size !== 1 || !counts.has(1)) {
        throw new Error(`grep or we have found something else: ${[...counts].join(' ')}`);
      }
      return [
        ratioRow('a text', times.ours, times.grep, 'grep -c of the raw export', 1.5),
        ratioRow('in either case', times.oursInAnyCase, times.grepInAnyCase, 'grep -ci', 1.5),
      ];
    } finally {
      engine.closeChain(chain);
    }
  },
};
