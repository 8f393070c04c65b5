import assert from 'node:assert/strict';
import { openImage } from '../../../src/engine/openImage';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { layerPaths, lookAt, readDisk } from '../../crash/chainScene';
import { idOf } from '../../fixtures/vhdBuilder';
import { batmapChecksum, batmapOffset, decodeBatmap } from '../../../src/engine/vhd/batmap';
import { formatDiskId } from '../../../src/engine/vhd/diskId';
import { readParts } from '../../../src/engine/vhd/vhdParts';
import { BLOCK_SIZE, family, merge, ownedBy, planOf, range, SECTOR, type FamilySpec } from './mergeScene';

const [BASE, ONE, TWO] = ['/d/base.vhd', '/d/1.avhd', '/d/2.avhd'] as const;

function parentOf(fileSystem: FileSystem, path: string): NonNullable<ReturnType<typeof openImage>['parent']> {
  const image = openImage(fileSystem, path);
  image.close();
  return image.parent!;
}

describe('the children of a merged layer', () => {
  it('stand on the survivor by id, paths and time, with their content unchanged', () => {
    const children = ['/d/a.avhd', '/d/b.avhd', '/d/deeper/c.avhd'];
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, 30) },
      [ONE]: { on: BASE, owned: [1, 8, 40], zeros: [8] },
      ...Object.fromEntries(
        children.map((path, at): [string, FamilySpec] => [path, { on: ONE, owned: [at, 50 + at] }]),
      ),
    });
    const plan = planOf(fileSystem, ONE);
    assert.deepEqual([...plan.ties.children].sort(), children);
    assert.deepEqual([...plan.leafs].sort(), children);
    const { survivor, removed, leafs } = merge(fileSystem, ONE);
    assert.deepEqual([survivor, removed, [...leafs].sort()], [BASE, [ONE], children]);
    assert.deepEqual(fileSystem.paths(), [...children, BASE].sort());
    const modified = Math.floor(fileSystem.facts(BASE)!.modified / 1000) * 1000;
    for (const [at, path] of children.entries()) {
      const parent = parentOf(fileSystem, path);
      assert.equal(parent.id, formatDiskId(idOf(1)));
      assert.equal(parent.modified?.getTime(), modified);
      const name = parent.places.find(({ source }) => source === 'name');
      assert.equal(name?.text, 'base.vhd');
      assert.deepEqual(ownedBy(fileSystem, path), [at, 50 + at]);
      assert.ok(readDisk(fileSystem, path).equals(content(path)), path);
      assert.deepEqual(lookAt(fileSystem, path).troubles, []);
    }
    const relative = parentOf(fileSystem, '/d/deeper/c.avhd').places.find(({ source }) => source === 'W2ru');
    assert.equal(relative?.text, '.\\..\\base.vhd');
  });

  it('have children in turn, which learn when their parents were changed', () => {
    const [A, B, C] = ['/d/a.avhd', '/d/b.avhd', '/d/c.avhd'] as const;
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, 30) },
      [ONE]: { on: BASE, owned: [1, 8] },
      [A]: { on: ONE, owned: [2] },
      [B]: { on: A, owned: [3] },
      [C]: { on: B, owned: [4] },
    });
    const stamps = (): boolean[] =>
      [A, B, C].map((path) => {
        const { modified } = parentOf(fileSystem, path);
        const parent = layerPaths(fileSystem, path)[1]!;
        return modified?.getTime() === Math.floor(fileSystem.facts(parent)!.modified / 1000) * 1000;
      });
    assert.deepEqual(stamps(), [true, true, true]);
    assert.deepEqual(planOf(fileSystem, ONE).ties, { children: [A], stamped: [B, C] });
    const { leafs } = merge(fileSystem, ONE);
    assert.deepEqual(leafs, [C]);
    assert.deepEqual(stamps(), [true, true, true]);
    for (const path of [A, B, C]) assert.ok(readDisk(fileSystem, path).equals(content(path)));
    assert.deepEqual(layerPaths(fileSystem, C), [C, B, A, BASE]);
  });

  it('are moved over from wherever the snapshot stood in the chain, its parent a snapshot or a fixed base', () => {
    for (const type of ['fixed', 'dynamic'] as const) {
      const names = range(1, 6).map((at) => `/d/${at}.avhd`);
      for (const deleted of names.slice(0, -1)) {
        const layers = names.map((path, at): [string, FamilySpec] => [
          path,
          { on: names[at - 1] ?? BASE, owned: range(at, 20 + at * 7), zeros: [at + 3] },
        ]);
        const { fileSystem, content } = family({ [BASE]: { type, owned: range(0, 9) }, ...Object.fromEntries(layers) });
        const at = names.indexOf(deleted);
        const { survivor, leafs } = merge(fileSystem, deleted);
        assert.deepEqual([survivor, leafs], [names[at - 1] ?? BASE, [names.at(-1)]]);
        for (const path of names.filter((each) => each !== deleted)) {
          const expected = content(path === survivor ? deleted : path);
          assert.ok(readDisk(fileSystem, path).equals(expected), `${path} without ${deleted}`);
        }
        assert.deepEqual(lookAt(fileSystem, names.at(-1)!).troubles, []);
      }
    }
  });
});

