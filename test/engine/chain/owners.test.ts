import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blockDetail } from '../../../src/engine/chain/blockDetail';
import { blockOwners } from '../../../src/engine/chain/blockOwners';
import type { Chain } from '../../../src/engine/chain/chain';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import { extents } from '../../../src/engine/chain/extents';
import { SectorOwners } from '../../../src/engine/chain/sectorOwners';
import { scanSectors } from '../../../src/engine/chain/sectorScan';
import { EngineError } from '../../../src/engine/errors';
import { NO_LAYER, NO_OFFSET, SECTOR_SIZE } from '../../../src/engine/image';
import { sized } from '../../testSize';
import { fakeChain, fillOf, plannedOwner, type LayerPlan } from './fakeImage';
import { mixedChains, plainChains } from './plans';

const numRuns = sized({ small: 150, ci: 500, full: 4_000 });
const chains = fc.oneof(mixedChains, plainChains);
const chainsAsOf = chains.chain((plans) => fc.tuple(fc.constant(plans), fc.nat(plans.length - 1)));

/** The owner of every sector by the model. */
function plannedOwners(plans: readonly LayerPlan[], asOf: number): Uint8Array {
  const count = plans[asOf]?.sectorCount ?? 0;
  return Uint8Array.from({ length: count }, (_, sector) => plannedOwner(plans, asOf, sector) ?? NO_LAYER);
}

