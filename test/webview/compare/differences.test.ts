import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Differences } from '../../../src/webview/compare/differences';

/** Ranges in order that do not touch, with gaps and lengths from 1 on. */
const rangeLists = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
  maxLength: 20,
});

describe('the ranges that differ', () => {
  it('are found from any sector as in a plain list', () => {
    fc.assert(
      fc.property(rangeLists, fc.nat(120), fc.nat(20), (gaps, sector, cut) => {
        let end = 0;
        const ranges = gaps.map(([gap, length]) => {
          const start = end + gap;
          end = start + length;
          return { start, length };
        });
        const differences = new Differences();
        const run = { done: end, total: end, state: 'done' } as const;
        differences.add({ ...run, differing: ranges.slice(0, cut) });
        differences.add({ ...run, differing: ranges.slice(cut) });
        assert.equal(
          differences.sectorCount,
          ranges.reduce((sum, { length }) => sum + length, 0),
        );
        const holds = ranges.findIndex(({ start, length }) => sector >= start && sector < start + length);
        assert.equal(differences.indexAt(sector), holds);
        const behind = ranges.findIndex(({ start }) => start > sector);
        assert.equal(differences.next(sector), ranges.length === 0 ? -1 : Math.max(0, behind));
        const before = ranges.findLastIndex(({ start, length }) => start + length <= sector);
        assert.equal(differences.previous(sector), before === -1 ? ranges.length - 1 : before);
      }),
    );
  });
});
