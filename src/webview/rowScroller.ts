/** CSS pixels below which the thumb of a scrollbar cannot be caught any more. */
const SMALLEST_THUMB = 20;

/**
 * Scrolls rows of one height without an element as tall as all of them: a browser's elements end at some 33 million pixels, a
 * disk does not. The owner draws the rows from `firstRow` on into `content`, whenever `drawn` is called.
 */
export class RowScroller {
  /** Takes the owner's place in the layout. */
  readonly element: HTMLElement;
  /** Holds the drawn rows, the first of them at its top edge. */
  readonly content: HTMLElement;
  readonly #track: HTMLElement;
  readonly #thumb: HTMLElement;
  readonly #draw: () => void;
  #rowCount = 0;
  #rowHeight: number;
  #top = 0;
  #height = 0;
  #width = 0;
  #frame = 0;
  /** A row that is to be seen as soon as there is room for rows: a hidden view has none. */
  #toReveal: number | null = null;

  /** `draw` is called once a frame at most, after a scroll or a change of size. */
  constructor(rowHeight: number, draw: () => void) {
    this.#rowHeight = rowHeight;
    this.#draw = draw;
    this.element = document.createElement('div');
    this.element.className = 'scroller';
    this.content = document.createElement('div');
    this.content.className = 'scroller-content';
    this.#track = document.createElement('div');
    this.#track.className = 'scroller-track';
    this.#track.setAttribute('aria-hidden', 'true');
    this.#thumb = document.createElement('div');
    this.#thumb.className = 'scroller-thumb';
    this.#track.append(this.#thumb);
    this.element.append(this.content, this.#track);
    this.element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#track.addEventListener('pointerdown', (event) => this.#press(event));
    new ResizeObserver(() => this.#measure()).observe(this.element);
  }

  /** The first row that is at least partly seen. */
  get firstRow(): number {
    return Math.floor(this.#top);
  }

  /** Behind the last row that is at least partly seen. */
  get endRow(): number {
    return Math.min(this.#rowCount, Math.ceil(this.#top + this.#height / this.#rowHeight));
  }

  /** Rows that are wholly seen at once; at least one. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / this.#rowHeight));
  }

  /** CSS pixels of the space for rows. */
  get width(): number {
    return this.#width;
  }

  get height(): number {
    return this.#height;
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }

  /** In rows, a fraction where the first one is partly scrolled out. */
  get top(): number {
    return this.#top;
  }

  set top(row: number) {
    this.#toReveal = null;
    const top = Math.max(0, Math.min(row, this.#lastTop()));
    if (top === this.#top) return;
    this.#top = top;
    this.#schedule();
  }

  /** How many rows there are, and how tall; the owner draws anew. */
  setRows(count: number, rowHeight: number = this.#rowHeight): void {
    if (count === this.#rowCount && rowHeight === this.#rowHeight) return;
    this.#rowCount = count;
    this.#rowHeight = rowHeight;
    this.#top = Math.min(this.#top, this.#lastTop());
    this.#schedule();
  }

  /** Scrolls as little as needed to show a row whole; a row that is far away comes to stand in the upper third. */
  reveal(row: number): void {
    if (this.#height === 0) {
      this.#toReveal = row;
      return;
    }
    const page = this.#height / this.#rowHeight;
    if (row < this.#top) {
      this.top = row < this.#top - page ? row - Math.floor(page / 3) : row;
    } else if (row + 1 > this.#top + page) {
      this.top = row > this.#top + 2 * page ? row - Math.floor(page / 3) : row + 1 - page;
    }
  }

  /** The row under a point of the window, at most the last one. */
  rowAt(clientY: number): number {
    const y = clientY - this.element.getBoundingClientRect().top;
    const row = Math.floor(this.#top + y / this.#rowHeight);
    return Math.max(0, Math.min(row, this.#rowCount - 1));
  }

  /** Puts rows and thumb in place; called by the owner as it draws. */
  place(): void {
    const shift = (this.firstRow - this.#top) * this.#rowHeight;
    this.content.style.transform = shift === 0 ? '' : `translateY(${String(shift)}px)`;
    const all = this.#rowCount * this.#rowHeight;
    const scrolls = all > this.#height + 0.5;
    this.#track.hidden = !scrolls;
    if (!scrolls) return;
    const thumb = this.#thumbLength();
    this.#thumb.style.height = `${String(thumb)}px`;
    const at = (this.#top / this.#lastTop()) * (this.#height - thumb);
    this.#thumb.style.transform = `translateY(${String(at)}px)`;
  }

  #lastTop(): number {
    return Math.max(0, this.#rowCount - this.#height / this.#rowHeight);
  }

  #thumbLength(): number {
    const share = this.#height / (this.#rowCount * this.#rowHeight);
    return Math.max(SMALLEST_THUMB, this.#height * share);
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #measure(): void {
    this.#height = this.element.clientHeight;
    this.#width = this.element.clientWidth;
    this.#top = Math.min(this.#top, this.#lastTop());
    if (this.#height > 0 && this.#toReveal !== null) this.reveal(this.#toReveal);
    this.#schedule();
  }

  #wheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey || event.deltaY === 0) return;
    const unit = [1, this.#rowHeight, this.#height][event.deltaMode] ?? 1;
    const before = this.#top;
    this.top = this.#top + (event.deltaY * unit) / this.#rowHeight;
    // At an end the page around may scroll on.
    if (this.#top !== before) event.preventDefault();
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const box = this.#thumb.getBoundingClientRect();
    const inThumb = event.clientY >= box.top && event.clientY < box.bottom;
    const grip = inThumb ? event.clientY - box.top : box.height / 2;
    const drag = ({ clientY }: PointerEvent): void => {
      const way = this.#height - this.#thumbLength();
      const at = clientY - grip - this.element.getBoundingClientRect().top;
      if (way > 0) this.top = (at / way) * this.#lastTop();
    };
    const end = (): void => {
      this.#track.removeEventListener('pointermove', drag);
      this.#track.removeEventListener('pointerup', end);
      this.#track.removeEventListener('pointercancel', end);
      this.#track.classList.remove('dragged');
    };
    this.#track.setPointerCapture(event.pointerId);
    this.#track.classList.add('dragged');
    this.#track.addEventListener('pointermove', drag);
    this.#track.addEventListener('pointerup', end);
    this.#track.addEventListener('pointercancel', end);
    drag(event);
  }
}
