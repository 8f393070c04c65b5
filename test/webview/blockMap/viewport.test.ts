import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { LARGEST_CELL, LARGEST_FITTED_CELL, Viewport } from '../../../src/webview/blockMap/viewport';
import { isViewState } from '../../../src/webview/blockMap/viewState';

interface Window {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

/** CSS pixels, and device pixels for each. */
const windows = fc.record({
  width: fc.integer({ min: 60, max: 2000 }),
  height: fc.integer({ min: 30, max: 1400 }),
  scale: fc.constantFrom(1, 1.25, 1.5, 2, 3),
});
const blockCounts = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 4_200_000 }));

/** What a user does with wheel, mouse and keys; fractions of the view's width and height. */
const deed = fc.oneof(
  fc.record({
    kind: fc.constant('zoom' as const),
    steps: fc.integer({ min: -4, max: 6 }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('scroll' as const), rows: fc.integer({ min: -2000, max: 2000 }) }),
  fc.record({ kind: fc.constant('center' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('reveal' as const), share: fc.double({ min: 0, max: 0.999, noNaN: true }) }),
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

function open(blockCount: number, { width, height, scale }: Window): Viewport {
  const viewport = new Viewport();
  viewport.setArea(Math.round(width * scale), Math.round(height * scale), scale);
  viewport.setBlockCount(blockCount);
  return viewport;
}

function act(viewport: Viewport, window: Window, what: Deed): void {
  if (what.kind === 'zoom') viewport.zoomAt(what.steps, what.x * window.width, what.y * window.height);
  else if (what.kind === 'scroll') viewport.scrollBy(what.rows);
  else if (what.kind === 'center') viewport.centerOn(what.share);
  else viewport.reveal(Math.floor(what.share * viewport.blockCount));
}

/** The same cell: with several blocks to a cell a point can only tell the first of them. */
function isSameCell(viewport: Viewport, a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.floor(a / viewport.blocksPerCell) === Math.floor(b / viewport.blocksPerCell);
}

/** Whether the point is on the block's cell, or beside it where the row has no room for another: there the last cell waits for the pointer. */
function holds(viewport: Viewport, block: number, x: number, y: number): boolean {
  const found = viewport.blockAt(x, y);
  if (found !== null) return isSameCell(viewport, found, block);
  const [left, size] = [viewport.leftOf(block), viewport.cellSize];
  const isInMargin = x < left || x > left + size;
  return (
    isInMargin &&
    Math.abs(x - left - size / 2) < 2 * size + 6 &&
    isSameCell(viewport, viewport.blockAt(left + size / 2, y), block)
  );
}

describe('the viewport', () => {
  const views = fc.tuple(blockCounts, windows, fc.array(deed, { maxLength: 8 }));

  function viewOf([blockCount, window, deeds]: readonly [number, Window, readonly Deed[]]): Viewport {
    const viewport = open(blockCount, window);
    for (const what of deeds) act(viewport, window, what);
    return viewport;
  }

  it('finds by a point the block that it laid out there', () => {
    fc.assert(
      fc.property(views, fc.double({ min: 0, max: 0.9999, noNaN: true }), (view, share) => {
        const viewport = viewOf(view);
        const block = Math.floor(share * viewport.blockCount);
        viewport.reveal(block);
        const half = viewport.cellSize / 2;
        const found = viewport.blockAt(viewport.leftOf(block) + half, viewport.topOf(block) + half);
        ok(viewport.isVisible(block));
        ok(isSameCell(viewport, found, block), `${String(found)} for ${String(block)}`);
      }),
    );
  });

  it('lays a block out around every point at which it finds it', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(views, fraction, fraction, (view, across, down) => {
        const viewport = viewOf(view);
        const [, window] = view;
        const [x, y] = [across * window.width, down * window.height];
        const block = viewport.blockAt(x, y);
        if (block === null) return;
        const slack = 1e-6;
        ok(x >= viewport.leftOf(block) - slack && x <= viewport.leftOf(block) + viewport.cellSize + slack);
        ok(y >= viewport.topOf(block) - slack && y <= viewport.topOf(block) + viewport.cellSize + slack);
      }),
    );
  });

  it('lays blocks out in order, each beside or below the one before, none twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        windows,
        fc.array(deed, { maxLength: 8 }),
        (count, window, deeds) => {
          const viewport = viewOf([count, window, deeds]);
          for (let block = viewport.blocksPerCell; block < count; block += viewport.blocksPerCell) {
            const before = block - viewport.blocksPerCell;
            const isBeside = Math.abs(viewport.leftOf(block) - viewport.leftOf(before) - viewport.cellSize) < 1e-6;
            const isBelow = Math.abs(viewport.topOf(block) - viewport.topOf(before) - viewport.cellSize) < 1e-6;
            ok(isBeside ? viewport.topOf(block) === viewport.topOf(before) : isBelow);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps the block under the pointer when zooming, unless the view ends there', () => {
    let kept = 0;
    fc.assert(
      fc.property(
        views,
        fc.integer({ min: -3, max: 5 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (view, steps, across, down) => {
          const viewport = viewOf(view);
          const [, window] = view;
          const [x, y] = [across * window.width, down * window.height];
          const before = viewport.blockAt(x, y);
          viewport.zoomAt(steps, x, y);
          const isAtEnd = viewport.visibleStart === 0 || viewport.visibleEnd === 1;
          if (before === null || isAtEnd || viewport.fitted) return;
          kept++;
          ok(holds(viewport, before, x, y));
        },
      ),
      { numRuns: 1000 },
    );
    ok(kept > 50, `only ${String(kept)} of the views were anywhere but at an end`);
  });

  it('takes a grabbed block along with the pointer, unless the view ends there', () => {
    const fraction = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(views, fraction, fraction, fraction, fraction, (view, fromX, fromY, toX, toY) => {
        const viewport = viewOf(view);
        const [, { width, height }] = view;
        const grabbed = viewport.blockAt(fromX * width, fromY * height);
        if (grabbed === null) return;
        viewport.drag(grabbed, viewport.heightInCell(fromY * height), toX * width, toY * height);
        if (viewport.visibleStart === 0 || viewport.visibleEnd === 1) return;
        ok(holds(viewport, grabbed, toX * width, toY * height));
      }),
    );
  });

  it('shows the whole disk when fitted, in cells no larger than small disks look good in', () => {
    fc.assert(
      fc.property(blockCounts, windows, (blockCount, window) => {
        const viewport = open(blockCount, window);
        equal(viewport.visibleStart, 0);
        equal(viewport.visibleEnd, 1);
        ok(viewport.cellSize <= LARGEST_FITTED_CELL + 0.5);
        equal(viewport.canZoomOut, false);
        ok(viewport.topOf(blockCount - 1) + viewport.cellSize <= window.height + 1);
      }),
    );
  });

  it('never zooms out beyond the whole disk nor in beyond the largest cell', () => {
    fc.assert(
      fc.property(views, (view) => {
        const viewport = viewOf(view);
        const fit = viewport.zoom;
        viewport.zoomAt(200, 50, 20);
        equal(viewport.canZoomIn, false);
        ok(viewport.cellSize <= LARGEST_CELL + 0.5);
        viewport.zoomAt(-200, 50, 20);
        equal(viewport.canZoomOut, false);
        ok(viewport.fitted);
        ok(viewport.zoom <= fit + 1e-9);
      }),
    );
  });

  it('zooms in steps that each change something, and comes back the same way', () => {
    const viewport = open(1_044_480, { width: 960, height: 600, scale: 1 });
    const zooms = [viewport.zoom];
    while (viewport.canZoomIn) {
      viewport.zoomAt(1, 480, 300);
      ok(viewport.zoom > zooms[zooms.length - 1]!);
      zooms.push(viewport.zoom);
    }
    while (viewport.canZoomOut) {
      zooms.pop();
      viewport.zoomAt(-1, 480, 300);
      ok(Math.abs(viewport.zoom - zooms[zooms.length - 1]!) / viewport.zoom < 0.2);
    }
    ok(zooms.length <= 3);
  });

  it('comes back to a kept view, in a window of the same size exactly', () => {
    fc.assert(
      fc.property(views, (view) => {
        const viewport = viewOf(view);
        const kept = JSON.parse(JSON.stringify(viewport.state)) as unknown;
        ok(isViewState(kept));
        const [blockCount, window] = view;
        const again = open(blockCount, window);
        again.state = kept;
        deepEqual(again.state, viewport.state);
      }),
    );
  });

  it('keeps the zoom and the upper left block when the window changes, and fits again what was fitted', () => {
    const window = { width: 900, height: 500, scale: 1 };
    const viewport = open(20_480, window);
    viewport.setArea(700, 400, 1);
    ok(viewport.fitted);
    equal(viewport.visibleEnd, 1);
    viewport.zoomAt(6, 300, 200);
    const { firstBlock, cellSize } = viewport.state;
    for (const width of [640, 333, 1200, 700]) {
      viewport.setArea(width, 400, 1);
      equal(viewport.state.firstBlock, firstBlock);
      equal(viewport.state.cellSize, cellSize);
    }
    viewport.setArea(1400, 800, 2);
    equal(viewport.state.firstBlock, firstBlock);
    equal(viewport.cellSize, cellSize);
  });

  it('bears any kept view that is one by its form', () => {
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -1, 0));
    const state = fc.record({
      fitted: fc.boolean(),
      blocksPerCell: number,
      cellSize: number,
      firstBlock: number,
      rowOffset: number,
    });
    fc.assert(
      fc.property(blockCounts, windows, state, (blockCount, window, kept) => {
        const viewport = open(blockCount, window);
        viewport.state = kept;
        ok(viewport.visibleStart >= 0 && viewport.visibleEnd <= 1 && viewport.visibleStart <= viewport.visibleEnd);
        ok(viewport.cellSize > 0 && viewport.cellSize <= LARGEST_CELL + 0.5);
        ok(viewport.blockAt(viewport.leftOf(0), viewport.topOf(0)) === 0 || viewport.topOf(0) < 0);
      }),
    );
    for (const other of [
      null,
      7,
      'fit',
      {},
      { fitted: true },
      { fitted: 1, blocksPerCell: 1, cellSize: 1, firstBlock: 0, rowOffset: 0 },
    ]) {
      equal(isViewState(other), false);
    }
  });

  it('holds a disk without blocks and a window without size', () => {
    const viewport = new Viewport();
    viewport.setBlockCount(0);
    viewport.setArea(0, 0, 1);
    viewport.zoomAt(3, 5, 5);
    viewport.scrollBy(4);
    viewport.centerOn(0.5);
    equal(viewport.blockAt(0, 0), null);
    equal(viewport.canZoomIn, false);
    equal(viewport.visibleStart, 0);
    viewport.setBlockCount(5);
    viewport.setArea(300, 200, 1);
    equal(viewport.blockAt(viewport.leftOf(4) + 1, viewport.topOf(4) + 1), 4);
  });
});
