import type { HostNotification } from '../protocol/messages';
import type { ByteSource, UnreadBlocks } from '../protocol/session';
import { BlockDetails } from './block/blockDetails';
import { BlockRoom } from './block/blockRoom';
import { BlockMapView } from './blockMap/blockMapView';
import { Connection, messageOf } from './connection';
import type { VsCodeApi } from './connection';
import { Editing } from './editing/editing';
import { FindPanel } from './find/findPanel';
import { FindingsRoom } from './findings/findingsRoom';
import { Head } from './head/head';
import { bytesAsText, MAX_COPY_LENGTH } from './hex/copyBytes';
import { HexRoom } from './hex/hexRoom';
import { ImageReader } from './imageReader';
import { keptState, restoredView } from './keptView';
import { t } from './l10n';
import { LayersRoom, unreadText } from './layers/layersRoom';
import { part } from './layout/part';
import { ScrollKeeper } from './layout/scrollKeeper';
import { Splitter } from './layout/splitter';
import { Tabs } from './layout/tabs';
import { Navigation } from './navigation';
import { hexadecimal, sizeText } from './numbers';
import { PlacePreview } from './placePreview';
import { PositionTeller } from './positionTeller';
import type { RangeWish, RoomContext } from './room';
import { grainCountAfter, INITIAL_VIEW, sameButHovered, Store } from './state';
import type { PageState } from './state';
import { StructureRoom } from './structure/structureRoom';

/** The width from which on map and panel stand side by side; the style sheet has the same. */
const SIDE_BY_SIDE = '(min-width: 760px)';

/** The editor's page: makes its parts, gives them what they need, and keeps them in step with the state. */
export class EditorPage {
  readonly #api: VsCodeApi;
  readonly #store: Store;
  readonly #connection: Connection;
  readonly #navigation: Navigation;
  readonly #reader: ImageReader;
  readonly #preview: PlacePreview;
  readonly #details: BlockDetails;
  readonly #position: PositionTeller;
  readonly #element: HTMLElement;
  readonly #head: Head;
  readonly #failure: HTMLElement;
  readonly #map: BlockMapView;
  readonly #structure: StructureRoom;
  readonly #block: BlockRoom;
  readonly #find: FindPanel;
  readonly #hex: HexRoom;
  readonly #findings: FindingsRoom;
  readonly #tabs: Tabs;
  readonly #splitter: Splitter;
  readonly #scrolls: ScrollKeeper;
  readonly #sideBySide = matchMedia(SIDE_BY_SIDE);
  #isDrawWanted = false;
  #drawn: PageState | null = null;
  /** How many blocks the user has been told cannot be read. */
  #unreadTold = 0;

