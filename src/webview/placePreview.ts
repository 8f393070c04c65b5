import type { GoToPlace } from '../protocol/messages';
import { SECTOR_SIZE } from '../protocol/session';
import { placeAt } from './navigation';
import type { Navigation } from './navigation';
import type { Store, View } from './state';

/** Shows the place that the user is typing, and comes back if they leave. */
export class PlacePreview {
  readonly #store: Store;
  readonly #navigation: Navigation;
  /** Where the page stood before; null while nothing is previewed. */
  #before: View | null = null;

  constructor(store: Store, navigation: Navigation) {
    this.#store = store;
    this.#navigation = navigation;
  }

  show(place: GoToPlace): void {
    this.#before ??= this.#store.view;
    if (place.kind === 'disk') this.#showOnDisk(place.offset);
    else this.#navigation.showFileBytes(this.#store.view.hexLayer, place.offset, 1);
  }

  /** Stays at a place. */
  accept(place: GoToPlace): void {
    this.show(place);
    this.#before = null;
  }

  /** The view to which the page came back; null where it had not left. */
  cancel(): View | null {
    const before = this.#before;
    this.#before = null;
    if (before !== null) this.#store.setView(before);
    return before;
  }

  /** In the block view where that is open, in the bytes otherwise; in the map in either case. */
  #showOnDisk(offset: number): void {
    if (this.#store.view.tab !== 'block') {
      this.#navigation.showDiskBytes(offset);
      return;
    }
    this.#navigation.selectSector(Math.floor(offset / SECTOR_SIZE));
    this.#store.setView({ disk: placeAt(offset, 1) });
  }
}
