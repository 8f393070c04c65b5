import assert from 'node:assert/strict';
import fc from 'fast-check';
import { geometryOf, sectorsOfGeometry } from '../../../src/engine/vhd/geometry';
import { describeGenuine } from '../../fixtures/genuineImages';

/** The specification's appendix, line by line. */
function specGeometry(totalSectorsOfDisk: number): [number, number, number] {
  let totalSectors = totalSectorsOfDisk;
  if (totalSectors > 65535 * 16 * 255) totalSectors = 65535 * 16 * 255;
  let sectorsPerTrack: number;
  let heads: number;
  let cylinderTimesHeads: number;
  if (totalSectors >= 65535 * 16 * 63) {
    sectorsPerTrack = 255;
    heads = 16;
    cylinderTimesHeads = Math.trunc(totalSectors / sectorsPerTrack);
  } else {
    sectorsPerTrack = 17;
    cylinderTimesHeads = Math.trunc(totalSectors / sectorsPerTrack);
    heads = Math.trunc((cylinderTimesHeads + 1023) / 1024);
    if (heads < 4) heads = 4;
    if (cylinderTimesHeads >= heads * 1024 || heads > 16) {
      sectorsPerTrack = 31;
      heads = 16;
      cylinderTimesHeads = Math.trunc(totalSectors / sectorsPerTrack);
    }
    if (cylinderTimesHeads >= heads * 1024) {
      sectorsPerTrack = 63;
      heads = 16;
      cylinderTimesHeads = Math.trunc(totalSectors / sectorsPerTrack);
    }
  }
  return [Math.trunc(cylinderTimesHeads / heads), heads, sectorsPerTrack];
}

describe('The geometry of a disk', () => {
  it("is that of the specification's appendix", () => {
    const edges = [65535 * 16 * 63, 65535 * 16 * 255, 17 * 1024 * 4, 17 * 1024 * 16, 31 * 1024 * 16, 63 * 1024 * 16];
    const sectors = fc.oneof(
      fc.integer({ min: 0, max: 0xff00_0000 }),
      fc.integer({ min: 0, max: 2_000_000 }),
      fc
        .tuple(fc.constantFrom(...edges), fc.integer({ min: -70_000, max: 70_000 }))
        .map(([edge, more]) => Math.max(0, edge + more)),
    );
    fc.assert(
      fc.property(sectors, (count) => {
        assert.deepEqual(Object.values(geometryOf(count)), specGeometry(count));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is never larger than the disk', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xff00_0000 }), (count) => {
        assert.ok(sectorsOfGeometry(geometryOf(count)) <= count);
      }),
    );
  });
});

describeGenuine('The geometry of genuine images', (genuine) => {
  it('is what we compute for their sizes', () => {
    for (const facts of genuine.all) {
      // The Virtual PC and Hyper-V giants chose one by themselves.
      if (facts.virtual_size > 65535 * 16 * 63 * 512) continue;
      assert.deepEqual(Object.values(geometryOf(facts.virtual_size / 512)), facts.chs, facts.file);
    }
  });
});
