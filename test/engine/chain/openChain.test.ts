import assert from 'node:assert/strict';
import { MAX_LAYERS, type Chain, type ParentPolicy } from '../../../src/engine/chain/chain';
import { MAX_FOLDER_IMAGES } from '../../../src/engine/chain/folderSearch';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import type { Finding } from '../../../src/engine/finding';
import { EngineError } from '../../../src/engine/errors';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { idOf } from '../../fixtures/vhdBuilder';
import { baseImage, childImage, everywhere, type Places } from './smallImages';

const trusting: ParentPolicy = { trusted: true, given: [], confine: null };

function paths(chain: Chain): readonly string[] {
  return chain.layers.map((layer) => layer.image.path);
}

function finding(chain: Chain, id: string): Finding {
  const found = chain.findings.filter((one) => one.id === id);
  const [only] = found;
  assert.ok(only !== undefined && found.length === 1, `${id} among ${chain.findings.map((one) => one.id).join(', ')}`);
  return only;
}

describe('A parent is looked for', () => {
  const order = ['W2ru', 'W2ku', 'name', 'Wi2r', 'Wi2k', 'MacX'] as const;

  for (const [index, source] of order.entries()) {
    it(`by ${source} after ${order[index - 1] ?? 'nothing else'}, whatever the order of the locators`, () => {
      const named = order.map((one, at) => [one, at < index ? `gone${at}.vhd` : `base${at}.vhd`] as const);
      const places: Places = Object.fromEntries(named.reverse());
      const files = new MemoryFileSystem('posix', { '/vm/leaf.vhd': childImage(2, 1, places) });
      for (const [at] of order.entries()) files.addFile(`/vm/base${at}.vhd`, baseImage(1));
      const chain = openChain(files, '/vm/leaf.vhd', trusting);
      assert.deepEqual(paths(chain), ['/vm/leaf.vhd', `/vm/base${index}.vhd`]);
      assert.equal(chain.layers[1]?.foundBy, source);
    });
  }

  it('past a file with another id, by the next field', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': childImage(2, 1, { W2ru: 'old.vhd', W2ku: 'C:\\vm\\base.vhd' }),
      '/vm/old.vhd': baseImage(9),
      '/vm/base.vhd': baseImage(1),
    });
    const chain = openChain(files, '/vm/leaf.vhd', trusting);
    assert.equal(chain.layers[1]?.foundBy, 'W2ku');
    assert.equal(chain.missing, null);
  });

  it('by Windows paths of every writing on Windows', () => {
    const texts = [
      'D:\\far\\base.vhd',
      'd:/far/base.vhd',
      '\\\\?\\D:\\far\\base.vhd',
      '..\\..\\far\\base.vhd',
      '\\far\\base.vhd',
      '/far/base.vhd',
      'file:///D:/far/base.vhd',
      'D:\\x\\..\\FAR\\BASE.VHD',
    ];
    for (const text of texts) {
      const files = new MemoryFileSystem('windows', {
        'D:\\vm\\images\\leaf.vhd': childImage(2, 1, everywhere(text)),
        'D:\\far\\base.vhd': baseImage(1),
      });
      assert.equal(
        openChain(files, 'D:\\vm\\images\\leaf.vhd', trusting).layers[1]?.image.path.toLowerCase(),
        'd:\\far\\base.vhd',
        text,
      );
    }
  });

  it('by paths of every writing on other systems', () => {
    const texts = [
      '..\\far\\base.vhd',
      '../far/base.vhd',
      '.\\..\\far/base.vhd',
      '/vm/far/base.vhd',
      'file://../far/base.vhd',
      'file:///vm/far/base.vhd',
      'file://localhost/vm/far/base.vhd',
      'file:///vm/%66ar/base%2Evhd',
    ];
    for (const text of texts) {
      const files = new MemoryFileSystem('posix', {
        '/vm/images/leaf.vhd': childImage(2, 1, everywhere(text)),
        '/vm/far/base.vhd': baseImage(1),
      });
      assert.equal(openChain(files, '/vm/images/leaf.vhd', trusting).layers[1]?.image.path, '/vm/far/base.vhd', text);
    }
  });

  it('by a name with spaces, percent signs and characters beyond 16 bits, as they stand', () => {
    for (const name of ['base disk.vhd', '100%25.vhd', 'Gr\u00f6\u00dfe \u{1f4be}.avhd']) {
      for (const text of [`.\\${name}`, `file://./${name}`]) {
        const files = new MemoryFileSystem('posix', {
          '/vm/leaf.vhd': childImage(2, 1, { MacX: text, W2ru: text }),
          [`/vm/${name}`]: baseImage(1),
        });
        assert.equal(openChain(files, '/vm/leaf.vhd', trusting).layers[1]?.image.path, `/vm/${name}`, text);
      }
    }
  });

  it('in another case where the system tells cases apart and one file alone fits', () => {
    const leaf = childImage(2, 1, { W2ru: '.\\BASE.vhd' });
    const one = new MemoryFileSystem('posix', { '/vm/leaf.vhd': leaf, '/vm/Base.VHD': baseImage(1) });
    assert.equal(openChain(one, '/vm/leaf.vhd', trusting).layers[1]?.foundBy, 'W2ru');
    const two = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': leaf,
      '/vm/Base.vhd': baseImage(7),
      '/vm/base.vhd': baseImage(8),
    });
    const { missing } = openChain(two, '/vm/leaf.vhd', trusting);
    assert.deepEqual(missing?.candidates, []);
  });

  it("by id in the image's own folder, among images only", () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': childImage(2, 1, { W2ru: '..\\old\\base.vhd' }),
      '/vm/a.txt': baseImage(1),
      '/vm/b.vhd': baseImage(5),
      '/vm/c.avhd': new Uint8Array(2000),
      '/vm/d.AVHD': baseImage(1),
    });
    files.addLink('/vm/a.vhd', '/else/base.vhd');
    files.addDevice('/vm/b1.vhd');
    files.addFile('/else/base.vhd', baseImage(1));
    const chain = openChain(files, '/vm/leaf.vhd', trusting);
    assert.equal(chain.layers[1]?.image.path, '/vm/d.AVHD');
    assert.equal(chain.layers[1].foundBy, 'folder');
    assert.ok(!files.touched.includes('/vm/a.txt'));
    assert.ok(!files.touched.some((path) => path.startsWith('/else')));
  });

  it(`in a folder no further than ${MAX_FOLDER_IMAGES} images, and says so`, () => {
    const files = new MemoryFileSystem('posix', { '/vm/leaf.vhd': childImage(2, 1, {}), '/vm/z.vhd': baseImage(1) });
    const other = baseImage(5);
    for (let index = 0; index < MAX_FOLDER_IMAGES; index++) files.addFile(`/vm/a${index}.vhd`, other);
    const chain = openChain(files, '/vm/leaf.vhd', trusting);
    assert.equal(chain.layers.length, 1);
    assert.match(finding(chain, 'parent-not-found').message, /first 256 images/);
    assert.ok(
      !files.touched.includes('/vm/z.vhd') || files.touched.filter((path) => path === '/vm/z.vhd').length === 1,
    );
  });

  it('through the whole chain, reading each file of a folder once', () => {
    const files = new MemoryFileSystem('posix', { '/vm/x0.vhd': baseImage(1) });
    for (let index = 1; index < 20; index++) files.addFile(`/vm/x${index}.vhd`, childImage(index + 1, index, {}));
    const chain = openChain(files, '/vm/x19.vhd', trusting);
    assert.equal(chain.layers.length, 20);
    assert.ok(chain.layers.slice(1).every((layer) => layer.foundBy === 'folder'));
    const opened = files.touched.filter((path) => path === '/vm/x5.vhd').length;
    assert.ok(opened < 20, `${opened} times`);
  });
});

