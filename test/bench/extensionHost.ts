import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runHosts } from '../host/hosts';
import { median, milliseconds, NotMeasured } from './measure';
import type { BenchPart, BenchRow } from './measure';

/** What test/host/suites/largestDisk.test.ts writes; milliseconds, an entry a round. */
interface HostTimes {
  readonly opening: readonly number[];
  readonly resting: readonly number[];
}

/** How long opening the largest disk in a real VS Code keeps all other extensions waiting. */
export const extensionHost: BenchPart = {
  name: "the extension host's thread",
  async run(folder) {
    const file = join(folder, 'measures.json');
    // The host inherits it from us.
    process.env['VHD_TEST_MEASURES'] = file;
    const counts = await runHosts(['current'], 'the largest disk');
    if (!existsSync(file)) {
      throw new NotMeasured(counts.failed > 0 ? 'the suite failed' : 'there is no VS Code to be had');
    }
    return [row(JSON.parse(readFileSync(file, 'utf8')) as HostTimes)];
  },
};

function row({ opening, resting }: HostTimes): BenchRow {
  const longest = median(opening);
  return {
    what: 'the longest block while a chain of 2040 GiB images is opened and scanned',
    ours: milliseconds(longest),
    peer: `at rest: ${milliseconds(median(resting))}`,
    ratio: null,
    promise: 'at most 50 ms',
    isKept: longest <= 50,
  };
}
