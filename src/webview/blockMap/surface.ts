import { t } from '../l10n';
import { grouped } from '../numbers';
import { add } from './elements';
import { Ring } from './ring';
import type { Viewport } from './viewport';

/** Where the map lies in the window. */
export interface Corner {
  readonly left: number;
  readonly top: number;
}

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

  /** The map's upper left corner in the window, CSS pixels. To be asked before anything is changed: the browser lays out the page for it otherwise. */
  get corner(): Corner {
    return this.element.getBoundingClientRect();
  }
}
