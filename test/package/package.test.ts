import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packExtension } from '../host/packExtension';
import { bundledPackages, bundleSize } from './bundledPackages';
import { thirdPartyNotices } from './thirdPartyNotices';
import { zipEntries } from './zipEntries';

const ROOT = resolve(__dirname, '../..');
const VSIX = join(ROOT, '.cache', 'vhd-editor.vsix');
const KIB = 1024;

/** What a user may get. The first two are made by vsce. */
const ALLOWED: readonly RegExp[] = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/package(\.nls(\.[a-z-]+)?)?\.json$/,
  /^extension\/(readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt)$/i,
  /^extension\/dist\/(extension|worker|cli|page)\.js$/,
  /^extension\/dist\/(page\.css|codicon\.ttf)$/,
  /^extension\/media\/[\w/-]+\.(png|svg|md)$/,
  /^extension\/l10n\/bundle\.l10n(\.[a-z-]+)?\.json$/,
];

const FREE_LICENCES = new Set(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD']);

describe('the package', () => {
  let said = '';

  before(async () => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    said = await packExtension(VSIX);
  });

  it('is made without a warning', () => {
    assert.doesNotMatch(said, /warning/i);
  });

  it('holds what a user needs and nothing else', () => {
    const names = zipEntries(readFileSync(VSIX)).map((entry) => entry.name);
    assert.deepEqual(
      names.filter((name) => !ALLOWED.some((allowed) => allowed.test(name))),
      [],
    );
    for (const name of ['extension.js', 'worker.js', 'cli.js', 'page.js', 'page.css', 'codicon.ttf']) {
      assert.ok(names.includes(`extension/dist/${name}`), name);
    }
  });

  it('is under 1 MB', () => {
    assert.ok(readFileSync(VSIX).length < 1_000_000, String(readFileSync(VSIX).length));
  });

  for (const [name, limit] of [
    ['extension.js', 300 * KIB],
    ['page.js', 250 * KIB],
  ] as const) {
    it(`keeps ${name} within ${String(limit / KIB)} KiB`, () => {
      assert.ok(bundleSize(name) <= limit, String(bundleSize(name)));
    });
  }

  it('contains no source map and names none', () => {
    for (const name of ['extension.js', 'worker.js', 'cli.js', 'page.js', 'page.css']) {
      assert.doesNotMatch(readFileSync(join(ROOT, 'dist', name), 'utf8'), /sourceMappingURL=/);
    }
  });

  it('contains software of others under free licences without copyleft only', () => {
    const wrong = bundledPackages().filter(
      ({ name, licence }) => !FREE_LICENCES.has(licence) && !(name === '@vscode/codicons' && licence === 'CC-BY-4.0'),
    );
    assert.deepEqual(wrong, []);
  });

  it('tells of all software of others in ThirdPartyNotices.txt', () => {
    const written = readFileSync(join(ROOT, 'ThirdPartyNotices.txt'), 'utf8');
    assert.equal(written, thirdPartyNotices(bundledPackages()), 'npm run notices writes it anew');
  });
});
