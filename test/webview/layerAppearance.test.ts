import assert from 'node:assert/strict';
import { LAYER_PATTERNS, layerAppearance, PATTERN_TILE_SIZE, patternHasInk } from '../../src/webview/layerAppearance';

function tileOf(pattern: (typeof LAYER_PATTERNS)[number]): string {
  const rows = Array.from({ length: PATTERN_TILE_SIZE }, (_, y) =>
    Array.from({ length: PATTERN_TILE_SIZE }, (_, x) => (patternHasInk(pattern, x, y) ? '#' : '.')).join(''),
  );
  return rows.join('\n');
}

describe('the look of layers', () => {
  it('stays with every layer when a snapshot is added on top', () => {
    for (let count = 1; count < 100; count++) {
      for (let layer = 0; layer < count; layer++) {
        assert.deepEqual(layerAppearance(layer, count), layerAppearance(layer + 1, count + 1));
      }
    }
  });

  it('differs between the first 64 layers, and between neighbours in colour and in pattern', () => {
    const looks = Array.from({ length: 128 }, (_, layer) => layerAppearance(layer, 128));
    const firstSixtyFour = looks.slice(64).map(({ color, pattern }) => `${String(color)} ${pattern}`);
    assert.equal(new Set(firstSixtyFour).size, 64);
    looks.slice(1).forEach((look, at) => {
      assert.notEqual(look.color, looks[at]!.color);
      assert.notEqual(look.pattern, looks[at]!.pattern);
    });
  });

  it('has patterns that all differ and leave most of the colour to be seen', () => {
    const tiles = LAYER_PATTERNS.map(tileOf);
    assert.equal(new Set(tiles).size, LAYER_PATTERNS.length);
    for (const tile of tiles) assert.ok(tile.replaceAll(/[^#]/g, '').length <= 32, tile);
  });

  it('names the colours that the manifest contributes', () => {
    const { colorVariable } = layerAppearance(0, 1);
    assert.equal(colorVariable, '--vscode-vhdEditor-layer1');
    assert.equal(layerAppearance(0, 8).colorVariable, '--vscode-vhdEditor-layer8');
    assert.equal(layerAppearance(0, 9).colorVariable, '--vscode-vhdEditor-layer1');
  });
});
