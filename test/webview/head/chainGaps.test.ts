import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chainWithGaps } from '../../../src/webview/head/chainGaps';

describe('a chain with gaps', () => {
  it('has every layer once, from the base to the leaf, shown or in a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.nat(), fc.nat({ max: 256 }), (count, any, around) => {
        const chosen = any % count;
        const items = chainWithGaps(count, chosen, around);
        const layers = items.flatMap((item) =>
          item.kind === 'layer'
            ? [item.layer]
            : Array.from({ length: item.farthest - item.nearest + 1 }, (_, at) => item.farthest - at),
        );
        assert.deepEqual(
          layers,
          Array.from({ length: count }, (_, at) => count - 1 - at),
        );
        const shown = new Set(items.flatMap((item) => (item.kind === 'layer' ? [item.layer] : [])));
        for (const layer of [0, chosen, count - 1]) assert.ok(shown.has(layer), `layer ${String(layer)}`);
        // What is left out is more than the words that say so.
        for (const item of items) assert.ok(item.kind === 'layer' || item.farthest > item.nearest);
      }),
    );
  });

  it('shows the neighbours of the ends and of the chosen layer', () => {
    const shown = (count: number, chosen: number, around: number): string =>
      chainWithGaps(count, chosen, around)
        .map((item) => (item.kind === 'layer' ? String(item.layer) : `(${String(item.farthest - item.nearest + 1)})`))
        .join(' ');
    assert.equal(shown(64, 0, 0), '63 (62) 0');
    assert.equal(shown(64, 20, 1), '63 62 (40) 21 20 19 (17) 1 0');
    assert.equal(shown(64, 62, 0), '63 62 (61) 0');
    assert.equal(shown(5, 2, 0), '4 3 2 1 0');
    assert.equal(shown(3, 1, 64), '2 1 0');
  });
});
