import { coarser, finer, fittingLevel, isFiner } from './zoomLevel';
import type { ZoomLevel } from './zoomLevel';
import type { ViewState } from './viewState';

/** CSS pixels from cell to cell: no larger when a disk is fitted, none larger at all, and what is called 100 %. */
export const LARGEST_FITTED_CELL = 28;
export const LARGEST_CELL = 48;
const HUNDRED_PERCENT = 16;

/** CSS pixels from cell to cell before there is room for a gap between them. */
const SMALLEST_GAPPED_CELL = 4;
/** CSS pixels kept free around the cells, for the ring around a selected one. */
const MARGIN = 3;

/**
 * All coordinates of the map. The blocks are one long row of cells, wrapped at the view's right edge; `phase` cells of the first row
 * stay empty, so that the block under the pointer can stay there when the number of columns changes. Points and sizes that
 * come in and go out are CSS pixels from the upper left corner of the canvas; inside, and for the renderer, all is whole device
 * pixels, so that cells are sharp.
 */
export class Viewport {
  #blockCount = 0;
  #width = 1;
  #height = 1;
  #scale = 1;
  #level: ZoomLevel = { blocksPerCell: 1, pitch: 1 };
  #phase = 0;
  #scrollTop = 0;
  #fitted = true;

  /** Device pixels of the canvas. */
  get width(): number {
    return this.#width;
  }
  get height(): number {
    return this.#height;
  }
  /** Device pixels for a CSS pixel. */
  get scale(): number {
    return this.#scale;
  }
  /** Device pixels from cell to cell. */
  get pitch(): number {
    return this.#level.pitch;
  }
  /** CSS pixels between cells, which are part of their size; none between small ones. */
  get gap(): number {
    return this.cellSize < SMALLEST_GAPPED_CELL ? 0 : Math.max(1, Math.floor(this.#scale)) / this.#scale;
  }
  /** Device pixels that stay empty on the left and above the first row. */
  get margin(): number {
    return Math.round(MARGIN * this.#scale);
  }
  /** Device pixels that are scrolled out at the top. */
  get scrollTop(): number {
    return this.#scrollTop;
  }
  /** Cells of the first row that stay empty. */
  get phase(): number {
    return this.#phase;
  }
  get blockCount(): number {
    return this.#blockCount;
  }
  get blocksPerCell(): number {
    return this.#level.blocksPerCell;
  }
  /** The level of the block index whose cells are these. */
  get indexLevel(): number {
    return Math.log2(this.blocksPerCell);
  }
  get cellCount(): number {
    return Math.ceil(this.#blockCount / this.blocksPerCell);
  }
  get columns(): number {
    return this.#columnsAt(this.pitch);
  }
  get rows(): number {
    return Math.ceil((this.cellCount + this.#phase) / this.columns);
  }
  /** Rows that are wholly visible, at least one. */
  get visibleRows(): number {
    return Math.max(1, Math.floor((this.#height - 2 * this.margin) / this.pitch));
  }
  get fitted(): boolean {
    return this.#fitted;
  }
  /** CSS pixels from cell to cell. */
  get cellSize(): number {
    return this.pitch / this.#scale;
  }
  /** In percent; cells that several blocks share count by their area. */
  get zoom(): number {
    return (100 * this.cellSize) / Math.sqrt(this.blocksPerCell) / HUNDRED_PERCENT;
  }
  get canZoomIn(): boolean {
    return this.#blockCount > 0 && (this.blocksPerCell > 1 || this.pitch < this.#largestPitch);
  }
  get canZoomOut(): boolean {
    return isFiner(this.#level, this.#fitLevel);
  }

  setBlockCount(blockCount: number): void {
    this.#blockCount = blockCount;
    this.#fitted = true;
    this.fit();
  }

  /** The canvas has this many device pixels, `scale` of them for a CSS pixel. Keeps the block in the upper left corner there. */
  setArea(width: number, height: number, scale: number): void {
    const state = this.state;
    this.#width = Math.max(1, width);
    this.#height = Math.max(1, height);
    this.#scale = scale > 0 ? scale : 1;
    this.state = state;
  }

  get state(): ViewState {
    const row = Math.floor(this.#scrollTop / this.pitch);
    return {
      fitted: this.#fitted,
      blocksPerCell: this.blocksPerCell,
      cellSize: this.cellSize,
      firstBlock: Math.max(0, row * this.columns - this.#phase) * this.blocksPerCell,
      rowOffset: (this.#scrollTop - row * this.pitch) / this.#scale,
    };
  }

  /** Takes over a kept view as far as it fits this disk; nothing in it is trusted. */
  set state(state: ViewState) {
    const blocksPerCell = 2 ** Math.round(Math.log2(clamp(state.blocksPerCell, 1, 2 ** 30)));
    const pitch = blocksPerCell > 1 ? 1 : Math.round(clamp(state.cellSize * this.#scale, 1, this.#largestPitch));
    const level = { blocksPerCell, pitch };
    if (state.fitted || !isFiner(level, this.#fitLevel)) {
      this.fit();
      return;
    }
    this.#fitted = false;
    this.#level = level;
    const cell = Math.floor(clamp(Math.floor(state.firstBlock), 0, this.#blockCount - 1) / this.blocksPerCell);
    this.#phase = modulo(-cell, this.columns);
    const row = (cell + this.#phase) / this.columns;
    this.#scrollTop = row * this.pitch + Math.round(clamp(state.rowOffset, 0, 2 * LARGEST_CELL) * this.#scale);
    this.#clampScroll();
  }

  /** Shows the whole disk, in cells as large as they can be for it. */
  fit(): void {
    const level = this.#fitLevel;
    this.#fitted = true;
    this.#level = level;
    this.#phase = 0;
    this.#scrollTop = 0;
  }

  /** Zooms in (steps > 0) or out around a point: the block there stays there, unless the view ends. */
  zoomAt(steps: number, x: number, y: number): void {
    const point = this.#nearestCell(x, y);
    const block = point.cell * this.blocksPerCell;
    const outermost = this.#fitLevel;
    let level = this.#level;
    for (let step = 0; step < Math.abs(steps); step++) {
      level = steps > 0 ? finer(level, this.#largestPitch) : coarser(level);
    }
    if (!isFiner(level, outermost)) {
      this.fit();
      return;
    }
    this.#fitted = false;
    this.#level = level;
    this.#place(Math.floor(block / level.blocksPerCell), point.x, point.y, point.inside);
  }

  /** Moves the map so that `block`, grabbed at this height of its cell (0 to 1), comes to lie under the point. */
  drag(block: number, heightInCell: number, x: number, y: number): void {
    const cell = Math.floor(block / this.blocksPerCell);
    this.#place(cell, x * this.#scale, y * this.#scale, heightInCell);
  }

  /** Where in its cell a point lies, from the cell's top, 0 to 1. */
  heightInCell(y: number): number {
    return modulo(y * this.#scale - this.margin + this.#scrollTop, this.pitch) / this.pitch;
  }

  scrollBy(rows: number): void {
    this.#scrollTop += Math.round(rows * this.pitch);
    this.#clampScroll();
  }

  /** Brings a block into view: by as little as possible where it is near, into the middle otherwise. */
  reveal(block: number): void {
    const top = this.topOf(block) * this.#scale;
    const height = this.#height - 2 * this.margin;
    const room = Math.min(this.pitch, Math.max(0, (height - this.pitch) / 2));
    const above = this.margin + room - top;
    const below = top + this.pitch + room - (this.#height - this.margin);
    if (Math.max(above, below) - room > height / 2) {
      this.#scrollTop += Math.round(top - (this.#height - this.pitch) / 2);
    } else if (above > 0) {
      this.#scrollTop -= above;
    } else if (below > 0) {
      this.#scrollTop += below;
    }
    this.#clampScroll();
  }

  /** The share of the disk, 0 to 1, at which the view begins and ends. */
  get visibleStart(): number {
    return this.#shareAt(this.#scrollTop - this.margin);
  }
  get visibleEnd(): number {
    return this.#shareAt(this.#scrollTop + this.#height - this.margin);
  }

  /** Scrolls so that this share of the disk, 0 to 1, is in the middle. */
  centerOn(share: number): void {
    const row = (clamp(share, 0, 1) * this.cellCount + this.#phase) / this.columns;
    this.#scrollTop = Math.round(this.margin + row * this.pitch - this.#height / 2);
    this.#clampScroll();
  }

  /** The block whose cell holds the point, the first one where several share it; null where there is none. */
  blockAt(x: number, y: number): number | null {
    const column = Math.floor((x * this.#scale - this.margin) / this.pitch);
    const row = Math.floor((y * this.#scale - this.margin + this.#scrollTop) / this.pitch);
    const cell = row * this.columns + column - this.#phase;
    const isCell = column >= 0 && column < this.columns && row >= 0 && cell >= 0 && cell < this.cellCount;
    return isCell ? cell * this.blocksPerCell : null;
  }

  /** The left and upper edge of a block's cell; its size is `cellSize`. */
  leftOf(block: number): number {
    return (this.margin + (this.#slotOf(block) % this.columns) * this.pitch) / this.#scale;
  }
  topOf(block: number): number {
    const row = Math.floor(this.#slotOf(block) / this.columns);
    return (this.margin + row * this.pitch - this.#scrollTop) / this.#scale;
  }

  /** Whether any of a block's cell is in view. */
  isVisible(block: number): boolean {
    const top = this.topOf(block);
    return block < this.#blockCount && top + this.cellSize > 0 && top < this.#height / this.#scale;
  }

  /** The block's cell, counted from the upper left corner of the first row. */
  #slotOf(block: number): number {
    return Math.floor(block / this.blocksPerCell) + this.#phase;
  }

  get #largestPitch(): number {
    return Math.round(LARGEST_CELL * this.#scale);
  }

  #columnsAt(pitch: number): number {
    return Math.max(1, Math.floor((this.#width - 2 * this.margin) / pitch));
  }

  get #fitLevel(): ZoomLevel {
    const width = Math.max(1, this.#width - 2 * this.margin);
    const height = Math.max(1, this.#height - 2 * this.margin);
    return fittingLevel(this.#blockCount, width, height, Math.round(LARGEST_FITTED_CELL * this.#scale));
  }

  /** The cell at a point, or the nearest one, and device pixels that lie in it. */
  #nearestCell(x: number, y: number): { cell: number; x: number; y: number; inside: number } {
    const block = this.blockAt(x, y);
    if (block !== null) {
      const inside = this.heightInCell(y);
      return { cell: block / this.blocksPerCell, x: x * this.#scale, y: y * this.#scale, inside };
    }
    const row = Math.floor((y * this.#scale - this.margin + this.#scrollTop) / this.pitch);
    const column = clamp(Math.floor((x * this.#scale - this.margin) / this.pitch), 0, this.columns - 1);
    const cell = clamp(row * this.columns + column - this.#phase, 0, Math.max(0, this.cellCount - 1));
    const near = cell * this.blocksPerCell;
    const half = this.pitch / 2;
    return { cell, x: this.leftOf(near) * this.#scale + half, y: this.topOf(near) * this.#scale + half, inside: 0.5 };
  }

  /** Puts a cell under a point in device pixels, at this height of the cell (0 to 1), as far as the disk reaches. */
  #place(cell: number, x: number, y: number, heightInCell: number): void {
    const { columns, margin } = this;
    const column = clamp(Math.floor((x - margin) / this.pitch), 0, columns - 1);
    this.#phase = modulo(column - cell, columns);
    const row = Math.floor((cell + this.#phase) / columns);
    this.#scrollTop = Math.round(margin + row * this.pitch + Math.floor(heightInCell * this.pitch) - Math.floor(y));
    this.#clampScroll();
  }

  #clampScroll(): void {
    const rowsUnshifted = Math.ceil(this.cellCount / this.columns);
    if (rowsUnshifted * this.pitch + 2 * this.margin <= this.#height) this.#phase = 0;
    const highest = Math.max(0, this.rows * this.pitch + 2 * this.margin - this.#height);
    this.#scrollTop = clamp(this.#scrollTop, 0, highest);
  }

  #shareAt(contentTop: number): number {
    const cells = (contentTop / this.pitch) * this.columns - this.#phase;
    return this.#blockCount === 0 ? 0 : clamp(cells / this.cellCount, 0, 1);
  }
}

/** The nearest number in the range; `low` for what is no number. */
function clamp(value: number, low: number, high: number): number {
  return value > low ? Math.min(value, Math.max(low, high)) : low;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
