import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow } from '../filesBelow';

/** The root of the repository. */
export const ROOT = join(__dirname, '../..');

/** A text in the source that is to be translated, or a place where one cannot be found. */
export interface Use {
  /** `src/engine/errors.ts:12` */
  readonly place: string;
  /** The text itself, which is its key; null where it is not written out there. */
  readonly key: string | null;
  /** How many values it is given; null where they are spread. */
  readonly valueCount: number | null;
  /** False in a constant of a file, which is made before anybody knows the language. */
  readonly isInFunction: boolean;
}

/** Every call in `src` of a function that translates: `t('…')`, `vscode.l10n.t('…')`. */
export function usesInSource(): readonly Use[] {
  return filesBelow(join(ROOT, 'src'), '.ts').flatMap((path) => usesIn(path, readFileSync(path, 'utf8')));
}

/** `path` names the file in what is found. */
export function usesIn(path: string, text: string): readonly Use[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const uses: Use[] = [];
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    if (ts.isCallExpression(node) && isTranslator(node.expression)) {
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      uses.push({ place: `${path.replace(`${ROOT}/`, '')}:${line}`, ...keyOf(node.arguments), isInFunction });
    }
    const isFunction = ts.isFunctionLike(node) || (ts.isPropertyDeclaration(node) && !isStatic(node));
    ts.forEachChild(node, (child) => visit(child, isInFunction || isFunction));
  };
  visit(file, false);
  return uses;
}

function isTranslator(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 't';
  return (
    ts.isPropertyAccessExpression(callee) && callee.name.text === 't' && callee.expression.getText().endsWith('l10n')
  );
}

function keyOf(values: readonly ts.Expression[]): Pick<Use, 'key' | 'valueCount'> {
  const [first, ...rest] = values;
  return {
    key: first !== undefined && ts.isStringLiteralLike(first) ? first.text : null,
    valueCount: rest.some((value) => ts.isSpreadElement(value)) ? null : rest.length,
  };
}

function isStatic(node: ts.PropertyDeclaration): boolean {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
}

/** A file of translations of the repository: text by key. */
export function translationsIn(path: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, string>;
}

/** `{0}`, `{1}` …, each once, in the order of their numbers. */
export function placeholdersIn(text: string): readonly string[] {
  return [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
}
