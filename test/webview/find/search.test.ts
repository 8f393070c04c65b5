import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Hits } from '../../../src/webview/find/hits';
import { Search } from '../../../src/webview/find/search';

const wish = {
  source: { kind: 'disk', layer: 0 },
  pattern: { bytes: Uint8Array.of(1, 2), mask: Uint8Array.of(0xff, 0xff) },
  ignoreCase: false,
} as const;

describe('what a search has found', () => {
  it('is gone through forwards and backwards as in a sorted list, from wherever the search began', () => {
    const places = fc.uniqueArray(fc.nat(1000), { maxLength: 40 });
    fc.assert(
      fc.property(places, fc.nat(1000), fc.nat(1001), (unsorted, from, place) => {
        const sorted = [...unsorted].sort((a, b) => a - b);
        const hits = new Hits(from);
        hits.add(sorted.filter((hit) => hit >= from));
        hits.add(sorted.filter((hit) => hit < from));
        assert.deepEqual(
          sorted.map((_, index) => hits.at(index)),
          sorted,
        );
        assert.equal(hits.first, sorted.find((hit) => hit >= from) ?? sorted[0] ?? null);
        assert.equal(hits.indexOf(place), sorted.indexOf(place));
        assert.equal(hits.next(place), sorted.find((hit) => hit > place) ?? sorted[0] ?? null);
        assert.equal(hits.previous(place), sorted.findLast((hit) => hit < place) ?? sorted.at(-1) ?? null);
      }),
    );
  });

  it('is its own alone, and nothing more once it has ended', () => {
    const search = new Search(wish, 7);
    const run = {
      find: search.order.find,
      hits: [9],
      done: 50,
      total: 200,
      state: 'searching',
      failure: null,
    } as const;
    assert.equal(search.take({ ...run, find: run.find + 1 }), false);
    assert.equal(search.take(run), true);
    assert.equal(search.share, 0.25);
    assert.equal(search.stop(), true);
    assert.equal(search.take({ ...run, state: 'done' }), false);
    assert.deepEqual([search.state, search.hits.count, search.stop()], ['stopped', 1, false]);
  });

  it('is of one pattern in one place', () => {
    const search = new Search(wish, 0);
    assert.ok(search.isFor(wish));
    assert.ok(!search.isFor({ ...wish, ignoreCase: true }));
    assert.ok(!search.isFor({ ...wish, source: { kind: 'file', layer: 0 } }));
    assert.ok(!search.isFor({ ...wish, pattern: { ...wish.pattern, mask: Uint8Array.of(0xff, 0xf0) } }));
    assert.notEqual(new Search(wish, 0).order.find, search.order.find);
  });
});
