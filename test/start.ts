import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { filesBelow } from './filesBelow';
import { makeDemoFamily } from './fixtures/demoFamily';
import { desktopExecutable } from './host/desktop';
import { HostUnavailable, installServer, RELEASES } from './host/install';
import { packExtension } from './host/packExtension';
import { installVsix, startServer } from './host/server';

const ROOT = resolve(__dirname, '..');

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The images, kept from start to start of this checkout. */
const SCRATCH = join(tmpdir(), `vhd-editor-demo-${userInfo().username}-${sha256(ROOT).slice(0, 8)}`);

/** What VS Code keeps and runs. Not in the folder for temporary files, where others may write. */
const VSCODE_DATA = join(ROOT, '.vscode-test', 'start');

/** The family is made once, and anew when what makes it has changed. Returns its folder. */
async function prepareFamily(): Promise<string> {
  const folder = join(SCRATCH, 'images');
  const marker = join(SCRATCH, 'made-by');
  const makers = ['demoFamily.ts', 'demoGuest.ts', 'vhdBuilder.ts'].map((name) => join(__dirname, 'fixtures', name));
  const maker = sha256(Buffer.concat(makers.map((path) => readFileSync(path))));
  if (existsSync(marker) && readFileSync(marker, 'utf8') === maker) return folder;
  console.log('Making a family of images to look at …');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await makeDemoFamily(folder);
  await writeFile(marker, maker);
  return folder;
}

function build(): void {
  console.log('Building …');
  execFileSync(process.execPath, [join(ROOT, 'esbuild.js')], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** True when nothing that goes into the package has changed since `path` was made. */
function isNewerThanSources(path: string): boolean {
  if (!existsSync(path)) return false;
  const made = statSync(path).mtimeMs;
  const names = readdirSync(ROOT).filter((name) => !name.startsWith('.') && statSync(join(ROOT, name)).isFile());
  const sources = [
    ...names.map((name) => join(ROOT, name)),
    ...filesBelow(join(ROOT, 'src'), ''),
    ...filesBelow(join(ROOT, 'media'), ''),
  ];
  return sources.every((source) => statSync(source).mtimeMs < made);
}

function hasScreen(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** The command `code` on PATH. Inside a remote window it is another program, which opens files only. */
function codeOnPath(): string | null {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder === '' || path.includes('remote-cli')) continue;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function openDesktop(executable: string, family: string): void {
  build();
  const data = join(VSCODE_DATA, 'desktop');
  const isRoot = process.getuid?.() === 0;
  const args = [
    ...['--new-window', `--extensionDevelopmentPath=${ROOT}`, `--user-data-dir=${data}`],
    ...[`--extensions-dir=${join(data, 'extensions')}`, '--disable-workspace-trust', '--skip-welcome'],
    ...(isRoot ? ['--no-sandbox'] : []),
    family,
  ];
  const shell = executable.endsWith('.cmd');
  const program = shell ? `"${executable}"` : executable;
  const quoted = shell ? args.map((argument) => `"${argument}"`) : args;
  spawn(program, quoted, { detached: true, stdio: 'ignore', shell }).unref();
  console.log(`VS Code opens on ${family}. Choose an image in the explorer.`);
}

/** Stays until Ctrl+C. */
async function openInBrowser(family: string): Promise<void> {
  const release = RELEASES.find((candidate) => candidate.label === 'current');
  if (release === undefined) throw new Error('there is no current release');
  const installed = await installServer(release, (line) => console.log(`${line} …`));
  const dataFolder = join(VSCODE_DATA, 'browser');
  const vsix = join(VSCODE_DATA, 'vhd-editor.vsix');
  if (!isNewerThanSources(vsix)) {
    console.log('Building and packing the extension …');
    await mkdir(VSCODE_DATA, { recursive: true });
    await packExtension(vsix);
  }
  await installVsix(installed, dataFolder, vsix);
  const connectionToken = randomBytes(16).toString('hex');
  const server = await startServer(installed, { dataFolder, testDriver: false, connectionToken });
  const query = new URLSearchParams({ tkn: connectionToken, folder: family });
  console.log(
    `\nOpen this in a browser, and choose an image in the explorer:\n\n  http://${server.authority}/?${query.toString()}\n`,
  );
  console.log('Ctrl+C ends it.');
  await new Promise<void>((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
  await server.stop();
}

async function openVsCode(family: string): Promise<void> {
  if (hasScreen()) {
    const code = process.env['VSCODE_EXECUTABLE'] ?? codeOnPath();
    if (code !== null) {
      openDesktop(code, family);
      return;
    }
    try {
      console.log('There is no VS Code on the PATH; fetching one …');
      openDesktop(await desktopExecutable('stable'), family);
      return;
    } catch (error) {
      if (!(error instanceof HostUnavailable)) throw error;
      console.log(`${error.message}. In the browser, then.`);
    }
  }
  await openInBrowser(family);
}

async function main(): Promise<void> {
  try {
    const family = await prepareFamily();
    console.log(`Images: ${readdirSync(family).join(', ')}`);
    await openVsCode(family);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

void main();
