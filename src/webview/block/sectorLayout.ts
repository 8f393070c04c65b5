/** CSS pixels of a cell's side. */
const SMALLEST_CELL = 5;
const LARGEST_CELL = 12;
const MOST_COLUMNS = 64;

/** How a block's sectors are laid out: a power of two in each row, so that rows begin at round numbers. */
export interface SectorLayout {
  readonly columns: number;
  readonly rows: number;
  /** CSS pixels from one cell to the next. */
  readonly cell: number;
}

/** Cells are made so large that all rows fit into `height`, and no smaller than can be told apart: then the rows have to be scrolled. */
export function sectorLayout(sectorCount: number, width: number, height: number): SectorLayout {
  let columns = MOST_COLUMNS;
  while (columns > 8 && (columns * SMALLEST_CELL > width || columns * columns > 4 * sectorCount)) columns /= 2;
  const rows = Math.ceil(sectorCount / columns);
  const fitting = Math.floor(Math.min(width / columns, height / rows));
  return { columns, rows, cell: Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, fitting)) };
}

/** The sector to which a key moves, counted from the block's first; null for a key that does not move. */
export function sectorAfterKey(
  key: string,
  sector: number,
  grid: { readonly columns: number; readonly pageRows: number; readonly count: number },
  control: boolean,
): number | null {
  const { columns, pageRows, count } = grid;
  const last = count - 1;
  const inColumn = (target: number): number => {
    if (target < 0) return sector % columns;
    if (target <= last) return target;
    return sector + Math.floor((last - sector) / columns) * columns;
  };
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, sector - 1);
    case 'ArrowRight':
      return Math.min(last, sector + 1);
    case 'ArrowUp':
      return inColumn(sector - columns);
    case 'ArrowDown':
      return inColumn(sector + columns);
    case 'PageUp':
      return inColumn(sector - pageRows * columns);
    case 'PageDown':
      return inColumn(sector + pageRows * columns);
    case 'Home':
      return control ? 0 : sector - (sector % columns);
    case 'End':
      return control ? last : Math.min(last, sector - (sector % columns) + columns - 1);
    default:
      return null;
  }
}