describe('Files that the user gives', () => {
  const leaf = childImage(2, 1, { W2ru: 'gone.vhd' });

  it('are taken by id first, whatever their order, name and place', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': leaf,
      '/a/other.vhd': baseImage(7),
      '/b/base.img': baseImage(1),
    });
    const chain = openChain(files, '/vm/leaf.vhd', { ...trusting, given: ['/a/other.vhd', '/b/base.img'] });
    assert.deepEqual(paths(chain), ['/vm/leaf.vhd', '/b/base.img']);
    assert.equal(chain.layers[1]?.foundBy, 'user');
    assert.deepEqual(chain.findings, []);
  });

  it('are taken with another id where none has the right one, which is an error in the findings', () => {
    const files = new MemoryFileSystem('posix', { '/vm/leaf.vhd': leaf, '/a/other.vhd': baseImage(7) });
    const chain = openChain(files, '/vm/leaf.vhd', { ...trusting, given: ['/a/other.vhd'] });
    assert.deepEqual(paths(chain), ['/vm/leaf.vhd', '/a/other.vhd']);
    const mismatch = finding(chain, 'parent-id-mismatch');
    assert.equal(mismatch.severity, 'error');
    assert.equal(mismatch.windowsError, 'ERROR_VHD_CHILD_PARENT_ID_MISMATCH (0xC03A000E)');
    assert.equal(mismatch.found, chain.layers[1]?.image.id);
    // The id stands where the finding points.
    const id = new Uint8Array(mismatch.length);
    chain.layers[0].image.storage.read(mismatch.offset, id);
    assert.deepEqual(id, idOf(1));
  });

  it('are left alone where the parent is found otherwise', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': leaf,
      '/vm/base.vhd': baseImage(1),
      '/a/base.vhd': baseImage(1),
    });
    const chain = openChain(files, '/vm/leaf.vhd', { ...trusting, given: ['/a/base.vhd'] });
    assert.deepEqual(paths(chain), ['/vm/leaf.vhd', '/vm/base.vhd']);
    assert.ok(!files.touched.includes('/a/base.vhd'));
  });

  it('serve one layer each, and never one that is a layer already', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': childImage(3, 2, {}),
      '/a/middle.vhd': childImage(12, 11, {}),
      '/b/base.vhd': baseImage(13),
    });
    files.addLink('/c/leaf.vhd', '/vm/leaf.vhd');
    const given = ['/c/leaf.vhd', '/a/middle.vhd', '/b/base.vhd'];
    const chain = openChain(files, '/vm/leaf.vhd', { ...trusting, given });
    assert.deepEqual(paths(chain), ['/vm/leaf.vhd', '/a/middle.vhd', '/b/base.vhd']);
    assert.equal(chain.findings.filter((one) => one.id === 'parent-id-mismatch').length, 2);
  });

  it('that are no images end the chain with a finding', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': leaf,
      '/a/text.vhd': new TextEncoder().encode('entity'),
    });
    const chain = openChain(files, '/vm/leaf.vhd', { ...trusting, given: ['/a/text.vhd', '/a/gone.vhd'] });
    const found = chain.findings.filter((one) => one.id === 'parent-unreadable');
    assert.deepEqual(
      found.map((one) => [one.severity, /\/a\/\w+\.vhd/.exec(one.message)?.[0]]),
      [
        ['error', '/a/text.vhd'],
        ['error', '/a/gone.vhd'],
      ],
    );
  });
});

