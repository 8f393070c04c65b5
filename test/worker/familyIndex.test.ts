import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemoryFileSystem, runToEnd, scanFamilies } from '../../src/engine/index';
import { FamilyIndex } from '../../src/worker/familyIndex';
import type { KnownFamilies } from '../../src/worker/familyWire';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';
import { baseSpec, childSpec } from '../host/vsix/diskChain';
import { sized } from '../testSize';

const POLICY = { trusted: true, given: [], confine: null };
const ORDER = { sideFiles: [], anew: false, policy: POLICY };
const SMALL = 2 * 1024 * 1024;

/** Counts which files are opened. */
class WatchedFileSystem extends MemoryFileSystem {
  readonly opened: string[] = [];

  override open(...parameters: Parameters<MemoryFileSystem['open']>): ReturnType<MemoryFileSystem['open']> {
    this.opened.push(parameters[0]);
    return super.open(...parameters);
  }
}

/** `base ← child ← leaf` for each family that is known. */
function drawn({ families }: KnownFamilies): readonly string[] {
  return families.map(({ images, missing }) =>
    [...missing.map(({ id }) => `missing ${id.slice(-2)}`), ...images.map(({ path }) => path)].join(' '),
  );
}

describe('the families of a workspace', () => {
  let time = 0;
  let files: WatchedFileSystem;
  let index: FamilyIndex;

  beforeEach(() => {
    files = new WatchedFileSystem('posix');
    index = new FamilyIndex(files);
  });

  function put(path: string, spec: VhdSpec): void {
    if (files.facts(path) !== null) files.remove(path);
    files.addFile(path, buildVhd(spec), ++time);
  }

  it('are read once, and then only those that something happened to', () => {
    put('/w/a.vhd', baseSpec(12, [0], SMALL));
    put('/w/a1.avhd', childSpec(11, 'a.vhd', [1], SMALL));
    put('/w/b.vhd', baseSpec(22, [0], SMALL));
    put('/w/b1.avhd', childSpec(21, 'b.vhd', [1], SMALL));
    const images = ['/w/a.vhd', '/w/a1.avhd', '/w/b.vhd', '/w/b1.avhd'];
    assert.deepEqual(drawn(index.update({ ...ORDER, images })), ['/w/a.vhd /w/a1.avhd', '/w/b.vhd /w/b1.avhd']);
    files.opened.length = 0;
    index.update({ ...ORDER, images });
    assert.equal(files.opened.length, 0);
    put('/w/b2.avhd', { ...childSpec(21, 'b.vhd', [2], SMALL), id: idOf(29) });
    const known = index.update({ ...ORDER, images: ['/w/b2.avhd'] });
    assert.deepEqual(drawn(known), ['/w/a.vhd /w/a1.avhd', '/w/b.vhd /w/b1.avhd /w/b2.avhd']);
    assert.ok(
      files.opened.every((path) => !path.startsWith('/w/a')),
      files.opened.join(', '),
    );
  });

  it('notice by themselves what has gone, whatever they are told', () => {
    put('/w/a.vhd', baseSpec(12, [0], SMALL));
    put('/w/a1.avhd', childSpec(11, 'a.vhd', [1], SMALL));
    index.update({ ...ORDER, images: ['/w/a.vhd', '/w/a1.avhd'] });
    files.remove('/w/a.vhd');
    const [family] = index.update({ ...ORDER, images: [] }).families;
    assert.equal(family?.missing.length, 1);
    put('/w/a.vhd', baseSpec(12, [0], SMALL));
    assert.deepEqual(drawn(index.update({ ...ORDER, images: ['/w/a.vhd'] })), ['/w/a.vhd /w/a1.avhd']);
  });

  it('name what cannot be read, but no source code', () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    files.addFile('/w/unit.vhd', encode('entity unit is\nend;\n'));
    files.addFile('/w/bad.avhd', encode('no image'));
    const { unreadable, families } = index.update({ ...ORDER, images: ['/w/unit.vhd', '/w/bad.avhd'] });
    assert.deepEqual(families, []);
    assert.deepEqual(
      unreadable.map(({ path }) => path),
      ['/w/bad.avhd'],
    );
    files.remove('/w/bad.avhd');
    assert.deepEqual(index.update({ ...ORDER, images: ['/w/bad.avhd'] }).unreadable, []);
  });

  it('tell copies and moved parents, and compare no files twice', () => {
    put('/w/a.vhd', baseSpec(12, [0], SMALL));
    put('/w/copy.vhd', baseSpec(12, [0], SMALL));
    put('/w/a1.avhd', childSpec(11, 'gone.vhd', [1], SMALL));
    const images = ['/w/a.vhd', '/w/copy.vhd', '/w/a1.avhd'];
    const { duplicates, moved } = index.update({ ...ORDER, images });
    assert.deepEqual(
      duplicates.map(({ paths, areAlike }) => [paths, areAlike]),
      [[['/w/a.vhd', '/w/copy.vhd'], true]],
    );
    assert.deepEqual(moved, [{ child: '/w/a1.avhd', parent: '/w/a.vhd' }]);
    files.opened.length = 0;
    put('/w/other.vhd', baseSpec(22, [0], SMALL));
    assert.equal(index.update({ ...ORDER, images: ['/w/other.vhd'] }).duplicates.length, 1);
    assert.ok(!files.opened.includes('/w/copy.vhd'), files.opened.join(', '));
    files.remove('/w/copy.vhd');
    assert.deepEqual(index.update({ ...ORDER, images: [] }).duplicates, []);
  });

  it('are what a whole new reading finds, whatever happened on the way', () => {
    const change = fc.record({ image: fc.nat(5), parent: fc.nat(6), remove: fc.boolean() });
    const property = fc.property(fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 8 }), (rounds) => {
      files = new WatchedFileSystem('posix');
      index = new FamilyIndex(files);
      let known: KnownFamilies | null = null;
      for (const round of rounds) {
        const told = round.map(({ image, parent, remove }) => {
          const path = `/w/${String(image)}.vhd`;
          if (remove && files.facts(path) !== null) files.remove(path);
          // The file's number is its id: a parent of a higher number, or none.
          const isBase = parent <= image;
          const child = { ...childSpec(image + 1, `${String(parent)}.vhd`, [], SMALL) };
          const tie = { id: idOf(parent + 1), name: `${String(parent)}.vhd`, locators: child.parent?.locators ?? [] };
          if (!remove) put(path, isBase ? baseSpec(image + 1, [], SMALL) : { ...child, parent: tie });
          return path;
        });
        known = index.update({ ...ORDER, images: told });
      }
      const paths = files.list('/w', 100).map((name) => `/w/${name}`);
      const fresh = runToEnd(scanFamilies(files, { folders: [], files: paths }, POLICY));
      assert.deepEqual(known?.families ?? [], fresh.families);
    });
    fc.assert(property, { numRuns: sized({ small: 100, ci: 300, full: 5000 }) });
  });
});
