import { html, render } from 'lit/html.js';
import { RowScroller } from '../rowScroller';

const ROW_HEIGHT = 22;

export interface RowListEvents {
  /** The texts of a row: the first one stands out, the others say more. */
  readonly row: (index: number) => readonly string[];
  readonly onChoose: (index: number) => void;
}

let listCount = 0;

/** Rows of text, however many: only those that are seen are there. One tab stop; the arrow keys choose. */
export class RowList {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #events: RowListEvents;
  readonly #scroller: RowScroller;
  #count = 0;
  #chosen = -1;

  constructor(label: string, events: RowListEvents) {
    listCount += 1;
    this.#id = `rows-${String(listCount)}`;
    this.#events = events;
    this.#scroller = new RowScroller(ROW_HEIGHT, () => this.#draw());
    this.element = document.createElement('div');
    this.element.className = 'row-list';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'listbox');
    this.element.setAttribute('aria-label', label);
    this.element.append(this.#scroller.element);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.#scroller.content.addEventListener('click', ({ clientY }) => this.#choose(this.#scroller.rowAt(clientY)));
  }

  /** `chosen`: the index of a row, -1 for none; it is scrolled to where it is another one than before. */
  show(count: number, chosen: number): void {
    this.#count = count;
    this.#scroller.setRows(count);
    if (chosen >= 0 && chosen !== this.#chosen) this.#scroller.reveal(chosen);
    this.#chosen = chosen;
    this.#draw();
  }

  #draw(): void {
    if (this.#scroller.height === 0) return;
    const { firstRow, endRow } = this.#scroller;
    const rows = Array.from({ length: Math.max(0, endRow - firstRow) }, (_, row) => this.#row(firstRow + row));
    render(rows, this.#scroller.content);
    this.#scroller.place();
    if (this.#chosen < firstRow || this.#chosen >= endRow) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', this.#idOf(this.#chosen));
  }

  #row(index: number): unknown {
    const isChosen = index === this.#chosen;
    const [first, ...rest] = this.#events.row(index);
    return html`<div
      class="list-row ${isChosen ? 'chosen' : ''}"
      id=${this.#idOf(index)}
      role="option"
      aria-selected=${isChosen}
      aria-posinset=${index + 1}
      aria-setsize=${this.#count}
    >
      <span class="mono">${first}</span>${rest.map((text) => html`<span class="dim">${text}</span>`)}
    </div>`;
  }

  #idOf(index: number): string {
    return `${this.#id}-${String(index)}`;
  }

  #choose(index: number): void {
    if (index >= 0 && index < this.#count) this.#events.onChoose(index);
  }

  #key(event: KeyboardEvent): void {
    const last = this.#count - 1;
    const at = this.#chosen;
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
    if (index === undefined || last < 0) return;
    event.preventDefault();
    this.#choose(Math.max(0, Math.min(index, last)));
  }
}
