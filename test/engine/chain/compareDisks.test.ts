import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareDisks, type ComparedDisk, type DifferingRange } from '../../../src/engine/chain/compareDisks';
import { EngineError } from '../../../src/engine/errors';
import { sized } from '../../testSize';
import { fakeChain, fillOf, plannedOwner, type LayerPlan } from './fakeImage';
import { mixedChains, plainChains } from './plans';
import { chainSpecs, openSpecs } from './vhdChain';

/** The fill of each sector as of a layer, found the plain way: each sector is of one byte. */
function contentOf(plans: readonly LayerPlan[], asOf: number): number[] {
  return Array.from({ length: plans[asOf]!.sectorCount }, (_, sector) => {
    const owner = plannedOwner(plans, asOf, sector);
    return owner === null ? 0 : fillOf(owner, sector);
  });
}

function plainRanges(one: readonly number[], other: readonly number[]): DifferingRange[] {
  const ranges: { start: number; length: number }[] = [];
  for (let sector = 0; sector < Math.min(one.length, other.length); sector++) {
    if (one[sector] === other[sector]) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.start + last.length === sector) last.length += 1;
    else ranges.push({ start: sector, length: 1 });
  }
  return ranges;
}

function compared(one: ComparedDisk, other: ComparedDisk): DifferingRange[] {
  const ranges: DifferingRange[] = [];
  let before = 0;
  for (const { differing, done, total } of compareDisks(one, other)) {
    assert.ok(done > before && done <= total);
    for (const { start, length } of differing) assert.ok(start + length <= done);
    before = done;
    ranges.push(...differing);
  }
  return ranges;
}

const chains = fc.oneof(mixedChains, plainChains);

describe('Comparing disks, beside lists of sectors', () => {
  it('finds the sectors that differ between any two layers of a chain, and the same the other way round', () => {
    fc.assert(
      fc.property(chains, fc.nat(4), fc.nat(4), (plans, first, second) => {
        const [layer, below] = [first % plans.length, second % plans.length];
        const chain = fakeChain(plans);
        const expected = plainRanges(contentOf(plans, layer), contentOf(plans, below));
        assert.deepEqual(compared({ chain, layer }, { chain, layer: below }), expected);
        assert.deepEqual(compared({ chain, layer: below }, { chain, layer }), expected);
      }),
      { numRuns: sized({ small: 100, ci: 200, full: 5_000 }) },
    );
  });

  it('finds those between two chains, as far as both go', () => {
    fc.assert(
      fc.property(chains, chains, (plans, others) => {
        let fileCount = 0;
        const sides = [plans, others].map((side) => ({ chain: fakeChain(side), layer: 0 }));
        const steps = compareDisks(sides[0]!, sides[1]!, () => String(fileCount++));
        const ranges = [...steps].flatMap(({ differing }) => differing);
        assert.deepEqual(ranges, plainRanges(contentOf(plans, 0), contentOf(others, 0)));
      }),
      { numRuns: sized({ small: 100, ci: 200, full: 5_000 }) },
    );
  });

  it('reads nothing of what both have from one place', () => {
    const common = { virtualSize: 64 * 65_536, blockSize: 65_536 };
    const specs = chainSpecs([
      { ...common, blocks: [{ index: 3, sectors: [7, 8, 9] }] },
      { ...common, blocks: Array.from({ length: 60 }, (_, index) => ({ index, sectors: 'all' as const })) },
    ]);
    const chain = openSpecs(specs);
    const read: number[] = [];
    for (const { image } of chain.layers) {
      const { storage } = image;
      const plain = storage.read.bind(storage);
      storage.read = (offset, target) => {
        const block = Array.from({ length: 64 }, (_, index) => image.blockOffset(index)).findIndex(
          (start) => start >= 0 && offset >= start && offset < start + 65_536,
        );
        if (block !== -1) read.push(block);
        return plain(offset, target);
      };
    }
    assert.deepEqual(compared({ chain, layer: 0 }, { chain, layer: 1 }), [{ start: 3 * 128 + 7, length: 3 }]);
    assert.deepEqual(read, [3, 3]);
  });

  it('is soon done with two disks of 2 TiB that hold next to nothing', () => {
    const disk = (index: number): ComparedDisk => ({
      chain: openSpecs(chainSpecs([{ virtualSize: 2040 * 2 ** 30, blocks: [{ index, sectors: [1] }] }])),
      layer: 0,
    });
    assert.deepEqual(compared(disk(7), disk(900_000)), [
      { start: 7 * 4096 + 1, length: 1 },
      { start: 900_000 * 4096 + 1, length: 1 },
    ]);
  });

  it('refuses a chain without its base: what it holds is not known', () => {
    const specs = chainSpecs([
      { virtualSize: 65_536, blocks: [] },
      { virtualSize: 65_536, blocks: [] },
    ]);
    const chain = openSpecs(specs.slice(0, 1));
    assert.throws(
      () => compareDisks({ chain, layer: 0 }, { chain, layer: 0 }).next(),
      (error) => EngineError.is(error, 'parent-not-found'),
    );
  });
});
