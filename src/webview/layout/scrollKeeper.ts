import type { Store } from '../state';

/** Names the elements whose scroll position is kept, in this attribute. */
const ATTRIBUTE = 'data-keep-scroll';

/** Keeps how far the page's own scrolling parts are scrolled, and scrolls them there when the page is shown anew. */
export class ScrollKeeper {
  readonly #root: HTMLElement;
  readonly #store: Store;
  /** Positions that could not be taken yet, since what is to be scrolled is not there or not long enough. */
  readonly #waiting = new Map<string, readonly [left: number, top: number]>();

  constructor(root: HTMLElement, store: Store) {
    this.#root = root;
    this.#store = store;
    root.addEventListener('scroll', (event) => this.#scrolled(event), { capture: true, passive: true });
    // Whoever scrolls wants to be where they scroll to.
    for (const type of ['wheel', 'pointerdown', 'keydown']) {
      root.addEventListener(type, () => this.#waiting.clear(), { capture: true, passive: true });
    }
  }

  /** Has the element's position kept under a name, from now on and across pages. */
  static mark(element: HTMLElement, name: string): void {
    element.setAttribute(ATTRIBUTE, name);
  }

  /** Another part of the page is shown: what was hidden has forgotten how far it was scrolled. */
  begin(): void {
    for (const [name, position] of Object.entries(this.#store.view.scrolls)) this.#waiting.set(name, position);
  }

  /** Tries the positions that still wait; called after each drawing. */
  restore(): void {
    for (const [name, [left, top]] of this.#waiting) {
      const element = this.#root.parentElement?.querySelector(`[${ATTRIBUTE}="${name}"]`);
      if (element === null || element === undefined) continue;
      element.scrollTo(left, top);
      if (Math.abs(element.scrollTop - top) < 1 && Math.abs(element.scrollLeft - left) < 1) this.#waiting.delete(name);
    }
  }

  #scrolled({ target }: Event): void {
    const name = target instanceof Element ? target.getAttribute(ATTRIBUTE) : null;
    if (name === null || !(target instanceof Element) || this.#waiting.has(name)) return;
    const { scrolls } = this.#store.view;
    this.#store.setView({ scrolls: { ...scrolls, [name]: [target.scrollLeft, target.scrollTop] } });
  }
}
