import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { filesBelow } from './filesBelow';

const ROOT = resolve(__dirname, '..');

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly when?: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly group?: string; readonly when?: string }[]>>;
  };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

const sources = filesBelow(join(ROOT, 'src'), '.ts', '.css').map((path) => ({
  name: relative(ROOT, path).replaceAll('\\', '/'),
  text: readFileSync(path, 'utf8'),
}));
const extension = sources.filter(({ name }) => name.startsWith('src/extension/'));

/** Where a pattern is found, one line each: `src/a.ts: the match`. */
function found(files: typeof sources, pattern: RegExp): readonly string[] {
  return files.flatMap(({ name, text }) => [...text.matchAll(pattern)].map(([match]) => `${name}: ${match}`));
}

/** The kinds of rows that a condition names: `viewItem == leaf`, `viewItem =~ /^(base|leaf)\b/`. */
function kindsIn(when: string): readonly string[] {
  return [...when.matchAll(/viewItem (?:==|=~) \/?\^?\(?([\w.|]+)/g)].flatMap(([, kinds = '']) => kinds.split('|'));
}

function isFor(when: string, kind: string): boolean {
  const [, equal] = /viewItem == ([\w.]+)/.exec(when) ?? [];
  const [, pattern] = /viewItem =~ \/(.+?)\/(?:\s|$)/.exec(when) ?? [];
  return equal === undefined ? pattern === undefined || new RegExp(pattern).test(kind) : equal === kind;
}

describe('the conventions of VS Code extensions', () => {
  it('has every script by its usual name, and a production build before it is published', () => {
    for (const name of ['check-types', 'lint', 'format:check', 'test', 'build', 'dev', 'package']) {
      assert.notEqual(manifest.scripts[name], undefined, name);
    }
    assert.equal(manifest.scripts['vscode:prepublish'], 'node esbuild.js --production');
    assert.ok(existsSync(join(ROOT, 'package-lock.json')));
  });

  it('says something where a view is empty, and puts at most three icons beside a row', () => {
    const { views, viewsWelcome, menus } = manifest.contributes;
    for (const { id, when: shown } of Object.values(views).flat()) {
      const states = viewsWelcome.filter(({ view }) => view === id).map(({ when }) => when ?? '');
      // One that is shown with its content only is never empty.
      const wanted = shown === undefined ? ['workbenchState == empty', 'workbenchState != empty'] : [];
      for (const state of wanted) {
        assert.ok(
          states.some((when) => when.includes(state)),
          `${id}: ${state}`,
        );
      }
      const whens = (menus['view/item/context'] ?? [])
        .filter(({ group }) => group?.startsWith('inline') === true)
        .map(({ when = '' }) => when)
        .filter((when) => when.includes(id) || when.includes('view =~'));
      for (const kind of new Set(whens.flatMap(kindsIn))) {
        assert.ok(whens.filter((when) => isFor(when, kind)).length <= 3, `${id}: ${kind}`);
      }
    }
  });

  it('prefixes every context key with its own name', () => {
    const keys = found(extension, /'setContext',\s*'[^']+'/g);
    assert.ok(keys.length > 0);
    assert.deepEqual(
      keys.filter((key) => !/'vhdEditor\.\w+'$/.test(key)),
      [],
    );
  });

  it('asks in a modal dialog only with what follows from the answer', () => {
    const modals = found(extension, /\{[^{}]*\bmodal\b(?!:\s*boolean)[^{}]*\}/g).filter((each) => !/[;(]/.test(each));
    assert.ok(modals.length > 0);
    assert.deepEqual(
      modals.filter((each) => !/\bdetail\b/.test(each)),
      [],
    );
  });

  it('has one item in the status bar, on the right, which says where it leads', () => {
    const items = found(extension, /createStatusBarItem\([^)]*\)/g);
    assert.equal(items.length, 1);
    assert.match(items[0] ?? '', /'vhdEditor\.\w+', vscode\.StatusBarAlignment\.Right/);
    const item = extension.find(({ name }) => name.endsWith('/positionItem.ts'))?.text ?? '';
    assert.match(item, /\.command = 'vhdEditor\./);
    assert.match(item, /\.tooltip = /);
  });

  it('writes to one log channel, and to no console', () => {
    const channels = found(extension, /createOutputChannel\([^)]*\)/g);
    assert.equal(channels.length, 1);
    assert.match(channels[0] ?? '', /\{ log: true \}/);
    assert.deepEqual(found(sources, /\bconsole\.\w+\(/g), []);
  });

  it('offers the log with every error that it shows', () => {
    const shown = found(extension, /\bshowErrorMessage\(/g).map((each) => each.replace(/: .*/, ''));
    // The result of a check is no failure, and has its own ways on.
    const others = shown.filter((name) => name !== 'src/extension/check/checkCommands.ts');
    assert.deepEqual([...new Set(others)], ['src/extension/showError.ts']);
  });

  it('collects nothing about its users, and changes no folders of the workspace', () => {
    assert.deepEqual(found(sources, /telemetry|\bfetch\(|XMLHttpRequest|updateWorkspaceFolders|node:https?/gi), []);
    assert.equal(existsSync(join(ROOT, 'telemetry.json')), false);
  });

  it('moves nothing by itself in its pages', () => {
    const pages = sources.filter(({ name }) => name.startsWith('src/webview/'));
    assert.deepEqual(
      found(pages, /@keyframes|\banimation(-name)?:|\btransition:|behavior: '?smooth|setInterval\(/g),
      [],
    );
  });
});

/** A line of a table of CONTRIBUTING.md that names a test: the convention, the file, and how the test's title begins. */
interface Held {
  readonly convention: string;
  readonly file: string;
  readonly title: string;
}

function tableLines(heading: string): readonly (readonly [string, string, string])[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const section = text.split(/^#+ /m).find((each) => each.startsWith(heading)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [, convention = '', file = '', title = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return [convention, file, title.replaceAll('\\|', '|')];
  });
}

function heldBy(heading: string): readonly Held[] {
  return tableLines(heading).flatMap(([convention, file, title]) => {
    const name = /^`(.+)`$/.exec(file)?.[1];
    return name === undefined ? [] : [{ convention, file: name, title }];
  });
}

describe('the tables of conventions in CONTRIBUTING.md', () => {
  for (const heading of ['Conventions of the manifest', 'Pitfalls of the custom editor']) {
    it(`name tests that there are: ${heading}`, () => {
      const held = heldBy(heading);
      assert.ok(held.length > 10);
      for (const { convention, file, title } of held) {
        const path = join(ROOT, file);
        assert.ok(existsSync(path), `${convention}: there is no ${file}`);
        const words = title.replace(/…$/, '').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
        const begin = new RegExp(
          String.raw`\b(?:it|title)(?:\(|:)\s*(['"\`])${words}${title.endsWith('…') ? '' : String.raw`\1`}`,
        );
        const escaped = readFileSync(path, 'utf8').replaceAll('\\u2019', '’');
        assert.match(escaped, begin, `${convention}: ${file} has no test “${title}”`);
      }
    });
  }

  it('leave no convention out, and say why where one has no test', () => {
    const rows = tableLines('Conventions of the manifest');
    const numbers = new Set(rows.map(([convention]) => Number.parseInt(convention, 10)));
    assert.deepEqual(
      [...numbers],
      Array.from({ length: 32 }, (_, at) => at + 1),
    );
    for (const [convention, file, why] of rows) {
      if (!file.startsWith('`')) assert.ok(why.length > 20, convention);
    }
  });
});
