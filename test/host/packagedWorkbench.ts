import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { recordNotRun } from '../notRun';
import { PICTURES } from './browserHost';
import { launchChromium, openWindow } from './chromium';
import { holdExtensionHosts, type HeldExtension } from './heldHost';
import { HostUnavailable, installServer, RELEASES } from './install';
import type { VsCodeRelease } from './install';
import { packExtension } from './packExtension';
import { installVsix, startServer, type ServerOptions } from './server';
import { Workbench } from './workbench';

const ROOT = resolve(__dirname, '../..');

/** A VS Code as a user has it: the packaged extension installed, dialogs and notifications shown, a browser to click in. */
export interface PackagedWorkbench {
  readonly workbench: Workbench;
  readonly page: Page;
  /** The folder that is open; put files in it at any time. */
  readonly folder: string;
  /** Loads the window anew, as after a crash or an update, and waits until the extension is there. */
  reload(): Promise<void>;
  /** Stops all work of the extension, long work too. */
  holdExtension(): HeldExtension;
  /** Opens a file of the folder through quick open, as a user does. */
  openFile(name: string): Promise<void>;
  close(): Promise<void>;
}

/** See `ServerOptions`. */
export type PackagedOptions = Pick<ServerOptions, 'trustsFolders'>;

/** The package that `VHD_TEST_VSIX` names, or one made now. */
async function packagedExtension(scratch: string): Promise<string> {
  const given = process.env['VHD_TEST_VSIX'];
  if (given !== undefined) return resolve(ROOT, given);
  const path = join(scratch, 'vhd-editor.vsix');
  await packExtension(path);
  return path;
}

/** `VHD_TEST_VSCODE`: `oldest` or `current`; the current one when it is not set. */
function chosenRelease(): VsCodeRelease {
  const label = process.env['VHD_TEST_VSCODE'] ?? 'current';
  const release = RELEASES.find((candidate) => candidate.label === label);
  if (release === undefined) throw new Error(`VHD_TEST_VSCODE is ${label}; it can be oldest or current`);
  return release;
}

interface Manifest {
  readonly contributes: { readonly commands?: readonly { readonly title: string; readonly category?: string }[] };
}

/** A title of ours as the palette shows it, to see by it that the extension has been taken in. */
async function anyCommandTitle(): Promise<string | null> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  return manifest.contributes.commands?.[0]?.category ?? null;
}

/** A file that is opened before the extension has been taken in falls to the text editor, and stays there. */
async function extensionIsThere(workbench: Workbench): Promise<void> {
  await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor();
  const title = await anyCommandTitle();
  if (title !== null) await workbench.waitForCommand(title);
}

/**
 * For a suite: a folder open in a real VS Code that has the packaged extension, from before its tests until after them.
 * Where no such VS Code can be had, the suite is skipped and the runner names it as not run.
 */
export function packagedVsCode(options: PackagedOptions = {}): () => PackagedWorkbench {
  let vscode: PackagedWorkbench | null = null;
  before(async function () {
    const release = chosenRelease();
    try {
      vscode = await open(release, options);
    } catch (error) {
      if (!(error instanceof HostUnavailable)) throw error;
      recordNotRun(`the packaged extension in VS Code, ${release.label}`, error.message);
      this.skip();
    }
  });
  after(async () => {
    await vscode?.close();
  });
  return () => {
    if (vscode === null) throw new Error('VS Code is open within tests only');
    return vscode;
  };
}

async function open(release: VsCodeRelease, options: PackagedOptions): Promise<PackagedWorkbench> {
  const cleanUps: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  };
  try {
    const chromium = await launchChromium();
    cleanUps.push(() => chromium.close());
    const installed = await installServer(release, console.log);
    const scratch = await mkdtemp(join(tmpdir(), 'vhd-editor-packaged-'));
    cleanUps.push(() => rm(scratch, { recursive: true }));
    const folder = join(scratch, 'folder');
    const dataFolder = join(scratch, 'data');
    await mkdir(folder);
    await installVsix(installed, dataFolder, await packagedExtension(scratch));
    const server = await startServer(installed, { dataFolder, testDriver: false, ...options });
    cleanUps.push(() => server.stop());
    const { page } = await openWindow(chromium);
    const workbench = new Workbench(page, join(PICTURES, release.label));
    await page.goto(`http://${server.authority}/?${new URLSearchParams({ folder }).toString()}`);
    await extensionIsThere(workbench);
    const reload = async (): Promise<void> => {
      await page.reload();
      await extensionIsThere(workbench);
    };
    return {
      ...{ workbench, page, folder, reload, close },
      holdExtension: () => holdExtensionHosts(server.processGroup),
      openFile: (name) => workbench.openFile(name),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
