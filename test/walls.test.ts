import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { filesBelow } from './filesBelow';
import { importsOf, onCycles } from './importCycles';

const ROOT = resolve(__dirname, '..');

/** Lints code as if it stood at `path`. Types are left out: the walls read import paths only, and the file does not exist. */
async function complaints(path: string, code: string): Promise<readonly string[]> {
  const results = await linter().lintText(code, { filePath: join(ROOT, path) });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

let sharedLinter: ESLint | undefined;

function linter(): ESLint {
  sharedLinter ??= new ESLint({
    cwd: ROOT,
    overrideConfigFile: join(ROOT, '.config/eslint.config.mjs'),
    overrideConfig: { languageOptions: { parserOptions: { project: null } } },
    ruleFilter: ({ ruleId }) => ruleId.endsWith('no-restricted-imports') || ruleId === 'no-restricted-syntax',
  });
  return sharedLinter;
}

/** Compiles code as if it stood in `folder`, in that folder's own environment; the diagnostics' texts. */
function compileErrors(folder: string, code: string): readonly string[] {
  const configPath = join(ROOT, folder, 'tsconfig.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    configPath,
    { incremental: false, composite: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  assert.ok(config);
  const path = join(ROOT, folder, 'forbidden.ts');
  const options = { ...config.options };
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (name) => resolve(name) === path || fileExists(name);
  host.readFile = (name) => (resolve(name) === path ? code : readFile(name));
  host.getSourceFile = (name, languageVersion, ...rest) =>
    resolve(name) === path
      ? ts.createSourceFile(name, code, languageVersion)
      : getSourceFile(name, languageVersion, ...rest);
  const program = ts.createProgram({ rootNames: [path], options, host });
  const file = program.getSourceFile(path);
  assert.ok(file);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) =>
    ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  );
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';

describe('the linter holds the walls', () => {
  const forbidden: readonly [path: string, code: string, why: string][] = [
    ['src/engine/vhd/footer.ts', "import * as vscode from 'vscode';", 'VS Code in the engine'],
    ['src/engine/vhd/footer.ts', "import { readFileSync } from 'node:fs';", 'Node in a format'],
    ['src/engine/vhd/footer.ts', "import { readFileSync } from 'fs';", 'Node under its old name'],
    ['src/engine/vhd/footer.ts', "import { html } from 'lit';", 'a package in the engine'],
    ['src/engine/vhd/footer.ts', "import { openChain } from '../chain/openChain';", 'a format above itself'],
    ['src/engine/vhd/footer.ts', "import { openImage } from '../openImage';", 'a format that opens images'],
    ['src/engine/image.ts', "import { decodeFooter } from './vhd/footer';", 'a format in the neutral face'],
    ['src/engine/storage/storage.ts', "import { openSync } from 'node:fs';", 'Node in the seam itself'],
    ['src/engine/storage/nodeFile.ts', "import { decodeFooter } from '../vhd/footer';", 'a format on the ground floor'],
    ['src/engine/storage/overlay.ts', "import { SECTOR_SIZE } from '../image';", 'an image on the ground floor'],
    ['src/engine/openImage.ts', "import { openChain } from './chain/openChain';", 'a chain below itself'],
    ['src/engine/chain/chain.ts', "import { merge } from '../operations/merge';", 'an operation below itself'],
    ['src/engine/chain/chain.ts', "import { checkImage } from '../check/checkImage';", 'a check below itself'],
    ['src/engine/chain/chain.ts', "import { decodeFooter } from '../vhd/footer';", 'a format above the neutral face'],
    ['src/engine/chain/chain.ts', "export { everything } from '../index';", 'the public face from within'],
    ['src/engine/check/checkImage.ts', "import { merge } from '../operations/merge';", 'an operation in a check'],
    ['src/engine/operations/merge.ts', "import { run } from '../../worker/main';", 'the worker in the engine'],
    [
      'src/engine/operations/merge.ts',
      "import type { Ask } from '../../protocol/messages';",
      'the protocol in the engine',
    ],
    ['src/engine/index.ts', "import { activate } from '../extension/extension';", 'the extension in the engine'],
    ['src/protocol/messages.ts', "import { openImage } from '../engine/index';", "the engine's code in the protocol"],
    ['src/protocol/messages.ts', "import type { Page } from '../webview/page';", 'the page in the protocol'],
    ['src/protocol/messages.ts', "import { Uri } from 'vscode';", 'VS Code in the protocol'],
    ['src/worker/main.ts', "import { decodeFooter } from '../engine/vhd/footer';", "the engine's inside in the worker"],
    ['src/worker/main.ts', "import * as vscode from 'vscode';", 'VS Code in the worker'],
    ['src/cli/main.ts', "import { startWorker } from '../worker/client';", 'the worker in the command line'],
    ['src/cli/main.ts', "import * as vscode from 'vscode';", 'VS Code in the command line'],
    ['src/extension/extension.ts', "import { map } from '../webview/blockMap/map';", 'the page in the extension'],
    ['src/extension/editor/document.ts', "import { html } from 'lit';", 'a package in the extension'],
    ['src/webview/main.ts', "import * as vscode from 'vscode';", 'VS Code in the page'],
    ['src/webview/main.ts', "import { readFileSync } from 'node:fs';", 'Node in the page'],
    ['src/webview/hex/rows.ts', "import type { Image } from '../../engine/image';", 'the engine in the page'],
    ['src/webview/hex/rows.ts', "import { log } from '../../extension/log';", 'the extension in the page'],
    ['src/webview/hex/rows.ts', "import axe from 'axe-core';", 'another package in the page'],
  ];
  for (const [path, code, why] of forbidden) {
    it(`${path} may not have ${why}`, async () => {
      assert.deepEqual(await complaints(path, code), [IMPORTS]);
    });
  }

  const allowed: readonly [path: string, code: string][] = [
    ['src/engine/storage/nodeFile.ts', "import { openSync } from 'node:fs';"],
    ['src/engine/vhd/footer.ts', "import { SECTOR_SIZE } from '../image';"],
    ['src/engine/vhd/vhdImage.ts', "import type { Storage } from '../storage/storage';"],
    ['src/engine/openImage.ts', "import { openVhd } from './vhd/vhdImage';"],
    ['src/engine/chain/chain.ts', "import { openImage } from '../openImage';"],
    ['src/engine/check/checkChain.ts', "import { openChain } from '../chain/openChain';"],
    ['src/engine/operations/snapshot.ts', "import { encodeFooter } from '../vhd/footer';"],
    ['src/engine/index.ts', "export { nodeFileSystem } from './storage/nodeFileSystem';"],
    ['src/protocol/messages.ts', "import type { Finding } from '../engine/finding';"],
    [
      'src/worker/main.ts',
      "import { parentPort } from 'node:worker_threads'; import { openChain } from '../engine/index';",
    ],
    ['src/cli/main.ts', "import { parseArgs } from 'node:util'; import { openChain } from '../engine/index';"],
    ['src/extension/extension.ts', "import * as vscode from 'vscode'; import { startWorker } from '../worker/client';"],
    ['src/extension/editor/page.ts', "import type { EngineRequests } from '../../protocol/messages';"],
    ['src/webview/main.ts', "import { html } from 'lit'; import { repeat } from 'lit/directives/repeat.js';"],
    ['src/webview/layers/table.ts', "import { NO_LAYER } from '../../protocol/session';"],
  ];
  for (const [path, code] of allowed) {
    it(`${path} may ${code}`, async () => {
      assert.deepEqual(await complaints(path, code), []);
    });
  }

  it('nothing slips past by a dynamic import or a default export', async () => {
    assert.deepEqual(await complaints('src/engine/vhd/footer.ts', "export const later = import('node:fs');"), [
      'no-restricted-syntax',
    ]);
    assert.deepEqual(await complaints('src/engine/vhd/footer.ts', 'export default 1;'), ['no-restricted-syntax']);
  });
});

describe('the compiler holds the walls', () => {
  const forbidden: readonly [folder: string, code: string, expected: RegExp][] = [
    ['src/engine', "import { Uri } from 'vscode'; export const u = Uri;", /no exported member 'Uri'/],
    [
      'src/engine',
      "import { readFileSync } from 'node:fs'; export const r = readFileSync;",
      /Cannot find (module|name) 'node:fs'/,
    ],
    ['src/engine', 'export const d: unknown = document;', /Cannot find name 'document'/],
    ['src/engine', "export const b: unknown = Buffer.from('');", /Cannot find name 'Buffer'/],
    ['src/engine', 'console.log(1);', /Cannot find name 'console'/],
    ['src/engine/storage', 'export const d: unknown = document;', /Cannot find name 'document'/],
    ['src/protocol', 'export const p: unknown = process;', /Cannot find name 'process'/],
    ['src/worker', "import { Uri } from 'vscode'; export const u = Uri;", /no exported member 'Uri'/],
    ['src/cli', "import { Uri } from 'vscode'; export const u = Uri;", /no exported member 'Uri'/],
    ['src/extension', 'export const d: unknown = document;', /Cannot find name 'document'/],
    ['src/webview', "import { Uri } from 'vscode'; export const u = Uri;", /no exported member 'Uri'/],
    [
      'src/webview',
      "import { readFileSync } from 'node:fs'; export const r = readFileSync;",
      /Cannot find (module|name) 'node:fs'/,
    ],
    ['src/webview', 'export const p: unknown = process;', /Cannot find name 'process'/],
  ];
  for (const [folder, code, expected] of forbidden) {
    it(`${folder} does not compile ${code}`, () => {
      const errors = compileErrors(folder, code);
      assert.match(errors.join('\n'), expected);
    });
  }

  const allowed: readonly [folder: string, code: string][] = [
    ['src/engine', 'export const bytes = new Uint8Array(1);'],
    ['src/engine/storage', "import { readSync } from 'node:fs'; export const r = readSync;"],
    ['src/extension', "import { Uri } from 'vscode'; import { join } from 'node:path'; export const u = [Uri, join];"],
    ['src/webview', 'export const d: unknown = document;'],
  ];
  for (const [folder, code] of allowed) {
    it(`${folder} compiles ${code}`, () => {
      assert.deepEqual(compileErrors(folder, code), []);
    });
  }
});

describe('the plan of the house', () => {
  const sources = filesBelow(join(ROOT, 'src'), '.ts', '.css');

  it('has nothing beside the planned folders and files at the top', () => {
    const plan = new Set([
      ...[
        'src',
        'media',
        'test',
        'dist',
        'node_modules',
        'test-output',
        'coverage',
        'package.json',
        'package-lock.json',
      ],
      ...['package.nls.json', 'tsconfig.json', 'esbuild.js', 'ThirdPartyNotices.txt', 'l10n'],
      ...['README.md', 'CHANGELOG.md', 'LICENSE', 'CONTRIBUTING.md'],
    ]);
    const unplanned = readdirSync(ROOT).filter(
      (name) => !name.startsWith('.') && !/^package\.nls\.[a-z-]+\.json$|\.vsix$/.test(name) && !plan.has(name),
    );
    assert.deepEqual(unplanned, []);
  });

  it('has no file of more than 500 lines', () => {
    const long = sources.filter((path) => readFileSync(path, 'utf8').split('\n').length > 501);
    assert.deepEqual(long, []);
  });

  it('has no cycle of imports', () => {
    const tied = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ]);
    assert.deepEqual(onCycles(tied), ['b', 'c']);
    const imports = importsOf(sources.filter((path) => path.endsWith('.ts')));
    assert.ok([...imports.values()].flat().length > 1000);
    assert.deepEqual(onCycles(imports), []);
  });

  it('has no file or folder named after nothing in particular', () => {
    const vague = /^(utils?|helpers?|common|misc)(\.|$)|manager/i;
    const names = sources.flatMap((path) => [basename(path), ...relative(ROOT, dirname(path)).split(/[\\/]/)]);
    assert.deepEqual(
      names.filter((name) => vague.test(name)),
      [],
    );
  });
});
