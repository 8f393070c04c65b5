import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { t, useTranslations } from '../../src/webview/l10n';

const ROOT = resolve(__dirname, '../../src/webview');

interface TextCall {
  readonly place: string;
  /** Null where it does not stand there literally, so that no program can collect it. */
  readonly text: string | null;
  readonly valueCount: number;
}

/** Every call of `t` in the page's source. */
function textCalls(): TextCall[] {
  const calls: TextCall[] = [];
  const names = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const name of names) {
    const source = ts.createSourceFile(name, readFileSync(join(ROOT, name), 'utf8'), ts.ScriptTarget.Latest);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 't') {
        const [first, ...values] = node.arguments;
        const text = first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        calls.push({ place: `${name}:${String(line + 1)}`, text, valueCount: values.length });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return calls;
}

describe('the page\u2019s texts', () => {
  it('stand literally where they are used, with a value for each of their places', () => {
    const calls = textCalls();
    assert.ok(calls.length > 50);
    for (const { place, text, valueCount } of calls) {
      assert.notEqual(text, null, place);
      const places = new Set([...(text ?? '').matchAll(/\{(\d)\}/g)].map(([, index]) => Number(index)));
      assert.deepEqual(
        [...places].sort(),
        Array.from({ length: valueCount }, (_, index) => index),
        place,
      );
    }
  });

  it('are shown in the language of the host, and in English where it has none', () => {
    useTranslations({ 'Block {0}': 'Bloc {0}', 'offset {0}': 'décalage {0}' });
    assert.equal(t('Block {0}', 7), 'Bloc 7');
    assert.equal(t('Layers'), 'Layers');
    useTranslations({});
    assert.equal(t('Block {0}', 7), 'Block 7');
  });

  it('take values that look like places for what they are', () => {
    assert.equal(t('{0} at {1}', '{1}', 'x'), '{1} at x');
  });
});
