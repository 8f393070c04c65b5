import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockDetail } from '../../../src/engine/chain/blockDetail';
import { asOf, requireBase, type MissingParent } from '../../../src/engine/chain/chain';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import { extents, type DoubtfulRange } from '../../../src/engine/chain/extents';
import { EngineError } from '../../../src/engine/errors';
import { SECTOR_SIZE } from '../../../src/engine/image';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { sized } from '../../testSize';
import { fakeChain, fillOf, type LayerPlan } from './fakeImage';
import { mixedChains } from './plans';

const missing: MissingParent = { childPath: '/disks/layer0.vhd', id: '1', claimedPaths: ['x.vhd'], candidates: [] };

/** The first byte of each sector of a disk, and what the reader had doubts about. */
function readSectors(chain: ReturnType<typeof fakeChain>): { fills: number[]; doubts: DoubtfulRange[] } {
  const doubts: DoubtfulRange[] = [];
  const reader = new DiskReader(chain);
  const bytes = new Uint8Array(reader.size);
  reader.read(0, bytes, (range) => doubts.push(range));
  return { fills: [...bytes].filter((_, index) => index % SECTOR_SIZE === 0), doubts };
}

describe('A damaged layer', () => {
  const base: LayerPlan = { sectorCount: 16, blockSectors: 8, sectors: new Set([0, 1, 2, 3, 8, 9]) };

  it('does not have a block whose place cannot be: the layer below shows, and the block is reported', () => {
    const leaf: LayerPlan = { sectorCount: 16, blockSectors: 8, sectors: new Set([1, 9]), damaged: [0] };
    const { fills, doubts } = readSectors(fakeChain([leaf, base]));
    assert.equal(fills[1], fillOf(1, 1));
    assert.equal(fills[9], fillOf(0, 9));
    assert.deepEqual(doubts, [{ start: 0, length: 8, layer: 0, reason: 'no-place' }]);
  });

  it('does not have sectors whose data lies past the end of its file, and has those before', () => {
    // Block 0 lies last in the file; five of its sectors are cut off.
    const leaf: LayerPlan = { sectorCount: 16, blockSectors: 8, sectors: new Set([1, 2, 3, 6]), cut: 4 * 512 + 1 };
    const { fills, doubts } = readSectors(fakeChain([leaf, base]));
    assert.deepEqual(
      [1, 2, 3, 6].map((sector) => fills[sector]),
      [fillOf(0, 1), fillOf(0, 2), fillOf(1, 3), 0],
    );
    assert.deepEqual(doubts, [
      { start: 3, length: 1, layer: 0, reason: 'past-end-of-file' },
      { start: 6, length: 1, layer: 0, reason: 'past-end-of-file' },
    ]);
  });

  it('is not reported where a layer above has the sectors', () => {
    const leaf: LayerPlan = { sectorCount: 16, blockSectors: 8, sectors: new Set([0, 1, 2, 3, 4, 5]) };
    const { doubts } = readSectors(fakeChain([leaf, { ...base, damaged: [0] }]));
    assert.deepEqual(doubts, [{ start: 6, length: 2, layer: 1, reason: 'no-place' }]);
  });

  it('is reported in blocks of another size, too', () => {
    const leaf: LayerPlan = { sectorCount: 16, blockSectors: 8, sectors: new Set([5]) };
    const small = readSectors(fakeChain([leaf, { ...base, blockSectors: 2, sectors: new Set(), damaged: [2, 5] }]));
    assert.deepEqual(small.doubts, [
      { start: 4, length: 1, layer: 1, reason: 'no-place' },
      { start: 10, length: 2, layer: 1, reason: 'no-place' },
    ]);
    const large = readSectors(fakeChain([leaf, { ...base, blockSectors: 16, sectors: new Set(), damaged: [0] }]));
    assert.equal(
      large.doubts.reduce((sum, range) => sum + range.length, 0),
      15,
    );
  });

  it('reads as zero, reported, where the file became shorter after it was opened', () => {
    const chain = fakeChain([base]);
    const [layer] = chain.layers;
    const storage = new MemoryStorage(new Uint8Array(300), 'read');
    const shrunk = { ...chain, layers: [{ ...layer, image: { ...layer.image, storage } }] as typeof chain.layers };
    const { fills, doubts } = readSectors(shrunk);
    assert.ok(fills.every((fill) => fill === 0));
    assert.ok(doubts.every((range) => range.reason === 'past-end-of-file'));
    assert.deepEqual(
      doubts.flatMap(({ start, length }) => Array.from({ length }, (_, index) => start + index)),
      [0, 1, 2, 3, 8, 9],
    );
  });
});

describe('A chain without its base', () => {
  const plans: readonly LayerPlan[] = [
    { sectorCount: 20, blockSectors: 8, sectors: new Set([0, 18]) },
    { sectorCount: 14, blockSectors: 8, sectors: new Set([1]) },
  ];
  const chain = fakeChain(plans, missing);

  it('refuses to vouch for its content, as of any layer', () => {
    const notFound = (error: unknown): boolean => EngineError.is(error, 'parent-not-found');
    assert.throws(() => requireBase(chain), notFound);
    assert.throws(() => requireBase(asOf(chain, 1)), notFound);
    assert.doesNotThrow(() => requireBase(fakeChain(plans)));
  });

  it('tells unknown sectors from those that are zero past the end of a layer', () => {
    const { doubts } = readSectors(chain);
    assert.deepEqual(doubts, [
      { start: 2, length: 6, layer: null, reason: 'parent-missing' },
      { start: 8, length: 6, layer: null, reason: 'parent-missing' },
    ]);
    assert.deepEqual(blockDetail(chain, 2).doubtful, []);
    assert.deepEqual(blockDetail(chain, 0).doubtful, [{ start: 2, length: 6, layer: null, reason: 'parent-missing' }]);
  });

  it('has no doubt about what a layer owns, and doubts all else that the missing parent could hold', () => {
    fc.assert(
      fc.property(mixedChains, (mixed) => {
        const limit = Math.min(...mixed.map((plan) => plan.sectorCount));
        const doubted = new Set<number>();
        const report = ({ start, length }: DoubtfulRange): void => {
          for (let sector = start; sector < start + length; sector++) doubted.add(sector);
        };
        const count = mixed[0]?.sectorCount ?? 0;
        for (const { start, length, layer } of extents(fakeChain(mixed, missing), { from: 0, count }, 0, report)) {
          for (let sector = start; sector < start + length; sector++) {
            assert.equal(doubted.has(sector), layer === null && sector < limit);
          }
        }
      }),
      { numRuns: sized({ small: 100, ci: 500, full: 2_000 }) },
    );
  });
});
