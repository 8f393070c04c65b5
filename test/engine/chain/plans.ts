import fc from 'fast-check';
import type { LayerPlan } from './fakeImage';

/** Runs of sectors, since real bitmaps have them, and single ones. */
function sectorSets(sectorCount: number): fc.Arbitrary<ReadonlySet<number>> {
  const run = fc.record({
    start: fc.nat(sectorCount - 1),
    length: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: sectorCount })),
  });
  return fc.array(run, { maxLength: 6 }).map((runs) => {
    const sectors = new Set<number>();
    for (const { start, length } of runs) {
      for (let sector = start; sector < Math.min(sectorCount, start + length); sector++) {
        sectors.add(sector);
      }
    }
    return sectors;
  });
}

function layerPlans(blockSectors: fc.Arbitrary<number>, sectorCounts: fc.Arbitrary<number>): fc.Arbitrary<LayerPlan> {
  return fc.tuple(sectorCounts, blockSectors).chain(([sectorCount, size]) =>
    fc.record({
      sectorCount: fc.constant(sectorCount),
      blockSectors: fc.constant(size),
      sectors: sectorSets(sectorCount),
      places: fc.array(fc.nat(Math.ceil(sectorCount / size) - 1), { maxLength: 2 }),
    }),
  );
}

const MAX_SECTORS = 600;

/** Chains of one to five layers: mixed block sizes from one sector on, sizes that differ, blocks with a place and no sector. */
export const mixedChains: fc.Arbitrary<readonly LayerPlan[]> = fc.array(
  layerPlans(
    fc.integer({ min: 0, max: 8 }).map((power) => 2 ** power),
    fc.oneof(fc.constant(MAX_SECTORS), fc.integer({ min: 1, max: MAX_SECTORS })),
  ),
  { minLength: 1, maxLength: 5 },
);

/** Chains as products make them: one size, one block size. */
export const plainChains: fc.Arbitrary<readonly LayerPlan[]> = fc
  .tuple(fc.integer({ min: 1, max: MAX_SECTORS }), fc.constantFrom(8, 16, 32, 64, 128))
  .chain(([sectorCount, blockSectors]) =>
    fc.array(layerPlans(fc.constant(blockSectors), fc.constant(sectorCount)), { minLength: 1, maxLength: 5 }),
  );
