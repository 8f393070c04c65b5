import type { OpenedBecause } from '../protocol/messages';
import type { BlockGrainMap, LayerSummary, OpenedImage } from '../protocol/session';
import { SECTOR_SIZE } from '../protocol/session';
import { messageOf } from './connection';
import type { Connection } from './connection';
import { t } from './l10n';
import type { Store } from './state';

export interface ImageReaderEvents {
  /** The files may hold something else than before: nothing that was read of them is worth anything. */
  readonly onNewImage: () => void;
  /** Shows a map; the sector bitmaps that come from now on are its own. */
  readonly onMap: (map: BlockGrainMap, layers: readonly LayerSummary[]) => void;
}

/** Gets the image and its map from the host, at first and whenever they are others. */
export class ImageReader {
  readonly #store: Store;
  readonly #connection: Connection;
  readonly #events: ImageReaderEvents;

  constructor(store: Store, connection: Connection, events: ImageReaderEvents) {
    this.#store = store;
    this.#connection = connection;
    this.#events = events;
    store.subscribe((now, before) => {
      if (now.view.asOf !== before.view.asOf && now.image === before.image) void this.#readMap();
    });
  }

  /** Asks for the image of this editor. */
  async open(): Promise<void> {
    try {
      this.#take(await this.#connection.request('open', {}));
    } catch (error) {
      this.#store.set({ failure: messageOf(error) });
    }
  }

  /** Takes over an image that the host has opened anew. */
  reopened(image: OpenedImage, because: OpenedBecause): void {
    this.#events.onNewImage();
    this.#take(image);
    const text = reopenedText(because);
    this.#store.set({ banner: text === null ? null : { severity: 'note', text, dismissible: true } });
  }

  /** Everything may be new but the user's choices, which are kept as far as they still make sense. */
  #take(image: OpenedImage): void {
    const { view } = this.#store;
    const last = image.layers.length - 1;
    const asOf = Math.min(view.asOf, last);
    const chosen = image.layers[asOf];
    const isOnDisk = view.sector !== null && view.sector * SECTOR_SIZE < (chosen?.virtualSize ?? 0);
    const sector = isOnDisk ? view.sector : null;
    const block = sector === null ? null : Math.floor((sector * SECTOR_SIZE) / (chosen?.blockSize ?? 1));
    const structure = view.structure.layer <= last ? view.structure : { ...view.structure, layer: asOf };
    this.#store.set(
      { image, failure: null, map: null, grainCount: 0, statistics: null, hovered: null },
      { asOf, block, sector, structure, hexLayer: Math.min(view.hexLayer, last) },
    );
    void this.#readMap();
  }

  async #readMap(): Promise<void> {
    const { asOf } = this.#store.view;
    try {
      const map = await this.#connection.request('blockMap', { asOf });
      const { image, view, statistics } = this.#store.state;
      if (image === null || view.asOf !== asOf) return;
      this.#events.onMap(map, image.layers);
      this.#store.set({ map, grainCount: 0 });
      // The totals of the layers come with the bitmaps of the leaf; what is said last is wanted first.
      if (asOf !== 0 && statistics === null) this.#connection.notify({ type: 'asOf', layer: 0 });
      this.#connection.notify({ type: 'asOf', layer: asOf });
    } catch (error) {
      this.#store.set({ banner: { severity: 'warning', text: messageOf(error), dismissible: true } });
    }
  }
}

/** Null where the user has done it. */
function reopenedText(because: OpenedBecause): string | null {
  switch (because) {
    // Whoever began it is told outside the page.
    case 'operation':
      return null;
    case 'changed-on-disk':
      return t('The image was changed on disk. It was read anew.');
    case 'recovered':
      return t('Reading the image failed, and was begun anew.');
    case 'parent-located':
      return null;
    case 'edited':
      return null;
  }
}
