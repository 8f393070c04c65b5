import type { BlockTeller } from './blockTeller';

/** What the cursor tells the page. */
export interface CursorEvents {
  onSelect(block: number | null): void;
  onHover(block: number | null): void;
}

/** The selected block, the one under the pointer, and which of them is told of. */
export class Cursor {
  readonly #teller: BlockTeller;
  readonly #events: CursorEvents;
  readonly #changed: () => void;
  #selected: number | null = null;
  #hovered: number | null = null;

  /** `changed` is called when there is something else to draw. */
  constructor(teller: BlockTeller, events: CursorEvents, changed: () => void) {
    this.#teller = teller;
    this.#events = events;
    this.#changed = changed;
  }

  get selected(): number | null {
    return this.#selected;
  }

  get hovered(): number | null {
    return this.#hovered;
  }

  /** Selects without telling the page, which asked for it. */
  put(block: number | null): void {
    this.#selected = block;
    this.#changed();
  }

  select(block: number | null): void {
    if (block === this.#selected) return;
    this.put(block);
    this.#events.onSelect(block);
  }

  hover(block: number | null): void {
    if (block === this.#hovered) return;
    this.#hovered = block;
    if (block === null) this.#teller.stop();
    else this.#teller.tell(block);
    this.#changed();
    this.#events.onHover(block);
  }

  /** The keyboard led to a block. */
  goTo(block: number): void {
    this.hover(null);
    this.select(block);
    this.#teller.tellByKey(block);
    this.#changed();
  }

  /** The keyboard is with the map again. */
  tellSelected(): void {
    if (this.#selected === null) return;
    this.#teller.tellByKey(this.#selected);
    this.#changed();
  }

  /** The keyboard is elsewhere: what it led to is not told of any more. */
  leave(): void {
    if (this.#teller.isByKey) this.#stopTelling();
  }

  /** Escape: ends the tooltip first, then the selection. Returns false where there is neither. */
  dismiss(): boolean {
    if (this.#teller.block !== null) {
      this.#stopTelling();
      return true;
    }
    if (this.#selected === null) return false;
    this.select(null);
    return true;
  }

  /** Another disk, whose blocks are fewer. */
  limitTo(blockCount: number): void {
    if (this.#selected !== null && this.#selected >= blockCount) this.select(null);
    if (this.#hovered !== null && this.#hovered >= blockCount) this.hover(null);
  }

  #stopTelling(): void {
    this.#teller.stop();
    this.#changed();
  }
}
