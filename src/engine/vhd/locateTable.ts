import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { MAX_BLOCK_COUNT, readTable, TABLE_ENTRY_LENGTH, type BlockAllocationTable } from './blockAllocationTable';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import { hexOffset, type FindingList } from './findingList';
import { FOOTER_LENGTH } from './footer';
import type { FoundHeader } from './locateHeader';
import { overlaps } from './searchHeader';
import { WINDOWS_ERRORS } from './windowsErrors';

/** The block allocation table found in the file. */
export interface FoundTable {
  readonly table: BlockAllocationTable;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Blocks below this number have an entry by the header, whether or not the file reaches so far. */
  readonly entryCount: number;
}

/** The blocks that a virtual disk is divided into. */
export interface BlockGrid {
  /** Bytes, a power of two. */
  readonly blockSize: number;
  readonly blockCount: number;
}

/** Stands in where the block size cannot be read, so that a damaged image can be shown at all. Bytes. */
const USUAL_BLOCK_SIZE = 2 * 1024 * 1024;

/** How the disk is divided; null where the header's block size cannot be, or would make more blocks than can be handled. */
export function blockGridOf(
  { header, offset }: FoundHeader,
  virtualSize: number,
  findings: FindingList,
): BlockGrid | null {
  const { blockSize } = header;
  const place = { offset: offset + 32, length: 4 };
  if (blockSize < 512 || (blockSize & (blockSize - 1)) !== 0) {
    findings.add(
      'error',
      'block-size',
      place,
      {
        found: t('{0} bytes', blockSize),
        expected: t('a power of two of at least 512 bytes'),
        message: t('The size of a block is not a possible one: no block can be found.'),
      },
      WINDOWS_ERRORS.blockSize,
    );
    return null;
  }
  const blockCount = Math.ceil(virtualSize / blockSize);
  if (blockCount > MAX_BLOCK_COUNT) {
    findings.add(
      'error',
      'too-many-blocks',
      place,
      {
        found: t('{0} blocks of {1} bytes', blockCount, blockSize),
        expected: t('at most {0} blocks', MAX_BLOCK_COUNT),
        message: t(
          'The blocks are so small for this disk that there are too many to handle: none of them can be read.',
        ),
      },
      WINDOWS_ERRORS.blockSize,
    );
    return null;
  }
  return { blockSize, blockCount };
}

/** A grid for the map of an image whose blocks cannot be found. */
export function substituteGrid(virtualSize: number): BlockGrid {
  return { blockSize: USUAL_BLOCK_SIZE, blockCount: Math.ceil(virtualSize / USUAL_BLOCK_SIZE) };
}

/** Reads the table, as much of it as the disk needs and the file has; null where it lies where it cannot be. */
export function locateTable(
  storage: Storage,
  fileSize: number,
  found: FoundHeader,
  grid: BlockGrid,
  findings: FindingList,
): FoundTable | null {
  const { tableOffset, maxTableEntries } = found.header;
  const entryCount = Math.min(grid.blockCount, maxTableEntries);
  if (tableOffset > BigInt(fileSize) || isOverlapping(Number(tableOffset), entryCount, found.offset)) {
    findings.add(
      'error',
      'bat-place',
      { offset: found.offset + 16, length: 8 },
      {
        found: hexOffset(tableOffset),
        expected: t('a place in the file, beside the footer and the header'),
        message: t('The block allocation table is said to lie where it cannot be: no block can be found.'),
      },
      WINDOWS_ERRORS.tableCorrupt,
    );
    return null;
  }
  if (entryCount < grid.blockCount) {
    findings.add(
      'warning',
      'bat-too-small',
      { offset: found.offset + 28, length: 4 },
      {
        found: t('{0} entries', maxTableEntries),
        expected: t('{0} entries', grid.blockCount),
        message: t('The block allocation table is too small for the virtual disk; the blocks behind it are absent.'),
      },
      WINDOWS_ERRORS.tableCorrupt,
    );
  }
  const offset = Number(tableOffset);
  const table = readTable(storage, fileSize, offset, entryCount);
  if (table.length < entryCount) {
    findings.add(
      'error',
      'bat-truncated',
      { offset, length: Math.max(0, fileSize - offset) },
      {
        found: t('{0} entries in the file', table.length),
        expected: t('{0} entries', entryCount),
        message: t('The file ends within the block allocation table; the blocks behind it cannot be found.'),
      },
      WINDOWS_ERRORS.tableCorrupt,
    );
  }
  return { table, offset, entryCount };
}

function isOverlapping(tableOffset: number, entryCount: number, headerOffset: number): boolean {
  const table = { offset: tableOffset, length: entryCount * TABLE_ENTRY_LENGTH };
  const header = { offset: headerOffset, length: DYNAMIC_HEADER_LENGTH };
  return overlaps(table, { offset: 0, length: FOOTER_LENGTH }) || overlaps(table, header);
}
