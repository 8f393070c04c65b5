import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { placeholdersIn, ROOT, translationsIn, usesIn, usesInSource } from './keys';

/** Languages besides English that ship, by the names of their files. */
const LANGUAGES = readdirSync(join(ROOT, 'l10n')).flatMap((name) => /^bundle\.l10n\.(.+)\.json$/.exec(name)?.[1] ?? []);

describe('the texts of the source', () => {
  const uses = usesInSource();
  const keys = new Set(uses.map(({ key }) => key ?? ''));

  it('are written out where they are used', () => {
    assert.ok(uses.length > 500);
    const unknown = uses.filter(({ key }) => key === null).map(({ place }) => place);
    // The one function that hands a text of its caller on is the translator itself.
    assert.deepEqual(unknown, []);
  });

  it('are made when the language is known, not as constants of a file', () => {
    assert.deepEqual(
      uses.filter(({ isInFunction }) => !isInFunction).map(({ place }) => place),
      [],
    );
  });

  it('have a value for each placeholder and a placeholder for each value', () => {
    const wrong = uses.filter(({ key, valueCount }) => {
      const wanted = Array.from({ length: valueCount ?? 0 }, (_, index) => `{${index}}`);
      return valueCount !== null && placeholdersIn(key ?? '').join() !== wanted.join();
    });
    assert.deepEqual(
      wrong.map(({ place, key }) => `${place}: ${key ?? ''}`),
      [],
    );
  });

  it('are looked for in calls of every form', () => {
    const found = usesIn(
      'a.ts',
      "const a = t('one'); function b(c) { l10n.t(`two`); this.#l10n.t(c); vscode.l10n.t('{0}', ...c); at('no'); }",
    );
    assert.deepEqual(found, [
      { place: 'a.ts:1', key: 'one', valueCount: 0, isInFunction: false },
      { place: 'a.ts:1', key: 'two', valueCount: 0, isInFunction: true },
      { place: 'a.ts:1', key: null, valueCount: 0, isInFunction: true },
      { place: 'a.ts:1', key: '{0}', valueCount: null, isInFunction: true },
    ]);
  });

  it('ship in German', () => assert.deepEqual(LANGUAGES, ['de']));

  for (const language of LANGUAGES) {
    const path = `l10n/bundle.l10n.${language}.json`;
    const translations = translationsIn(path);

    it(`are all in ${path}, and nothing else is`, () => {
      assertSame([...keys], Object.keys(translations), path);
    });

    it(`keep their values, options and edges in ${path}`, () => assertFit(translations, (key) => key));
  }
});

describe('the texts of the manifest', () => {
  const english = translationsIn('package.nls.json');

  for (const language of LANGUAGES) {
    const path = `package.nls.${language}.json`;
    const translations = translationsIn(path);

    it(`are all in ${path}, and nothing else is`, () => {
      assertSame(Object.keys(english), Object.keys(translations), path);
    });

    it(`keep their links and edges in ${path}`, () => assertFit(translations, (key) => english[key] ?? ''));
  }
});

function assertSame(wanted: readonly string[], found: readonly string[], path: string): void {
  const [all, there] = [new Set(wanted), new Set(found)];
  assert.deepEqual(
    {
      missing: [...all].filter((key) => !there.has(key)).sort(),
      unused: [...there].filter((key) => !all.has(key)).sort(),
    },
    { missing: [], unused: [] },
    path,
  );
}

/** What must be the same in every language: placeholders, options of the command line, links to commands, and how a text begins and ends. */
function assertFit(translations: Readonly<Record<string, string>>, englishOf: (key: string) => string): void {
  for (const [key, translated] of Object.entries(translations)) {
    const english = englishOf(key);
    assert.deepEqual(placeholdersIn(translated), placeholdersIn(english), key);
    for (const pattern of [
      /\(--[a-z]+/g,
      /\(command:[^)]+\)/g,
      /\$\([a-z-]+\)/g,
      /^\s+/g,
      /\s+$/g,
      /(?<!z\. B)[.…:]$/g,
    ]) {
      assert.deepEqual(translated.match(pattern), english.match(pattern), `${String(pattern)}: ${key}`);
    }
    assert.notEqual(translated.trim(), '', key);
  }
}
