import { deepEqual, equal } from 'node:assert/strict';
import { BlockIndex } from '../../../src/webview/blockMap/blockIndex';
import { blockAfterKey } from '../../../src/webview/blockMap/navigation';
import { Viewport } from '../../../src/webview/blockMap/viewport';
import { blockGrain, usedDisk } from './sampleMap';

describe('keys on the map', () => {
  const disk = usedDisk(5000, 3);
  const index = new BlockIndex(blockGrain(disk), 3);
  const viewport = new Viewport();
  viewport.setArea(506, 306, 1);
  viewport.setBlockCount(5000);
  // Cells of 10 pixels, 50 in a row, 30 rows in view.
  viewport.state = { fitted: false, blocksPerCell: 1, cellSize: 10, firstBlock: 1000, rowOffset: 0 };

  it('go to the neighbours, by rows and by pages', () => {
    const moves = (['left', 'right', 'up', 'down', 'pageUp', 'pageDown'] as const).map((command) =>
      blockAfterKey(command, 2500, viewport, index),
    );
    deepEqual(moves, [2499, 2501, 2450, 2550, 2500 - 29 * 50, 2500 + 29 * 50]);
  });

  it('stop at both ends', () => {
    deepEqual(
      (['left', 'up', 'pageUp', 'first', 'previousChange'] as const).map((key) =>
        blockAfterKey(key, 0, viewport, index),
      ),
      [0, 0, 0, 0, 0],
    );
    deepEqual(
      (['right', 'down', 'pageDown', 'last', 'nextChange'] as const).map((key) =>
        blockAfterKey(key, 4999, viewport, index),
      ),
      [4999, 4999, 4999, 4999, 4999],
    );
    equal(blockAfterKey('first', 2500, viewport, index), 0);
    equal(blockAfterKey('last', 2500, viewport, index), 4999);
  });

  it('begin with the first block in view where none is selected', () => {
    equal(blockAfterKey('right', null, viewport, index), 1000);
    equal(blockAfterKey('last', null, viewport, index), 4999);
  });

  it('go from cell to cell where several blocks share one', () => {
    const far = new Viewport();
    far.setArea(56, 36, 1);
    far.setBlockCount(5000);
    equal(far.blocksPerCell, 4);
    equal(blockAfterKey('right', 400, far, index), 404);
    equal(blockAfterKey('down', 400, far, index), 400 + 4 * 50);
  });

  it('move nothing when they are not about moving', () => {
    for (const command of ['zoomIn', 'zoomOut', 'fit', 'activate', 'dismiss'] as const) {
      equal(blockAfterKey(command, 7, viewport, index), null);
    }
  });
});
