import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PATIENCE } from '../patience';
import type { InstalledServer } from './install';

/** Quiet, and the same for everyone. */
const SETTINGS = {
  'files.autoSave': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false,
  'security.workspace.trust.enabled': false,
  'terminal.integrated.enablePersistentSessions': false,
};

/** Folders are not trusted, and nobody is asked whether they are. */
const RESTRICTED = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.emptyWindow': false,
};

export interface ServerOptions {
  /** Holds everything that the server keeps: settings, installed extensions, its log. Made when missing. */
  readonly dataFolder: string;
  /** Lets a test run inside the extension host, and takes dialogs and notifications away. */
  readonly testDriver: boolean;
  /** Reaches the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False where folders are opened in restricted mode, until the user trusts them. */
  readonly trustsFolders?: boolean;
  /** Asked of whoever connects. Without it every program on this machine is let in: for the minutes of a test only. */
  readonly connectionToken?: string;
}

export interface RunningServer {
  /** `127.0.0.1:PORT` */
  readonly authority: string;
  /** What it printed. */
  readonly logFile: string;
  /** Of the server and all that it started. */
  readonly processGroup: number;
  stop(): Promise<void>;
}

/** A VS Code above must not show through to the one that is started. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const isForeign = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_V8_COVERAGE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign.test(name)));
}

function folderArguments(dataFolder: string): readonly string[] {
  return [
    ...['--accept-server-license-terms', '--disable-telemetry', '--server-data-dir', dataFolder],
    ...['--user-data-dir', dataFolder, '--extensions-dir', join(dataFolder, 'extensions')],
  ];
}

/** The server makes folders one level deep only. */
async function prepareDataFolder(
  options: Pick<ServerOptions, 'dataFolder' | 'settings' | 'trustsFolders'>,
): Promise<void> {
  await mkdir(join(options.dataFolder, 'User'), { recursive: true });
  await mkdir(join(options.dataFolder, 'extensions'), { recursive: true });
  const trust = options.trustsFolders === false ? RESTRICTED : {};
  const settings = JSON.stringify({ ...SETTINGS, ...trust, ...options.settings }, null, 2);
  await writeFile(join(options.dataFolder, 'User', 'settings.json'), settings);
}

/** Installs a packaged extension into the data folder of a server that is to be started. */
export async function installVsix(server: InstalledServer, dataFolder: string, vsix: string): Promise<void> {
  await prepareDataFolder({ dataFolder });
  const child = spawn(server.node, [server.main, ...folderArguments(dataFolder), '--install-extension', vsix], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`installing ${vsix} ended with ${String(code)}:\n${output}`);
}

/** Starts the server on a port that the system chooses, and waits until it answers. */
export async function startServer(server: InstalledServer, options: ServerOptions): Promise<RunningServer> {
  await prepareDataFolder(options);
  const logFile = join(options.dataFolder, 'server.log');
  const child = spawn(
    server.node,
    [
      ...[server.main, ...folderArguments(options.dataFolder), '--host', '127.0.0.1', '--port', '0'],
      ...(options.connectionToken === undefined
        ? ['--without-connection-token']
        : ['--connection-token', options.connectionToken]),
      ...(options.trustsFolders === false ? [] : ['--disable-workspace-trust']),
      ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    // A group of its own, so that its extension host ends with it.
    { env: { ...cleanEnvironment(), ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const endGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const endAtExit = (): void => endGroup('SIGKILL');
  process.once('exit', endAtExit);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    endGroup('SIGTERM');
    const force = setTimeout(() => endGroup('SIGKILL'), 5_000);
    await closed;
    clearTimeout(force);
    process.off('exit', endAtExit);
  };
  const log = createWriteStream(logFile);
  child.stderr.pipe(log, { end: false });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let output = '';
      const timer = setTimeout(
        () => reject(new Error(`no VS Code after ${String(PATIENCE)} ms: ${logFile}`)),
        PATIENCE,
      );
      child.once('error', reject);
      child.once('close', (code) => reject(new Error(`VS Code ended with ${String(code)}: ${logFile}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        log.write(chunk);
        output += chunk.toString();
        const found = /Extension host agent listening on (\d+)/.exec(output)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
    });
    const authority = `127.0.0.1:${port}`;
    const answer = await fetch(`http://${authority}/version`);
    if (!answer.ok) throw new Error(`VS Code answers ${String(answer.status)}: ${logFile}`);
    return { authority, logFile, processGroup: child.pid ?? NaN, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
