import type { PagePosition } from '../protocol/messages';
import type { BlockDetail } from '../protocol/session';
import { NO_LAYER, SECTOR_SIZE } from '../protocol/session';
import type { BlockDetails } from './block/blockDetails';
import { t } from './l10n';
import type { Store } from './state';

/** Tells the host where the cursor is, for the status bar: under the mouse in the map, else the selection. */
export class PositionTeller {
  readonly #store: Store;
  readonly #details: BlockDetails;
  readonly #tell: (position: PagePosition) => void;
  #told = '';
  #detail: BlockDetail | null = null;

  constructor(store: Store, details: BlockDetails, tell: (position: PagePosition) => void) {
    this.#store = store;
    this.#details = details;
    this.#tell = tell;
  }

  /** The position as of now. Owner is what is known of it without waiting. */
  now(): PagePosition {
    const { view, hovered, map } = this.#store.state;
    const { asOf } = view;
    if (view.tab === 'hex' && view.hexKind === 'file' && hovered === null) {
      return { asOf, block: null, sector: null, offset: view.file.cursor, owner: null };
    }
    const block = hovered ?? view.block;
    if (block === null || map === null) return { asOf, block: null, sector: null, offset: null, owner: null };
    const isSelected = block === view.block;
    const first = (block * map.blockSize) / SECTOR_SIZE;
    const sector = isSelected && view.sector !== null ? view.sector : first;
    const isCursorThere = isSelected && Math.floor(view.disk.cursor / SECTOR_SIZE) === sector;
    const offset = isCursorThere ? view.disk.cursor : sector * SECTOR_SIZE;
    return { asOf, block, sector, offset, owner: this.#owner(block) };
  }

  /** Tells the position if it is another one than was told last. */
  update(): void {
    const position = this.now();
    const { block, asOf } = position;
    if (block !== null && !this.#isKnown(block, asOf)) void this.#learn(block, asOf);
    const told = JSON.stringify(position);
    if (told === this.#told) return;
    this.#told = told;
    this.#tell(position);
  }

  #isKnown(block: number, asOf: number): boolean {
    return this.#detail?.block === block && this.#detail.asOf === asOf;
  }

  async #learn(block: number, asOf: number): Promise<void> {
    // What is only passed over is not read for the status bar: the map asks for it where the mouse rests.
    if (block !== this.#store.view.block) return;
    try {
      this.#detail = await this.#details.get(asOf, block);
      this.update();
    } catch {
      // The map and the block view say why.
    }
  }

  /** The owner that has most, and how many others there are: `web01.avhd + 1`. */
  #owner(block: number): string | null {
    const { image, map, view } = this.#store.state;
    if (this.#isKnown(block, view.asOf) && this.#detail !== null) {
      const [most, ...others] = this.#detail.parts;
      const name = most === undefined ? undefined : image?.layers[most.layer]?.name;
      if (name === undefined) return null;
      return others.length === 0 ? name : t('{0} + {1}', name, others.length);
    }
    const top = map?.top[block] ?? NO_LAYER;
    return image?.layers[top]?.name ?? null;
  }
}
