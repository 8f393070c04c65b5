import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { startBridge } from './bridge';
import { launchChromium, openWindow } from './chromium';
import { installServer } from './install';
import type { VsCodeRelease } from './install';
import { startServer } from './server';
import { ReportReader } from '../report';
import type { Counts } from '../report';
import type { SuiteRun } from './suiteRun';
import { Workbench } from './workbench';

/** A suite that takes longer hangs. */
const RUN_TIMEOUT = 2_400_000;

/** Pictures for people to look at; CI keeps them. */
export const PICTURES = resolve(__dirname, '../../test-output');

/** The address that makes the workbench start the tests in its extension host. */
function testAddress(authority: string, run: SuiteRun): string {
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(run.extensionFolder)],
    ['extensionTestsPath', remote(run.testProgram)],
    ['skipWelcome', 'true'],
  ]);
  const query = new URLSearchParams({ folder: run.workspaceFolder, payload });
  return `http://${authority}/?${query.toString()}`;
}

/** Resolves when the workbench says that the tests have ended, well or not. */
async function testsEnded(page: Page): Promise<void> {
  await page.exposeFunction('codeAutomationLog', () => undefined);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end after ${String(RUN_TIMEOUT)} ms`)), RUN_TIMEOUT);
    page.once('crash', () => reject(new Error('the page crashed')));
    page
      .exposeFunction('codeAutomationExit', () => {
        clearTimeout(timer);
        resolve();
      })
      .catch(reject);
  });
}

/** Runs the suites inside the extension host of a real VS Code that Chromium shows. Throws `HostUnavailable`. */
export async function runInBrowser(
  release: VsCodeRelease,
  run: SuiteRun,
  scratch: string,
  print: (line: string) => void,
): Promise<Counts> {
  // First, since fetching a VS Code that nothing can show would be in vain.
  const chromium = await launchChromium();
  try {
    const installed = await installServer(release, print);
    const { page } = await openWindow(chromium);
    const bridge = await startBridge(new Workbench(page, join(PICTURES, release.label)));
    const server = await startServer(installed, {
      dataFolder: join(scratch, 'data'),
      testDriver: true,
      environment: { ...run.environment, VHD_TEST_BRIDGE: bridge.url },
    });
    const report = new ReportReader(run.reportFile, print);
    const following = setInterval(() => report.readOn(), 500);
    try {
      const ended = testsEnded(page);
      await page.goto(testAddress(server.authority, run));
      await ended;
    } finally {
      clearInterval(following);
      await server.stop();
      await bridge.close();
    }
    report.readOn();
    if (!report.isComplete) throw new Error(`the extension host broke down: ${server.logFile}`);
    return report.counts;
  } finally {
    await chromium.close();
  }
}
