import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runHosts } from './host/hosts';
import { packExtension } from './host/packExtension';
import type { NotRun } from './notRun';
import { addCounts, countsLine, recordedFailures, recordedRetries, recordFailure, ReportReader } from './report';
import type { Counts } from './report';

const ROOT = resolve(__dirname, '..');

const HELP = `Runs every check and every test.

  npm test [-- [--full] [PART]...]

--full is for before a release: the long property and fuzz tests. Parts: `;

/** What is run one after the other; the name chooses it on the command line. */
interface Part {
  readonly name: string;
  readonly title: string;
  readonly run: (scratch: string) => Promise<Counts>;
}

/** `VHD_EDITOR_CI=0` is for machines of others, which cannot have everything. */
function isContinuousIntegration(): boolean {
  const said = process.env['VHD_EDITOR_CI'] ?? process.env['CI'];
  return said === '1' || said === 'true';
}

/** Runs a program of node_modules with this Node. Resolves to its exit code and, unless it is shown at once, its output. */
async function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly show: boolean; readonly environment?: Readonly<Record<string, string>> },
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(ROOT, path), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number>((done, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => done(exitCode ?? 1));
  });
  return { code, output };
}

/** A check that passes or fails as a whole; what it says is shown only when it fails. */
function check(name: string, title: string, path: string, ...args: readonly string[]): Part {
  const run = async (): Promise<Counts> => {
    const { code, output } = await runProgram(path, args, { show: false });
    if (code !== 0) {
      console.log(output);
      recordFailure(title, '');
    }
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  };
  return { name, title, run };
}

/** Mocha in a process of its own. What passes is only counted; what tests print, such as seeds, is shown. */
async function runMocha(
  scratch: string,
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const reportFile = join(scratch, `${name}.jsonl`);
  const report = new ReportReader(reportFile, console.log, false);
  const following = setInterval(() => report.readOn(), 500);
  const { code } = await runProgram(
    'node_modules/mocha/bin/mocha.js',
    ['--reporter', join(ROOT, 'test/reporter.cjs'), ...args],
    { show: true, environment: { ...environment, VHD_TEST_REPORT: reportFile } },
  );
  clearInterval(following);
  report.readOn();
  if (!report.isComplete || (code !== 0 && report.counts.failed === 0)) {
    const why = `mocha ended with ${String(code)} ${report.isComplete ? 'though no test failed' : 'before it was through'}`;
    console.log(`  ✘ ${why}`);
    recordFailure(name, why);
    report.counts.failed += 1;
  }
  return report.counts;
}

/** As many files at once as there are processors, but for what builds `dist/` anew. A full run has no time limit for its long tests. */
async function runUnit(scratch: string): Promise<Counts> {
  const limit = process.env['VHD_TEST_SIZE'] === 'full' ? ['--timeout', '0'] : [];
  const lanes = ['--parallel', '--jobs', String(Math.min(8, availableParallelism()))];
  const counts = await runMocha(scratch, 'unit', [
    ...lanes,
    ...limit,
    'test/*.test.ts',
    'test/!(host|package)/**/*.test.ts',
  ]);
  addCounts(counts, await runMocha(scratch, 'package', ['test/package/*.test.ts']));
  return counts;
}

async function runPackaged(scratch: string): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const vsix = join(scratch, 'vhd-editor.vsix');
  await packExtension(vsix);
  const suites = ['--retries', '1', 'test/host/vsix/**/*.test.ts'];
  const runs = ['oldest', 'current'].map((release) =>
    runMocha(scratch, `packaged-${release}`, suites, { VHD_TEST_VSCODE: release, VHD_TEST_VSIX: vsix }),
  );
  for (const counts of await Promise.all(runs)) addCounts(total, counts);
  return total;
}

const TYPES = ['engine', 'engine/storage', 'protocol', 'worker', 'cli', 'extension', 'webview'].map(
  (name) => `src/${name}`,
);

const PARTS: readonly Part[] = [
  check('types', 'Types, one environment per folder', 'node_modules/typescript/bin/tsc', '-b', ...TYPES, 'test'),
  check('lint', 'Lint', 'node_modules/eslint/bin/eslint.js', '-c', '.config/eslint.config.mjs', '.'),
  check('format', 'Format', 'node_modules/prettier/bin/prettier.cjs', '--check', '.'),
  check('knip', 'Unused files, exports and packages', 'node_modules/knip/bin/knip.js'),
  check('build', 'Production build', 'esbuild.js', '--production'),
  {
    name: 'unit',
    title: 'Unit, property and fuzz tests, peers, page and package',
    run: runUnit,
  },
  { name: 'host', title: 'Inside a real VS Code', run: () => runHosts([], null) },
  { name: 'packaged', title: 'The packaged extension, installed', run: runPackaged },
];

async function runPart(part: Part, scratch: string): Promise<Counts> {
  console.log(`\n${part.title}`);
  const start = Date.now();
  let counts: Counts;
  try {
    counts = await part.run(scratch);
  } catch (error) {
    console.log(error);
    recordFailure(part.title, String(error));
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  console.log(`  ${countsLine(counts)} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  return counts;
}

/** Each thing once, however many tests missed it. */
function readNotRun(file: string): readonly NotRun[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return [...new Set(lines)].map((line) => JSON.parse(line) as NotRun);
}

function choosePartsFromCommandLine(): readonly Part[] | null {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { full: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const names = PARTS.map((part) => part.name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (values.help || unknown.length > 0) {
    console.log(HELP + names.join(', '));
    process.exitCode = values.help ? 0 : 2;
    return null;
  }
  process.env['VHD_TEST_SIZE'] = values.full ? 'full' : (process.env['VHD_TEST_SIZE'] ?? 'ci');
  return positionals.length === 0 ? PARTS : PARTS.filter((part) => positionals.includes(part.name));
}

async function main(): Promise<void> {
  const parts = choosePartsFromCommandLine();
  if (parts === null) return;
  const scratch = await mkdtemp(join(tmpdir(), 'vhd-editor-test-'));
  const notRunFile = join(scratch, 'not-run.jsonl');
  process.env['VHD_TEST_NOT_RUN'] = notRunFile;
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) addCounts(total, await runPart(part, scratch));

  const missing = readNotRun(notRunFile);
  console.log('');
  for (const title of recordedRetries()) console.log(`Run once more: ${title}`);
  for (const failure of recordedFailures()) console.log(`Failed: ${failure}`);
  for (const { what, why } of missing) console.log(`Not run: ${what}: ${why}`);
  if (isContinuousIntegration() && missing.length > 0) {
    console.log('Here everything has to be run, so each of these counts as failed.');
    total.failed += missing.length;
  }
  await rm(scratch, { recursive: true });
  console.log(countsLine(total));
  if (total.failed > 0) process.exitCode = 1;
}

void main();
