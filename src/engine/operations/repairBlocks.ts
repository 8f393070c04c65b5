import type { Finding } from '../finding';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { readPadded } from '../storage/storage';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from '../vhd/blockAllocationTable';
import { BatmapInFile } from '../vhd/batmapInFile';
import { hasLittleEndianBitmaps } from '../vhd/creator';
import { bitmapLength, bitmapUsedLength, clearBitsFrom, hasAllBits, reverseBits } from '../vhd/sectorBitmap';
import type { SparseParts } from '../vhd/vhdParts';
import { contestedBlocks, type ContestedBlocks } from './contestedBlocks';
import { isSparse, type Repair, type RepairState } from './repairProposal';

/** More are not offered one by one; whoever has so many restores the image or exports what is left. */
const MAX_CHOICES = 200;

/** Blocks at one place that a sentence names before it only counts them. */
const NAMED_BLOCKS = 5;

const ABSENT_BYTES = new Uint8Array(TABLE_ENTRY_LENGTH).fill(0xff);

/** Entries of the table that lead nowhere, over something else, or to where another block is: a person decides. */
export function repairEntries({ parts }: RepairState, findings: readonly Finding[]): readonly Repair[] {
  if (!isSparse(parts) || parts.table === null) {
    return [];
  }
  const contested = contestedBlocks(parts, findings);
  const repairs: Repair[] = [];
  for (const finding of findings) {
    if (repairs.length >= MAX_CHOICES) {
      break;
    }
    repairs.push(...entryRepairs(parts, finding, contested));
  }
  return repairs;
}

function entryRepairs(parts: SparseParts, finding: Finding, contested: ContestedBlocks): readonly Repair[] {
  const { table } = parts;
  const first = Math.floor((finding.offset - (table?.offset ?? 0)) / TABLE_ENTRY_LENGTH);
  switch (finding.id) {
    case 'bat-entry-beyond-file':
    case 'block-over-structure':
      return [makeAbsent(parts, finding, first, finding.length / TABLE_ENTRY_LENGTH)];
    case 'bat-entry-duplicate': {
      const same = contested.sameAs(first);
      // Where three blocks share a place, each is offered once: with the finding that names it, the first one with the first.
      const offered = same[1] === first ? [same[0] ?? first, first] : [first];
      return offered.map((block) => dropOne(parts, finding, block, same));
    }
    case 'blocks-overlap': {
      const around = contested.around(first);
      const both = around === null ? [first] : [around, first];
      return both.map((block) => dropOne(parts, finding, block, both));
    }
    default:
      return [];
  }
}

function makeAbsent(parts: SparseParts, { id, offset, found }: Finding, first: number, count: number): Repair {
  const blocks = count === 1 ? t('block {0}', first) : t('blocks {0} to {1}', first, first + count - 1);
  return {
    key: `${id}/${first}`,
    findings: [id],
    what: t('Take {0} for absent', blocks),
    before: found,
    after: absentAfter(blocks, count === 1, parts),
    doubt: t(
      'Where the data of {0} was cannot be known. Reading does so already; the entry is all that is lost.',
      blocks,
    ),
    isDefault: false,
    apply: (file) => file.write(offset, new Uint8Array(count * TABLE_ENTRY_LENGTH).fill(0xff)),
  };
}

function absentAfter(blocks: string, isOne: boolean, { parent }: SparseParts): string {
  if (parent === null) {
    return isOne ? t('no place: {0} reads as zeros', blocks) : t('no place: {0} read as zeros', blocks);
  }
  return isOne
    ? t('no place: {0} reads as the parent has it', blocks)
    : t('no place: {0} read as the parent has it', blocks);
}

/** One of the blocks that lie at the same place gives it up. What speaks for the others is said. */
function dropOne(parts: SparseParts, { id }: Finding, block: number, same: readonly number[]): Repair {
  const others = same.filter((each) => each !== block);
  const offset = (parts.table?.offset ?? 0) + block * TABLE_ENTRY_LENGTH;
  return {
    key: `${id}/${block}`,
    findings: [id],
    blocks: [block, ...others.slice(0, NAMED_BLOCKS)],
    what:
      others.length === 0
        ? t('Take {0} for absent', t('block {0}', block))
        : t('Leave the place to {0}', blockList(others)),
    before: [block, ...others.slice(0, NAMED_BLOCKS)].map((each) => sideText(parts, each)).join('; '),
    after:
      parts.parent === null ? t('block {0} reads as zeros', block) : t('block {0} reads as the parent has it', block),
    doubt: t(
      'Whose data it is cannot be known from the image. Compare both with what the guest expects there; {0}',
      dataText(parts, block),
    ),
    isDefault: false,
    apply: (file) => file.write(offset, ABSENT_BYTES),
  };
}

function blockList(blocks: readonly number[]): string {
  const named = blocks.slice(0, NAMED_BLOCKS).join(', ');
  if (blocks.length > NAMED_BLOCKS) {
    return t('blocks {0} and {1} more', named, blocks.length - NAMED_BLOCKS);
  }
  return blocks.length === 1 ? t('block {0}', named) : t('blocks {0}', named);
}

