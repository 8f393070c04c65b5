import assert from 'node:assert/strict';
import type { ParentPolicy } from '../../../src/engine/chain/chain';
import { describeHeap } from '../../../src/engine/chain/familyHeap';
import { scanFamilies } from '../../../src/engine/chain/familyScan';
import { runToEnd } from '../../../src/engine/operations/progress';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { seededRandom } from '../../crash/powerLoss';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const POLICY: ParentPolicy = { trusted: true, given: [], confine: null };
const COMMON = { virtualSize: 65536, blockSize: 4096 };

/** Image `number` on image `parent`, which it names by a path that leads nowhere. */
function image(number: number, parent: number | null): VhdSpec {
  return parent === null
    ? { ...COMMON, type: 'dynamic', id: idOf(number) }
    : {
        ...COMMON,
        type: 'differencing',
        id: idOf(number),
        parent: { id: idOf(parent), name: `C:\\vm\\${parent}.vhd` },
      };
}

describe('a heap of images', () => {
  it('of thirty orphans in random order becomes its families again', () => {
    const random = seededRandom(11);
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const parents = new Map(numbers.map((number) => [number, number % 10 === 1 ? null : number - 1]));
    const fileSystem = new MemoryFileSystem('posix');
    const names = new Map(numbers.map((number) => [number, `/heap/${String(random(1e9))}-${number}.avhd`]));
    for (const number of numbers) {
      fileSystem.addFile(names.get(number)!, buildVhd(image(number, parents.get(number) ?? null)));
    }
    const scan = runToEnd(scanFamilies(fileSystem, { folders: ['/heap'], files: [] }, POLICY));
    assert.equal(scan.families.length, 3);
    const found = new Map(scan.families.flatMap(({ images }) => images.map(({ path, parent }) => [path, parent])));
    for (const number of numbers) {
      const parent = parents.get(number) ?? null;
      assert.equal(found.get(names.get(number)!), parent === null ? null : names.get(parent));
    }
    const heap = describeHeap(fileSystem, scan.families);
    assert.deepEqual(heap.duplicates, []);
    assert.equal(heap.moved.length, 27);
    assert.deepEqual(
      heap.misnamed.map(({ is }) => is),
      new Array(3).fill('a dynamic image without a parent, and no snapshot'),
    );
  });

  it('tells copies of an image from others that have its id, and names that say something else', () => {
    const base = buildVhd(image(1, null));
    const fileSystem = new MemoryFileSystem('posix', {
      '/heap/a.vhd': base,
      '/heap/b/copy.vhd': base,
      '/heap/disk.vhdx': buildVhd(image(2, null)),
      // What a repair replaced may look like an image.
      '/heap/a.vhd.vhd-editor-undo': base,
      '/heap/a.vhd.vhd-editor-undo-2': base,
      '/heap/backup.bin': buildVhd(image(3, null)),
      '/heap/x/one.vhd': buildVhd(image(4, null)),
      '/heap/x/two.vhd': buildVhd({ ...image(4, null), blocks: [{ index: 0, sectors: [1] }] }),
    });
    const scan = runToEnd(scanFamilies(fileSystem, { folders: ['/heap'], files: [] }, POLICY));
    assert.deepEqual([scan.others, scan.unfinished], [[], []]);
    const heap = describeHeap(fileSystem, scan.families);
    assert.deepEqual(
      heap.duplicates.map(({ paths, areAlike }) => [[...paths].sort(), areAlike]),
      [
        [['/heap/a.vhd', '/heap/b/copy.vhd'], true],
        [['/heap/x/one.vhd', '/heap/x/two.vhd'], false],
      ],
    );
    assert.deepEqual(heap.misnamed.map(({ path, is }) => `${path}: ${is}`).sort(), [
      '/heap/backup.bin: a dynamic VHD image',
      '/heap/disk.vhdx: a dynamic VHD image, and no VHDX',
    ]);
  });
});
