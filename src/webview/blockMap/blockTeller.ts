import type { BlockDetail, BlockGrainMap, LayerSummary } from '../../protocol/session';
import type { BlockIndex } from './blockIndex';
import { Describer } from './describer';
import { add } from './elements';
import { Tooltip } from './tooltip';
import type { CellBox } from './tooltip';
import { spoken, wordsFromDetail, wordsFromMap } from './wording';
import type { BlockWords } from './wording';

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
      if (detail.block === this.#block) changed();
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
    this.#describer.want(block);
  }

  /** The keyboard led to a block: it is spoken, too. */
  tellByKey(block: number): void {
    this.tell(block);
    this.#byKey = true;
    const words = this.#words();
    if (words !== null) this.#live.textContent = spoken(words);
  }

  stop(): void {
    this.#block = null;
    this.#byKey = false;
    this.#describer.wantNothing();
  }

  /** Draws the tooltip beside its cell; null where that is not in view. */
  draw(cell: CellBox | null): void {
    const words = cell === null ? null : this.#words();
    if (cell === null || words === null) this.#tooltip.hide();
    else this.#tooltip.show(words, this.#shown?.layers.length ?? 0, cell, this.#blocksPerCell());
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
