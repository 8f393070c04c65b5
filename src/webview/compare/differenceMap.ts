import { t } from '../l10n';
import { grouped } from '../numbers';
import type { Differences } from './differences';

/** CSS pixels. */
const CELL = 11;
const GAP = 2;
const HEIGHT = 130;

/** Sectors of the smallest cell: a usual block of 2 MiB. */
const BLOCK_SECTORS = 4096;

/** Both disks as cells of one or more blocks: which differ, which are the same, and which are not compared yet. */
export class DifferenceMap {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #onChoose: (sector: number) => void;
  #differences: Differences | null = null;
  #sector = 0;
  #columns = 1;
  #cellSectors = BLOCK_SECTORS;

  /** `onChoose`: the first sector that differs in the cell that is clicked, or its first one. */
  constructor(onChoose: (sector: number) => void) {
    this.#onChoose = onChoose;
    this.element = document.createElement('div');
    this.element.className = 'difference-map';
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('role', 'img');
    this.element.append(this.#canvas);
    this.#canvas.addEventListener('click', (event) => this.#press(event));
    new ResizeObserver(() => this.#draw()).observe(this.element);
    // The theme's colours are others.
    new MutationObserver(() => this.#draw()).observe(document.body, { attributeFilter: ['class'] });
  }

  /** `sector`: where the cursor is. */
  show(differences: Differences, sector: number): void {
    this.#differences = differences;
    this.#sector = sector;
    this.#draw();
  }

  #draw(): void {
    const differences = this.#differences;
    const width = this.element.clientWidth;
    const context = this.#canvas.getContext('2d');
    if (differences === null || width === 0 || context === null) return;
    const { total, done } = differences;
    this.#columns = Math.max(1, Math.floor((width + GAP) / (CELL + GAP)));
    const rows = Math.floor((HEIGHT + GAP) / (CELL + GAP));
    const blocks = Math.max(1, Math.ceil(total / BLOCK_SECTORS));
    this.#cellSectors = BLOCK_SECTORS * Math.ceil(blocks / (this.#columns * rows));
    const cellCount = Math.ceil(total / this.#cellSectors);
    const usedRows = Math.ceil(cellCount / this.#columns);
    const scale = window.devicePixelRatio;
    const height = Math.max(1, usedRows * (CELL + GAP) - GAP);
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    this.#canvas.style.width = `${String(width)}px`;
    this.#canvas.style.height = `${String(height)}px`;
    context.scale(scale, scale);
    const style = getComputedStyle(this.element);
    let differingCells = 0;
    for (let cell = 0; cell < cellCount; cell++) {
      const from = cell * this.#cellSectors;
      const next = differences.ranges[differences.indexFrom(from)];
      const isDifferent = next !== undefined && next.start < from + this.#cellSectors;
      if (isDifferent) differingCells += 1;
      this.#drawCell(context, style, cell, isDifferent ? 'different' : from < done ? 'same' : 'unknown');
    }
    const [marked, all] = [grouped(differingCells), grouped(cellCount)];
    this.#canvas.setAttribute('aria-label', t('Map of both disks: {0} of {1} parts differ', marked, all));
  }

  /** What differs is filled, what is the same is faint, what is not known yet is an outline: not by colour alone. */
  #drawCell(
    context: CanvasRenderingContext2D,
    style: CSSStyleDeclaration,
    cell: number,
    kind: 'different' | 'same' | 'unknown',
  ): void {
    const x = (cell % this.#columns) * (CELL + GAP);
    const y = Math.floor(cell / this.#columns) * (CELL + GAP);
    if (kind === 'unknown') {
      context.strokeStyle = style.getPropertyValue('outline-color');
      context.strokeRect(x + 0.5, y + 0.5, CELL - 1, CELL - 1);
    } else {
      context.fillStyle =
        kind === 'different' ? style.getPropertyValue('color') : style.getPropertyValue('border-color');
      const inset = kind === 'different' ? 0 : 3;
      context.fillRect(x + inset, y + inset, CELL - 2 * inset, CELL - 2 * inset);
    }
    if (Math.floor(this.#sector / this.#cellSectors) === cell) {
      context.strokeStyle = style.getPropertyValue('text-decoration-color');
      context.strokeRect(x + 0.5, y + 0.5, CELL - 1, CELL - 1);
    }
  }

  #press({ offsetX, offsetY }: MouseEvent): void {
    const differences = this.#differences;
    if (differences === null) return;
    const column = Math.min(this.#columns - 1, Math.floor(offsetX / (CELL + GAP)));
    const from = (Math.floor(offsetY / (CELL + GAP)) * this.#columns + column) * this.#cellSectors;
    if (from >= differences.total) return;
    const range = differences.ranges[differences.indexFrom(from)];
    const isInCell = range !== undefined && range.start < from + this.#cellSectors;
    this.#onChoose(isInCell ? Math.max(from, range.start) : from);
  }
}
