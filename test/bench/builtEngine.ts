import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';
import type * as engine from '../../src/engine/index';

/**
 * The engine as it is shipped, in one file. Where each of its files is a module of its own, as in tests, every call from one to another
 * costs more than many a loop does.
 */
export function builtEngine(): typeof engine {
  const entryPoints = [join(__dirname, '../../src/engine/index.ts')];
  const options = {
    entryPoints,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    write: false,
  } as const;
  const [output] = buildSync(options).outputFiles;
  const module = { exports: {} };
  // Not by `require`: what runs the tests would translate it once more.
  const run = compileFunction(output?.text ?? '', ['module', 'require']) as (...words: unknown[]) => void;
  run(module, createRequire(__filename));
  return module.exports as typeof engine;
}
