import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { readTheme, THEME_KINDS } from '../page/themes';

const ROOT = resolve(__dirname, '../../src/webview');

const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(css|ts)$/.test(name))
  .map((name) => ({ name: relative(ROOT, join(ROOT, name)), text: readFileSync(join(ROOT, name), 'utf8') }));

/** Variables that VS Code has, but that none of its own four themes sets, or none of VS Code 1.100. */
const UNSET_VARIABLES = ['--vscode-cornerRadius-small', '--vscode-list-inactiveSelectionForeground'];

describe('the page\u2019s styles', () => {
  it('have no colour of their own', () => {
    for (const { name, text } of FILES) {
      const own = /#[0-9a-f]{3,8}\b(?!\w)|\b(rgb|hsl)a?\(/gi;
      const found = [...text.matchAll(own)].map(([match]) => match).filter((match) => !/^#[a-z]+$/i.test(match));
      assert.deepEqual(found, [], name);
    }
  });

  it('name only variables that VS Code sets in one of its themes', () => {
    const known = new Set(THEME_KINDS.flatMap((kind) => Object.keys(readTheme(kind).variables)));
    for (const { name, text } of FILES) {
      const used = [...text.matchAll(/--vscode-[\w-]+/g)].map(([match]) => match);
      const unknown = used.filter(
        (variable) =>
          !known.has(variable.slice('--vscode-'.length)) &&
          !UNSET_VARIABLES.includes(variable) &&
          // Written with its number by layerAppearance.
          variable !== '--vscode-vhdEditor-layer',
      );
      assert.deepEqual(unknown, [], name);
    }
  });

  it('are in no attribute, which the policy of the page forbids', () => {
    for (const { name, text } of FILES) {
      assert.ok(!/\sstyle=/.test(text), name);
      assert.ok(!text.includes('styleMap'), name);
    }
  });
});
