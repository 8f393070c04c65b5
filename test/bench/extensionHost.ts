import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runHosts } from '../host/hosts';
import type { OpeningTimes } from '../host/suites/longestBlock';
import { median, milliseconds, NotMeasured } from './measure';
import type { BenchPart, BenchRow } from './measure';

/** What test/host/suites/largestDisk.test.ts and largestFolder.test.ts write. Milliseconds of the processor, an entry a round. */
interface HostTimes {
  readonly disk: OpeningTimes;
  readonly chain: OpeningTimes;
  readonly folder: readonly number[];
  readonly resting: number;
}

/** So long at most. */
const PROMISE = 50;

/** How long large things keep all other extensions, and their own page, waiting in a real VS Code. */
export const extensionHost: BenchPart = {
  name: 'large things in VS Code: the longest block of a thread',
  async run(folder) {
    const file = join(folder, 'measures.json');
    // The host inherits it from us.
    process.env['VHD_TEST_MEASURES'] = file;
    const counts = await runHosts(['current'], 'the largest ');
    if (!existsSync(file)) {
      throw new NotMeasured(counts.failed > 0 ? 'the suite failed' : 'there is no VS Code to be had');
    }
    return rows(JSON.parse(readFileSync(file, 'utf8')) as HostTimes);
  },
};

function rows({ disk, folder, chain, resting }: HostTimes): BenchRow[] {
  const rest = `at rest: ${milliseconds(resting)}`;
  return [
    row('extension host: a chain of 2040 GiB images, opened and scanned', disk.opening, rest),
    row('extension host: a folder of 5,000 images, shown', folder, rest),
    row('extension host: a chain of 64 layers, opened', chain.opening, rest),
    row('page: a chain of 2040 GiB images, opened and scanned', disk.page, ''),
    row('page: a chain of 64 layers, opened', chain.page, ''),
  ];
}

function row(what: string, times: readonly number[], peer: string): BenchRow {
  const longest = median(times);
  return {
    ...{ what, peer, ratio: null, ours: milliseconds(longest) },
    ...{ promise: `at most ${String(PROMISE)} ms`, isKept: longest <= PROMISE },
  };
}
