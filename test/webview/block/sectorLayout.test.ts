import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sectorAfterKey, sectorLayout } from '../../../src/webview/block/sectorLayout';

describe('the layout of a block\u2019s sectors', () => {
  it('has a power of two in each row, within the width, and room for all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 524_288 }), fc.integer({ min: 60, max: 2000 }), (count, width) => {
        const { columns, rows, cell } = sectorLayout(count, width, 400);
        assert.ok(Number.isInteger(Math.log2(columns)));
        assert.ok(columns * cell <= width);
        assert.ok(columns * rows >= count && columns * (rows - 1) < count);
      }),
    );
  });

  it('shows a block of 2 MiB whole, 64 in a row', () => {
    assert.deepEqual(sectorLayout(4096, 450, 400), { columns: 64, rows: 64, cell: 6 });
    assert.equal(sectorLayout(4096, 600, 340).cell, 5);
  });

  it('keeps the cursor among the sectors, and in its column when it moves up and down', () => {
    const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'];
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.nat(),
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom(8, 32, 64),
        fc.boolean(),
        (key, choice, count, columns, control) => {
          const sector = choice % count;
          const moved = sectorAfterKey(key, sector, { columns, pageRows: 10, count }, control)!;
          assert.ok(moved >= 0 && moved < count);
          if (/Up|Down/.test(key)) assert.equal(moved % columns, sector % columns);
        },
      ),
    );
    assert.equal(sectorAfterKey('x', 0, { columns: 8, pageRows: 1, count: 9 }, false), null);
  });
});
