import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forEachContentRun, HOLE_GRAIN } from '../../../src/engine/storage/contentRuns';

function runsOf(bytes: Uint8Array): [offset: number, length: number][] {
  const runs: [number, number][] = [];
  forEachContentRun(bytes, (offset, length) => runs.push([offset, length]));
  return runs;
}

describe('forEachContentRun', () => {
  it('finds every byte that is not zero, and leaves out every grain that is', () => {
    const length = fc.integer({ min: 0, max: 6 * 8 }).map((sectors) => sectors * 512);
    const places = fc.array(fc.nat(6 * HOLE_GRAIN - 1), { maxLength: 8 });
    fc.assert(
      fc.property(length, places, fc.constantFrom(0, 512, 1024), (size, set, start) => {
        // A view into a larger buffer whose other bytes must not matter.
        const buffer = new Uint8Array(size + 2048).fill(0xff);
        const bytes = buffer.subarray(start, start + size).fill(0);
        for (const place of set) if (place < size) bytes[place] = 1 + (place % 255);
        const runs = runsOf(bytes);
        const covered = new Uint8Array(size);
        let last = -1;
        for (const [offset, count] of runs) {
          assert.ok(offset > last, 'in order, and joined with its neighbour');
          assert.equal(offset % HOLE_GRAIN, 0);
          assert.ok(count > 0 && offset + count <= size);
          covered.fill(1, offset, offset + count);
          last = offset + count;
        }
        for (let grain = 0; grain < size; grain += HOLE_GRAIN) {
          const isZero = bytes.subarray(grain, grain + HOLE_GRAIN).every((byte) => byte === 0);
          assert.equal(covered[grain], isZero ? 0 : 1);
        }
      }),
    );
  });

  it('takes minus zero, and what would be no number, for content', () => {
    const bytes = new Uint8Array(2 * HOLE_GRAIN);
    bytes[HOLE_GRAIN - 1] = 0x80;
    bytes.fill(0xff, HOLE_GRAIN, HOLE_GRAIN + 8);
    assert.deepEqual(runsOf(bytes), [[0, 2 * HOLE_GRAIN]]);
  });
});
