import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordNotRun } from '../notRun';
import { addCounts, recordFailure } from '../report';
import type { Counts } from '../report';
import { runInBrowser } from './browserHost';
import { runOnDesktop } from './desktop';
import { HostUnavailable, RELEASES } from './install';
import { prepareSuites } from './suiteRun';
import type { SuiteRun } from './suiteRun';

/** A VS Code to run in: its name, and how. */
interface Host {
  readonly name: string;
  readonly run: (suites: SuiteRun, scratch: string, print: Print) => Promise<Counts>;
}

type Print = (line: string) => void;

const browserHosts: readonly Host[] = RELEASES.map((release) => ({
  name: release.label,
  run: (suites, scratch, print) => runInBrowser(release, suites, scratch, print),
}));

/** The one desktop VS Code that is asked for, `1.100.3` or `stable`; undefined for all that we know. */
const desktopVersion = process.env['VHD_TEST_DESKTOP'];
const desktopVersions =
  desktopVersion === undefined ? RELEASES.map(({ vscodeVersion }) => vscodeVersion) : [desktopVersion];

const desktopHosts: readonly Host[] =
  process.env['VSCODE_EXECUTABLE'] === undefined
    ? desktopVersions.map((version) => ({
        name: `desktop ${version}`,
        run: (suites, scratch, print) => runOnDesktop(version, suites, scratch, print),
      }))
    : [{ name: 'desktop', run: (suites, scratch, print) => runOnDesktop('stable', suites, scratch, print) }];

/** Without a choice: in the browser where that can be had, and on the desktop everywhere else or where one is asked for. */
function chosenHosts(names: readonly string[]): readonly Host[] {
  if (names.length === 0) {
    return process.platform === 'linux' && desktopVersion === undefined ? browserHosts : desktopHosts;
  }
  return [...browserHosts, ...desktopHosts].filter((host) => names.some((name) => host.name.startsWith(name)));
}

async function runHost(host: Host, grep: string | null, total: Counts, print: Print): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'vhd-editor-host-'));
  print(`\nIn VS Code, ${host.name}:`);
  try {
    const counts = await host.run(await prepareSuites(scratch, grep), scratch, print);
    addCounts(total, counts);
    await rm(scratch, { recursive: true });
  } catch (error) {
    if (error instanceof HostUnavailable) {
      recordNotRun(`suites in VS Code, ${host.name}`, error.message);
      print(`  not run: ${error.message}`);
      total.skipped += 1;
    } else {
      print(`  ✘ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      recordFailure(`suites in VS Code, ${host.name}`, String(error));
      total.failed += 1;
    }
  }
}

/**
 * Runs the suites in the named VS Codes (`oldest`, `current`, `desktop`), or in all that suit this machine. Those in browsers run at the same time; what
 * each prints stands together.
 */
export async function runHosts(names: readonly string[], grep: string | null): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const hosts = chosenHosts(names);
  let told = Promise.resolve();
  const runs = hosts
    .filter((host) => browserHosts.includes(host))
    .map((host) => {
      const lines: string[] = [];
      let print: Print = (line) => lines.push(line);
      // Once all before it have been told, it is followed as it goes on.
      const turn = told.then(() => {
        lines.forEach((line) => console.log(line));
        print = console.log;
      });
      const run = runHost(host, grep, total, (line) => print(line));
      told = turn.then(() => run);
      return run;
    });
  await Promise.all([...runs, told]);
  // Two desktops would take the focus from each other.
  for (const host of hosts.filter((each) => !browserHosts.includes(each))) {
    await runHost(host, grep, total, console.log);
  }
  return total;
}
