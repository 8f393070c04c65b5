import { t } from '../l10n';
import { grouped } from '../numbers';
import { add } from './elements';
import { Ring } from './ring';
import type { CellBox } from './tooltip';
import type { Viewport } from './viewport';

let surfaceCount = 0;

/** The element that holds the map's canvas: it has the focus, and the rings lie over it. */
export class Surface {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly #hovered: Ring;
  readonly #selected: Ring;
  readonly #emptyNote: HTMLElement;

  constructor(root: HTMLElement) {
    this.element = add(root, 'div', 'block-map-surface');
    this.canvas = add(this.element, 'canvas', 'block-map-canvas');
    this.#hovered = new Ring(this.element, 'block-map-ring block-map-ring-hovered');
    this.#selected = new Ring(this.element, 'block-map-ring block-map-ring-selected');
    this.#emptyNote = add(this.element, 'p', 'block-map-note', t('This disk has no blocks.'));
    this.#emptyNote.hidden = true;

    const keys = t(
      'Arrow keys move, with Ctrl to where the owner changes. Plus and minus zoom, 0 shows the whole disk, Enter opens the block.',
    );
    const help = add(root, 'div', 'block-map-unseen', keys);
    help.id = `block-map-help-${String(++surfaceCount)}`;
    this.element.role = 'application';
    this.element.tabIndex = 0;
    this.element.ariaRoleDescription = t('block map');
    this.element.ariaLabel = t('Block map');
    this.element.setAttribute('aria-describedby', help.id);
  }

  get hasVisibleFocus(): boolean {
    return this.element.matches(':focus-visible');
  }

  showBlockCount(blockCount: number): void {
    this.element.ariaLabel = t('Block map, {0} blocks', grouped(blockCount));
    this.#emptyNote.hidden = blockCount > 0;
  }

  showRings(selected: number | null, hovered: number | null, viewport: Viewport): void {
    this.#selected.show(selected, viewport);
    this.#hovered.show(hovered, viewport);
  }

  showDragging(isDragging: boolean): void {
    this.element.classList.toggle('block-map-dragging', isDragging);
  }

  /** Where a block's cell lies in the window; null where it is not in view. */
  boxOf(block: number | null, viewport: Viewport): CellBox | null {
    if (block === null || !viewport.isVisible(block)) return null;
    const box = this.element.getBoundingClientRect();
    return { left: box.left + viewport.leftOf(block), top: box.top + viewport.topOf(block), size: viewport.cellSize };
  }
}
