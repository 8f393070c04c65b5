import type { BlockIndex } from './blockIndex';
import type { KeyCommand } from './input';
import type { Viewport } from './viewport';

/**
 * The block that a key leads to from `block` (null: none is selected); null for keys that move nothing. With several blocks to a
 * cell it goes from cell to cell, since a step within one could not be seen.
 */
export function blockAfterKey(
  command: KeyCommand,
  block: number | null,
  viewport: Viewport,
  index: BlockIndex,
): number | null {
  const step = stepOf(command, viewport);
  if (step === null && command !== 'nextChange' && command !== 'previousChange') return null;
  const last = index.blockCount - 1;
  if (last < 0) return null;
  if (command === 'first') return 0;
  if (command === 'last') return last;
  if (block === null) return viewport.state.firstBlock;
  if (command === 'nextChange') return index.nextChange(block);
  if (command === 'previousChange') return index.previousChange(block);
  return Math.max(0, Math.min(last, block + (step ?? 0) * viewport.blocksPerCell));
}

/** Cells from here to there; null for keys that move nothing by a number of cells. */
function stepOf(command: KeyCommand, viewport: Viewport): number | null {
  const { columns } = viewport;
  const page = Math.max(1, viewport.visibleRows - 1) * columns;
  switch (command) {
    case 'left':
      return -1;
    case 'right':
      return 1;
    case 'up':
      return -columns;
    case 'down':
      return columns;
    case 'pageUp':
      return -page;
    case 'pageDown':
      return page;
    case 'first':
      return -Infinity;
    case 'last':
      return Infinity;
    default:
      return null;
  }
}
