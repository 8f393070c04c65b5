import assert from 'node:assert/strict';
import type { Chain, ParentCandidate, ParentPolicy } from '../../../src/engine/chain/chain';
import { openChain } from '../../../src/engine/chain/openChain';
import { EngineError } from '../../../src/engine/errors';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { baseImage, childImage, everywhere } from './smallImages';

const trusting: ParentPolicy = { trusted: true, given: [], confine: null };
const distrusting: ParentPolicy = { ...trusting, trusted: false };

const styles = {
  posix: { leaf: '/vm/images/leaf.vhd', folder: '/vm/images' },
  windows: { leaf: 'C:\\vm\\images\\leaf.vhd', folder: 'C:\\vm\\images' },
} as const;

type Style = keyof typeof styles;

/** The paths that were touched and are not the image (with files of ours that bear its name) or its folder. */
function touchedBeside(files: MemoryFileSystem, style: Style): readonly string[] {
  const { leaf, folder } = styles[style];
  return files.touched.filter((path) => !path.startsWith(leaf) && path !== folder);
}

/** The paths that were touched and are not the image's folder or below it. */
function touchedElsewhere(files: MemoryFileSystem, style: Style): readonly string[] {
  const { folder } = styles[style];
  return files.touched.filter(
    (path) => path !== folder && !(path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length))),
  );
}

/** Opens an image whose every field names its parent by `text`; at `traps` lies what would be that parent. */
function openClaiming(
  style: Style,
  text: string,
  traps: readonly string[],
  policy: ParentPolicy = trusting,
): { chain: Chain; files: MemoryFileSystem } {
  const files = new MemoryFileSystem(style, { [styles[style].leaf]: childImage(2, 1, everywhere(text)) });
  for (const trap of traps) files.addFile(trap, baseImage(1));
  return { chain: openChain(files, styles[style].leaf, policy), files };
}

function reasons(candidates: readonly ParentCandidate[] | undefined): readonly string[] {
  return [...new Set(candidates?.map((candidate) => candidate.reason))];
}

/** What must never be touched, where it would lie, and how it is offered. */
const hostile: readonly { kind: string; texts: readonly string[]; reason: string | null }[] = [
  {
    kind: 'a UNC path',
    texts: [
      '\\\\host\\share\\base.vhd',
      '//host/share/base.vhd',
      '\\/host\\share\\base.vhd',
      '\\\\?\\UNC\\host\\share\\base.vhd',
      '//?/unc/host/share/base.vhd',
      '\\??\\UNC\\host\\share\\base.vhd',
      '\\\\host@SSL\\DavWWWRoot\\base.vhd',
      '\\\\localhost\\c$\\base.vhd',
    ],
    reason: 'remote-or-device',
  },
  {
    kind: 'a URL',
    texts: [
      'http://host/base.vhd',
      'https://host/base.vhd',
      'smb://host/share/base.vhd',
      'nbd+unix:///base.vhd',
      'file://host/share/base.vhd',
      'FILE://HOST/share/base.vhd',
      'file:////host/share/base.vhd',
      'file://///host/share/base.vhd',
      'file:\\\\host\\share\\base.vhd',
      'smb:\\\\host\\share\\base.vhd',
    ],
    reason: 'remote-or-device',
  },
  {
    kind: 'a device',
    texts: [
      '\\\\.\\PhysicalDrive0.vhd',
      '\\\\.\\pipe\\base.vhd',
      '//./pipe/base.vhd',
      '\\\\?\\GLOBALROOT\\Device\\base.vhd',
      '\\\\?\\Volume{7c9a3d62-0000-0000-0000-100000000000}\\base.vhd',
      '\\??\\GLOBALROOT\\base.vhd',
      'CON',
      'nul.vhd',
      '.\\NUL .vhd',
      'C:\\vm\\COM1.avhd',
      '..\\lpt9.vhd',
      'COM\u00b9.vhd',
      'CONIN$.vhd',
      'aux\\base.vhd',
      'NUL:',
      '/dev/base.vhd',
      '/DEV/base.vhd',
      '/proc/self/fd/base.vhd',
      '/sys/base.vhd',
      '/net/host/base.vhd',
      '/vm/../dev/base.vhd',
      'file:///dev/base.vhd',
      'file:///%64ev/base.vhd',
    ],
    reason: 'remote-or-device',
  },
  {
    kind: 'an alternate data stream',
    texts: ['base.vhd:hidden.vhd', '.\\x:y.vhd', 'a\\b:c\\base.vhd'],
    reason: 'remote-or-device',
  },
  {
    kind: 'a name with control characters',
    texts: ['.\\ba\u0000se.vhd', 'ba\nse.vhd', '..\\\u0007.vhd'],
    reason: null,
  },
  {
    kind: 'a name that Windows reads as another',
    texts: ['..\\base.vhd.', '..\\base.vhd ', '...\\base.vhd'],
    reason: null,
  },
  { kind: 'no file at all', texts: ['..', '.\\', '/', 'C:\\', '..\\..\\'], reason: null },
  {
    kind: 'a path beyond all lengths',
    texts: [`..\\${'a'.repeat(300)}.vhd`, `..\\${'a\\'.repeat(20_000)}base.vhd`],
    reason: null,
  },
  {
    kind: 'another extension',
    texts: ['/etc/passwd', '../secret.txt', '/home/user/base.vhd/..', 'file:///etc/passwd'],
    reason: 'other-extension',
  },
];

