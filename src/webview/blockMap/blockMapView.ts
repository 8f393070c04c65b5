import { NO_LAYER } from '../../protocol/session';
import type { BlockDetail, BlockGrainMap, LayerSummary, SectorGrainRun } from '../../protocol/session';
import { BlockIndex } from './blockIndex';
import { BlockTeller } from './blockTeller';
import type { ShownMap } from './blockTeller';
import { CellPainter } from './cellPainter';
import { Cursor } from './cursor';
import type { CursorEvents } from './cursor';
import { DrawQueue } from './drawQueue';
import { add } from './elements';
import { listen } from './input';
import type { InputActions, KeyCommand } from './input';
import { blockAfterKey } from './navigation';
import { Overview } from './overview';
import { readPalette, watchTheme } from './palette';
import type { Palette } from './palette';
import { Renderer } from './renderer';
import { watchSizes } from './sizes';
import type { DeviceSize } from './sizes';
import { Surface } from './surface';
import { hasSameTables } from './tableLooks';
import type { Corner } from './surface';
import { Toolbar } from './toolbar';
import { Viewport } from './viewport';
import { isViewState } from './viewState';
import type { ViewState } from './viewState';

export interface BlockMapEvents extends CursorEvents {
  /** The user selected a block, or none. Not called for `select`. */
  onSelect(block: number | null): void;
  /** The pointer is over a block, or over none. */
  onHover(block: number | null): void;
  /** Double click or Enter. */
  onActivate(block: number): void;
  /** Asked for blocks that the user looks at, one at a time. May reject. */
  describe(block: number): Promise<BlockDetail>;
}

/** The theme's colours and what is painted with them. */
interface Paint {
  readonly palette: Palette;
  readonly cells: CellPainter;
}

/** Blocks of a disk that is too large to be seen at a glance at any zoom. */
const SMALLEST_OVERVIEW = 100;

type Part = 'map' | 'overview' | 'marks' | 'counts';

/** The block map with toolbar, overview and tooltip. Draws only when something changed, and then once in the next frame. */
export class BlockMapView {
  readonly #events: BlockMapEvents;
  readonly #root: HTMLElement;
  readonly #surface: Surface;
  readonly #probe: HTMLElement;
  readonly #toolbar: Toolbar;
  readonly #overview: Overview;
  readonly #teller: BlockTeller;
  readonly #cursor: Cursor;
  readonly #renderer: Renderer;
  readonly #viewport = new Viewport();
  readonly #queue = new DrawQueue<Part>((parts) => this.#draw(parts));
  readonly #endings: (() => void)[];
  #shown: ShownMap | null = null;
  #paint: Paint | null = null;
  #hasArea = false;
  #isRestLate = false;
  #restored: ViewState | null = null;
  /** Where the pointer rests over the map. */
  #pointer: { x: number; y: number } | null = null;
  #grabbed: { block: number; heightInCell: number } | null = null;

