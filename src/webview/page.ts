import type { GoToPlace, HostNotification, OpenedBecause } from '../protocol/messages';
import type { ByteSource, OpenedImage } from '../protocol/session';
import { BlockDetails } from './block/blockDetails';
import { BlockRoom } from './block/blockRoom';
import { BlockMapView } from './blockMap/blockMapView';
import { Connection } from './connection';
import type { VsCodeApi } from './connection';
import { FindingsRoom } from './findings/findingsRoom';
import { Head } from './head/head';
import { bytesAsText, MAX_COPY_LENGTH } from './hex/copyBytes';
import { HexRoom } from './hex/hexRoom';
import { t } from './l10n';
import { LayersRoom } from './layers/layersRoom';
import { ScrollKeeper } from './layout/scrollKeeper';
import { Splitter } from './layout/splitter';
import { Tabs } from './layout/tabs';
import { Navigation, placeAt } from './navigation';
import { hexadecimal, sizeText } from './numbers';
import { PositionTeller } from './positionTeller';
import type { RoomContext } from './room';
import { grainCountAfter, INITIAL_VIEW, sameButHovered, Store } from './state';
import type { PageState, View } from './state';
import { keptState, restoredView } from './keptView';
import { StructureRoom } from './structure/structureRoom';

/** The width from which on map and panel stand side by side; the style sheet has the same. */
const SIDE_BY_SIDE = '(min-width: 760px)';

/** The editor's page: makes its parts, gives them what they need, and keeps them in step with the state. */
export class EditorPage {
  readonly #api: VsCodeApi;
  readonly #store: Store;
  readonly #connection: Connection;
  readonly #navigation: Navigation;
  readonly #details: BlockDetails;
  readonly #position: PositionTeller;
  readonly #element: HTMLElement;
  readonly #head: Head;
  readonly #failure: HTMLElement;
  readonly #map: BlockMapView;
  readonly #structure: StructureRoom;
  readonly #block: BlockRoom;
  readonly #hex: HexRoom;
  readonly #tabs: Tabs;
  readonly #splitter: Splitter;
  readonly #scrolls: ScrollKeeper;
  readonly #sideBySide = matchMedia(SIDE_BY_SIDE);
  /** Where the page stood before a place was previewed. */
  #beforePreview: View | null = null;
  #isDrawWanted = false;
  #drawn: PageState | null = null;

