import { existsSync, readFileSync } from 'node:fs';
import { makeCorpus } from './corpus';
import { exercise } from './exercise';
import { mutate } from './mutate';
import { caseSeed, Random } from './random';

/** What a run found out, as the test reads it from standard output. */
export interface FuzzReport {
  readonly cases: number;
  /** Cases whose leaf opened in spite of its damage. */
  readonly opened: number;
  readonly failures: readonly { readonly case: number; readonly message: string }[];
  /** Of the processor's time: what else the machine does is not counted. */
  readonly slowest: { readonly case: number; readonly milliseconds: number };
  readonly mostReads: { readonly case: number; readonly reads: number };
  readonly bytesRead: number;
  /** Bytes of memory that the process had at most, all of it. */
  readonly peakMemory: number;
}

/** More are not reported: they are mostly one mistake. */
const MAX_FAILURES = 10;

/** A run of its own process: `node fuzzMain.js SEED FIRST COUNT` does the cases from FIRST on and prints a FuzzReport as JSON. */
function main(seed: number, first: number, count: number): FuzzReport {
  const corpus = makeCorpus();
  const failures: { case: number; message: string }[] = [];
  let opened = 0;
  let bytesRead = 0;
  let slowest = { case: first, milliseconds: 0 };
  let mostReads = { case: first, reads: 0 };
  let cases = 0;
  for (let index = first; index < first + count && failures.length < MAX_FAILURES; index++) {
    const random = new Random(caseSeed(seed, index));
    const [leaf, base] = random.pick(corpus);
    const [otherLeaf] = random.pick(corpus);
    const badLeaf = mutate(leaf, random.chance(2) ? base : otherLeaf, random);
    const badBase = random.chance(3) ? mutate(base, leaf, random) : base.bytes;
    const start = process.cpuUsage();
    try {
      const work = exercise(badLeaf, badBase, random);
      opened += work.opened ? 1 : 0;
      bytesRead += work.bytesRead;
      if (work.reads > mostReads.reads) mostReads = { case: index, reads: work.reads };
    } catch (error) {
      failures.push({ case: index, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds > slowest.milliseconds) slowest = { case: index, milliseconds };
    cases++;
  }
  const peakMemory = ownPeakMemory();
  return { cases, opened, failures, slowest, mostReads, bytesRead, peakMemory };
}

/** Bytes. Linux adds to a process's `maxRSS` what the one that started it had; what stands in its status is its own. */
function ownPeakMemory(): number {
  const status = '/proc/self/status';
  const own = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return Number(own ?? process.resourceUsage().maxRSS) * 1024;
}

const [seed = 0, first = 0, count = 1] = process.argv.slice(2).map(Number);
console.log(JSON.stringify(main(seed, first, count)));
