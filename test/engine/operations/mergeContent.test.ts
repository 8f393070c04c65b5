import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openImage } from '../../../src/engine/openImage';
import { runMerge } from '../../../src/engine/operations/merge';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import type { Storage } from '../../../src/engine/storage/storage';
import { lookAt, readDisk } from '../../crash/chainScene';
import type { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { contentBy7zip } from '../../peers/programs';
import { assertSameContent } from '../../peers/sameContent';
import { sized } from '../../testSize';
import {
  BLOCK_SIZE,
  family,
  filesOf,
  merge,
  ownedBy,
  planOf,
  range,
  SECTOR,
  SECTOR_COUNT,
  type FamilySpec,
} from './mergeScene';

const [BASE, ONE, TWO, THREE] = ['/d/base.vhd', '/d/1.avhd', '/d/2.avhd', '/d/3.avhd'] as const;

const lbas = fc.uniqueArray(fc.nat(SECTOR_COUNT - 1), { maxLength: SECTOR_COUNT });
const layer = fc.record({
  owned: lbas,
  zeros: lbas,
  blockSize: fc.constantFrom(2 * SECTOR, BLOCK_SIZE, 4 * BLOCK_SIZE),
  more: fc.record({ alignment: fc.constantFrom(512 as const, 4096 as const) }),
});
const baseType = fc.constantFrom('fixed' as const, 'dynamic' as const);

/** Where the data of an image's blocks lie, in bytes. */
function dataPlaces(fileSystem: FileSystem, path: string): readonly number[] {
  const image = openImage(fileSystem, path);
  image.close();
  return range(0, image.blockCount)
    .map((block) => image.blockOffset(block))
    .filter((offset) => offset >= 0);
}

/** Counts the bytes of blocks' data that are read from now on, by path. */
function countDataReads(
  fileSystem: RecordingFileSystem,
  places: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const open = fileSystem.open.bind(fileSystem);
  fileSystem.open = (path, access) => {
    const storage = open(path, access);
    const read: Storage['read'] = (offset, target) => {
      for (const place of places.get(path) ?? []) {
        const length = Math.min(place + BLOCK_SIZE, offset + target.length) - Math.max(place, offset);
        if (length > 0) counts.set(path, (counts.get(path) ?? 0) + length);
      }
      return storage.read(offset, target);
    };
    return { ...storage, read };
  };
  return counts;
}

describe('what a merge carries over', () => {
  it('is what the model says: the disk as of the top, by bitmaps that are honoured at both ends', () => {
    const property = fc.property(
      baseType,
      fc.array(layer, { minLength: 2, maxLength: 4 }),
      fc.nat(9),
      fc.nat(9),
      (type, layers, topPick, ancestorPick) => {
        const paths = [BASE, ONE, TWO, THREE].slice(0, layers.length);
        const specs = paths.map((path, at): [string, FamilySpec] => [
          path,
          at === 0 ? { ...layers[at]!, type } : { ...layers[at]!, on: paths[at - 1]! },
        ]);
        const { fileSystem, models, content } = family(Object.fromEntries(specs));
        const topAt = 1 + (topPick % (paths.length - 1));
        const ancestorAt = ancestorPick % topAt;
        const [top, ancestor] = [paths[topAt]!, paths[ancestorAt]!];
        const plan = planOf(fileSystem, top, { into: ancestor });
        assert.deepEqual(plan.refusals, []);
        const before = fileSystem.facts(ancestor)!.size;
        merge(fileSystem, top, { into: ancestor });

        assert.ok(readDisk(fileSystem, ancestor).equals(content(top)));
        const others = paths.filter((_, at) => at < ancestorAt || at > topAt);
        for (const path of others) assert.ok(readDisk(fileSystem, path).equals(content(path)), path);
        assert.deepEqual(fileSystem.paths(), [ancestor, ...others].sort());
        const carried = new Set(
          paths.slice(ancestorAt + 1, topAt + 1).flatMap((path) => [...models.get(path)!.sectors.keys()]),
        );
        const union = new Set([...carried, ...models.get(ancestor)!.sectors.keys()]);
        assert.deepEqual(
          ownedBy(fileSystem, ancestor),
          [...union].sort((a, b) => a - b),
        );
        assert.equal(plan.survey!.sectors, carried.size);
        assert.equal(fileSystem.facts(ancestor)!.size, before + plan.survey!.growth);
        assert.deepEqual(lookAt(fileSystem, ancestor).troubles, []);
        assert.equal(fileSystem.openFiles, 0);
      },
    );
    fc.assert(property, { numRuns: sized({ small: 50, ci: 200, full: 10_000 }) });
  });

  it('has the zeros that an image owns: they hide what the parent has', () => {
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, 16) },
      [ONE]: { on: BASE, owned: [3, 4, 5, 20], zeros: [3, 4, 20] },
    });
    const expected = content(ONE);
    assert.ok(expected.subarray(3 * SECTOR, 5 * SECTOR).every((byte) => byte === 0));
    merge(fileSystem, ONE);
    assert.ok(readDisk(fileSystem, BASE).equals(expected));
    assert.ok(ownedBy(fileSystem, BASE).includes(20));
  });

  it('hides what lies below the ancestor, zeros too', () => {
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, SECTOR_COUNT) },
      [ONE]: { on: BASE, owned: [1] },
      [TWO]: { on: ONE, owned: [1, 9, 30], zeros: [9, 30] },
    });
    const expected = content(TWO);
    merge(fileSystem, TWO);
    assert.ok(readDisk(fileSystem, ONE).equals(expected));
    assert.deepEqual(ownedBy(fileSystem, ONE), [1, 9, 30]);
  });

  it('takes a new block of the ancestor for each that it does not have, and not one more', () => {
    const { fileSystem } = family({
      [BASE]: { owned: [0, 1], more: { alignment: 4096 } },
      [ONE]: { on: BASE, owned: [2, 8, 9, 63] },
    });
    const before = fileSystem.facts(BASE)!.size;
    const { survey } = planOf(fileSystem, ONE);
    assert.deepEqual([survey!.blocks, survey!.newBlocks, survey!.sectors], [3, 2, 4]);
    // A bitmap of one sector and eight sectors of data each, on boundaries of 4 KiB.
    assert.equal(survey!.growth, 2 * (4096 + 4096));
    merge(fileSystem, ONE);
    assert.equal(fileSystem.facts(BASE)!.size, before + survey!.growth);
  });

  it('does not make the file longer where the ancestor has all the blocks', () => {
    const { fileSystem } = family({ [BASE]: { owned: [0, 8] }, [ONE]: { on: BASE, owned: [1, 9] } });
    const before = fileSystem.facts(BASE)!.size;
    assert.equal(planOf(fileSystem, ONE).survey!.growth, 0);
    merge(fileSystem, ONE);
    assert.equal(fileSystem.facts(BASE)!.size, before);
  });

  it('reads each surviving sector once, from the layer that owns it, however many layers there are', () => {
    const names = range(1, 9).map((at) => `/d/${at}.avhd`);
    // Each layer has its own block, and all of them have the last one.
    const layers = names.map((path, at): [string, FamilySpec] => [
      path,
      {
        on: names[at - 1] ?? BASE,
        owned: [...range(at * 8, at * 8 + 8), ...range(64, 72)],
        more: { virtualSize: 72 * SECTOR },
      },
    ]);
    const { fileSystem, content } = family({
      [BASE]: { owned: range(0, 72), more: { virtualSize: 72 * SECTOR } },
      ...Object.fromEntries(layers),
    });
    const top = names.at(-1)!;
    const expected = content(top);
    const plan = planOf(fileSystem, top, { into: BASE });
    assert.equal(plan.bytesToRead, 9 * 8 * SECTOR);
    const data = new Map(names.map((path) => [path, dataPlaces(fileSystem, path)]));
    const readOf = countDataReads(fileSystem, data);
    runToEnd(runMerge(fileSystem, plan));
    assert.ok(readDisk(fileSystem, BASE).equals(expected));
    // Of the block that all have, the top one's alone is read.
    assert.deepEqual(
      names.map((path) => readOf.get(path)),
      names.map((path) => (path === top ? 2 : 1) * BLOCK_SIZE),
    );
  });

  it('is copied on while what was copied before is flushed, up to the length of two batches', () => {
    const flushesOf = (flushLag: number): number => {
      const owned = range(0, SECTOR_COUNT);
      const { fileSystem, content } = family({ [BASE]: {}, [ONE]: { on: BASE, owned } }, { flushLag });
      const expected = content(ONE);
      const plan = planOf(fileSystem, ONE);
      fileSystem.events.length = 0;
      const inode = fileSystem.disk.get(BASE)!.number;
      runToEnd(runMerge(fileSystem, plan, { batchSectors: 4 }));
      assert.ok(readDisk(fileSystem, BASE).equals(expected));
      return fileSystem.events.filter((event) => event.kind === 'flush' && event.inode === inode).length;
    };
    const late = flushesOf(1);
    assert.ok(flushesOf(0) - late >= SECTOR_COUNT / 4 / 2 - 1);
    assert.equal(flushesOf(1000), late);
  });

  it('is believed by 7-Zip', function () {
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-merge-'));
    try {
      for (const type of ['fixed', 'dynamic'] as const) {
        const { fileSystem, content } = family({
          [BASE]: { type, owned: [...range(0, 20), 60], blockSize: 2 * BLOCK_SIZE },
          [ONE]: { on: BASE, owned: [1, 7, 8, 40, 41], zeros: [7] },
          [TWO]: { on: ONE, owned: [2, 3, 8, 50, 63], zeros: [50, 2] },
          [THREE]: { on: TWO, owned: [5, 63] },
        });
        const [two, three] = [content(TWO), content(THREE)];
        merge(fileSystem, TWO, { into: BASE });
        for (const [path, bytes] of filesOf(fileSystem)) writeFileSync(join(folder, path.slice(3)), bytes);
        assertSameContent(contentBy7zip(this, join(folder, 'base.vhd')), two, '7-Zip on the survivor');
        assertSameContent(contentBy7zip(this, join(folder, '3.avhd')), three, '7-Zip on the child');
        assert.ok(readDisk(new NodeFileSystem(), join(folder, '3.avhd')).equals(three));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
