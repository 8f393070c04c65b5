import type { BlockDetail, BlockGrainMap, LayerSummary } from '../../protocol/session';
import type { BlockIndex } from './blockIndex';
import { Describer } from './describer';
import { add } from './elements';
import { Tooltip } from './tooltip';
import type { CellBox } from './tooltip';
import { spoken, wordsFromDetail, wordsFromMap } from './wording';
import type { BlockWords } from './wording';

/** Milliseconds that a spoken sentence waits for the sectors to be counted: nobody notices them, and most answers are there by then. */
const PATIENCE_BEFORE_SPEAKING = 150;

/** A map with what is known of it. */
export interface ShownMap {
  readonly map: BlockGrainMap;
  readonly layers: readonly LayerSummary[];
  readonly index: BlockIndex;
}

/** Tells of one block: in the tooltip, and to screen readers; from the map at once, then with the sectors counted. */
export class BlockTeller {
  readonly #tooltip: Tooltip;
  readonly #live: HTMLElement;
  readonly #describer: Describer;
  /** How many blocks share a cell now. */
  readonly #blocksPerCell: () => number;
  #shown: ShownMap | null = null;
  #block: number | null = null;
  #byKey = false;
  /** Whether the block's sentence with the sectors counted is still to be spoken. */
  #isToBeSpoken = false;
  #speech: ReturnType<typeof setTimeout> | undefined;

  /** `changed` is called when there is something else to draw. */
  constructor(
    root: HTMLElement,
    describe: (block: number) => Promise<BlockDetail>,
    blocksPerCell: () => number,
    changed: () => void,
  ) {
    this.#blocksPerCell = blocksPerCell;
    this.#tooltip = new Tooltip(root);
    this.#live = add(root, 'div', 'block-map-unseen');
    this.#live.ariaLive = 'polite';
    this.#describer = new Describer(describe, (detail) => {
      if (detail.block !== this.#block) return;
      if (this.#isToBeSpoken) this.#speak();
      changed();
    });
  }

  /** The block that is told of. */
  get block(): number | null {
    return this.#block;
  }

  /** Whether the keyboard led to it. */
  get isByKey(): boolean {
    return this.#byKey;
  }

  /** Another map: what was known of the old one's blocks means nothing. */
  showMap(shown: ShownMap): void {
    this.#shown = shown;
    this.#describer.forget();
    if (this.#block === null) return;
    if (this.#block < shown.index.blockCount) this.#describer.want(this.#block);
    else this.#block = null;
  }

  /** The pointer is over a block. */
  tell(block: number): void {
    this.#block = block;
    this.#byKey = false;
    this.#beSilent();
    this.#describer.want(block);
  }

  /**
   * The keyboard led to a block: it is spoken, too. Where the sectors take long to be counted, it is spoken from the map and once more with them:
   * that nobody can vouch for some of them is known only then.
   */
  tellByKey(block: number): void {
    this.tell(block);
    this.#byKey = true;
    this.#isToBeSpoken = true;
    if (this.#describer.known(block) !== undefined) this.#speak();
    else this.#speech = setTimeout(() => this.#say(), PATIENCE_BEFORE_SPEAKING);
  }

  stop(): void {
    this.#block = null;
    this.#byKey = false;
    this.#beSilent();
    this.#describer.wantNothing();
  }

  /** Draws the tooltip beside its cell; null where that is not in view. */
  draw(cell: CellBox | null): void {
    const words = cell === null ? null : this.#words();
    if (cell === null || words === null) this.#tooltip.hide();
    else this.#tooltip.show(words, this.#shown?.layers.length ?? 0, cell, this.#blocksPerCell());
  }

  /** The sentence with the sectors counted, after which there is nothing more to say. */
  #speak(): void {
    this.#beSilent();
    this.#say();
  }

  #say(): void {
    const words = this.#words();
    if (words !== null) this.#live.textContent = spoken(words);
  }

  #beSilent(): void {
    this.#isToBeSpoken = false;
    clearTimeout(this.#speech);
  }

  #words(): BlockWords | null {
    if (this.#shown === null || this.#block === null) return null;
    const { map, layers, index } = this.#shown;
    const detail = this.#describer.known(this.#block);
    const blocksPerCell = this.#blocksPerCell();
    return detail === undefined
      ? wordsFromMap(map, index, layers, this.#block, blocksPerCell)
      : wordsFromDetail(map, layers, detail, blocksPerCell);
  }
}
