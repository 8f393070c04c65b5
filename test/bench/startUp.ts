import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess } from '../cli/cliProcess';
import { writeGiants } from './images';
import { ratioRow, sizeRow, timeInTurn, type BenchPart } from './measure';

/** Loaded before the program: tells at its end what it took, in bytes. */
const PROBE = `
process.on('exit', () => {
  const fs = require('node:fs');
  let read = 0;
  try {
    read = Number(/rchar: (\\d+)/.exec(fs.readFileSync('/proc/self/io', 'utf8'))[1]);
  } catch {}
  fs.writeSync(2, JSON.stringify({ resident: process.resourceUsage().maxRSS * 1024, read }));
});
`;

/** `info` on the largest image there can be, beside a Node that does nothing. */
export const startUp: BenchPart = {
  name: 'info of 2040 GiB, 1,044,480 blocks used',
  run(folder) {
    const { paths } = writeGiants(folder, 1);
    const probe = join(folder, 'probe.cjs');
    writeFileSync(probe, PROBE);
    const cli = new CliProcess();
    try {
      const words = [cli.path, 'info', paths[0] ?? '', '--json'];
      const runNode = (...all: string[]): string => {
        const result = spawnSync(process.execPath, all, { encoding: 'utf8' });
        if (result.status !== 0) throw new Error(`node ${all.join(' ')}: ${result.stderr}`);
        return result.stderr;
      };
      const times = timeInTurn(21, {
        info: { deed: () => runNode(...words) },
        node: { deed: () => runNode('-e', '') },
      });
      const taken = JSON.parse(runNode('-r', probe, ...words)) as { resident: number; read: number };
      return [
        ratioRow('run time', times.info, times.node, "node -e ''", 2),
        sizeRow('bytes read, Node itself included', taken.read, 8 * 2 ** 20),
        sizeRow('resident at most', taken.resident, 120 * 2 ** 20),
      ];
    } finally {
      cli.remove();
    }
  },
};
