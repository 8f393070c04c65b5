import { NO_LAYER } from '../../protocol/session';
import { t } from '../l10n';
import { layerClasses } from '../layout/swatch';
import { add } from './elements';
import type { BlockWords } from './wording';

/** CSS pixels between the cell and its tooltip, and between that and the page's edges. */
const DISTANCE = 10;
const EDGE = 4;

/** Where a cell lies in the window, in CSS pixels. */
export interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

interface PartRow {
  readonly row: HTMLElement;
  readonly swatch: HTMLElement;
  readonly name: HTMLElement;
  readonly count: HTMLElement;
  readonly place: HTMLElement;
}

/** What a block is, beside its cell. It never takes the focus and lies over everything, so that no edge but the window's cuts it off. */
export class Tooltip {
  readonly element: HTMLElement;
  readonly #title: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #sectors: HTMLElement;
  readonly #bytes: HTMLElement;
  readonly #parts: HTMLElement;
  readonly #doubt: HTMLElement;
  readonly #unsaved: HTMLElement;
  readonly #share: HTMLElement;
  readonly #rows: PartRow[] = [];
  /** What it says, and its size: measured anew only when it says something else. */
  #said = '';
  #size = { width: 0, height: 0 };

  constructor(parent: HTMLElement) {
    this.element = add(parent, 'div', 'block-map-tooltip');
    this.element.role = 'tooltip';
    this.element.popover = 'manual';
    const head = add(this.element, 'div', 'block-map-tooltip-head');
    this.#title = add(head, 'strong', '');
    this.#summary = add(head, 'span', 'block-map-tooltip-summary');
    this.#sectors = add(this.element, 'div', 'block-map-tooltip-place');
    this.#bytes = add(this.element, 'div', 'block-map-tooltip-place');
    this.#parts = add(this.element, 'div', 'block-map-tooltip-parts');
    this.#doubt = add(this.element, 'div', 'block-map-tooltip-doubt');
    this.#unsaved = add(this.element, 'div', 'block-map-tooltip-unsaved');
    this.#share = add(this.element, 'div', 'block-map-tooltip-share');
  }

  get isShown(): boolean {
    return this.element.matches(':popover-open');
  }

  show(words: BlockWords, layerCount: number, cell: CellBox, blocksPerCell: number): void {
    const said = JSON.stringify([words, layerCount, blocksPerCell, innerWidth]);
    if (said !== this.#said) {
      this.#say(words, layerCount, blocksPerCell);
      if (!this.isShown) this.element.showPopover();
      this.#size = this.element.getBoundingClientRect();
      this.#said = said;
    }
    this.#place(cell);
  }

  hide(): void {
    if (this.isShown) this.element.hidePopover();
    this.#said = '';
  }

  #say(words: BlockWords, layerCount: number, blocksPerCell: number): void {
    this.#title.textContent = words.title;
    this.#summary.textContent = words.summary === '' ? '' : ` · ${words.summary}`;
    this.#share.textContent = t('The first of {0} blocks at this point.', blocksPerCell);
    this.#share.hidden = blocksPerCell === 1;
    this.#sectors.textContent = words.sectors;
    this.#bytes.textContent = words.bytes;
    words.parts.forEach((part, i) => {
      const row = this.#rowAt(i);
      row.row.hidden = false;
      row.swatch.className = `swatch ${layerClasses(part.layer, layerCount)}`;
      row.name.textContent = part.name;
      row.name.classList.toggle('block-map-muted', part.layer === NO_LAYER);
      row.count.textContent = part.sectorCount ?? '…';
      row.place.textContent = part.fileOffset ?? '';
    });
    for (const row of this.#rows.slice(words.parts.length)) row.row.hidden = true;
    this.#doubt.textContent = words.doubt ?? '';
    this.#doubt.hidden = words.doubt === null;
    this.#unsaved.textContent = words.unsaved ?? '';
    this.#unsaved.hidden = words.unsaved === null;
    this.#parts.hidden = words.parts.length === 0;
  }

  #rowAt(i: number): PartRow {
    const kept = this.#rows[i];
    if (kept !== undefined) return kept;
    const row = add(this.#parts, 'div', 'block-map-tooltip-part');
    const made = {
      row,
      swatch: add(row, 'span', ''),
      name: add(row, 'span', 'block-map-tooltip-name'),
      count: add(row, 'span', 'block-map-tooltip-count'),
      place: add(row, 'span', 'block-map-tooltip-offset'),
    };
    this.#rows.push(made);
    return made;
  }

  /** Below the cell and to its right; on the other side where there is no room, and always within the window. */
  #place(cell: CellBox): void {
    const { width, height } = this.#size;
    const { style } = this.element;
    style.left = `${String(beside(cell.left, cell.size, width, innerWidth))}px`;
    style.top = `${String(beside(cell.top, cell.size, height, innerHeight))}px`;
  }
}

function beside(start: number, size: number, length: number, room: number): number {
  const after = start + size + DISTANCE;
  const before = start - DISTANCE - length;
  const place = after + length + EDGE <= room || before < EDGE ? after : before;
  return Math.max(EDGE, Math.min(place, room - EDGE - length));
}
