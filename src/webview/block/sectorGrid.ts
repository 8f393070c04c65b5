import type { BlockDetail, LayerSummary } from '../../protocol/session';
import { NO_LAYER, SECTOR_SIZE } from '../../protocol/session';
import { t } from '../l10n';
import { openContextMenu } from '../layout/contextMenu';
import { grouped, hexadecimal } from '../numbers';
import { RowScroller } from '../rowScroller';
import { paintSectors } from './sectorPainter';
import { sectorAfterKey, sectorLayout } from './sectorLayout';
import type { SectorLayout } from './sectorLayout';

/** CSS pixels around the cells, for the ring around one at the edge. */
const MARGIN = 2;
/** CSS pixels of the scroll bar. The style sheet has the same. */
const SCROLLBAR_WIDTH = 10;
/** CSS pixels of height from which on the map scrolls: half of what the room has, within these bounds. */
const SMALLEST_HEIGHT = 320;
const LARGEST_HEIGHT = 512;

export interface SectorGridEvents {
  /** LBA. */
  readonly onSelect: (sector: number) => void;
  /** Enter or double click. */
  readonly onActivate: (sector: number) => void;
  /** Sectors are to be marked in the leaf; counted from the block's first one. */
  readonly onMark: (first: number, count: number, present: boolean) => void;
}

/** Each sector of a block as a cell in the look of its owner. One tab stop; the arrow keys move in it. */
export class SectorGrid {
  readonly element: HTMLElement;
  readonly #events: SectorGridEvents;
  readonly #scroller: RowScroller;
  readonly #canvas: HTMLCanvasElement;
  readonly #cursor: HTMLElement;
  readonly #hover: HTMLElement;
  readonly #words: HTMLElement;
  #detail: BlockDetail | null = null;
  #layers: readonly LayerSummary[] = [];
  #layout: SectorLayout = { columns: 64, rows: 0, cell: 6 };
  /** Counted from the block's first sector. */
  #selected = 0;
  /** Where the selection of several sectors began. */
  #anchor = 0;
  /** The sector that was chosen here last. */
  #chosen = 0;
  #hovered: number | null = null;

