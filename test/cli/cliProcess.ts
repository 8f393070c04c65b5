import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(__dirname, '../..');

/** The command line as it is shipped, one bundle, built from the sources as they are now. */
export class CliProcess {
  readonly path: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'vhd-editor-cli-'));
    this.path = join(this.#folder, 'cli.js');
    buildSync({
      absWorkingDir: ROOT,
      entryPoints: ['src/cli/main.ts'],
      outfile: this.path,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'error',
    });
  }

  /** Runs a call to its end. */
  run(words: readonly string[], folder?: string): { exitCode: number | null; output: Buffer; error: string } {
    const result = spawnSync(process.execPath, [this.path, ...words], {
      maxBuffer: 2 ** 30,
      ...(folder ? { cwd: folder } : {}),
    });
    return { exitCode: result.status, output: result.stdout, error: result.stderr.toString() };
  }

  /** Begins a call. */
  start(words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [this.path, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
