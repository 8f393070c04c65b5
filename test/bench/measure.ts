import { spawnSync } from 'node:child_process';

/** One line of the table. Times in milliseconds, sizes in bytes. */
export interface BenchRow {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number | null;
  readonly promise: string;
  readonly isKept: boolean;
}

/** A subject of the benchmark. It makes what it needs in `folder`, which is removed afterwards. */
export interface BenchPart {
  readonly name: string;
  /** May take its time; says so by what it prints to standard error. Throws NotMeasured where it cannot be had. */
  run(folder: string): readonly BenchRow[] | Promise<readonly BenchRow[]>;
}

/** A peer or a tool is missing. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured';
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/**
 * Times several deeds `rounds` times in turn, so that whatever else the machine does meets them all alike.
 * Returns the median of each in milliseconds. The first round warms up and does not count.
 */
export function timeInTurn<Name extends string>(
  rounds: number,
  deeds: Readonly<Record<Name, { before?: () => void; deed: () => void; after?: () => void }>>,
): Record<Name, number> {
  const names = Object.keys(deeds) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      deeds[name].before?.();
      const start = performance.now();
      deeds[name].deed();
      const time = performance.now() - start;
      deeds[name].after?.();
      if (round > 0) times.get(name)?.push(time);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/** Runs a program to its end; throws where it fails. Returns what it wrote to standard output. */
export function runProgram(program: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  const result = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...environment },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** Sends what was written to the disk, so that it is not done at the cost of what is measured next. */
export function settle(): void {
  spawnSync('sync');
}

export function milliseconds(time: number): string {
  return time >= 1000 ? `${(time / 1000).toFixed(2)} s` : `${time.toFixed(time >= 100 ? 0 : 1)} ms`;
}

function mebibytes(size: number): string {
  return `${(size / 2 ** 20).toFixed(1)} MiB`;
}

/** The row of a promise on the ratio of two times. */
export function ratioRow(what: string, ours: number, peer: number, peerName: string, most: number): BenchRow {
  const ratio = ours / peer;
  return {
    what,
    ours: milliseconds(ours),
    peer: `${peerName}: ${milliseconds(peer)}`,
    ratio,
    promise: `at most ${most.toFixed(1)} x`,
    isKept: ratio <= most,
  };
}

/** The row of a promise on a size. */
export function sizeRow(what: string, ours: number, most: number): BenchRow {
  return {
    what,
    ours: mebibytes(ours),
    peer: '',
    ratio: null,
    promise: `at most ${mebibytes(most)}`,
    isKept: ours <= most,
  };
}