describe('A parent path in an image is a claim by a stranger', () => {
  for (const style of ['posix', 'windows'] as const) {
    for (const { kind, texts, reason } of hostile) {
      it(`${kind} is never touched (${style} paths)`, () => {
        for (const text of texts) {
          for (const policy of [trusting, distrusting]) {
            const { chain, files } = openClaiming(style, text, trapsFor(style), policy);
            assert.deepEqual(touchedBeside(files, style), [], text);
            assert.equal(chain.layers.length, 1, text);
            assert.ok(
              chain.findings.some((finding) => finding.id === 'parent-not-found'),
              text,
            );
            if (reason === 'remote-or-device') assert.deepEqual(reasons(chain.missing?.candidates), [reason], text);
            if (reason === null) assert.deepEqual(chain.missing?.candidates, [], text);
          }
        }
      });
    }
  }

  it('..\\..\\x has no extension of an image and is not touched', () => {
    for (const [style, trap, path] of [
      ['posix', '/x', '/x'],
      ['windows', 'C:\\x', 'C:\\x'],
    ] as const) {
      const { chain, files } = openClaiming(style, '..\\..\\x', [trap]);
      assert.deepEqual(touchedBeside(files, style), []);
      assert.deepEqual(
        chain.missing?.candidates.map(({ path: at, reason, id }) => [at, reason, id]),
        [[path, 'other-extension', null]],
      );
    }
  });

  it('what names a Windows drive is looked for beside the image on other systems, and there only', () => {
    const { chain, files } = openClaiming('posix', 'C:\\Users\\me\\base.vhd', [
      '/Users/me/base.vhd',
      '/vm/images/base.vhd',
    ]);
    assert.equal(chain.layers[1]?.image.path, '/vm/images/base.vhd');
    assert.deepEqual(touchedElsewhere(files, 'posix'), []);
  });

  it("in an untrusted workspace nothing outside the image's own folder is touched", () => {
    for (const text of ['..\\base.vhd', '/vm/base.vhd', 'file://../base.vhd', '.\\sub\\..\\..\\base.vhd']) {
      const { chain, files } = openClaiming('posix', text, ['/vm/base.vhd'], distrusting);
      assert.deepEqual(touchedElsewhere(files, 'posix'), [], text);
      assert.deepEqual(reasons(chain.missing?.candidates), ['outside-folder'], text);
    }
    for (const text of ['C:\\vm\\base.vhd', '\\vm\\base.vhd', 'D:\\base.vhd', '..\\base.vhd']) {
      const { chain, files } = openClaiming('windows', text, ['C:\\vm\\base.vhd', 'D:\\base.vhd'], distrusting);
      assert.deepEqual(touchedElsewhere(files, 'windows'), [], text);
      assert.deepEqual(reasons(chain.missing?.candidates), ['outside-folder'], text);
    }
  });

  it("in an untrusted workspace a parent in the image's own folder or below is followed", () => {
    for (const text of ['.\\sub\\base.vhd', '/vm/images/sub/base.vhd', 'file://./sub/base.vhd']) {
      const { chain } = openClaiming('posix', text, ['/vm/images/sub/base.vhd'], distrusting);
      assert.equal(chain.layers[1]?.image.path, '/vm/images/sub/base.vhd', text);
    }
  });

  it('a link is not followed, wherever it leads, and nothing behind it is touched', () => {
    const claims = [
      { text: '.\\base.vhd', link: '/vm/images/base.vhd', target: '/other/base.vhd' },
      { text: '.\\base.vhd', link: '/vm/images/base.vhd', target: 'sub/base.vhd' },
      { text: '.\\sub\\base.vhd', link: '/vm/images/sub', target: '/other' },
      { text: '..\\way\\base.vhd', link: '/vm/way', target: '/other' },
      { text: '/opt/way/base.vhd', link: '/opt', target: '/other' },
    ];
    for (const { text, link, target } of claims) {
      const files = new MemoryFileSystem('posix', { '/vm/images/leaf.vhd': childImage(2, 1, everywhere(text)) });
      files.addFile('/other/base.vhd', baseImage(1));
      files.addFile('/other/way/base.vhd', baseImage(1));
      files.addFile('/vm/images/sub2/base.vhd', baseImage(1));
      files.addLink(link, target);
      const chain = openChain(files, '/vm/images/leaf.vhd', trusting);
      assert.deepEqual(reasons(chain.missing?.candidates), ['link'], text);
      // The link itself was looked at, and no step beyond it.
      assert.ok(!files.touched.some((path) => path.startsWith(`${link}/`) || path.startsWith('/other')), text);
    }
  });

  it('a dangling link, a pipe and a folder are offered, not opened', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leaf.vhd': childImage(2, 1, { W2ru: '.\\pipe.vhd', W2ku: '.\\folder.vhd', name: 'gone.vhd' }),
    });
    files.addDevice('/vm/images/pipe.vhd');
    files.addFile('/vm/images/folder.vhd/base.txt', new Uint8Array());
    files.addLink('/vm/images/gone.vhd', '/nowhere/base.vhd');
    const { missing } = openChain(files, '/vm/images/leaf.vhd', trusting);
    assert.deepEqual(
      missing?.candidates.map(({ path, reason }) => [path, reason]),
      [
        ['/vm/images/pipe.vhd', 'not-an-image'],
        ['/vm/images/folder.vhd', 'not-an-image'],
        ['/vm/images/gone.vhd', 'link'],
      ],
    );
  });

  it("the user's own way to the image may pass links: paths count from where the image really is", () => {
    for (const text of ['.\\base.vhd', '..\\real\\base.vhd', '/way/images/base.vhd']) {
      const files = new MemoryFileSystem('posix', {
        '/data/real/leaf.vhd': childImage(2, 1, everywhere(text)),
        '/data/real/base.vhd': baseImage(1),
      });
      files.addLink('/way/images', '/data/real');
      const chain = openChain(files, '/way/images/leaf.vhd', trusting);
      assert.equal(chain.layers[1]?.image.path, '/data/real/base.vhd', text);
      assert.notEqual(chain.layers[1].foundBy, 'folder', text);
    }
  });

  it('another id is offered with its proof, and not followed', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leaf.vhd': childImage(2, 1, everywhere('.\\base.vhd')),
      '/vm/images/base.vhd': baseImage(7),
    });
    const { missing } = openChain(files, '/vm/images/leaf.vhd', trusting);
    const other = openChain(files, '/vm/images/base.vhd', trusting).layers[0].image;
    assert.deepEqual(missing?.candidates, [
      { path: '/vm/images/base.vhd', source: 'W2ru', id: other.id, virtualSize: other.virtualSize, reason: 'other-id' },
    ]);
  });

  it("no id at all proves nothing: such a parent takes the user's word", () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leaf.vhd': childImage(2, null, everywhere('.\\base.vhd')),
      '/vm/images/base.vhd': baseImage(1, { id: new Uint8Array(16) }),
    });
    assert.deepEqual(reasons(openChain(files, '/vm/images/leaf.vhd', trusting).missing?.candidates), ['other-id']);
    const chain = openChain(files, '/vm/images/leaf.vhd', { ...trusting, given: ['/vm/images/base.vhd'] });
    assert.equal(chain.layers[1]?.foundBy, 'user');
    assert.ok(!chain.findings.some((finding) => finding.id === 'parent-id-mismatch'));
  });
});

