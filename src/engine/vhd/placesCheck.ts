import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { BlockRuns } from './blockRuns';
import type { FindingList, Place } from './findingList';
import type { FoundTable } from './locateTable';
import { locatorRoom } from './parentLocator';
import { bitmapLength } from './sectorBitmap';
import type { NamedPlace } from './structurePlaces';
import type { SparseParts } from './vhdParts';
import { WINDOWS_ERRORS } from './windowsErrors';

/** Smaller gaps are what makers leave between things; Hyper-V keeps as much as this for a path (FORMAT 1.4). Bytes. */
const MIN_LOST_SPACE = 0x1_0000;
const MAX_GAPS = 1000;

/** Blocks that share bytes: they are told apart in one pass over the table. */
interface Conflicts {
  /** By the sector where a block begins: the number of the group of blocks that lie over each other. */
  readonly groups: Map<number, number>;
  /** By the sector: the structure that it lies over. */
  readonly structures: Map<number, NamedPlace>;
}

/** More are not told one by one. */
const MAX_CONFLICTS = 100_000;

/**
 * Where the table says that the blocks lie: within the file, each for itself, none over a structure; and what no entry names. One pass over the
 * sorted places, and one over the table where two of them share bytes.
 */
export function checkPlaces(parts: SparseParts, structures: readonly NamedPlace[], findings: FindingList): void {
  checkStructures(structures, findings);
  if (parts.table === null) {
    return;
  }
  const { table } = parts;
  const layout = new BlockLayout(parts);
  checkEnds(table, layout, findings);
  const sorted = layout.sortedSectors(table);
  const conflicts = conflictsOf(sorted, layout, structures);
  if (conflicts.groups.size > 0 || conflicts.structures.size > 0) {
    reportConflicts(table, layout, conflicts, findings);
  }
  reportLostSpace(parts, layout, sorted, structures, findings);
}

/** Two structures share bytes. */
function checkStructures(structures: readonly NamedPlace[], findings: FindingList): void {
  let last: NamedPlace | null = null;
  for (const place of structures) {
    if (last !== null && place.offset < endOf(last)) {
      const areLocators = last.isLocator && place.isLocator;
      const words = {
        found: t('{0} at byte {1}', place.name, place.offset),
        expected: t('nothing before byte {0}, where {1} ends', endOf(last), last.name),
        message: t('{0} and {1} share bytes.', capital(last.name), place.name),
      };
      findings.add(areLocators ? 'warning' : 'error', 'structures-overlap', place, words, WINDOWS_ERRORS.headerCorrupt);
    }
    last = last === null || endOf(place) > endOf(last) ? place : last;
  }
}

/** How much of the file each block takes. Bytes, unless it says sectors. */
class BlockLayout {
  readonly blockLength: number;
  readonly bitmapLength: number;
  private readonly fileSize: number;
  private readonly blockSize: number;
  private readonly virtualSize: number;

  constructor({ grid, fileSize, virtualSize }: SparseParts) {
    this.bitmapLength = bitmapLength(grid.blockSize);
    this.blockLength = this.bitmapLength + grid.blockSize;
    this.fileSize = fileSize;
    this.blockSize = grid.blockSize;
    this.virtualSize = virtualSize;
  }

  /** With the bitmap; of the last block only what lies within the disk is asked for. */
  lengthOf(block: number): number {
    return this.bitmapLength + Math.min(this.blockSize, this.virtualSize - block * this.blockSize);
  }

  hasBitmap(sector: number): boolean {
    return sector * SECTOR_SIZE + this.bitmapLength <= this.fileSize;
  }

  isCutOff(block: number, sector: number): boolean {
    return sector * SECTOR_SIZE + this.lengthOf(block) > this.fileSize;
  }

  /** Where the blocks begin whose bitmaps are in the file, in sectors, rising. */
  sortedSectors({ table }: FoundTable): Uint32Array {
    const sectors = new Uint32Array(table.length);
    let count = 0;
    for (let block = 0; block < table.length; block++) {
      const sector = table.entry(block);
      if (sector !== ABSENT_ENTRY && this.hasBitmap(sector)) {
        sectors[count++] = sector;
      }
    }
    return sectors.subarray(0, count).sort();
  }
}

