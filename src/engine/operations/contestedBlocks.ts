import type { Finding } from '../finding';
import { SECTOR_SIZE } from '../image';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from '../vhd/blockAllocationTable';
import { bitmapLength } from '../vhd/sectorBitmap';
import type { SparseParts } from '../vhd/vhdParts';

/** Blocks of the disk that are said to lie where other blocks lie, by what a check found. */
export interface ContestedBlocks {
  /** The blocks whose entry is that of `block`, itself among them, rising; itself alone where nothing was found about it. */
  sameAs(block: number): readonly number[];
  /** The block within which `block` begins; null where there is none. */
  around(block: number): number | null;
}

/** Goes through the table once, and only where a check found that places are contested. */
export function contestedBlocks(parts: SparseParts, findings: readonly Finding[]): ContestedBlocks {
  const table = parts.table?.table ?? null;
  const blockAt = ({ offset }: Finding): number =>
    Math.floor((offset - (parts.table?.offset ?? 0)) / TABLE_ENTRY_LENGTH);
  const entryOf = (block: number): number => table?.entry(block) ?? ABSENT_ENTRY;
  const same = new Map<number, number[]>();
  /** Blocks that begin within another one, by rising sector. */
  const inner = findings.filter(({ id }) => id === 'blocks-overlap').map(blockAt);
  inner.sort((one, other) => entryOf(one) - entryOf(other));
  const around = new Map<number, number>();
  for (const finding of findings) {
    if (finding.id === 'bat-entry-duplicate') {
      same.set(entryOf(blockAt(finding)), []);
    }
  }
  const length = (bitmapLength(parts.grid.blockSize) + parts.grid.blockSize) / SECTOR_SIZE;
  for (let block = 0; same.size + inner.length > 0 && block < (table?.length ?? 0); block++) {
    const entry = entryOf(block);
    if (entry === ABSENT_ENTRY) {
      continue;
    }
    same.get(entry)?.push(block);
    for (let at = firstBehind(inner, entryOf, entry); at < inner.length; at++) {
      const other = inner[at] ?? block;
      if (entryOf(other) >= entry + length) {
        break;
      }
      around.set(other, around.get(other) ?? block);
    }
  }
  return {
    sameAs: (block) => same.get(entryOf(block)) ?? [block],
    around: (block) => around.get(block) ?? null,
  };
}

/** The index of the first of `blocks`, which lie by rising sector, that lies behind a sector. */
function firstBehind(blocks: readonly number[], entryOf: (block: number) => number, sector: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entryOf(blocks[middle] ?? 0) > sector) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