describe('Owners through a chain, beside a list of sectors', () => {
  it('are the same sector by sector, whatever the block sizes and disk sizes', () => {
    fc.assert(
      fc.property(chainsAsOf, ([plans, asOf]) => {
        const owners = new SectorOwners(fakeChain(plans), asOf);
        const buffer = new Uint8Array(owners.blockSectorCount);
        const expected = plannedOwners(plans, asOf);
        for (let block = 0; block < owners.blockCount; block++) {
          const from = block * owners.blockSectorCount;
          assert.deepEqual(owners.fill(block, buffer), []);
          const part = expected.subarray(from, from + owners.sectorsOf(block));
          assert.deepEqual(buffer.subarray(0, part.length), part);
          const counts = owners.layers.map(({ number }) => part.filter((owner) => owner === number).length);
          assert.deepEqual([...owners.ownedCounts], counts);
          owners.count(block);
          assert.deepEqual([...owners.ownedCounts], counts);
        }
      }),
      { numRuns },
    );
  });

  it('are in the block map wherever they are sectors: the top layer, and whether others share the block', () => {
    fc.assert(
      fc.property(chainsAsOf, ([plans, asOf]) => {
        const chain = fakeChain(plans);
        const map = blockOwners(chain, asOf);
        const perBlock = map.blockSize / SECTOR_SIZE;
        for (let block = 0; block < map.top.length; block++) {
          const having = layersWithPlaces(chain, asOf, block * perBlock, perBlock);
          assert.equal(map.top[block], having[0] ?? NO_LAYER);
          assert.equal(map.shared[block], having.length > 1 ? 1 : 0);
        }
      }),
      { numRuns },
    );
  });

  it('add up in the scan: main and second owner, share, totals', () => {
    fc.assert(
      fc.property(chainsAsOf, fc.integer({ min: 1, max: 9 }), ([plans, asOf], blocksPerRun) => {
        const chain = fakeChain(plans);
        const expected = plannedOwners(plans, asOf);
        const perBlock = plans[asOf]?.blockSectors ?? 1;
        const scan = scanSectors(chain, asOf, blocksPerRun);
        let next = scan.next();
        let block = 0;
        for (; next.done !== true; next = scan.next()) {
          const run = next.value;
          assert.equal(run.firstBlock, block);
          for (let index = 0; index < run.main.length; index++, block++) {
            const part = [...expected.subarray(block * perBlock, (block + 1) * perBlock)];
            const ranked = plans
              .map((_, layer) => ({ layer, count: part.filter((owner) => owner === layer).length }))
              .filter(({ count }) => count > 0)
              .sort((one, other) => other.count - one.count);
            assert.equal(run.main[index], ranked[0]?.layer ?? NO_LAYER);
            assert.equal(run.second[index], ranked[1]?.layer ?? NO_LAYER);
            assert.equal(run.ownerCount[index], ranked.length);
            const owned = part.filter((owner) => owner !== NO_LAYER).length;
            const filled = run.filled[index] ?? -1;
            assert.equal(filled === 0, owned === 0);
            assert.equal(filled === 255, owned === part.length);
            assert.ok(Math.abs(filled - (owned * 255) / part.length) <= 1);
          }
        }
        assert.equal(block, Math.ceil(expected.length / perBlock));
        const totals = plans.map((plan, layer) => ({
          layer,
          blocks: chain.layers[layer]?.image.allocatedBlockCount,
          sectors: plan.sectors.size,
          visibleSectors: expected.filter((owner) => owner === layer).length,
        }));
        assert.deepEqual(next.value, { layers: totals.slice(asOf), unread: null });
      }),
      { numRuns },
    );
  });

  it('make extents that cover a range once, in order, joined, and lead to the bytes', () => {
    fc.assert(
      fc.property(chainsAsOf, fc.nat(), fc.nat(), ([plans, asOf], seedFrom, seedCount) => {
        const chain = fakeChain(plans);
        const expected = plannedOwners(plans, asOf);
        const from = seedFrom % (expected.length + 1);
        const count = seedCount % (expected.length - from + 1);
        let sector = from;
        let before: ReturnType<typeof describeExtent> | null = null;
        for (const extent of extents(chain, { from, count }, asOf)) {
          assert.equal(extent.start, sector);
          assert.ok(extent.length > 0);
          for (let index = 0; index < extent.length; index++, sector++) {
            assert.equal(extent.layer ?? NO_LAYER, expected[sector]);
            if (extent.layer !== null && extent.fileOffset !== null) {
              const bytes = new Uint8Array(SECTOR_SIZE);
              chain.layers[extent.layer]?.image.storage.read(extent.fileOffset + index * SECTOR_SIZE, bytes);
              assert.deepEqual(bytes, new Uint8Array(SECTOR_SIZE).fill(fillOf(extent.layer, sector)));
            }
          }
          const now = describeExtent(extent);
          assert.ok(before?.layer !== now.layer || before.end !== now.offset, 'neighbours that adjoin');
          before = now;
        }
        assert.equal(sector, from + count);
      }),
      { numRuns },
    );
  });

  it('are what reading follows, at any offset and length', () => {
    fc.assert(
      fc.property(chainsAsOf, fc.nat(), fc.nat(), ([plans, asOf], seedOffset, seedLength) => {
        const reader = new DiskReader(fakeChain(plans), asOf);
        const owners = plannedOwners(plans, asOf);
        assert.equal(reader.size, owners.length * SECTOR_SIZE);
        const offset = seedOffset % (reader.size + 700);
        const target = new Uint8Array(seedLength % 20_000).fill(0xee);
        const length = reader.read(offset, target);
        assert.equal(length, Math.max(0, Math.min(target.length, reader.size - offset)));
        for (let index = 0; index < target.length; index++) {
          const sector = Math.floor((offset + index) / SECTOR_SIZE);
          const owner = owners[sector] ?? NO_LAYER;
          const byte = index >= length ? 0xee : owner === NO_LAYER ? 0 : fillOf(owner, sector);
          if (target[index] !== byte) {
            assert.fail(`byte ${offset + index}: ${target[index]}, not ${byte}`);
          }
        }
        const first = Math.floor(offset / SECTOR_SIZE);
        const seen = new Uint8Array(9);
        const count = reader.owners(first, seen);
        assert.deepEqual(seen.subarray(0, count), owners.subarray(first, first + 9));
      }),
      { numRuns },
    );
  });

  it('are in the detail of a block, with the place of each part', () => {
    fc.assert(
      fc.property(chainsAsOf, fc.nat(), ([plans, asOf], seed) => {
        const chain = fakeChain(plans);
        const perBlock = plans[asOf]?.blockSectors ?? 1;
        const expected = plannedOwners(plans, asOf);
        const block = seed % Math.ceil(expected.length / perBlock);
        const detail = blockDetail(chain, block, asOf);
        const part = expected.subarray(block * perBlock, (block + 1) * perBlock);
        assert.deepEqual(detail.owners, part);
        assert.equal(detail.sectorCount, part.length);
        assert.equal(detail.firstSector, block * perBlock);
        assert.deepEqual(
          new Set(detail.parts.map(({ layer }) => layer)),
          new Set(part.filter((owner) => owner !== NO_LAYER)),
        );
        for (const [index, { layer, sectorCount, fileOffset }] of detail.parts.entries()) {
          assert.equal(sectorCount, part.filter((owner) => owner === layer).length);
          assert.ok(sectorCount <= (detail.parts[index - 1]?.sectorCount ?? Infinity));
          const plan = plans[layer];
          assert.ok(plan !== undefined);
          const own = Math.floor(detail.firstSector / plan.blockSectors);
          const offset = chain.layers[layer]?.image.blockOffset(own) ?? NO_OFFSET;
          const inBlock = (detail.firstSector % plan.blockSectors) * SECTOR_SIZE;
          assert.equal(fileOffset, plan.blockSectors < perBlock ? null : offset + inBlock);
        }
      }),
      { numRuns },
    );
  });
});

