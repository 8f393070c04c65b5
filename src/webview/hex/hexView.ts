import { render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { t } from '../l10n';
import { openContextMenu } from '../layout/contextMenu';
import type { MenuItem } from '../layout/contextMenu';
import { RowScroller } from '../rowScroller';
import type { HexPlace } from '../state';
import { ByteCache } from './byteCache';
import type { ByteOverlay, KnownByte, ReadBytes } from './byteCache';
import type { CopyFormat } from './copyBytes';
import type { HexColumn } from './hexInput';
import { hexLayout, movedCursor } from './hexLayout';
import type { HexLayout } from './hexLayout';
import { cellId, hexRow, selectionOf } from './hexRow';
import type { HexContent } from './hexRow';
import { HexTyping } from './hexTyping';
import type { ByteWriter } from './hexTyping';

const ROW_HEIGHT = 19;

/** CSS pixels beside the rows, for owners and scroll bar. The style sheet has the same. */
const SIDE_ROOM = 22;

export interface HexEvents {
  readonly read: ReadBytes;
  /** The selection runs from `anchor` to `cursor`, both included, in either order. */
  readonly onSelect: (anchor: number, cursor: number) => void;
  /** The first byte shown. */
  readonly onScroll: (top: number) => void;
  readonly onCopy: (format: CopyFormat) => void;
  /** More bytes are known than before. */
  readonly onArrive?: () => void;
  readonly menu: () => readonly MenuItem[];
  /** Keys that do something with the selection, beside those that move in it and type; whether it was one. */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  /** What was written a moment ago. */
  readonly overlay?: ByteOverlay;
  /** Whether a byte is another one where it is compared; left out where nothing is. */
  readonly differs?: (offset: number, value: number) => boolean;
  /** Left out where nothing is typed. */
  readonly writer?: ByteWriter;
}

let viewCount = 0;

/** Bytes in rows, of a source of any size: only the rows that are seen are there. One tab stop; the arrow keys move in it. */
export class HexView {
  readonly element: HTMLElement;
  readonly #events: HexEvents;
  readonly #scroller: RowScroller;
  readonly #bytes: ByteCache;
  readonly #probe: HTMLElement;
  readonly #id: string;
  readonly #typing: HexTyping;
  #content: HexContent | null = null;
  #place: HexPlace = { anchor: 0, cursor: 0, top: 0 };
  #layout: HexLayout = { rowLength: 16, digits: 8 };
  #characterWidth = 7;

  constructor(label: string, events: HexEvents) {
    viewCount += 1;
    this.#id = `hex-${String(viewCount)}`;
    this.#events = events;
    const arrived = (): void => {
      this.#draw();
      events.onArrive?.();
    };
    this.#bytes = new ByteCache(events.read, arrived, events.overlay);
    this.#typing = this.#newTyping(events.writer ?? null);
    this.#scroller = new RowScroller(ROW_HEIGHT, () => this.#drawScrolled());
    this.element = document.createElement('div');
    this.element.className = 'hex-view';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'grid');
    this.element.setAttribute('aria-label', label);
    this.#probe = document.createElement('span');
    this.#probe.className = 'hex-probe';
    this.#probe.textContent = '0'.repeat(64);
    this.#probe.setAttribute('aria-hidden', 'true');
    this.element.append(this.#scroller.element, this.#probe);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('copy', (event) => this.#copy(event));
    this.element.addEventListener('paste', (event) => this.#paste(event));
    this.element.addEventListener('contextmenu', (event) => this.#menu(event));
    this.element.addEventListener('blur', () => {
      // Another window has the focus for a while, and gives it back.
      if (document.activeElement !== this.element) this.#typing.settle();
    });
    this.#scroller.content.addEventListener('pointerdown', (event) => this.#press(event));
  }

  /** Shows a place; the cursor is scrolled to where it is seen if it is another one than before. */
  show(content: HexContent, place: HexPlace): void {
    const before = this.#place;
    const isSameSource = this.#content !== null && sameSource(this.#content, content);
    // A file grows as it is edited; what is shown of it stays where it is.
    const fresh = !isSameSource || this.#content?.start !== content.start;
    if (!isSameSource) this.#typing.drop();
    this.#content = content;
    this.#place = place;
    this.#bytes.use(content.source);
    this.#fit();
    if (fresh || place.top !== before.top) this.#scroller.top = this.#rowOf(place.top);
    if (!fresh && (place.cursor !== before.cursor || place.anchor !== before.anchor)) this.#reveal();
    this.#draw();
  }

  /** Reads all anew: the files may have changed. */
  reload(): void {
    this.#typing.drop();
    this.#bytes.forget();
    this.#draw();
  }

  /** Reads all anew, and shows what was read before until then. */
  refresh(): void {
    this.#bytes.refresh();
    this.#draw();
  }

  /** In which column the cursor is. */
  get column(): HexColumn {
    return this.#typing.column;
  }

  focus(): void {
    this.element.focus();
  }

  /** What is known of the byte, if it is or was just seen. */
  byteAt(offset: number): KnownByte | null {
    return this.#bytes.at(offset);
  }

  #newTyping(writer: ByteWriter | null): HexTyping {
    const view = {
      place: () => this.#place,
      range: () => this.#content ?? { start: 0, end: 0 },
      byteAt: (offset: number) => this.#bytes.at(offset)?.value ?? null,
      moveTo: (cursor: number) => this.#events.onSelect(cursor, cursor),
      draw: () => this.#draw(),
    };
    return new HexTyping(view, writer);
  }

  #reveal(): void {
    const { offset, length } = selectionOf(this.#place);
    // A field is shown whole where it fits.
    if (length <= this.#scroller.pageRows * this.#layout.rowLength) {
      this.#scroller.reveal(this.#rowOf(offset + length - 1));
    }
    this.#scroller.reveal(this.#rowOf(this.#place.cursor));
  }

  #rowOf(offset: number): number {
    return Math.floor((offset - (this.#content?.start ?? 0)) / this.#layout.rowLength);
  }

  #offsetOf(row: number): number {
    return (this.#content?.start ?? 0) + row * this.#layout.rowLength;
  }

  /** Takes the room that there is now. */
  #fit(): void {
    const content = this.#content;
    if (content === null) return;
    const characterWidth = this.#probe.getBoundingClientRect().width / 64;
    if (characterWidth > 0) this.#characterWidth = characterWidth;
    const top = this.#offsetOf(this.#scroller.firstRow);
    const before = this.#layout;
    const width = this.#scroller.width - SIDE_ROOM;
    if (width > 0) this.#layout = hexLayout(width / this.#characterWidth, content.end);
    this.#scroller.setRows(Math.ceil((content.end - content.start) / this.#layout.rowLength));
    if (before.rowLength !== this.#layout.rowLength) this.#scroller.top = this.#rowOf(top);
  }

  #drawScrolled(): void {
    if (this.#content === null) return;
    this.#fit();
    this.#draw();
    const top = this.#offsetOf(this.#scroller.firstRow);
    if (top === this.#place.top) return;
    // Taken over at once, so that hearing of it again does not cut off a half scrolled row.
    this.#place = { ...this.#place, top };
    this.#events.onScroll(top);
  }

  #draw(): void {
    const content = this.#content;
    if (content === null || this.#scroller.height === 0) return;
    const { firstRow, endRow } = this.#scroller;
    this.#bytes.want(this.#offsetOf(firstRow), Math.min(content.end, this.#offsetOf(endRow)));
    const { column, half } = this.#typing;
    const picture = {
      id: this.#id,
      content,
      layout: this.#layout,
      place: this.#place,
      bytes: this.#bytes,
      column,
      half,
      differs: this.#events.differs ?? null,
    };
    const rows: TemplateResult[] = [];
    for (let row = firstRow; row < endRow; row++) rows.push(hexRow(picture, row));
    render(rows, this.#scroller.content);
    this.#scroller.place();
    const rowCount = Math.ceil((content.end - content.start) / this.#layout.rowLength);
    // Numbers beyond 2^31 are not understood; -1 says that the count is not known.
    this.element.setAttribute('aria-rowcount', String(rowCount < 2 ** 31 ? rowCount : -1));
    const seen = this.#rowOf(this.#place.cursor) >= firstRow && this.#rowOf(this.#place.cursor) < endRow;
    if (seen) this.element.setAttribute('aria-activedescendant', cellId(this.#id, this.#place.cursor));
    else this.element.removeAttribute('aria-activedescendant');
  }

  #key(event: KeyboardEvent): void {
    const content = this.#content;
    if (content === null) return;
    if (this.#typing.key(event) || this.#events.onKey?.(event) === true) {
      event.preventDefault();
      return;
    }
    if (event.altKey) return;
    const view = { ...this.#layout, pageRows: this.#scroller.pageRows, start: content.start, end: content.end };
    const cursor = movedCursor(event.key, this.#place.cursor, view, event.ctrlKey || event.metaKey);
    if (cursor === null) return;
    event.preventDefault();
    this.#typing.settle();
    this.#events.onSelect(event.shiftKey ? this.#place.anchor : cursor, cursor);
  }

  #copy(event: ClipboardEvent): void {
    event.preventDefault();
    this.#events.onCopy(this.#typing.column);
  }

  #paste(event: ClipboardEvent): void {
    const { writer } = this.#events;
    if (writer === undefined) return;
    event.preventDefault();
    this.#typing.settle();
    writer.paste(event.clipboardData?.getData('text/plain') ?? '', this.#typing.column);
  }

  #menu(event: MouseEvent): void {
    const active = this.element.querySelector('.active') ?? this.element;
    openContextMenu(event, active, [
      { label: t('Copy as Hex'), run: () => this.#events.onCopy('hex') },
      { label: t('Copy as Text'), run: () => this.#events.onCopy('text') },
      { label: t('Copy as C Array'), run: () => this.#events.onCopy('array') },
      { label: t('Copy as Base64'), run: () => this.#events.onCopy('base64') },
      ...this.#events.menu(),
    ]);
  }

  #press(event: PointerEvent): void {
    const { content: area } = this.#scroller;
    const cursor = this.#hit(event);
    if (cursor === null || (event.button !== 0 && event.button !== 2)) return;
    event.preventDefault();
    this.element.focus();
    this.#typing.settle();
    if (event.button === 0) this.#typing.chooseColumn(this.#columnAt(event));
    const { offset, length } = selectionOf(this.#place);
    if (event.button === 2) {
      // The menu is for what is selected, if it was asked for there.
      if (cursor < offset || cursor >= offset + length) this.#events.onSelect(cursor, cursor);
      return;
    }
    const anchor = event.shiftKey ? this.#place.anchor : cursor;
    this.#events.onSelect(anchor, cursor);
    const drag = (move: PointerEvent): void => {
      const to = this.#hit(move);
      if (to !== null && to !== this.#place.cursor) this.#events.onSelect(anchor, to);
    };
    const end = (): void => {
      area.removeEventListener('pointermove', drag);
      area.removeEventListener('pointerup', end);
      area.removeEventListener('pointercancel', end);
    };
    area.setPointerCapture(event.pointerId);
    area.addEventListener('pointermove', drag);
    area.addEventListener('pointerup', end);
    area.addEventListener('pointercancel', end);
  }

  #columnAt({ clientX }: PointerEvent): HexColumn {
    const text = this.#scroller.content.querySelector('.hex-text')?.getBoundingClientRect();
    return clientX >= (text?.left ?? Infinity) ? 'text' : 'hex';
  }

  /** The byte at a point of the window, in either column; outside of them the nearest in the row. Null where there is no row. */
  #hit({ clientX, clientY }: PointerEvent): number | null {
    const content = this.#content;
    const row = this.#scroller.content.firstElementChild;
    if (content === null || row === null) return null;
    const cells = [...row.querySelectorAll('.hex-byte')];
    const text = row.querySelector('.hex-text')?.getBoundingClientRect();
    // One character wide is the gap before the text.
    const textLeft = (text?.left ?? Infinity) + this.#characterWidth;
    let column = cells.findIndex((cell) => clientX < cell.getBoundingClientRect().right);
    if (clientX >= textLeft - this.#characterWidth) {
      column = clamp(Math.floor((clientX - textLeft) / this.#characterWidth), 0, cells.length - 1);
    } else if (column < 0) {
      column = cells.length - 1;
    }
    const offset = this.#offsetOf(this.#scroller.rowAt(clientY)) + column;
    return clamp(offset, content.start, Math.max(content.start, content.end - 1));
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

function sameSource({ source: one }: HexContent, { source: other }: HexContent): boolean {
  return one.kind === other.kind && one.layer === other.layer;
}
