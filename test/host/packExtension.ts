import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');

/** Packs the extension as `npm run package` does, a production build included. Returns what vsce said. */
export async function packExtension(path: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: { package: string } };
  const flags = manifest.scripts.package.split(' ').slice(1);
  const vsce = join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, [vsce, ...flags, '--out', path], { cwd: ROOT });
  return stdout + stderr;
}
