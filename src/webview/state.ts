import type { BlockGrainMap, LayerStatistics, OpenedImage, SectorGrainRun, UnreadBlocks } from '../protocol/session';

export const TABS = ['structure', 'block', 'layers', 'hex', 'findings'] as const;
export type Tab = (typeof TABS)[number];

/** Where a hex view stands. All in bytes from the start of its source. */
export interface HexPlace {
  /** Where the selection began; equal to `cursor` for a single byte. */
  readonly anchor: number;
  readonly cursor: number;
  /** The first byte of the first row shown. */
  readonly top: number;
}

/** An open node of the structure tree, by the indexes from the root down to it; enough to show its rows before they are read. */
export interface ExpandedNode {
  readonly path: readonly number[];
  readonly id: string;
  readonly childCount: number;
}

export interface StructureView {
  /** Layer whose file is shown, 0 = the leaf. */
  readonly layer: number;
  readonly expanded: readonly ExpandedNode[];
  /** Indexes from the root down to the selected node; null where none is. */
  readonly selected: readonly number[] | null;
  /** The first row shown. */
  readonly top: number;
}

/** What the user has chosen to see: kept when the page is hidden, so small enough to be written at every change. */
export interface View {
  readonly asOf: number;
  readonly tab: Tab;
  readonly block: number | null;
  /** LBA of the selected sector, always within `block`. */
  readonly sector: number | null;
  readonly hexKind: 'disk' | 'file';
  /** Layer whose file the hex view shows when `hexKind` is `file`. */
  readonly hexLayer: number;
  readonly disk: HexPlace;
  readonly file: HexPlace;
  readonly structure: StructureView;
  /** `BlockMapView.viewState`; only the map knows its shape. */
  readonly map: unknown;
  /** The first byte shown of the selected sector, from the start of the disk. */
  readonly sectorTop: number;
  /** Whether the hex view shows what the bytes at the cursor are as numbers. */
  readonly areNumbersShown: boolean;
  /** How far parts of the page are scrolled that scroll by themselves, by name. */
  readonly scrolls: Readonly<Record<string, readonly [left: number, top: number]>>;
  /** Share of the width (of the height where they are stacked) that the map has, and of the structure tree over its bytes. */
  readonly mapShare: number;
  readonly treeShare: number;
}

/** Something the user may do about what they are told. */
export interface WayOut {
  readonly label: string;
  readonly run: () => void;
}

/** A line over the page that tells what happened to the file, or why something is not done. */
export interface Banner {
  readonly severity: 'warning' | 'note';
  readonly text: string;
  readonly dismissible: boolean;
  readonly ways?: readonly WayOut[];
}

/** What was last read of the image; asked for again when the page is shown anew. */
export interface PageState {
  readonly view: View;
  readonly image: OpenedImage | null;
  /** Why the image cannot be shown at all, for people. */
  readonly failure: string | null;
  readonly banner: Banner | null;
  /** Of `view.asOf`; null until it is read. */
  readonly map: BlockGrainMap | null;
  /** Blocks of the map whose sector bitmaps are read, counted from block 0. */
  readonly grainCount: number;
  readonly statistics: readonly LayerStatistics[] | null;
  /** Blocks that these leave out; null where there are none. */
  readonly unread: UnreadBlocks | null;
  /** The block under the mouse, for the status bar. */
  readonly hovered: number | null;
}

const START: HexPlace = { anchor: 0, cursor: 0, top: 0 };

export const INITIAL_VIEW: View = {
  asOf: 0,
  tab: 'structure',
  block: null,
  sector: null,
  hexKind: 'disk',
  hexLayer: 0,
  disk: START,
  file: START,
  structure: { layer: 0, expanded: [], selected: null, top: 0 },
  map: null,
  sectorTop: 0,
  areNumbersShown: true,
  scrolls: {},
  mapShare: 0.6,
  treeShare: 0.68,
};

export type StateListener = (now: PageState, before: PageState) => void;

/** The page's one state. Values in it are never changed, only replaced, so that `===` tells what is new. */
export class Store {
  #state: PageState;
  readonly #listeners: StateListener[] = [];

  constructor(view: View) {
    this.#state = {
      view,
      image: null,
      failure: null,
      banner: null,
      map: null,
      grainCount: 0,
      statistics: null,
      unread: null,
      hovered: null,
    };
  }

  get state(): PageState {
    return this.#state;
  }

  get view(): View {
    return this.#state.view;
  }

  /** Changes both at once, so that nobody sees the one without the other. */
  set(change: Partial<Omit<PageState, 'view'>>, view: Partial<View> = {}): void {
    this.#replace({ ...this.#state, ...change, view: { ...this.#state.view, ...view } });
  }

  setView(change: Partial<View>): void {
    this.#replace({ ...this.#state, view: { ...this.#state.view, ...change } });
  }

  subscribe(listener: StateListener): void {
    this.#listeners.push(listener);
  }

  #replace(next: PageState): void {
    const before = this.#state;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, before);
  }
}

/** Whether nothing else is new than what lies under the mouse: then nothing has to be drawn. */
export function sameButHovered(one: PageState, other: PageState): boolean {
  const { hovered } = one;
  const changed = { ...other, hovered };
  return (Object.keys(one) as (keyof PageState)[]).every((key) => one[key] === changed[key]);
}

/** The blocks known after one more run: runs come in order, and those of another layer count for nothing. */
export function grainCountAfter(state: PageState, run: SectorGrainRun): number {
  if (state.map?.asOf !== run.asOf) return state.grainCount;
  return Math.max(state.grainCount, run.firstBlock + run.main.length);
}