function describeExtent(extent: { layer: number | null; fileOffset: number | null; length: number }): {
  layer: number | null;
  offset: number;
  end: number;
} {
  const offset = extent.fileOffset ?? 0;
  return { layer: extent.layer, offset, end: extent.layer === null ? 0 : offset + extent.length * SECTOR_SIZE };
}

/** The layers that have a place for any part of some sectors, as far as they can be seen. */
function layersWithPlaces(chain: Chain, asOf: number, from: number, count: number): number[] {
  const having: number[] = [];
  let limit = from + count;
  for (const [layer, { image }] of chain.layers.entries()) {
    if (layer < asOf) {
      continue;
    }
    limit = Math.min(limit, image.sectorCount);
    for (let sector = from; sector < limit; sector++) {
      if (image.blockOffset(Math.floor((sector * SECTOR_SIZE) / image.blockSize)) !== NO_OFFSET) {
        having.push(layer);
        break;
      }
    }
  }
  return having;
}

describe('The filled share of a block', () => {
  it('is never none or all by rounding', () => {
    const every = Array.from({ length: 4096 }, (_, sector) => sector);
    for (const [sectors, share] of [
      [[], 0],
      [[7], 1],
      [every.slice(1), 254],
      [every, 255],
    ] as const) {
      const run = scanSectors(fakeChain([{ sectorCount: 4096, blockSectors: 4096, sectors: new Set(sectors) }])).next();
      assert.ok(run.done !== true);
      assert.deepEqual([...run.value.filled], [share]);
    }
  });
});

describe('Places that are not on the disk', () => {
  const chain = fakeChain([{ sectorCount: 20, blockSectors: 8, sectors: new Set([3]) }]);

  it('make an error that says which are', () => {
    const outOfRange = (error: unknown): boolean => EngineError.is(error, 'out-of-range');
    assert.throws(() => [...extents(chain, { from: 15, count: 6 })], outOfRange);
    assert.throws(() => [...extents(chain, { from: -1, count: 1 })], outOfRange);
    assert.throws(() => [...extents(chain, { from: 0.5, count: 1 })], outOfRange);
    assert.throws(() => blockDetail(chain, 3), outOfRange);
    assert.throws(() => new SectorOwners(chain, 1), outOfRange);
    assert.throws(() => new DiskReader(chain).read(-1, new Uint8Array(1)), outOfRange);
    assert.deepEqual([...extents(chain, { from: 20, count: 0 })], []);
  });
});
