// `node test/fresh.mjs PROGRAM.ts [arguments]` runs a TypeScript program of the project from a fresh clone too:
// it installs the packages where they are missing or are not those of the lockfile. Needs nothing but Node.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

function packagesOf(file) {
  if (!existsSync(file)) return null;
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  delete packages[''];
  return packages;
}

/** True when what npm noted down in node_modules is what the lockfile asks for; packages for other systems may be missing. */
function isInstalled() {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || present === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    return found === undefined ? entry.optional === true : found.integrity === entry.integrity;
  });
}

/** npm of the Node that runs this; on Windows it is a script that only a shell runs. */
function npm(args) {
  const script = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  if (script?.endsWith('.js')) execFileSync(process.execPath, [script, ...args], options);
  else execFileSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

if (!isInstalled()) {
  console.log('Installing the packages of the lockfile …');
  try {
    // No package of ours needs its install script; one would build a native module, others fetch what npm has given already.
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  } catch {
    console.error('npm ci failed; the lines above say why.');
    process.exit(1);
  }
}

const [program, ...rest] = process.argv.slice(2);
const child = spawn(process.execPath, ['--import', 'tsx', join(root, program), ...rest], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl+C reaches the program by itself; it decides when all is put away.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
