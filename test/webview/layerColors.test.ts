import assert from 'node:assert/strict';
import { readTheme, THEME_KINDS } from '../page/themes';
import { colorDistance, contrast, linearRgb, seenWith, VISIONS } from './colorVision';

/** CIEDE2000. About 2 is the least that eyes tell beside each other; far apart on a map it takes several times that. */
const LEAST_OF_NEIGHBOURS = 15;
const LEAST_OF_ANY = 10;
/** WCAG 2.2, 1.4.11, for what is no text. */
const LEAST_CONTRAST = 3;

describe('the arithmetic of colours', () => {
  it('has the distances of the pairs that Sharma, Wu and Dalal published with their implementation', () => {
    const pairs = [
      [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
      [[50, 2.5, 0], [73, 25, -18], 27.1492],
      [[50, 2.5, 0], [56, -27, -3], 31.903],
      [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
      [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
      [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
      [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
    ] as const;
    for (const [one, other, expected] of pairs) {
      assert.ok(Math.abs(colorDistance(one, other) - expected) < 0.0001, String(one));
      assert.ok(Math.abs(colorDistance(other, one) - expected) < 0.0001, String(one));
    }
  });

  it('leaves grey as it is, whatever eyes see it', () => {
    for (const vision of VISIONS) {
      for (const grey of ['#000000', '#808080', '#ffffff']) {
        const [before, after] = [linearRgb(grey), seenWith(vision, linearRgb(grey))];
        after.forEach((part, at) => assert.ok(Math.abs(part - before[at]!) < 0.001, `${vision} ${grey}`));
      }
    }
  });

  it('has the contrast of black on white, and of the palest grey that is enough for text on white', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21);
    assert.ok(contrast('#767676', '#ffffff') >= 4.5 && contrast('#777777', '#ffffff') < 4.5);
  });
});

describe('the colours of layers', () => {
  for (const kind of THEME_KINDS) {
    const { variables } = readTheme(kind);
    const colors = Array.from({ length: 8 }, (_, at) => variables[`vhdEditor-layer${String(at + 1)}`]!);

    for (const vision of VISIONS) {
      it(`are told apart, neighbours in a chain above all: ${kind}, ${vision}`, () => {
        const seen = colors.map((color) => seenWith(vision, linearRgb(color)));
        for (let one = 0; one < seen.length; one++) {
          for (let other = one + 1; other < seen.length; other++) {
            // The ninth layer has the first colour again.
            const areNeighbours = other === one + 1 || (one === 0 && other === seen.length - 1);
            const distance = colorDistance(seen[one]!, seen[other]!, 'linear RGB');
            assert.ok(
              distance >= (areNeighbours ? LEAST_OF_NEIGHBOURS : LEAST_OF_ANY),
              `${colors[one]!} and ${colors[other]!}: ${distance.toFixed(1)}`,
            );
          }
        }
      });
    }

    it(`are seen upon the editor's background: ${kind}`, () => {
      for (const color of colors) {
        const found = contrast(color, variables['editor-background']!);
        assert.ok(found >= LEAST_CONTRAST, `${color}: ${found.toFixed(2)}`);
      }
    });
  }
});
