import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyToSaved } from './edits';
import { checkGiant, scanHeap } from './checks';
import { exportChain, exportDynamic } from './exports';
import { extensionHost } from './extensionHost';
import { NotMeasured, type BenchPart, type BenchRow } from './measure';
import { find } from './finds';
import { mergePair, mergeRange, snapshotOfGiant } from './merges';
import { blockGrain, sectorGrain } from './owners';
import { page } from './page';
import { startUp } from './startUp';

/** Every part of the benchmark, in the order in which they are run. */
const PARTS: readonly BenchPart[] = [
  startUp,
  blockGrain,
  sectorGrain,
  exportDynamic,
  exportChain,
  find,
  checkGiant,
  scanHeap,
  snapshotOfGiant,
  mergePair,
  mergeRange,
  keyToSaved,
  page,
  extensionHost,
];

/** Runs a part in a folder of its own, which is gone afterwards. */
async function measure(part: BenchPart): Promise<readonly BenchRow[]> {
  process.stderr.write(`${part.name} ...\n`);
  const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-bench-'));
  try {
    return await part.run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cells({ what, ours, peer, ratio, promise, isKept }: BenchRow): string[] {
  return [`  ${what}`, ours, peer, ratio === null ? '' : `${ratio.toFixed(2)} x`, promise, isKept ? 'kept' : 'MISSED'];
}

async function main(): Promise<void> {
  const chosen = PARTS.filter(({ name }) => process.argv.slice(2).every((word) => name.includes(word)));
  const table: string[][] = [['', 'ours', 'beside', 'ratio', 'promise', '']];
  let missed = 0;
  for (const part of chosen) {
    table.push([part.name]);
    try {
      const rows = await measure(part);
      table.push(...rows.map(cells));
      missed += rows.filter((row) => !row.isKept).length;
    } catch (error) {
      if (!(error instanceof NotMeasured)) throw error;
      table.push([`  not measured: ${error.message}`]);
    }
  }
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((row) => (row.length === 1 ? 0 : row[column]!.length))),
  );
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
  }
  console.log(
    `\nNode ${process.version}, ${process.platform}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`,
  );
  console.log(missed === 0 ? 'Every promise is kept.' : `${missed} promises are missed.`);
  process.exitCode = missed === 0 ? 0 : 1;
}

void main();