/** Where a block stands on the disk, and whether its neighbours on the disk are its neighbours in the file. */
function sideText({ table, grid }: SparseParts, block: number): string {
  const sector = table?.table.entry(block) ?? ABSENT_ENTRY;
  const step = (bitmapLength(grid.blockSize) + grid.blockSize) / SECTOR_SIZE;
  const isInRow = (other: number): boolean => {
    const place = other < 0 ? ABSENT_ENTRY : (table?.table.entry(other) ?? ABSENT_ENTRY);
    const distance = (sector - place) * (block - other);
    // Makers that align the data leave some sectors between blocks.
    return place !== ABSENT_ENTRY && distance >= step && distance <= step + 8;
  };
  const row = [block - 1, block + 1].filter(isInRow);
  const diskByte = block * grid.blockSize;
  const [one, other] = row;
  if (one === undefined) {
    return t('block {0} (disk byte {1}) at sector {2}', block, diskByte, sector);
  }
  return other === undefined
    ? t('block {0} (disk byte {1}) at sector {2}, in a row with block {3}', block, diskByte, sector, one)
    : t(
        'block {0} (disk byte {1}) at sector {2}, in a row with block {3} and {4}',
        block,
        diskByte,
        sector,
        one,
        other,
      );
}

function dataText({ storage, table, grid }: SparseParts, block: number): string {
  const offset = (table?.table.entry(block) ?? 0) * SECTOR_SIZE + bitmapLength(grid.blockSize);
  const bytes = Array.from(readPadded(storage, offset, 16), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return t('its data begins with {0}.', bytes.join(' '));
}

/** Xen's map of whole blocks: what is not whole is said to be none, and the checksum follows. */
export function repairBatmap({ parts }: RepairState, findings: readonly Finding[]): readonly Repair[] {
  const stale = findings.filter(
    ({ id }) => id === 'batmap-stale' || id === 'batmap-absent' || id === 'batmap-checksum',
  );
  if (!isSparse(parts) || stale.length === 0 || BatmapInFile.read(parts) === null) {
    return [];
  }
  return [
    {
      key: 'batmap-stale',
      findings: ['batmap-stale', 'batmap-absent', 'batmap-checksum'],
      what: t('Have the batmap name no block that is not whole'),
      before: stale.length === 1 ? (stale[0]?.message ?? '') : t('{0} findings about the batmap', stale.length),
      after: t('a map that follows from the bitmaps, with its checksum'),
      doubt: null,
      isDefault: true,
      apply: (file) => makeTrue({ ...parts, storage: file }),
    },
  ];
}

function makeTrue(parts: SparseParts): void {
  const batmap = BatmapInFile.read(parts);
  const { grid, table, virtualSize, storage, fileSize } = parts;
  if (batmap === null || table === null) {
    return;
  }
  const bitmap = new Uint8Array(bitmapUsedLength(grid.blockSize));
  for (let block = 0; block < batmap.blockCount; block++) {
    if (batmap.isWhole(block)) {
      const entry = table.table.entry(block);
      const offset = entry * SECTOR_SIZE;
      const isThere = entry !== ABSENT_ENTRY && offset + bitmap.length <= fileSize;
      bitmap.fill(0, isThere ? storage.read(offset, bitmap) : 0);
      if (hasLittleEndianBitmaps(parts.footers.best.footer)) {
        reverseBits(bitmap);
      }
      const sectors = Math.min(grid.blockSize, virtualSize - block * grid.blockSize) / SECTOR_SIZE;
      batmap.setWhole(block, isThere && sectors > 0 && hasAllBits(bitmap, 0, sectors));
    }
  }
  batmap.save();
}

/** Bits of sectors behind the end of the disk. */
export function repairPastEnd({ parts }: RepairState, findings: readonly Finding[]): readonly Repair[] {
  const finding = findings.find(({ id }) => id === 'bitmap-past-end');
  if (!isSparse(parts) || finding === undefined || hasLittleEndianBitmaps(parts.footers.best.footer)) {
    return [];
  }
  const { grid, virtualSize, table } = parts;
  const block = grid.blockCount - 1;
  const offset = (table?.table.entry(block) ?? 0) * SECTOR_SIZE;
  return [
    {
      key: 'bitmap-past-end',
      findings: ['bitmap-past-end'],
      what: t('Clear the bits behind the end of the disk'),
      before: finding.found,
      after: t('zeros'),
      doubt: t('Every reader passes them over; many makers write them.'),
      isDefault: false,
      apply: (file) => {
        const bitmap = readPadded(file, offset, bitmapUsedLength(grid.blockSize));
        clearBitsFrom(bitmap, (virtualSize - block * grid.blockSize) / SECTOR_SIZE);
        file.write(offset, bitmap);
      },
    },
  ];
}