describe('A chain that is not whole', () => {
  it('ends with what the child says of its parent', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': childImage(2, 1, { W2ru: '..\\x\\base.vhd', W2ku: 'C:\\x\\base.vhd', name: 'base.vhd' }),
    });
    const chain = openChain(files, '/vm/leaf.vhd', trusting);
    assert.equal(chain.missing?.childPath, '/vm/leaf.vhd');
    assert.deepEqual(chain.missing.claimedPaths, ['..\\x\\base.vhd', 'C:\\x\\base.vhd', 'base.vhd']);
    assert.equal(chain.missing.id, chain.layers[0].image.parent?.id);
    const found = finding(chain, 'parent-not-found');
    assert.equal(found.windowsError, 'ERROR_VHD_PARENT_VHD_NOT_FOUND (0xC03A000D)');
    assert.equal(found.severity, 'error');
  });

  it('ends where it would run in a circle, naming the files', () => {
    const files = new MemoryFileSystem('posix', {
      '/vm/a.vhd': childImage(1, 2, { W2ru: 'b.vhd' }),
      '/vm/b.vhd': childImage(2, 3, { W2ru: 'c.vhd' }),
      '/vm/c.vhd': childImage(3, 2, { W2ru: 'b.vhd' }),
    });
    const chain = openChain(files, '/vm/a.vhd', trusting);
    assert.deepEqual(paths(chain), ['/vm/a.vhd', '/vm/b.vhd', '/vm/c.vhd']);
    const found = finding(chain, 'chain-cycle');
    assert.equal(found.windowsError, 'ERROR_VHD_DIFFERENCING_CHAIN_CYCLE_DETECTED (0xC03A0018)');
    assert.match(found.message, /\/vm\/b\.vhd -> \/vm\/c\.vhd -> \/vm\/b\.vhd/);
    assert.equal(chain.missing?.childPath, '/vm/c.vhd');
  });

  it('ends at an image that names itself', () => {
    const files = new MemoryFileSystem('posix', { '/vm/a.vhd': childImage(1, 1, { W2ru: 'a.vhd' }) });
    const chain = openChain(files, '/vm/a.vhd', trusting);
    assert.equal(chain.layers.length, 1);
    assert.match(finding(chain, 'chain-cycle').message, /\/vm\/a\.vhd -> \/vm\/a\.vhd/);
  });

  it('ends at a copy of one of its layers under another name', () => {
    const leaf = childImage(1, 2, { W2ru: 'b.vhd' });
    const files = new MemoryFileSystem('posix', {
      '/vm/a.vhd': leaf,
      '/vm/b.vhd': childImage(2, 1, { W2ru: 'copy.vhd' }),
      '/vm/copy.vhd': leaf,
    });
    const chain = openChain(files, '/vm/a.vhd', trusting);
    assert.deepEqual(paths(chain), ['/vm/a.vhd', '/vm/b.vhd']);
    finding(chain, 'chain-cycle');
  });

  it(`ends after ${MAX_LAYERS} layers`, () => {
    const files = new MemoryFileSystem('posix');
    for (let index = 1; index < 140; index++) {
      files.addFile(`/vm/${index}.vhd`, childImage(index, index + 1, { W2ru: `${index + 1}.vhd` }));
    }
    files.addFile('/vm/140.vhd', baseImage(140));
    const chain = openChain(files, '/vm/1.vhd', trusting);
    assert.equal(chain.layers.length, MAX_LAYERS);
    assert.equal(chain.missing?.childPath, `/vm/${MAX_LAYERS}.vhd`);
    finding(chain, 'chain-too-deep');
  });

  it('ends at a parent that is damaged beyond reading, naming it', () => {
    const broken = baseImage(1, { editFooter: (footer) => footer.setUint32(12, 0x0002_0000) });
    const files = new MemoryFileSystem('posix', {
      '/vm/leaf.vhd': childImage(2, 1, { W2ru: 'base.vhd' }),
      '/vm/base.vhd': broken,
    });
    const chain = openChain(files, '/vm/leaf.vhd', trusting);
    assert.equal(chain.layers.length, 1);
    const found = finding(chain, 'parent-unreadable');
    assert.match(found.message, /\/vm\/base\.vhd/);
    assert.equal(found.windowsError, 'ERROR_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT (0xC03A0019)');
    assert.deepEqual(
      chain.missing?.candidates.map((one) => one.reason),
      ['not-an-image'],
    );
  });

  it('is thrown only where the image itself cannot be opened', () => {
    const files = new MemoryFileSystem('posix', { '/vm/text.vhd': new TextEncoder().encode('entity e is') });
    assert.throws(
      () => openChain(files, '/vm/gone.vhd', trusting),
      (error) => EngineError.is(error, 'file-not-found'),
    );
    assert.throws(
      () => openChain(files, '/vm/text.vhd', trusting),
      (error) => EngineError.is(error, 'not-an-image'),
    );
  });
});

