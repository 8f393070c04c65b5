/** What the page keeps of the map's view while it is hidden. Plain data. */
export interface ViewState {
  /** True: the whole disk, whatever the size of the window; the rest then means nothing. */
  readonly fitted: boolean;
  /** Blocks that share one cell: 1, or a power of two when the disk has more blocks than the view has pixels. */
  readonly blocksPerCell: number;
  /** CSS pixels from one cell to the next. */
  readonly cellSize: number;
  /** The block in the upper left corner. */
  readonly firstBlock: number;
  /** CSS pixels of its row that are scrolled out at the top. */
  readonly rowOffset: number;
}

/** Whether something that was kept is a view; its numbers may still be any. */
export function isViewState(value: unknown): value is ViewState {
  if (typeof value !== 'object' || value === null) return false;
  const numbers: readonly (keyof ViewState)[] = ['blocksPerCell', 'cellSize', 'firstBlock', 'rowOffset'];
  const fields = value as Partial<Record<keyof ViewState, unknown>>;
  return typeof fields.fitted === 'boolean' && numbers.every((name) => typeof fields[name] === 'number');
}