/** Blocks that the file does not hold, or not whole. */
function checkEnds({ table, offset }: FoundTable, layout: BlockLayout, findings: FindingList): void {
  const [beyond, cut] = [new BlockRuns(), new BlockRuns()];
  for (let block = 0; block < table.length; block++) {
    const sector = table.entry(block);
    if (sector === ABSENT_ENTRY) {
      continue;
    }
    if (!layout.hasBitmap(sector)) {
      beyond.add(block);
    } else if (layout.isCutOff(block, sector)) {
      cut.add(block);
    }
  }
  const fault = {
    severity: 'error',
    windowsError: WINDOWS_ERRORS.tableCorrupt,
    expected: t('a place in the file'),
    found: (block: number): string => t('sector {0}', table.entry(block)),
  } as const;
  beyond.report(findings, offset, {
    ...fault,
    id: 'bat-entry-beyond-file',
    message: (blocks, isOne) =>
      isOne
        ? t('{0} is said to lie past the end of the file.', blocks)
        : t('{0} are said to lie past the end of the file.', blocks),
  });
  cut.report(findings, offset, {
    ...fault,
    id: 'block-cut-off',
    windowsError: WINDOWS_ERRORS.fileSize,
    message: (blocks, isOne) =>
      isOne
        ? t('The file ends within {0}: the rest of it is missing.', lower(blocks))
        : t('The file ends within {0}: the rest of them is missing.', lower(blocks)),
  });
}

function conflictsOf(sorted: Uint32Array, layout: BlockLayout, structures: readonly NamedPlace[]): Conflicts {
  const groups = new Map<number, number>();
  const sectorsOfBlock = layout.blockLength / SECTOR_SIZE;
  let group = 0;
  for (let i = 1; i < sorted.length && groups.size < MAX_CONFLICTS; i++) {
    const [before, sector] = [sorted[i - 1] ?? 0, sorted[i] ?? 0];
    if (sector - before < sectorsOfBlock) {
      group = groups.get(before) ?? group + 1;
      groups.set(before, group).set(sector, group);
    }
  }
  const over = new Map<number, NamedPlace>();
  for (const place of structures) {
    for (let i = firstAfter(sorted, place.offset - layout.blockLength); i < sorted.length; i++) {
      const sector = sorted[i] ?? 0;
      if (sector * SECTOR_SIZE >= endOf(place) || over.size >= MAX_CONFLICTS) {
        break;
      }
      over.set(sector, over.get(sector) ?? place);
    }
  }
  return { groups, structures: over };
}

/** The index of the first sector that begins behind byte `offset`. */
function firstAfter(sorted: Uint32Array, offset: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) * SECTOR_SIZE > offset) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Finds the blocks that begin at the sectors in question. */
function reportConflicts(
  { table, offset }: FoundTable,
  layout: BlockLayout,
  { groups, structures }: Conflicts,
  findings: FindingList,
): void {
  const members = new Map<number, { block: number; sector: number }[]>();
  const over = new Map<NamedPlace, BlockRuns>();
  for (let block = 0; block < table.length; block++) {
    const sector = table.entry(block);
    const group = groups.get(sector);
    if (group !== undefined && sector !== ABSENT_ENTRY) {
      const known = members.get(group) ?? [];
      members.set(group, known);
      known.push({ block, sector });
    }
    const place = structures.get(sector);
    if (place !== undefined && sector * SECTOR_SIZE + layout.lengthOf(block) > place.offset) {
      const runs = over.get(place) ?? new BlockRuns();
      over.set(place, runs);
      runs.add(block);
    }
  }
  for (const [place, runs] of over) {
    runs.report(findings, offset, {
      severity: 'error',
      id: 'block-over-structure',
      windowsError: WINDOWS_ERRORS.tableCorrupt,
      expected: t('a place that nothing else has'),
      found: (block) => t('sector {0}', table.entry(block)),
      message: (blocks, isOne) =>
        isOne ? t('{0} lies over {1}.', blocks, place.name) : t('{0} lie over {1}.', blocks, place.name),
    });
  }
  reportGroups([...members.values()], offset, layout, findings);
}

