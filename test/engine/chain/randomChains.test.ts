import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExtentReader, extents } from '../../../src/engine/chain/extents';
import { SectorOwners } from '../../../src/engine/chain/sectorOwners';
import { sized } from '../../testSize';
import { stampOf } from '../../fixtures/vhdBuilder';
import type { BlockSpec } from '../../fixtures/vhdSpec';
import { chainSpecs, openSpecs, plainContent, readContent, type LayerSpec } from './vhdChain';

const SECTOR = 512;

/** A layer with a few blocks anywhere in the file; every third one holds zeros, which are data too. */
function layers(virtualSizes: fc.Arbitrary<number>, blockSizes: fc.Arbitrary<number>): fc.Arbitrary<LayerSpec> {
  return fc
    .tuple(virtualSizes, blockSizes, fc.constantFrom(512, 4096), fc.nat())
    .chain(([virtualSize, blockSize, alignment, seed]) => {
      const blockCount = Math.ceil(virtualSize / blockSize);
      const sectors = fc.oneof(
        fc.constant('all' as const),
        fc.uniqueArray(fc.nat(blockSize / SECTOR - 1), { maxLength: 12 }),
      );
      const block = fc.record({ index: fc.nat(blockCount - 1), sectors, isZero: fc.nat(2).map((one) => one === 0) });
      return fc.uniqueArray(block, { maxLength: 6, selector: ({ index }) => index }).map((blocks) => ({
        virtualSize,
        blockSize,
        alignment: alignment === 512 ? (512 as const) : (4096 as const),
        blocks: blocks.map(({ index, sectors: present, isZero }): BlockSpec => ({
          index,
          sectors: present,
          content: isZero ? null : stampOf(seed),
        })),
      }));
    });
}

const blockSizes = fc.integer({ min: 0, max: 7 }).map((power) => SECTOR * 2 ** power);
const virtualSizes = fc.integer({ min: 1, max: 400 }).map((count) => count * SECTOR);
const mixed = fc.array(layers(virtualSizes, blockSizes), { minLength: 1, maxLength: 4 });
const plain = fc
  .tuple(virtualSizes, blockSizes)
  .chain(([size, blockSize]) =>
    fc.array(layers(fc.constant(size), fc.constant(blockSize)), { minLength: 1, maxLength: 5 }),
  );
const onFixed = fc
  .tuple(plain, virtualSizes)
  .map(([above, virtualSize]): LayerSpec[] => [...above, { virtualSize, type: 'fixed' }]);

describe('Random chains of images, beside lists of sectors', () => {
  it('read the same as of every layer, and their extents lead to the same bytes', () => {
    fc.assert(
      fc.property(fc.oneof(mixed, plain, onFixed), (layerSpecs) => {
        const specs = chainSpecs(layerSpecs);
        const chain = openSpecs(specs);
        assert.equal(chain.layers.length, specs.length);
        for (const [asOf] of specs.entries()) {
          const expected = plainContent(specs, asOf);
          assert.ok(Buffer.from(readContent(chain, asOf)).equals(expected));
          const content = new Uint8Array(expected.length);
          for (const { start, length, layer, fileOffset } of extents(
            chain,
            { from: 0, count: expected.length / SECTOR },
            asOf,
          )) {
            const part = content.subarray(start * SECTOR, (start + length) * SECTOR);
            if (layer !== null && fileOffset !== null) chain.layers[layer]?.image.storage.read(fileOffset, part);
          }
          assert.ok(Buffer.from(content).equals(expected));
        }
      }),
      { numRuns: sized({ small: 100, ci: 400, full: 3_000 }) },
    );
  });

  it('have as many sectors in any range as their extents have that lead anywhere', () => {
    fc.assert(
      fc.property(fc.oneof(mixed, plain, onFixed), fc.array(fc.tuple(fc.nat(), fc.nat())), (layerSpecs, cuts) => {
        const chain = openSpecs(chainSpecs(layerSpecs));
        const { sectorCount } = chain.layers[0].image;
        const reader = new ExtentReader(new SectorOwners(chain));
        for (const [one, other] of [[0, sectorCount] as const, ...cuts]) {
          const from = one % (sectorCount + 1);
          const range = { from, count: Math.min(other, sectorCount - from) };
          const owned = [...extents(chain, range)].filter(({ layer }) => layer !== null);
          const count = owned.reduce((sum, { length }) => sum + length, 0);
          assert.equal(reader.countOwned(range), count);
        }
      }),
      { numRuns: sized({ small: 100, ci: 400, full: 3_000 }) },
    );
  });
});
