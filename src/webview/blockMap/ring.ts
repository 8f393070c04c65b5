import { add } from './elements';
import type { Viewport } from './viewport';

/** CSS pixels of the least size of a ring: a cell of one pixel could not be found otherwise. */
const SMALLEST_RING = 9;
/** CSS pixels by which a ring reaches over its cell. */
const OVERLAP = 2;

/** A frame around one cell, drawn by the style sheet over the canvas, so that moving it redraws nothing. */
export class Ring {
  readonly #element: HTMLElement;

  constructor(parent: HTMLElement, className: string) {
    this.#element = add(parent, 'div', className);
    this.#element.hidden = true;
  }

  show(block: number | null, viewport: Viewport): void {
    this.#element.hidden = block === null;
    if (block === null) return;
    const size = Math.max(SMALLEST_RING, viewport.cellSize + 2 * OVERLAP - viewport.gap);
    const inset = (viewport.cellSize - viewport.gap - size) / 2;
    const left = viewport.leftOf(block) + inset;
    const top = viewport.topOf(block) + inset;
    this.#element.style.transform = `translate(${String(left)}px, ${String(top)}px)`;
    this.#element.style.width = `${String(size)}px`;
    this.#element.style.height = `${String(size)}px`;
  }
}
