import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { filesBelow } from '../filesBelow';

const ROOT = resolve(__dirname, '../..');

/** What the mocha inside an extension host found, added up. */
export interface SuiteCounts {
  passed: number;
  failed: number;
  skipped: number;
}

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

export interface SuiteChoice {
  /** Only tests whose title has it. */
  readonly grep: string | null;
  readonly label: string;
}

/** Bundles the suites and stages the built extension in a scratch folder. `dist/` must have been built. */
export async function prepareSuites(scratch: string, choice: SuiteChoice): Promise<SuiteRun> {
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
      ...(choice.grep === null ? {} : { VHD_TEST_GREP: choice.grep }),
    },
  };
}

interface ReportEvent {
  readonly kind: 'pass' | 'fail' | 'skip' | 'end' | 'note';
  readonly title?: string;
  readonly error?: string;
  readonly text?: string;
}

/** Follows the report while the suites run, printing each result, and adds it all up. */
export class ReportReader {
  readonly counts: SuiteCounts = { passed: 0, failed: 0, skipped: 0 };
  /** True once every test has been run. A host that breaks down never gets there. */
  isComplete = false;
  readonly #file: string;
  readonly #print: (line: string) => void;
  #linesRead = 0;

  constructor(file: string, print: (line: string) => void) {
    this.#file = file;
    this.#print = print;
  }

  readOn(): void {
    if (!existsSync(this.#file)) return;
    // The last piece is an unfinished line, or nothing.
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(this.#linesRead)) this.#take(JSON.parse(line) as ReportEvent);
    this.#linesRead = lines.length;
  }

  #take(event: ReportEvent): void {
    if (event.kind === 'pass') {
      this.counts.passed += 1;
      this.#print(`  ✔ ${event.title ?? ''}`);
    } else if (event.kind === 'skip') {
      this.counts.skipped += 1;
      this.#print(`  - ${event.title ?? ''}`);
    } else if (event.kind === 'fail') {
      this.counts.failed += 1;
      this.#print(`  ✘ ${event.title ?? ''}\n${indent(event.error ?? '')}`);
    } else if (event.kind === 'note') {
      this.#print(indent(event.text ?? ''));
    } else {
      this.isComplete = true;
    }
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ').replaceAll(`${ROOT}/`, relative(process.cwd(), ROOT));
}
