import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { sized } from '../testSize';
import type { FuzzReport } from './fuzzMain';

const MIB = 1024 * 1024;
/** What the whole process may take while it reads damaged images. */
const MAX_MEMORY = 256 * MIB;
/** Reads of one case, everything done with it but checks and repairs: opened twice, its tree, its blocks, its chain, its sectors. */
const MAX_READS = 3_000;
/** No image may take a second. What is far beyond it on any machine is named; below that the counted work decides. */
const FAR_BEYOND = 10_000;

/** Cases that one process does; a process a piece keeps its memory comparable and its end near. */
const PIECE = 5_000;
/** The young generation of the collector is held small: what it lets lie is no memory that anybody needs. */
const OPTIONS = ['--max-semi-space-size=4'];

describe('Damaged images', () => {
  let folder = '';
  let program = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-fuzz-'));
    program = join(folder, 'fuzz.js');
    const entryPoints = [join(__dirname, 'fuzzMain.ts')];
    buildSync({ entryPoints, bundle: true, platform: 'node', target: 'node20', outfile: program, logLevel: 'error' });
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(seed: number, first: number, count: number): FuzzReport {
    const output = execFileSync(process.execPath, [...OPTIONS, program, String(seed), String(first), String(count)], {
      encoding: 'utf8',
      maxBuffer: 16 * MIB,
    });
    return JSON.parse(output) as FuzzReport;
  }

  it('make no crash, no endless reading and no heap of memory, whatever their bytes', () => {
    const seed = Number(process.env['VHD_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
    const only = process.env['VHD_FUZZ_CASE'];
    const first = only === undefined ? 0 : Number(only);
    const count = only === undefined ? sized({ small: 2_000, ci: 10_000, full: 200_000 }) : 1;
    console.log(`      seed ${seed}: VHD_FUZZ_SEED=${seed} repeats it, with VHD_FUZZ_CASE=N its case N alone`);
    const reports: FuzzReport[] = [];
    for (let from = first; from < first + count; from += PIECE) {
      reports.push(run(seed, from, Math.min(PIECE, first + count - from)));
    }
    const slowest = reports.map((report) => report.slowest).sort((a, b) => b.milliseconds - a.milliseconds)[0]!;
    const mostReads = reports.map((report) => report.mostReads).sort((a, b) => b.reads - a.reads)[0]!;
    const peakMemory = Math.max(...reports.map((report) => report.peakMemory));
    const opened = reports.reduce((sum, report) => sum + report.opened, 0);
    console.log(
      `      ${count} cases, ${opened} opened; slowest ${slowest.milliseconds.toFixed(0)} ms of processor (case ${slowest.case}), ` +
        `most reads ${mostReads.reads} (case ${mostReads.case}), memory ${Math.round(peakMemory / MIB)} MiB`,
    );
    const failures = reports.flatMap((report) => report.failures);
    const told = failures.map(
      ({ case: number, message }) => `VHD_FUZZ_SEED=${seed} VHD_FUZZ_CASE=${number}\n${message}`,
    );
    assert.equal(told.join('\n'), '');
    assert.ok(mostReads.reads <= MAX_READS, `case ${mostReads.case} took ${mostReads.reads} reads`);
    assert.ok(peakMemory < MAX_MEMORY, `the process took ${Math.round(peakMemory / MIB)} MiB`);
    assert.ok(slowest.milliseconds < FAR_BEYOND, `case ${slowest.case} took ${slowest.milliseconds} ms`);
    if (count >= 2_000) assert.ok(opened > count / 4, 'too few of them open to prove anything');
  });
});
