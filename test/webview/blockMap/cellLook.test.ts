import { equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { NO_LAYER } from '../../../src/protocol/session';
import { CellLooks, fillLevel, Mark, WHOLE } from '../../../src/webview/blockMap/cellLook';

describe('looks of cells', () => {
  const marks = fc.constantFrom(Mark.none, Mark.more, Mark.unread);

  it('say again what went into them, and index tables of their size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.nat(200),
        fc.nat(200),
        fc.nat(WHOLE),
        marks,
        (layerCount, a, b, level, mark) => {
          const looks = new CellLooks(layerCount);
          const main = a % layerCount;
          const second = b % (layerCount + 1) === layerCount ? NO_LAYER : b % (layerCount + 1);
          const look = looks.encode(main, second, level, mark);
          ok(look >= 0 && look < looks.size);
          equal(looks.main(look), main);
          equal(looks.second(look), second);
          equal(looks.level(look), level);
          equal(looks.mark(look), mark);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are one and the same for all cells that no layer owns', () => {
    const looks = new CellLooks(3);
    for (const main of [NO_LAYER, 3, 200]) equal(looks.encode(main, 1, 4, Mark.more), looks.empty);
    equal(looks.main(looks.empty), NO_LAYER);
    equal(looks.second(looks.empty), NO_LAYER);
  });

  it('have equal owners whatever their fill and mark', () => {
    const looks = new CellLooks(5);
    equal(looks.owners(looks.encode(1, 2, 0, Mark.more)), looks.owners(looks.encode(1, 2, WHOLE, Mark.none)));
    ok(looks.owners(looks.encode(1, 2, 0, Mark.none)) !== looks.owners(looks.encode(2, 1, 0, Mark.none)));
  });

  it('call a block whole only when all of its sectors are owned', () => {
    equal(fillLevel(255), WHOLE);
    equal(fillLevel(254), WHOLE - 1);
    equal(fillLevel(1), 0);
    for (let filled = 1; filled < 255; filled++) ok(fillLevel(filled) <= fillLevel(filled + 1));
  });
});
