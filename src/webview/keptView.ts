import { TABS } from './state';
import type { HexPlace, StructureView, View } from './state';

/** Raised when what is kept changes its shape: older views are forgotten then. */
const VERSION = 1;

/** What is given to VS Code to be kept while the page is hidden. */
export function keptState(view: View): unknown {
  return { version: VERSION, view };
}

/** The view that was kept; null where there is none, or none that makes sense. */
export function restoredView(state: unknown): View | null {
  if (!isRecord(state) || state['version'] !== VERSION || !isView(state['view'])) return null;
  return state['view'];
}

type Checked<T> = { readonly [Key in keyof T]: (value: unknown) => boolean };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isOf<T>(checks: Checked<T>): (value: unknown) => boolean {
  return (value) =>
    isRecord(value) && Object.entries<(value: unknown) => boolean>(checks).every(([key, isFine]) => isFine(value[key]));
}

function orNull(isFine: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || isFine(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < 1;
}

function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isCount);
}

function isScroll(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((side) => typeof side === 'number');
}

const isPlace = isOf<HexPlace>({ anchor: isCount, cursor: isCount, top: isCount });

const isExpandedNode = isOf<StructureView['expanded'][number]>({
  path: isPath,
  id: (value) => typeof value === 'string',
  childCount: isCount,
});

const isStructure = isOf<StructureView>({
  layer: isCount,
  expanded: (value) => Array.isArray(value) && value.every(isExpandedNode),
  selected: orNull(isPath),
  top: isCount,
});

const isViewShaped = isOf<View>({
  asOf: isCount,
  tab: (value) => TABS.some((tab) => tab === value),
  block: orNull(isCount),
  sector: orNull(isCount),
  hexKind: (value) => value === 'disk' || value === 'file',
  hexLayer: isCount,
  disk: isPlace,
  file: isPlace,
  structure: isStructure,
  // The map checks its own.
  map: () => true,
  sectorTop: isCount,
  areNumbersShown: (value) => typeof value === 'boolean',
  scrolls: (value) => isRecord(value) && !Array.isArray(value) && Object.values(value).every(isScroll),
  mapShare: isShare,
  treeShare: isShare,
});

function isView(value: unknown): value is View {
  return isViewShaped(value);
}