/** Where the hostile texts would lead, were they followed by some rule or other. */
function trapsFor(style: Style): readonly string[] {
  return style === 'posix'
    ? [
        '/base.vhd',
        '/host/share/base.vhd',
        '/vm/base.vhd',
        '/dev/base.vhd',
        '/net/host/base.vhd',
        '/etc/passwd',
        '/vm/secret.txt',
      ]
    : [
        '\\\\host\\share\\base.vhd',
        'C:\\base.vhd',
        'C:\\vm\\base.vhd',
        'C:\\dev\\base.vhd',
        'C:\\etc\\passwd',
        'C:\\vm\\lpt9.vhd',
      ];
}

describe('Confined to a folder', () => {
  const confined: ParentPolicy = { ...trusting, confine: '/vm/images' };
  const isOutside = (error: unknown): boolean => EngineError.is(error, 'outside-confinement');

  it('a parent outside is not touched', () => {
    for (const text of ['..\\base.vhd', '/vm/base.vhd', '/vm/imagesbase.vhd']) {
      const { chain, files } = openClaiming('posix', text, ['/vm/base.vhd', '/vm/imagesbase.vhd'], confined);
      assert.deepEqual(touchedElsewhere(files, 'posix'), [], text);
      assert.deepEqual(reasons(chain.missing?.candidates), ['outside-folder'], text);
    }
  });

  it("a parent inside is followed, above the image's own folder too", () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leafs/leaf.vhd': childImage(2, 1, everywhere('..\\base.vhd')),
      '/vm/images/base.vhd': baseImage(1),
    });
    assert.equal(openChain(files, '/vm/images/leafs/leaf.vhd', confined).layers.length, 2);
  });

  it('an image outside, and a file given outside, are refused untouched', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leaf.vhd': childImage(2, 1, everywhere('.\\base.vhd')),
      '/vm/leaf.vhd': childImage(2, 1, everywhere('.\\base.vhd')),
      '/vm/base.vhd': baseImage(1),
    });
    assert.throws(() => openChain(files, '/vm/leaf.vhd', confined), isOutside);
    assert.throws(() => openChain(files, '/vm/images/../leaf.vhd', confined), isOutside);
    assert.throws(() => openChain(files, '/vm/images', confined), isOutside);
    assert.throws(() => openChain(files, '/vm/images/leaf.vhd', { ...confined, given: ['/vm/base.vhd'] }), isOutside);
    assert.ok(files.touched.every((path) => path === '/vm/images' || path.startsWith('/vm/images/')));
  });

  it('a link below the folder is no way out of it', () => {
    const files = new MemoryFileSystem('posix', { '/vm/leaf.vhd': baseImage(1), '/vm/images/base.vhd': baseImage(1) });
    files.addLink('/vm/images/link.vhd', '/vm/leaf.vhd');
    files.addLink('/vm/images/up', '/vm');
    assert.throws(() => openChain(files, '/vm/images/link.vhd', confined), isOutside);
    assert.throws(() => openChain(files, '/vm/images/up/leaf.vhd', confined), isOutside);
    assert.ok(!files.touched.some((path) => path === '/vm/leaf.vhd' || path.startsWith('/vm/images/up/')));
  });

  it('the folder itself may be named through a link', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/images/leaf.vhd': childImage(2, 1, everywhere('.\\base.vhd')),
      '/vm/images/base.vhd': baseImage(1),
    });
    files.addLink('/short', '/vm/images');
    for (const leaf of ['/short/leaf.vhd', '/vm/images/leaf.vhd']) {
      assert.equal(openChain(files, leaf, { ...trusting, confine: '/short' }).layers.length, 2, leaf);
    }
  });

  it('to a folder that is not there, nothing opens', () => {
    const files = new MemoryFileSystem('posix', { '/vm/images/base.vhd': baseImage(1) });
    assert.throws(() => openChain(files, '/vm/images/base.vhd', { ...trusting, confine: '/vm/other' }), isOutside);
  });
});
