import type { OpenedBecause } from '../protocol/messages';
import type { BlockGrainMap, LayerSummary, OpenedImage, UnsavedRun } from '../protocol/session';
import { hasSameTables } from './blockMap/tableLooks';
import { SECTOR_SIZE } from '../protocol/session';
import { messageOf } from './connection';
import type { Connection } from './connection';
import { t } from './l10n';
import type { Store } from './state';

export interface ImageReaderEvents {
  /** The files may hold something else than before: nothing that was read of them is worth anything. */
  readonly onNewImage: () => void;
  /** The image was edited: all is to be read anew, and shown as it was until then. */
  readonly onEdited: () => void;
  /** Shows a map; the sector bitmaps that come from now on are its own. */
  readonly onMap: (map: BlockGrainMap, layers: readonly LayerSummary[]) => void;
  /** Shows the map of the same disk after an edit. */
  readonly onMapEdited: (map: BlockGrainMap, layers: readonly LayerSummary[]) => void;
}

/** Milliseconds from an edit to a new map, for all edits that come meanwhile; and of quiet before the bitmaps are read anew. */
const MAP_DELAY = 60;
const SCAN_DELAY = 400;

/** Gets the image and its map from the host, at first and whenever they are others. */
export class ImageReader {
  readonly #store: Store;
  readonly #connection: Connection;
  readonly #events: ImageReaderEvents;
  #mapTimer = 0;
  #scanTimer = 0;

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
    const before = this.#store.state.image;
    if (because === 'edited' && before !== null && hasSameShape(before, image)) {
      this.#takeEdited(before, image);
      return;
    }
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
      { image, failure: null, map: null, grainCount: 0, statistics: null, unread: null, hovered: null },
      { asOf, block, sector, structure, hexLayer: Math.min(view.hexLayer, last) },
    );
    void this.#readMap();
  }

  /** The same disk with other content: nothing that is shown is taken away before what is new is there. */
  #takeEdited(before: OpenedImage, image: OpenedImage): void {
    const { banner } = this.#store.state;
    const isEditable = image.editability.readOnlyReason === null;
    const isSettled = isEditable && before.editability.readOnlyReason !== null;
    this.#store.set({ image, banner: isSettled && banner?.severity === 'note' ? null : banner });
    this.#events.onEdited();
    if (this.#mapTimer === 0) {
      this.#mapTimer = window.setTimeout(() => {
        this.#mapTimer = 0;
        void this.#refreshMap();
      }, MAP_DELAY);
    }
    window.clearTimeout(this.#scanTimer);
    this.#scanTimer = window.setTimeout(() => {
      this.#connection.notify({ type: 'asOf', layer: this.#store.view.asOf });
    }, SCAN_DELAY);
  }

  async #refreshMap(): Promise<void> {
    const { asOf } = this.#store.view;
    const before = this.#store.state.map;
    try {
      const map = await this.#connection.request('blockMap', { asOf });
      const { image, view, map: shown } = this.#store.state;
      // Another layer was chosen meanwhile, and its map is asked for already.
      if (image === null || view.asOf !== asOf || before === null || shown !== before) return;
      if (hasSameTables(map, before) && sameRuns(map.unsaved, before.unsaved)) return;
      this.#events.onMapEdited(map, image.layers);
      this.#store.set({ map });
    } catch (error) {
      this.#store.set({ banner: { severity: 'warning', text: messageOf(error), dismissible: true } });
    }
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

/** Whether the disk has the same layers and the same blocks, so that all that the user has chosen still means the same. */
function hasSameShape(one: OpenedImage, other: OpenedImage): boolean {
  return (
    one.layers.length === other.layers.length &&
    one.layers.every((layer, number) => {
      const now = other.layers[number];
      return (
        now?.path === layer.path &&
        now.type === layer.type &&
        now.virtualSize === layer.virtualSize &&
        now.blockSize === layer.blockSize &&
        now.blockCount === layer.blockCount
      );
    })
  );
}

function sameRuns(one: readonly UnsavedRun[] = [], other: readonly UnsavedRun[] = []): boolean {
  return (
    one.length === other.length &&
    one.every(({ start, length }, at) => start === other[at]?.start && length === other[at].length)
  );
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
