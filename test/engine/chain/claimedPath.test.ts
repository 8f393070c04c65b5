import assert from 'node:assert/strict';
import fc from 'fast-check';
import { win32 } from 'node:path';
import { parseClaimedPath } from '../../../src/engine/chain/claimedPath';

describe('A path text in an image', () => {
  const relative = (...parts: string[]): object => ({ kind: 'relative', parts });
  const drive = (letter: string, ...parts: string[]): object => ({ kind: 'drive', drive: letter, parts });
  const root = (separator: string, ...parts: string[]): object => ({ kind: 'root', separator, parts });

  const meanings: Readonly<Record<string, object>> = {
    'base.vhd': relative('base.vhd'),
    '.\\base.vhd': relative('base.vhd'),
    './/base.vhd': relative('base.vhd'),
    '..\\..\\a/base.vhd': relative('..', '..', 'a', 'base.vhd'),
    '.\\..\\parents dir\\sub\\base disk.vhd': relative('..', 'parents dir', 'sub', 'base disk.vhd'),
    'C:\\a\\b.vhd': drive('C:', 'a', 'b.vhd'),
    'c:/a//b.vhd': drive('c:', 'a', 'b.vhd'),
    'C:\\a\\..\\..\\b.vhd': drive('C:', 'b.vhd'),
    '\\\\?\\C:\\a\\b.vhd': drive('C:', 'a', 'b.vhd'),
    '\\\\.\\C:\\a\\b.vhd': drive('C:', 'a', 'b.vhd'),
    '\\??\\C:\\a\\b.vhd': drive('C:', 'a', 'b.vhd'),
    'C:b.vhd': { kind: 'drive-relative', parts: ['b.vhd'] },
    '\\a\\b.vhd': root('\\', 'a', 'b.vhd'),
    '/a/b.vhd': root('/', 'a', 'b.vhd'),
    '/dev/shm/b.vhd': root('/', 'dev', 'shm', 'b.vhd'),
    '/developer/b.vhd': root('/', 'developer', 'b.vhd'),
    'console.vhd': relative('console.vhd'),
    'com10.vhd': relative('com10.vhd'),
    'base.vhd\0\0': relative('base.vhd'),
    'file://./base.vhd': relative('base.vhd'),
    'file://../a/base.vhd': relative('..', 'a', 'base.vhd'),
    'file:///a/base.vhd': root('/', 'a', 'base.vhd'),
    'file:/a/base.vhd': root('/', 'a', 'base.vhd'),
    'file://localhost/a/base.vhd': root('/', 'a', 'base.vhd'),
    'FILE:///C:/a/base.vhd': drive('C:', 'a', 'base.vhd'),
    'file://localhost/C:/a/base.vhd': drive('C:', 'a', 'base.vhd'),
    'file://./100%.vhd': relative('100%.vhd'),
  };

  for (const [text, meaning] of Object.entries(meanings)) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(meaning)}`, () =>
      assert.deepEqual(parseClaimedPath(text), [meaning]));
  }

  it('that is a URL is read as it stands, then with its percent signs decoded', () => {
    assert.deepEqual(parseClaimedPath('file://./base%20disk.vhd'), [
      relative('base%20disk.vhd'),
      relative('base disk.vhd'),
    ]);
  });

  it('whose decoded reading leads off this computer is not read at all', () => {
    for (const text of [
      'file:%2F%2Fhost/a.vhd',
      'file:///%5C%5Chost%5Ca.vhd',
      'file://./%2Fa.vhd:s.vhd',
      'file://%68ost/a.vhd',
    ]) {
      const kinds = parseClaimedPath(text).map(({ kind }) => kind);
      assert.ok(
        kinds.length === 1 && ['remote', 'device', 'stream'].includes(kinds[0] ?? ''),
        `${text} is ${kinds.join()}`,
      );
    }
  });

  it('never yields a name that could be more than a name', () => {
    const piece = fc.constantFrom(
      '\\',
      '/',
      '.',
      '..',
      ':',
      'C:',
      '?',
      '\\\\',
      'file:',
      '//',
      'UNC',
      'host',
      'a',
      'b.vhd',
      'NUL',
      ' ',
      '%2f',
      '%5c',
      '%3a',
      '%00',
    );
    const texts = fc.oneof(
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const claim of parseClaimedPath(text)) {
          if (!('parts' in claim)) continue;
          assert.ok(claim.parts.length > 0);
          assert.notEqual(claim.parts.at(-1), '..');
          for (const part of claim.parts) {
            assert.ok(part !== '' && part !== '.' && !/[\\/:\0]/.test(part), JSON.stringify(part));
            assert.ok(part !== '..' || claim.kind === 'relative' || claim.kind === 'drive-relative');
          }
          // Put together again it stays on this computer, as Node reads Windows paths.
          const prefix = claim.kind === 'drive' ? `${claim.drive}\\` : claim.kind === 'root' ? '\\' : '';
          const path = win32.resolve('C:\\vm', prefix + claim.parts.join('\\'));
          assert.match(path, /^[A-Za-z]:\\/);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