describe("Xen's map of whole blocks in an ancestor", () => {
  const readMap = (fileSystem: FileSystem, path: string): { bits: string; isSound: boolean } => {
    const file = fileSystem.open(path, 'read');
    const parts = readParts(file, path);
    if (!('grid' in parts) || parts.header === null || parts.table === null) throw new Error('no table');
    const header = new Uint8Array(512);
    file.read(batmapOffset(parts.table.offset, parts.header.header.maxTableEntries), header);
    const batmap = decodeBatmap(header)!;
    const map = new Uint8Array(batmap.mapSectorCount * SECTOR);
    file.read(Number(batmap.mapOffset), map);
    file.close();
    return {
      bits: map[0]!.toString(2).padStart(8, '0'),
      isSound: batmapChecksum(map, batmap.version) === batmap.checksum,
    };
  };

  it('stays true: what was whole is whole', () => {
    const { fileSystem, content } = family({
      [BASE]: { owned: [...range(0, 8), 9], more: { batmap: {} } },
      [ONE]: { on: BASE, owned: [0, 10, 16, ...range(24, 32)] },
    });
    assert.deepEqual(readMap(fileSystem, BASE), { bits: '10000000', isSound: true });
    const expected = content(ONE);
    merge(fileSystem, ONE);
    assert.deepEqual(readMap(fileSystem, BASE), { bits: '10000000', isSound: true });
    assert.ok(readDisk(fileSystem, BASE).equals(expected));
  });

  it('does not call a new block whole that it called whole while it was absent', () => {
    const patches = (layout: { batmapOffset: number }) => [
      // All blocks but the last are claimed, and the checksum fits the claim.
      { offset: layout.batmapOffset + 512, bytes: [0xfe] },
      { offset: layout.batmapOffset + 24, bytes: [0xff, 0xff, 0xff, 0x01] },
    ];
    for (const sum of [true, false]) {
      const { fileSystem, content } = family({
        [BASE]: {
          owned: range(0, 8),
          more: { batmap: {}, patches: (layout) => patches(layout).slice(0, sum ? 2 : 1) },
        },
        [ONE]: { on: BASE, owned: [16] },
      });
      assert.deepEqual(readMap(fileSystem, BASE), { bits: '11111110', isSound: sum });
      const expected = content(ONE);
      merge(fileSystem, ONE);
      // One that nobody believes is left alone.
      assert.deepEqual(
        readMap(fileSystem, BASE),
        sum ? { bits: '10000000', isSound: true } : { bits: '11111110', isSound: false },
      );
      assert.ok(readDisk(fileSystem, BASE).equals(expected));
    }
  });

  it('is not written over by new blocks', () => {
    const { fileSystem } = family({
      [BASE]: { owned: [], more: { batmap: {}, alignment: 512 } },
      [ONE]: { on: BASE, owned: range(0, 64), blockSize: BLOCK_SIZE },
      [TWO]: { on: ONE },
    });
    merge(fileSystem, ONE);
    assert.deepEqual(readMap(fileSystem, BASE), { bits: '00000000', isSound: true });
    assert.deepEqual(lookAt(fileSystem, TWO).troubles, []);
  });
});