describe('A child and its parent', () => {
  function openPair(
    child: Parameters<typeof childImage>[3],
    parent: Parameters<typeof baseImage>[1],
    modified = 0,
  ): Chain {
    const files = new MemoryFileSystem('posix', { '/vm/leaf.vhd': childImage(2, 1, { W2ru: 'base.vhd' }, child) });
    files.addFile('/vm/base.vhd', baseImage(1, parent), modified);
    return openChain(files, '/vm/leaf.vhd', trusting);
  }
  /** Seconds since 2000, as the format counts, and the same in milliseconds since 1970. */
  const stamp = 800_000_000;
  const stampTime = (stamp + 946_684_800) * 1000;
  const parentWithStamp = (timestamp: number): Parameters<typeof childImage>[3] => ({
    parent: { id: idOf(1), timestamp, locators: [{ code: 'W2ru', text: 'base.vhd' }] },
  });

  it('that agree have no findings', () => {
    const chain = openPair({}, {}, Date.now());
    assert.deepEqual(chain.findings, []);
    closeChain(chain);
    closeChain(chain);
  });

  it('may differ in size: a larger child is a warning, a smaller one an error', () => {
    assert.equal(finding(openPair({ virtualSize: 128 * 1024 }, {}), 'parent-size-mismatch').severity, 'warning');
    assert.equal(finding(openPair({ virtualSize: 48 * 1024 }, {}), 'parent-size-mismatch').severity, 'error');
  });

  it('may differ in block size, which is a note; a fixed parent has none', () => {
    assert.equal(finding(openPair({}, { blockSize: 8192 }), 'block-size-differs').severity, 'note');
    assert.deepEqual(openPair({}, { type: 'fixed', blocks: [] }).findings, []);
  });

  it('may differ in time: later than the child knows is a note, earlier, alike or unknown is nothing', () => {
    const later = finding(openPair(parentWithStamp(stamp), {}, stampTime + 60_000), 'parent-modified-later');
    assert.equal(later.severity, 'note');
    assert.equal(later.windowsError, 'ERROR_VHD_CHILD_PARENT_TIMESTAMP_MISMATCH (0xC03A000F)');
    for (const modified of [stampTime, stampTime + 1_999, stampTime - 60_000]) {
      assert.deepEqual(openPair(parentWithStamp(stamp), {}, modified).findings, []);
    }
    assert.deepEqual(openPair(parentWithStamp(0), {}, stampTime).findings, []);
  });

  it('share the damage of the parent', () => {
    const chain = openPair({}, { tailFooter: false });
    const found = finding(chain, 'error-in-parent');
    assert.equal(found.windowsError, 'ERROR_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT (0xC03A0019)');
    assert.equal(found.path, '/vm/leaf.vhd');
    assert.ok(chain.findings.some((one) => one.path === '/vm/base.vhd' && one.severity === 'error'));
  });
});
