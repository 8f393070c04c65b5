import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keptState, restoredView } from '../../src/webview/keptView';
import { INITIAL_VIEW } from '../../src/webview/state';
import type { View } from '../../src/webview/state';

const VIEW: View = {
  ...INITIAL_VIEW,
  asOf: 2,
  tab: 'hex',
  block: 1360,
  sector: 5_570_561,
  disk: { anchor: 7, cursor: 2 ** 41, top: 2 ** 41 - 64 },
  structure: {
    layer: 1,
    expanded: [{ path: [2], id: 'bat', childCount: 1_044_480 }],
    selected: [2, 700_000],
    top: 699_990,
  },
  map: { anything: 'the map knows' },
};

function isEmptyRecord(value: unknown): boolean {
  return JSON.stringify(value) === '{}';
}

describe('what is kept of a hidden page', () => {
  it('comes back as it was, also as text', () => {
    assert.deepEqual(restoredView(JSON.parse(JSON.stringify(keptState(VIEW)))), VIEW);
  });

  it('is dropped where it makes no sense', () => {
    for (const state of [null, undefined, 'x', 5, [], {}, { version: 1 }, { version: 0, view: VIEW }]) {
      assert.equal(restoredView(state), null);
    }
  });

  it('is dropped whole when any part of it is of another kind', () => {
    const keys = (Object.keys(VIEW) as (keyof View)[]).filter((key) => key !== 'map');
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.constantFrom(undefined, -1, 'x', {}, [], true, NaN), (key, value) => {
        // These two are of the right kind.
        fc.pre(!(key === 'areNumbersShown' && value === true) && !(key === 'scrolls' && isEmptyRecord(value)));
        assert.equal(restoredView(keptState({ ...VIEW, [key]: value })), null);
      }),
    );
  });
});
