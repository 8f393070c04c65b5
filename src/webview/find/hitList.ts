import { html, render } from 'lit/html.js';
import { SECTOR_SIZE } from '../../protocol/session';
import type { ByteSource } from '../../protocol/session';
import { t } from '../l10n';
import { grouped, hexadecimal } from '../numbers';
import { RowScroller } from '../rowScroller';
import type { Hits } from './hits';

const ROW_HEIGHT = 22;

/** All places that a search has found; only the rows that are seen are there. One tab stop; the arrow keys move in it. */
export class HitList {
  readonly element: HTMLElement;
  readonly #scroller: RowScroller;
  readonly #onChoose: (hit: number) => void;
  #hits: Hits | null = null;
  #source: ByteSource['kind'] = 'disk';
  #chosen: number | null = null;

  constructor(onChoose: (hit: number) => void) {
    this.#onChoose = onChoose;
    this.#scroller = new RowScroller(ROW_HEIGHT, () => this.#draw());
    this.element = document.createElement('div');
    this.element.className = 'find-list';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', t('Places found'));
    this.element.append(this.#scroller.element);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#scroller.content.addEventListener('click', (event) => this.#choose(this.#scroller.rowAt(event.clientY)));
  }

  /** `chosen`: the place that is shown in the bytes; it is scrolled to where it is another one than before. */
  show(hits: Hits, source: ByteSource['kind'], chosen: number | null): void {
    this.#hits = hits;
    this.#source = source;
    this.#scroller.setRows(hits.count);
    if (chosen !== null && chosen !== this.#chosen) this.#scroller.reveal(hits.indexOf(chosen));
    this.#chosen = chosen;
    this.#draw();
  }

  #draw(): void {
    const hits = this.#hits;
    if (hits === null || this.#scroller.height === 0) return;
    const { firstRow, endRow } = this.#scroller;
    const rows = Array.from({ length: Math.max(0, endRow - firstRow) }, (_, row) => this.#row(hits, firstRow + row));
    render(rows, this.#scroller.content);
    this.#scroller.place();
    const active = this.#scroller.content.querySelector('[aria-selected=true]');
    if (active === null) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', active.id);
  }

  #row(hits: Hits, index: number): unknown {
    const hit = hits.at(index) ?? 0;
    const isChosen = hit === this.#chosen;
    const place = this.#source === 'disk' ? t('LBA {0}', grouped(Math.floor(hit / SECTOR_SIZE))) : grouped(hit);
    return html`<div
      class="find-hit ${isChosen ? 'chosen' : ''}"
      id="find-hit-${index}"
      role="option"
      aria-selected=${isChosen}
      aria-posinset=${index + 1}
      aria-setsize=${hits.count}
    >
      <span class="mono">${hexadecimal(hit)}</span><span class="dim">${place}</span>
    </div>`;
  }

  #choose(index: number): void {
    const hit = this.#hits?.at(index) ?? null;
    if (hit !== null) this.#onChoose(hit);
  }

  #key(event: KeyboardEvent): void {
    const hits = this.#hits;
    if (hits === null || hits.count === 0) return;
    const at = this.#chosen === null ? -1 : hits.indexOf(this.#chosen);
    const last = hits.count - 1;
    const page = this.#scroller.pageRows;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    };
    const index = to[event.key];
    if (index === undefined) return;
    event.preventDefault();
    this.#choose(Math.max(0, Math.min(index, last)));
  }
}