function reportGroups(
  groups: readonly (readonly { block: number; sector: number }[])[],
  tableOffset: number,
  layout: BlockLayout,
  findings: FindingList,
): void {
  let left = 1000;
  for (const group of groups) {
    const byPlace = [...group].sort((a, b) => a.sector - b.sector || a.block - b.block);
    let before = byPlace[0];
    for (const { block, sector } of byPlace.slice(1)) {
      if (before === undefined || sector * SECTOR_SIZE >= before.sector * SECTOR_SIZE + layout.lengthOf(before.block)) {
        before = { block, sector };
        continue;
      }
      if (left-- <= 0) {
        return;
      }
      const isSame = before.sector === sector;
      findings.add(
        'error',
        isSame ? 'bat-entry-duplicate' : 'blocks-overlap',
        { offset: tableOffset + block * TABLE_ENTRY_LENGTH, length: TABLE_ENTRY_LENGTH },
        {
          found: t('sector {0}', sector),
          expected: t('a place that no other block has'),
          message: isSame
            ? t('Blocks {0} and {1} are said to lie at the same place: one of them is wrong.', before.block, block)
            : t('Block {0} begins within block {1}: one of them is wrong.', block, before.block),
        },
        WINDOWS_ERRORS.tableCorrupt,
      );
      before = isSame ? before : { block, sector };
    }
  }
}

/** Stretches, as large as a block or larger, that nothing names. */
function reportLostSpace(
  parts: SparseParts,
  layout: BlockLayout,
  sorted: Uint32Array,
  structures: readonly NamedPlace[],
  findings: FindingList,
): void {
  const least = Math.max(layout.blockLength, MIN_LOST_SPACE);
  const known = [...structures, ...claimedRooms(parts), { offset: contentEnd(parts), length: 0 }].sort(
    (one, other) => one.offset - other.offset,
  );
  let [end, next, count] = [0, 0, 0];
  const look = (offset: number, length: number): void => {
    if (offset - end >= least && count++ < MAX_GAPS) {
      const size = offset - end;
      const blocks = Math.floor(size / layout.blockLength);
      findings.add(
        'note',
        'lost-space',
        { offset: end, length: size },
        {
          found: t('{0} bytes', size),
          expected: t('a block or a structure'),
          message:
            blocks === 1
              ? t('Nothing in the image names these bytes; there is room for 1 block.')
              : t('Nothing in the image names these bytes; there is room for {0} blocks.', blocks),
        },
      );
    }
    end = Math.max(end, offset + length);
  };
  // By index: a million of them.
  for (let i = 0; i <= sorted.length; i++) {
    const offset = i === sorted.length ? Infinity : (sorted[i] ?? 0) * SECTOR_SIZE;
    for (let place = known[next]; place !== undefined && place.offset <= offset; place = known[++next]) {
      look(place.offset, place.length);
    }
    if (i < sorted.length) {
      look(offset, layout.blockLength);
    }
  }
}

/** What makers keep free on purpose: the whole table that the header claims, and the rooms of the locators. */
function claimedRooms({ header, table, fileSize }: SparseParts): readonly Place[] {
  if (header === null) {
    return [];
  }
  const rooms: Place[] = header.header.parentLocators.map((locator) => ({
    offset: Number(locator.platformDataOffset),
    length: locator.platformDataLength === 0 ? 0 : locatorRoom(locator),
  }));
  if (table !== null) {
    rooms.push({ offset: table.offset, length: header.header.maxTableEntries * TABLE_ENTRY_LENGTH });
  }
  return rooms.filter(({ offset, length }) => length > 0 && offset < fileSize);
}

/** What pads a file behind its footer is told of as such. */
function contentEnd({ footers, fileSize }: SparseParts): number {
  return footers.tail === null ? fileSize : endOf(footers.tail);
}

function endOf({ offset, length }: Place): number {
  return offset + length;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
