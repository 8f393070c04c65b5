import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NO_LAYER } from '../../../src/engine/image';
import { ABSENT_ENTRY, BlockAllocationTable, encodeTable } from '../../../src/engine/vhd/blockAllocationTable';
import { BlockPlaces } from '../../../src/engine/vhd/blockPlaces';

const TERABYTE = 2 ** 40;

/** Places of an image whose file is so large; what is not a table is left out. */
function placesOf(entries: readonly number[], fileSize: number): BlockPlaces {
  const words = new Uint32Array(encodeTable(entries).buffer);
  const table = { table: new BlockAllocationTable(words), offset: 1536, entryCount: entries.length };
  const grid = { blockSize: 2 ** 21, blockCount: entries.length };
  const parts = { table, grid, fileSize, footers: { tail: null, copy: null }, header: null };
  return new BlockPlaces(parts as unknown as ConstructorParameters<typeof BlockPlaces>[0]);
}

describe('marking blocks by fours', () => {
  const likely = fc.integer({ min: 0x0100_0000, max: 0x7fff_ffff });
  const entry = fc.oneof(
    { weight: 6, arbitrary: likely },
    { weight: 3, arbitrary: fc.constant(ABSENT_ENTRY) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: ABSENT_ENTRY }) },
  );
  // Runs, so that fours are often alike.
  const table = fc
    .array(fc.tuple(entry, fc.integer({ min: 1, max: 9 })), { maxLength: 30 })
    .map((runs) => runs.flatMap(([first, length]) => Array.from({ length }, () => first)));

  it('marks the blocks that have a place, and no others', () => {
    fc.assert(
      fc.property(
        fc.array(table, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(TERABYTE, 2 ** 33),
        fc.nat(1),
        (layers, fileSize, shift) => {
          const count = Math.max(...layers.map((entries) => entries.length));
          // Memory that does not begin at a multiple of four is marked too.
          const top = new Uint8Array(count + 4).subarray(shift, shift + count).fill(NO_LAYER);
          const shared = new Uint8Array(count + 4).subarray(shift, shift + count);
          const expectedTop = new Uint8Array(count).fill(NO_LAYER);
          const expectedShared = new Uint8Array(count);
          for (const [layer, entries] of layers.entries()) {
            const places = placesOf(entries, fileSize);
            places.markAllocated(top, shared, layer);
            for (let block = 0; block < entries.length; block++) {
              if (places.bitmapOffset(block) < 0) continue;
              if (expectedTop[block] === NO_LAYER) expectedTop[block] = layer;
              else expectedShared[block] = 1;
            }
          }
          assert.deepEqual(top.slice(), expectedTop);
          assert.deepEqual(shared.slice(), expectedShared);
        },
      ),
      { numRuns: 500 },
    );
  });
});
