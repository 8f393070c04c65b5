import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { filesBelow } from '../filesBelow';

const ROOT = resolve(__dirname, '../..');

/** What a run of the suites needs, whichever VS Code it runs in. */
export interface SuiteRun {
  /** The extension as it is packaged, but not packed: manifest, dist and media. */
  readonly extensionFolder: string;
  readonly suitesFolder: string;
  /** Opened in VS Code; empty at the start. */
  readonly workspaceFolder: string;
  /** Lines of JSON; see index.js. */
  readonly reportFile: string;
  /** Runs inside the extension host. */
  readonly testProgram: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Bundles the suites and stages the built extension in a scratch folder. `grep` picks tests by title. `dist/` must have been built. */
export async function prepareSuites(scratch: string, grep: string | null): Promise<SuiteRun> {
  const extensionFolder = join(scratch, 'extension');
  const suitesFolder = join(scratch, 'suites');
  const workspaceFolder = join(scratch, 'workspace');
  const reportFile = join(scratch, 'report.jsonl');
  await mkdir(workspaceFolder, { recursive: true });
  for (const name of ['package.json', 'package.nls.json', 'dist', 'media', 'l10n']) {
    const source = join(ROOT, name);
    if (existsSync(source)) await cp(source, join(extensionFolder, name), { recursive: true });
  }
  const suites = join(__dirname, 'suites');
  await build({
    entryPoints: filesBelow(suites, '.test.ts'),
    outdir: suitesFolder,
    outbase: suites,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const images = process.env['VHD_EDITOR_IMAGES'] ?? resolve(ROOT, '../shared/images');
  return {
    extensionFolder,
    suitesFolder,
    workspaceFolder,
    reportFile,
    testProgram: join(__dirname, 'index.js'),
    environment: {
      VHD_TEST_REPORT: reportFile,
      VHD_TEST_SUITES: suitesFolder,
      VHD_EDITOR_IMAGES: images,
      ...(grep === null ? {} : { VHD_TEST_GREP: grep }),
    },
  };
}
