import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests, SilentReporter } from '@vscode/test-electron';
import { HostUnavailable } from './install';
import { ReportReader } from '../report';
import type { Counts } from '../report';
import type { SuiteRun } from './suiteRun';

/** `VSCODE_EXECUTABLE`, or the VS Code of that version from its makers, cached. Throws `HostUnavailable`. */
export async function desktopExecutable(version: string): Promise<string> {
  const chosen = process.env['VSCODE_EXECUTABLE'];
  if (chosen !== undefined) return chosen;
  try {
    return await downloadAndUnzipVSCode({ version, reporter: new SilentReporter() });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostUnavailable(`VS Code ${version} could not be downloaded: ${why}`, { cause: error });
  }
}

/** Runs the suites inside a desktop VS Code. Tests that click in the browser skip there. Throws `HostUnavailable`. */
export async function runOnDesktop(
  version: string,
  run: SuiteRun,
  scratch: string,
  print: (line: string) => void,
): Promise<Counts> {
  const vscodeExecutablePath = await desktopExecutable(version);
  const report = new ReportReader(run.reportFile, print);
  const following = setInterval(() => report.readOn(), 500);
  let trouble: unknown = null;
  try {
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: run.extensionFolder,
      extensionTestsPath: run.testProgram,
      extensionTestsEnv: { ...run.environment },
      launchArgs: [run.workspaceFolder, '--disable-extensions', `--user-data-dir=${join(scratch, 'data')}`],
    });
  } catch (error) {
    // A failed test ends here too; the report tells one from the other.
    trouble = error;
  } finally {
    clearInterval(following);
  }
  report.readOn();
  if (!report.isComplete) throw new Error('the extension host broke down', { cause: trouble });
  return report.counts;
}
