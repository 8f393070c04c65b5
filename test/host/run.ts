import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordNotRun } from '../notRun';
import { runInBrowser } from './browserHost';
import { runOnDesktop } from './desktop';
import { HostUnavailable, RELEASES } from './install';
import { prepareSuites } from './suiteRun';
import type { SuiteCounts, SuiteRun } from './suiteRun';

const HELP = `Runs test/host/suites inside real VS Codes, on what stands in dist/.

  npm run test:host -- [--in oldest|current|desktop]... [--grep TEXT]

oldest and current are shown in Chromium; desktop is VSCODE_EXECUTABLE or a download.`;

/** A VS Code to run in: its name, and how. */
interface Host {
  readonly name: string;
  readonly run: (suites: SuiteRun, scratch: string) => Promise<SuiteCounts>;
}

function print(line: string): void {
  console.log(line);
}

const browserHosts: readonly Host[] = RELEASES.map((release) => ({
  name: release.label,
  run: (suites, scratch) => runInBrowser(release, suites, scratch, print),
}));

const desktopHosts: readonly Host[] =
  process.env['VSCODE_EXECUTABLE'] === undefined
    ? RELEASES.map((release) => ({
        name: `desktop ${release.vscodeVersion}`,
        run: (suites, scratch) => runOnDesktop(release.vscodeVersion, suites, scratch, print),
      }))
    : [{ name: 'desktop', run: (suites, scratch) => runOnDesktop('stable', suites, scratch, print) }];

/** Without a choice: in the browser where that can be had, and on the desktop everywhere else. */
function chosenHosts(names: readonly string[]): readonly Host[] {
  if (names.length === 0) return process.platform === 'linux' ? browserHosts : desktopHosts;
  return [...browserHosts, ...desktopHosts].filter((host) => names.some((name) => host.name.startsWith(name)));
}

async function runHost(host: Host, grep: string | null, total: SuiteCounts): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'vhd-editor-host-'));
  print(`\nIn VS Code, ${host.name}:`);
  try {
    const counts = await host.run(await prepareSuites(scratch, { grep, label: host.name }), scratch);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    await rm(scratch, { recursive: true });
  } catch (error) {
    if (error instanceof HostUnavailable) {
      recordNotRun(`suites in VS Code, ${host.name}`, error.message);
      print(`  not run: ${error.message}`);
      total.skipped += 1;
    } else {
      print(`  ✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      total.failed += 1;
    }
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      in: { type: 'string', multiple: true, default: [] },
      grep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(HELP);
    return;
  }
  const total: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const host of chosenHosts(values.in)) await runHost(host, values.grep ?? null, total);
  print(`\n${String(total.passed)} passed, ${String(total.failed)} failed, ${String(total.skipped)} skipped`);
  if (total.failed > 0) process.exitCode = 1;
}

void main();