  constructor(events: SectorGridEvents) {
    this.#events = events;
    this.element = document.createElement('div');
    this.element.className = 'sector-map';
    const surface = document.createElement('div');
    surface.className = 'sector-surface';
    surface.tabIndex = 0;
    surface.setAttribute('role', 'application');
    surface.setAttribute('aria-roledescription', t('sector map'));
    surface.setAttribute('aria-label', t('Sectors of the block'));
    this.#scroller = new RowScroller(this.#layout.cell, () => this.#draw());
    this.#canvas = document.createElement('canvas');
    this.#cursor = ring('sector-cursor');
    this.#hover = ring('sector-hover');
    this.#scroller.element.prepend(this.#canvas);
    this.#scroller.element.append(this.#hover, this.#cursor);
    this.#words = document.createElement('p');
    this.#words.className = 'sector-words';
    this.#words.setAttribute('role', 'status');
    surface.append(this.#scroller.element);
    this.element.append(surface, this.#words);
    surface.addEventListener('keydown', (event) => this.#key(event));
    surface.addEventListener('pointermove', (event) => this.#point(this.#hit(event)));
    surface.addEventListener('pointerleave', () => this.#point(null));
    surface.addEventListener('pointerdown', (event) => this.#press(event));
    surface.addEventListener('dblclick', () => this.#activate());
    surface.addEventListener('contextmenu', (event) => this.#menu(event));
    const themes = new MutationObserver(() => this.#draw());
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    themes.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  }

  /** `sector` is an LBA within the block. */
  show(detail: BlockDetail, layers: readonly LayerSummary[], sector: number): void {
    const isNew = this.#detail !== detail || this.#layers !== layers;
    const selected = sector - detail.firstSector;
    const isMoved = selected !== this.#selected;
    const isOther = this.#detail?.block !== detail.block;
    if (isOther) this.#hovered = null;
    if (isOther || (isMoved && selected !== this.#chosen)) this.#anchor = selected;
    const isRange = isMoved && (this.#selected !== this.#anchor || selected !== this.#anchor);
    this.#detail = detail;
    this.#layers = layers;
    this.#selected = selected;
    this.#fit();
    if (isNew || isMoved) this.#scroller.reveal(Math.floor(selected / this.#layout.columns));
    if (isNew || isRange) this.#draw();
    else if (isMoved) this.#placeRings();
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('.sector-surface')?.focus();
  }

  #fit(): void {
    const detail = this.#detail;
    const { width } = this.#scroller;
    if (detail === null || width === 0) return;
    const room = width - 2 * MARGIN;
    const half = (this.element.closest('.room')?.clientHeight ?? 0) / 2;
    const most = Math.max(SMALLEST_HEIGHT, Math.min(LARGEST_HEIGHT, half));
    this.#layout = sectorLayout(detail.sectorCount, room, most);
    if (this.#layout.rows * this.#layout.cell > most) {
      this.#layout = sectorLayout(detail.sectorCount, room - SCROLLBAR_WIDTH, most);
    }
    const { rows, cell } = this.#layout;
    const height = Math.min(rows * cell, most) + 2 * MARGIN;
    this.element.style.setProperty('--sector-map-height', `${String(height)}px`);
    this.#scroller.setRows(rows, cell);
  }

  #draw(): void {
    const detail = this.#detail;
    if (detail === null) return;
    this.#fit();
    const { width, height, top } = this.#scroller;
    const { columns, cell } = this.#layout;
    const layerCount = this.#layers.length;
    if (height > 0) {
      const selection = this.#selection;
      paintSectors(this.#canvas, { detail, layerCount, columns, cell, top, margin: MARGIN, width, height, selection });
    }
    this.#scroller.place();
    this.#placeRings();
  }

  #placeRings(): void {
    this.#placeRing(this.#cursor, this.#selected);
    this.#placeRing(this.#hover, this.#hovered);
    const { count } = this.#selection;
    const isMany = this.#hovered === null && count > 1;
    const words = `${this.#tell(this.#hovered ?? this.#selected)}${isMany ? ` · ${t('{0} sectors selected', grouped(count))}` : ''}`;
    if (words !== this.#words.textContent) this.#words.textContent = words;
  }

  #placeRing(element: HTMLElement, sector: number | null): void {
    element.hidden = sector === null;
    if (sector === null) return;
    const { columns, cell } = this.#layout;
    const x = MARGIN + (sector % columns) * cell;
    const y = MARGIN + (Math.floor(sector / columns) - this.#scroller.top) * cell;
    element.style.transform = `translate(${String(x)}px, ${String(y)}px)`;
    element.style.width = `${String(cell - 1)}px`;
    element.style.height = `${String(cell - 1)}px`;
  }

  /** `LBA 5 570 561 · web01.avhd at 0x4A14000` */
  #tell(sector: number): string {
    const detail = this.#detail;
    if (detail === null || sector < 0 || sector >= detail.sectorCount) return '';
    const owner = detail.owners[sector] ?? NO_LAYER;
    const lba = t('LBA {0}', grouped(detail.firstSector + sector));
    const name = this.#layers[owner]?.name;
    const doubt = detail.doubtful.find(({ start, length }) => sector >= start && sector < start + length);
    const parts = [lba, name ?? t('no layer owns it')];
    const place = detail.parts.find(({ layer }) => layer === owner)?.fileOffset ?? null;
    if (name !== undefined && place !== null) parts.push(hexadecimal(place + sector * SECTOR_SIZE));
    const isUnsaved = detail.unsaved?.some(({ start, length }) => sector >= start && sector < start + length) === true;
    if (isUnsaved) parts.push(t('not saved'));
    if (doubt !== undefined) {
      parts.push(doubt.reason === 'parent-missing' ? t('the parent is missing') : t('the file is damaged there'));
    }
    return parts.join(' · ');
  }

  #hit({ clientX, clientY }: MouseEvent): number | null {
    const detail = this.#detail;
    const box = this.#scroller.element.getBoundingClientRect();
    const column = Math.floor((clientX - box.left - MARGIN) / this.#layout.cell);
    if (detail === null || column < 0 || column >= this.#layout.columns) return null;
    const row = Math.floor(this.#scroller.top + (clientY - box.top - MARGIN) / this.#layout.cell);
    const sector = row * this.#layout.columns + column;
    return row >= 0 && sector < detail.sectorCount ? sector : null;
  }

  #point(sector: number | null): void {
    if (sector === this.#hovered) return;
    this.#hovered = sector;
    this.#placeRings();
  }

  #press(event: PointerEvent): void {
    const sector = this.#hit(event);
    if (sector === null || (event.button !== 0 && event.button !== 2)) return;
    // The menu is for what is selected, if it was asked for there.
    const { first, count } = this.#selection;
    if (event.button === 2 && sector >= first && sector < first + count) return;
    this.#select(sector, event.shiftKey);
  }

  #key(event: KeyboardEvent): void {
    const detail = this.#detail;
    if (detail === null || event.altKey) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#activate();
      return;
    }
    if (event.key === 'Insert' || event.key === 'Delete') {
      event.preventDefault();
      this.#mark(event.key === 'Insert');
      return;
    }
    const { columns } = this.#layout;
    const grid = { columns, pageRows: this.#scroller.pageRows, count: detail.sectorCount };
    const sector = sectorAfterKey(event.key, this.#selected, grid, event.ctrlKey || event.metaKey);
    if (sector === null) return;
    event.preventDefault();
    this.#hovered = null;
    this.#select(sector, event.shiftKey);
  }

  /** The sectors that are selected together, counted from the block's first one. */
  get #selection(): { readonly first: number; readonly count: number } {
    const first = Math.min(this.#anchor, this.#selected);
    return { first, count: Math.abs(this.#anchor - this.#selected) + 1 };
  }

  #mark(present: boolean): void {
    const { first, count } = this.#selection;
    this.#events.onMark(first, count, present);
  }

  #menu(event: MouseEvent): void {
    openContextMenu(event, this.#cursor, [
      { label: t('Show in Hex'), keys: 'Enter', run: () => this.#activate() },
      null,
      { label: t('Mark Present in This Image…'), keys: 'Insert', run: () => this.#mark(true) },
      { label: t('Mark Absent in This Image…'), keys: 'Delete', run: () => this.#mark(false) },
    ]);
  }

  #select(sector: number, extend: boolean): void {
    if (!extend) this.#anchor = sector;
    this.#chosen = sector;
    if (this.#detail !== null) this.#events.onSelect(this.#detail.firstSector + sector);
  }

  #activate(): void {
    if (this.#detail !== null) this.#events.onActivate(this.#detail.firstSector + this.#selected);
  }
}

function ring(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = `sector-ring ${className}`;
  element.hidden = true;
  return element;
}