  constructor(root: HTMLElement, api: VsCodeApi) {
    this.#api = api;
    const kept = restoredView(api.getState());
    this.#store = new Store(kept ?? { ...INITIAL_VIEW, mapShare: firstMapShare(window.innerWidth) });
    this.#connection = new Connection(api, window);
    this.#navigation = new Navigation(this.#store, this.#connection);
    this.#details = new BlockDetails(this.#connection);
    this.#position = new PositionTeller(this.#store, this.#details, (position) => {
      this.#connection.notify({ type: 'position', position });
    });

    this.#element = part('page');
    ScrollKeeper.mark(this.#element, 'page');
    this.#scrolls = new ScrollKeeper(this.#element, this.#store);
    this.#head = new Head(this.#navigation, () => this.#store.set({ banner: null }));
    this.#failure = part('failure');
    this.#failure.hidden = true;
    const work = document.createElement('main');
    work.className = 'work';
    const mapPlace = part('map-place');
    this.#map = new BlockMapView(mapPlace, {
      onSelect: (block) => this.#navigation.selectBlock(block),
      onHover: (block) => this.#store.set({ hovered: block }),
      onActivate: (block) => {
        this.#navigation.selectBlock(block);
        this.#navigation.openTab('block');
        this.#draw();
        this.#tabs.focusRoom();
      },
      describe: (block) => this.#details.get(this.#store.view.asOf, block),
    });
    // The map draws itself; what it shows is kept when the user has done something to it.
    for (const type of ['wheel', 'pointerup', 'keyup', 'click']) {
      mapPlace.addEventListener(type, () => requestAnimationFrame(() => this.#keepMapView()), { passive: true });
    }
    const context = this.#roomContext();
    this.#structure = new StructureRoom(context);
    this.#block = new BlockRoom(context);
    this.#hex = new HexRoom(context);
    this.#tabs = new Tabs({
      rooms: {
        structure: this.#structure,
        block: this.#block,
        layers: new LayersRoom(context),
        hex: this.#hex,
        findings: new FindingsRoom(context),
      },
      onChoose: (tab) => this.#navigation.openTab(tab),
    });
    this.#splitter = new Splitter(work, {
      sideBySide: () => this.#sideBySide.matches,
      label: t('Size of the block map'),
      initialShare: firstMapShare(window.innerWidth),
      onChange: (mapShare) => this.#store.setView({ mapShare }),
    });
    this.#splitter.show(this.#store.view.mapShare);
    this.#sideBySide.addEventListener('change', () => this.#splitter.show(this.#store.view.mapShare));
    work.append(mapPlace, this.#splitter.element, this.#tabs.element);
    this.#element.append(this.#head.element, this.#failure, work);
    root.append(this.#element);

    this.#store.subscribe((now, before) => this.#changed(now, before));
    this.#connection.onNotification((notification) => this.#hear(notification));
    this.#map.viewState = this.#store.view.map;
    void this.#open();
  }

  async #open(): Promise<void> {
    try {
      const image = await this.#connection.request('open', {});
      this.#takeImage(image);
    } catch (error) {
      this.#store.set({ failure: messageOf(error) });
    }
  }

  /** Everything may be new but the user's choices, which are kept as far as they still make sense. */
  #takeImage(image: OpenedImage): void {
    const { view } = this.#store;
    const last = image.layers.length - 1;
    const asOf = Math.min(view.asOf, last);
    const chosen = image.layers[asOf];
    this.#details.forget();
    this.#store.set({ image, failure: null, map: null, grainCount: 0, statistics: null, hovered: null });
    const sector = view.sector !== null && view.sector * 512 < (chosen?.virtualSize ?? 0) ? view.sector : null;
    const block = sector === null ? null : Math.floor((sector * 512) / (chosen?.blockSize ?? 1));
    const structure = view.structure.layer <= last ? view.structure : { ...view.structure, layer: asOf };
    this.#store.setView({ asOf, block, sector, structure, hexLayer: Math.min(view.hexLayer, last) });
    void this.#readMap();
  }

  async #readMap(): Promise<void> {
    const { asOf } = this.#store.view;
    // The totals of the layers come with the bitmaps of the leaf; what is said last is wanted first.
    if (asOf !== 0) this.#connection.notify({ type: 'asOf', layer: 0 });
    try {
      const map = await this.#connection.request('blockMap', { asOf });
      const { image, view } = this.#store.state;
      if (image === null || view.asOf !== asOf) return;
      this.#map.show(map, image.layers);
      this.#map.select(view.block, false);
      this.#store.set({ map, grainCount: 0 });
      // Only now: the runs that come are those of the map that is shown.
      this.#connection.notify({ type: 'asOf', layer: asOf });
    } catch (error) {
      this.#warn(messageOf(error));
    }
  }

  #hear(notification: HostNotification): void {
    switch (notification.type) {
      case 'opened':
        this.#reopened(notification.image, notification.because);
        break;
      case 'sectorGrain':
        this.#map.addSectorGrain(notification.run);
        this.#store.set({ grainCount: grainCountAfter(this.#store.state, notification.run) });
        break;
      case 'statistics':
        this.#store.set({ statistics: notification.layers });
        break;
      case 'lost':
        this.#store.set({ banner: { severity: 'warning', text: notification.message, dismissible: false } });
        break;
      case 'goTo':
        if (notification.place === null) this.#cancelPreview();
        else this.#goTo(notification.place, notification.step === 'accept');
        break;
      case 'command':
        this.#command(notification.command);
        break;
    }
  }

  #reopened(image: OpenedImage, because: OpenedBecause): void {
    this.#takeImage(image);
    this.#structure.reload();
    this.#block.reload();
    this.#hex.reload();
    const text = reopenedText(because);
    this.#store.set({ banner: text === null ? null : { severity: 'note', text, dismissible: true } });
  }

  #goTo(place: GoToPlace, accept: boolean): void {
    this.#beforePreview ??= this.#store.view;
    if (place.kind === 'file') this.#showInFile(place.offset);
    else this.#showOnDisk(place.offset);
    if (accept) {
      this.#beforePreview = null;
      this.#draw();
      this.#tabs.focusRoom();
    }
  }

  #showInFile(offset: number): void {
    const { hexLayer } = this.#store.view;
    this.#navigation.showFileBytes(hexLayer, offset, 1);
  }

  /** In the block view where that is open, in the bytes otherwise; in the map in either case. */
  #showOnDisk(offset: number): void {
    const sector = Math.floor(offset / 512);
    if (this.#store.view.tab === 'block') {
      this.#navigation.selectSector(sector);
      this.#store.setView({ disk: placeAt(offset, 1) });
    } else {
      this.#navigation.showDiskBytes(offset);
    }
  }

  #cancelPreview(): void {
    const view = this.#beforePreview;
    this.#beforePreview = null;
    if (view === null) return;
    this.#store.setView(view);
    this.#map.viewState = view.map;
  }

  #command(command: Extract<HostNotification, { type: 'command' }>['command']): void {
    const { block, sector, offset } = this.#position.now();
    switch (command) {
      case 'copyOffset':
        if (offset !== null) this.#navigation.copy(hexadecimal(offset));
        break;
      case 'copyLba':
        if (sector !== null) this.#navigation.copy(String(sector));
        break;
      case 'copyBlock':
        if (block !== null) this.#navigation.copy(String(block));
        break;
      case 'focusMap':
        this.#map.focus();
        break;
    }
  }

  #changed(now: PageState, before: PageState): void {
    if (now.view.asOf !== before.view.asOf && now.image === before.image) void this.#readMap();
    if (this.#isDrawWanted) return;
    this.#isDrawWanted = true;
    queueMicrotask(() => this.#draw());
  }

  #draw(): void {
    this.#isDrawWanted = false;
    const { state } = this.#store;
    const before = this.#drawn;
    this.#drawn = state;
    if (before !== null && sameButHovered(state, before)) {
      this.#position.update();
      return;
    }
    this.#head.update(state);
    const isFailed = state.image === null && state.failure !== null;
    this.#failure.hidden = !isFailed;
    this.#element.classList.toggle('failed', isFailed);
    this.#element.classList.toggle('opening', state.image === null);
    if (isFailed) this.#showFailure(state.failure);
    this.#splitter.show(state.view.mapShare);
    if (state.view.block !== this.#map.selected && state.map !== null) this.#map.select(state.view.block, true);
    if (state.image !== null) this.#tabs.update(state.view.tab, state.image.findings.length);
    if (state.view.tab !== before?.view.tab) this.#scrolls.begin();
    this.#scrolls.restore();
    if (state.view !== before?.view) this.#api.setState(keptState(state.view));
    this.#position.update();
  }

  #showFailure(failure: string | null): void {
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.textContent = failure;
    const button = document.createElement('button');
    button.className = 'button';
    button.textContent = t('Show Log');
    button.addEventListener('click', () => this.#navigation.showLog());
    this.#failure.replaceChildren(text, button);
  }

  #keepMapView(): void {
    const { viewState } = this.#map;
    if (JSON.stringify(viewState) === JSON.stringify(this.#store.view.map)) return;
    this.#store.setView({ map: viewState });
  }

  #warn(text: string): void {
    this.#store.set({ banner: { severity: 'warning', text, dismissible: true } });
  }

  #roomContext(): RoomContext {
    const readBytes = (source: ByteSource, offset: number, length: number): ReturnType<RoomContext['readBytes']> =>
      this.#connection.request('readBytes', { source, offset, length });
    return {
      store: this.#store,
      connection: this.#connection,
      navigation: this.#navigation,
      readBytes,
      describeBlock: (block) => this.#details.get(this.#store.view.asOf, block),
      copyBytes: (source, range, kind) => {
        if (kind === 'offset') {
          this.#navigation.copy(hexadecimal(range.offset));
          return;
        }
        bytesAsText(readBytes, source, range, kind).then(
          (text) => {
            this.#navigation.copy(text);
            if (range.length > MAX_COPY_LENGTH) {
              this.#warn(t('Only the first {0} were copied.', sizeText(MAX_COPY_LENGTH)));
            }
          },
          (error: unknown) => this.#warn(messageOf(error)),
        );
      },
      showStructureAt: (layer, offset) => {
        this.#navigation.openTab('structure');
        this.#structure.showAt(layer, offset).catch((error: unknown) => this.#warn(messageOf(error)));
      },
    };
  }
}

/** Wide enough for sixteen bytes a row beside the map, as long as the map has half of the page. */
function firstMapShare(width: number): number {
  return Math.max(0.5, Math.min(0.66, 1 - 590 / width));
}

function part(className: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  return element;
}

/** Null where the user has done it. */
function reopenedText(because: OpenedBecause): string | null {
  switch (because) {
    case 'changed-on-disk':
      return t('Another program changed the image. It was read anew.');
    case 'recovered':
      return t('Reading the image failed, and was begun anew.');
    case 'parent-located':
      return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