  constructor(root: HTMLElement, api: VsCodeApi) {
    this.#api = api;
    const kept = restoredView(api.getState());
    this.#store = new Store(kept ?? { ...INITIAL_VIEW, mapShare: firstMapShare(window.innerWidth) });
    this.#connection = new Connection(api, window);
    this.#navigation = new Navigation(this.#store, this.#connection);
    this.#details = new BlockDetails(this.#connection);
    this.#preview = new PlacePreview(this.#store, this.#navigation);
    this.#reader = new ImageReader(this.#store, this.#connection, {
      onNewImage: () => this.#forget(),
      onEdited: () => this.#refresh(),
      onMapEdited: (map, layers) => this.#map.refresh(map, layers),
      onMap: (map, layers) => {
        this.#map.show(map, layers);
        this.#map.select(this.#store.view.block, false);
      },
    });
    this.#position = new PositionTeller(this.#store, this.#details, (position) => {
      this.#connection.notify({ type: 'position', position });
    });

    this.#element = part('page');
    ScrollKeeper.mark(this.#element, 'page');
    this.#scrolls = new ScrollKeeper(this.#element, this.#store);
    const context = this.#roomContext();
    this.#head = new Head(this.#navigation, context.editing, () => this.#store.set({ banner: null }));
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
    this.#structure = new StructureRoom(context);
    this.#block = new BlockRoom(context);
    this.#find = new FindPanel(context, () => this.#hex.focus());
    this.#hex = new HexRoom(context, this.#find);
    this.#findings = new FindingsRoom(context);
    this.#tabs = new Tabs({
      rooms: {
        structure: this.#structure,
        block: this.#block,
        layers: new LayersRoom(context),
        hex: this.#hex,
        findings: this.#findings,
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

    this.#store.subscribe(() => this.#changed());
    this.#connection.onNotification((notification) => this.#hear(notification));
    this.#map.viewState = this.#store.view.map;
    void this.#reader.open();
  }

  #hear(notification: HostNotification): void {
    switch (notification.type) {
      case 'opened':
        this.#reader.reopened(notification.image, notification.because);
        break;
      case 'sectorGrain':
        this.#map.addSectorGrain(notification.run);
        this.#store.set({ grainCount: grainCountAfter(this.#store.state, notification.run) });
        break;
      case 'statistics':
        this.#store.set({ statistics: notification.layers, unread: notification.unread });
        this.#tellUnread(notification.unread);
        break;
      case 'lost':
        this.#store.set({ banner: { severity: 'warning', text: notification.message, dismissible: false } });
        break;
      case 'found':
        this.#find.hear(notification.run);
        break;
      case 'repair':
        this.#navigation.openTab('findings');
        this.#findings.showRepairs(null);
        this.#draw();
        this.#tabs.focusRoom();
        break;
      case 'repairProgress':
        this.#findings.hearProgress(notification.doneBytes, notification.totalBytes);
        break;
      case 'goTo':
        this.#goTo(notification);
        break;
      case 'command':
        this.#command(notification.command);
        break;
    }
  }

  #goTo({ place, step }: Extract<HostNotification, { type: 'goTo' }>): void {
    if (place === null) {
      const before = this.#preview.cancel();
      if (before !== null) this.#map.viewState = before.map;
    } else if (step === 'preview') {
      this.#preview.show(place);
    } else {
      this.#preview.accept(place);
      this.#draw();
      this.#tabs.focusRoom();
    }
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
      case 'find':
        this.#navigation.openTab('hex');
        this.#draw();
        this.#find.open();
        break;
      case 'exportRange':
        this.#askRange('export');
        break;
      case 'importRange':
        this.#openBytes();
        this.#hex.importHere();
        break;
    }
  }

  /** Opens the hex view on the bytes that the open view shows. */
  #openBytes(): void {
    const { tab, structure } = this.#store.view;
    // The bytes of a block are those of the disk.
    if (tab === 'block') this.#store.setView({ hexKind: 'disk' });
    if (tab === 'structure') this.#store.setView({ hexKind: 'file', hexLayer: structure.layer });
    this.#navigation.openTab('hex');
    this.#draw();
  }

  #askRange(wish: RangeWish): void {
    this.#openBytes();
    this.#hex.askRange(wish);
  }

  #forget(): void {
    this.#details.forget();
    this.#structure.reload();
    this.#block.reload();
    this.#hex.reload();
  }

  /** All is read anew, and shown as it was until then. */
  #refresh(): void {
    this.#details.forget();
    this.#structure.refresh();
    this.#block.refresh();
    this.#hex.refresh();
  }

  #changed(): void {
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
    const repair = buttonOf(t('Repair…'), 'button', () => this.#navigation.layerCommand('repairImage', null));
    const log = buttonOf(t('Show Log'), 'button secondary', () => this.#navigation.showLog());
    this.#failure.replaceChildren(text, repair, log);
  }

  #keepMapView(): void {
    const { viewState } = this.#map;
    if (JSON.stringify(viewState) === JSON.stringify(this.#store.view.map)) return;
    this.#store.setView({ map: viewState });
  }

  /** Once: the bitmaps are read anew after every edit. */
  #tellUnread(unread: UnreadBlocks | null): void {
    if (unread !== null && unread.count !== this.#unreadTold) this.#warn(unreadText(unread));
    this.#unreadTold = unread?.count ?? 0;
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
      editing: new Editing(this.#store, this.#connection, this.#navigation),
      readBytes,
      describeBlock: (block) => this.#details.get(this.#store.view.asOf, block),
      copyBytes: (source, range, format) => {
        bytesAsText(readBytes, source, range, format).then(
          (text) => {
            this.#navigation.copy(text);
            if (range.length > MAX_COPY_LENGTH) {
              this.#warn(t('Only the first {0} were copied.', sizeText(MAX_COPY_LENGTH)));
            }
          },
          (error: unknown) => this.#warn(messageOf(error)),
        );
      },
      askRange: (wish) => this.#askRange(wish),
      warn: (text) => this.#warn(text),
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

function buttonOf(words: string, classes: string, run: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.className = classes;
  button.textContent = words;
  button.addEventListener('click', run);
  return button;
}