  constructor(container: HTMLElement, events: BlockMapEvents) {
    this.#events = events;
    this.#root = add(container, 'div', 'block-map');
    this.#probe = add(this.#root, 'span', 'block-map-probe');
    this.#toolbar = new Toolbar(this.#root, {
      zoom: (steps) => this.#zoomAtCursor(steps),
      fit: () => this.#fit(),
    });
    this.#surface = new Surface(this.#root);
    this.#renderer = new Renderer(this.#surface.canvas);
    this.#overview = new Overview(this.#root, (share) => this.#change(() => this.#viewport.centerOn(share)));
    this.#teller = new BlockTeller(
      this.#root,
      (block) => events.describe(block),
      () => this.#viewport.blocksPerCell,
      () => this.#queue.request('marks'),
    );
    this.#cursor = new Cursor(this.#teller, events, () => this.#queue.request('marks'));
    this.#listenToFocus(this.#surface.element);
    this.#endings = [
      listen(this.#surface.element, this.#inputActions()),
      watchTheme(() => this.#forgetPaint()),
      watchSizes([this.#surface.element, this.#overview.element], (sizes) => this.#resized(sizes)),
    ];
  }

  /** Shows a map; view and selection stay where the disk has as many blocks as the one before. */
  show(map: BlockGrainMap, layers: readonly LayerSummary[]): void {
    const index = new BlockIndex(map, layers.length);
    const { blockCount } = index;
    if (this.#shown === null || this.#shown.index.blockCount !== blockCount) this.#viewport.setBlockCount(blockCount);
    this.#shown = { map, layers, index };
    this.#teller.showMap(this.#shown);
    this.#restore();
    this.#toolbar.showLayers(layers, map.asOf, blockCount);
    this.#surface.showBlockCount(blockCount);
    this.#overview.element.hidden = blockCount < SMALLEST_OVERVIEW;
    this.#cursor.limitTo(blockCount);
    this.#paint = null;
    this.#queue.request('map', 'marks');
    // Ready for the next frame instead of begun in it; the rest would make that late, and comes in the one after.
    this.#queue.flush();
    this.#isRestLate = true;
    this.#queue.request('overview', 'counts');
  }

  /** Shows the map of the same disk after an edit: what the sector bitmaps said stays drawn until they are read anew. */
  refresh(map: BlockGrainMap, layers: readonly LayerSummary[]): void {
    const before = this.#shown;
    if (before?.map.asOf !== map.asOf || before.index.blockCount !== map.top.length) {
      this.show(map, layers);
      return;
    }
    this.#shown = { map, layers, index: this.#indexAfter(before, map, layers.length) };
    this.#teller.showMap(this.#shown);
    this.#queue.request('map', 'overview', 'counts', 'marks');
  }

  #indexAfter(before: ShownMap, map: BlockGrainMap, layerCount: number): BlockIndex {
    if (hasSameTables(before.map, map)) return before.index;
    const index = new BlockIndex(map, layerCount);
    const { top, shared } = before.map;
    index.keepLooks(before.index, (block) => top[block] === map.top[block] && shared[block] === map.shared[block]);
    return index;
  }

  /** Takes over what the sector bitmaps say of a run of blocks; a run of another chosen layer is left out. */
  addSectorGrain(run: SectorGrainRun): void {
    if (this.#shown?.map.asOf !== run.asOf) return;
    this.#shown.index.addSectorGrain(run);
    this.#queue.request('map', 'overview', 'counts', 'marks');
  }

  /** Selects a block, or none, and brings it into view if asked to. */
  select(block: number | null, reveal: boolean): void {
    const count = this.#shown?.index.blockCount ?? 0;
    const exists = block !== null && Number.isInteger(block) && block >= 0 && block < count;
    this.#cursor.put(exists ? block : null);
    if (exists && reveal) this.#change(() => this.#viewport.reveal(block));
  }

  get selected(): number | null {
    return this.#cursor.selected;
  }

  /** Pan and zoom as plain data, to be kept and given back to a new page, before or after its map is shown. */
  get viewState(): ViewState {
    return this.#restored ?? this.#viewport.state;
  }
  /** Anything else than what was got from here is ignored. */
  set viewState(state: unknown) {
    if (!isViewState(state)) return;
    this.#restored = state;
    this.#restore();
  }

  /** Puts the keyboard into the map. */
  focus(): void {
    this.#surface.element.focus();
  }

  /** Removes everything; what is shown or added afterwards is not drawn. */
  dispose(): void {
    this.#shown = null;
    this.#queue.cancel();
    for (const end of this.#endings) end();
    this.#root.remove();
  }

  #listenToFocus(element: HTMLElement): void {
    element.addEventListener('focus', () => {
      if (this.#surface.hasVisibleFocus) this.#cursor.tellSelected();
    });
    element.addEventListener('blur', () => this.#cursor.leave());
  }

  #inputActions(): InputActions {
    return {
      hover: (point) => {
        this.#pointer = point;
        this.#cursor.hover(point === null ? null : this.#viewport.blockAt(point.x, point.y));
      },
      grab: (x, y) => this.#grab(x, y),
      drag: (x, y) => {
        const grabbed = this.#grabbed;
        if (grabbed !== null) this.#change(() => this.#viewport.drag(grabbed.block, grabbed.heightInCell, x, y));
      },
      drop: () => {
        this.#grabbed = null;
        this.#surface.showDragging(false);
      },
      select: (x, y) => {
        const block = this.#viewport.blockAt(x, y);
        if (block !== null) this.#cursor.select(block);
      },
      activate: (x, y) => {
        const block = this.#viewport.blockAt(x, y);
        if (block !== null) this.#events.onActivate(block);
      },
      zoom: (steps, x, y) => this.#change(() => this.#viewport.zoomAt(steps, x, y)),
      scroll: (rows) => this.#change(() => this.#viewport.scrollBy(rows)),
      key: (command) => this.#key(command),
    };
  }

  #key(command: KeyCommand): boolean {
    const index = this.#shown?.index;
    if (index === undefined) return false;
    const { selected } = this.#cursor;
    const target = blockAfterKey(command, selected, this.#viewport, index);
    if (target !== null) {
      // The pointer is where it was left; it counts again when it moves.
      this.#pointer = null;
      this.#change(() => this.#viewport.reveal(target));
      this.#cursor.goTo(target);
      return true;
    }
    switch (command) {
      case 'zoomIn':
        this.#zoomAtCursor(1);
        return true;
      case 'zoomOut':
        this.#zoomAtCursor(-1);
        return true;
      case 'fit':
        this.#fit();
        return true;
      case 'activate':
        if (selected !== null) this.#events.onActivate(selected);
        return selected !== null;
      case 'dismiss':
        return this.#cursor.dismiss();
      default:
        return false;
    }
  }

  #grab(x: number, y: number): void {
    const block = this.#viewport.blockAt(x, y);
    if (block === null) return;
    this.#grabbed = { block, heightInCell: this.#viewport.heightInCell(y) };
    this.#surface.showDragging(true);
    this.#cursor.hover(null);
  }

  /** Zooms around the selected block where it is in view, around the middle otherwise. */
  #zoomAtCursor(steps: number): void {
    const viewport = this.#viewport;
    let x = viewport.width / viewport.scale / 2;
    let y = viewport.height / viewport.scale / 2;
    const { selected } = this.#cursor;
    const isSelectedVisible = selected !== null && viewport.isVisible(selected);
    if (isSelectedVisible) {
      x = viewport.leftOf(selected) + viewport.cellSize / 2;
      y = viewport.topOf(selected) + viewport.cellSize / 2;
    }
    this.#change(() => {
      viewport.zoomAt(steps, x, y);
      if (isSelectedVisible) viewport.reveal(selected);
    });
  }

  #fit(): void {
    this.#change(() => this.#viewport.fit());
  }

  /** Does something to the viewport, and draws it anew; the pointer may be over another block then. */
  #change(act: () => void): void {
    act();
    if (this.#pointer !== null && this.#grabbed === null) {
      this.#cursor.hover(this.#viewport.blockAt(this.#pointer.x, this.#pointer.y));
    }
    this.#queue.request('map', 'marks');
  }

  #restore(): void {
    if (this.#restored === null || !this.#hasArea || this.#shown === null) return;
    this.#viewport.state = this.#restored;
    this.#restored = null;
    this.#queue.request('map', 'marks');
  }

  #forgetPaint(): void {
    this.#paint = null;
    this.#queue.request('map', 'overview', 'counts', 'marks');
  }

  /** Drawn at once, in the same frame: the canvas would show stretched otherwise. */
  #resized(sizes: ReadonlyMap<Element, DeviceSize>): void {
    const surface = sizes.get(this.#surface.element);
    const overview = sizes.get(this.#overview.element);
    if (surface !== undefined) {
      this.#viewport.setArea(surface.width, surface.height, devicePixelRatio);
      // What was to be drawn before there was room for it.
      if (!this.#hasArea) this.#queue.request('overview', 'counts');
      this.#hasArea = true;
      this.#restore();
      this.#queue.request('map', 'marks');
    }
    if (overview !== undefined) {
      this.#overview.setSize(overview.width, overview.height, devicePixelRatio);
      this.#queue.request('overview', 'marks');
    }
    this.#queue.flush();
  }

  #draw(parts: ReadonlySet<Part>): void {
    if (this.#shown === null || !this.#hasArea) return;
    const { index, map } = this.#shown;
    const corner = parts.has('marks') && this.#teller.block !== null ? this.#surface.corner : null;
    const paint = (this.#paint ??= this.#readPaint(index));
    if (parts.has('map')) {
      this.#renderer.draw(this.#viewport, index, paint.cells, paint.palette, map.unsaved ?? []);
      this.#toolbar.showZoom(this.#viewport);
      this.#overview.showFrame(this.#viewport);
    }
    if (this.#isRestLate && (parts.has('overview') || parts.has('counts'))) {
      this.#queue.request('overview', 'counts');
      this.#isRestLate = false;
    } else {
      if (parts.has('overview')) this.#overview.draw(index, paint.cells, map.unsaved ?? [], paint.palette);
      if (parts.has('counts')) this.#toolbar.showCounts(index.counts);
    }
    if (parts.has('marks')) this.#drawMarks(index.blockCount, corner);
  }

  #readPaint(index: BlockIndex): Paint {
    const palette = readPalette(this.#probe, index.looks.layerCount);
    return { palette, cells: new CellPainter(palette, index.looks) };
  }

  /** `corner` of the map in the window, where a block is told of. */
  #drawMarks(blockCount: number, corner: Corner | null): void {
    const viewport = this.#viewport;
    this.#surface.showRings(this.#cursor.selected, this.#cursor.hovered, viewport);
    this.#overview.showMarker(this.#cursor.selected, blockCount);
    const { block } = this.#teller;
    const index = this.#shown?.index;
    this.#toolbar.showOwner(block === null || index === undefined ? NO_LAYER : index.looks.main(index.lookOf(block)));
    const isSeen = corner !== null && block !== null && viewport.isVisible(block);
    this.#teller.draw(
      isSeen
        ? {
            left: corner.left + viewport.leftOf(block),
            top: corner.top + viewport.topOf(block),
            size: viewport.cellSize,
          }
        : null,
    );
  }
}
