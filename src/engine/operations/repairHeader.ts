import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { MemoryStorage } from '../storage/memoryStorage';
import { readPadded, type Storage } from '../storage/storage';
import { ABSENT_ENTRY, readTable, TABLE_ENTRY_LENGTH } from '../vhd/blockAllocationTable';
import { viewOf, writeCharacters } from '../vhd/bytes';
import { withChecksum } from '../vhd/checksum';
import {
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  DYNAMIC_HEADER_COOKIE,
  DYNAMIC_HEADER_LENGTH,
  HEADER_VERSION,
} from '../vhd/dynamicHeader';
import { hex32 } from '../vhd/findingList';
import { DATA_OFFSET_OFFSET, DISK_TYPE, FOOTER_CHECKSUM_OFFSET, FOOTER_LENGTH, NO_DATA_OFFSET } from '../vhd/footer';
import { hasRightChecksum, type FoundFooters } from '../vhd/locateFooter';
import type { FoundHeader } from '../vhd/locateHeader';
import type { FoundTable } from '../vhd/locateTable';
import { bitmapLength } from '../vhd/sectorBitmap';
import type { SparseParts } from '../vhd/vhdParts';
import { isSoundHeader } from './repairFooters';
import { isSparse, type Repair, type RepairState } from './repairProposal';

/** A table is looked for at every sector up to here: makers put it behind the header, or behind the locators. Bytes. */
const MAX_TABLE_OFFSET = 0x1_0000;

/** Entries by which nearly all that is no table is turned away, before a table of megabytes is read. */
const FIRST_LOOK = 128;

/** Blocks of these sizes are tried, the usual ones first. Bytes. */
const BLOCK_SIZES = [
  2 ** 21,
  2 ** 19,
  2 ** 20,
  ...[12, 13, 14, 15, 16, 17, 18, 22, 23, 24, 25].map((bits) => 2 ** bits),
];

/** Blocks lie one behind another, but for what aligns them: so much of the space between them is theirs. */
const MIN_COVER = 0.9;

/** A table that was found by what stands in it. */
interface FoundTablePlace {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly blockSize: number;
  readonly entryCount: number;
  readonly used: number;
}

/** The dynamic header: a lost cookie, a wrong checksum, or all of what leads to the blocks. */
export function repairHeader({ file, parts }: RepairState): readonly Repair[] {
  if (!isSparse(parts)) {
    return [];
  }
  const { header, table } = parts;
  if (header !== null && table !== null) {
    return BigInt(header.offset) !== parts.footers.best.footer.dataOffset
      ? [foundElsewhere(parts.footers, header, table)]
      : hasCookie(header)
        ? wrongChecksum(header)
        : [lostCookie(header)];
  }
  const offset = Number(parts.footers.best.footer.dataOffset);
  const isPlace =
    offset >= FOOTER_LENGTH && offset % SECTOR_SIZE === 0 && offset + DYNAMIC_HEADER_LENGTH <= parts.fileSize;
  const place = isPlace ? findTable(file, parts, offset) : null;
  return place === null ? [] : [rebuilt(file, parts, offset, place)];
}

function hasCookie({ bytes }: FoundHeader): boolean {
  return DYNAMIC_HEADER_COOKIE.split('').every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/** Both footers are to lead to the header that was found. A footer whose checksum was wrong keeps it: it may be right then. */
function foundElsewhere(
  { tail, copy, best }: FoundFooters,
  { offset }: FoundHeader,
  { entryCount, offset: tableOffset }: FoundTable,
): Repair {
  return {
    key: 'header-elsewhere',
    findings: ['header-elsewhere'],
    what: t('Have the footer and its copy name the place of the dynamic header that was found'),
    before: t('byte {0}, where there is none', best.footer.dataOffset.toString()),
    after: t(
      'byte {0}; its checksum is right, and its table of {1} entries at byte {2} fits the file',
      offset,
      entryCount,
      tableOffset,
    ),
    doubt: null,
    isDefault: true,
    apply: (file) => {
      for (const found of [tail, copy]) {
        if (found !== null) {
          const bytes = Uint8Array.from(found.bytes);
          viewOf(bytes).setBigUint64(DATA_OFFSET_OFFSET, BigInt(offset));
          file.write(found.offset, hasRightChecksum(found) ? withChecksum(bytes, FOOTER_CHECKSUM_OFFSET) : bytes);
        }
      }
    },
  };
}

function lostCookie({ offset, bytes }: FoundHeader): Repair {
  const whole = Uint8Array.from(bytes);
  writeCharacters(whole, 0, DYNAMIC_HEADER_COOKIE);
  return {
    key: 'header-cookie',
    findings: ['header-cookie'],
    what: t('Give the dynamic header its first bytes again'),
    before: t('something else'),
    after: t('"{0}"; the checksum proves the rest', DYNAMIC_HEADER_COOKIE),
    doubt: null,
    isDefault: true,
    apply: (file) => file.write(offset, whole.subarray(0, 8)),
  };
}

/** Opening has looked at the fields that lead to the blocks: they can be. */
function wrongChecksum({ header, offset, bytes, expectedChecksum }: FoundHeader): readonly Repair[] {
  if (header.checksum === expectedChecksum) {
    return [];
  }
  return [
    {
      key: 'header-checksum',
      findings: ['header-checksum'],
      what: t("Put the dynamic header's checksum right"),
      before: hex32(header.checksum),
      after: hex32(expectedChecksum),
      doubt: t('Table and block size can be as they stand; which byte was changed cannot be known.'),
      isDefault: header.headerVersion === HEADER_VERSION,
      apply: (file) => file.write(offset, withChecksum(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET)),
    },
  ];
}

/** The header again, from the table that was found. What it said of a parent is kept as it stands. */
function rebuilt(file: Storage, parts: SparseParts, offset: number, place: FoundTablePlace): Repair {
  const isDynamic = parts.footers.best.footer.diskType === DISK_TYPE.dynamic;
  const old = readPadded(file, offset, DYNAMIC_HEADER_LENGTH);
  const bytes = isDynamic ? new Uint8Array(DYNAMIC_HEADER_LENGTH) : Uint8Array.from(old);
  const view = viewOf(bytes);
  writeCharacters(bytes, 0, DYNAMIC_HEADER_COOKIE);
  view.setBigUint64(8, NO_DATA_OFFSET);
  view.setBigUint64(16, BigInt(place.offset));
  view.setUint32(24, HEADER_VERSION);
  view.setUint32(28, place.entryCount);
  view.setUint32(32, place.blockSize);
  const after = withChecksum(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET);
  return {
    key: 'header-rebuilt',
    findings: [
      'header-cookie',
      'header-checksum',
      'header-version',
      'bat-place',
      'block-size',
      'too-many-blocks',
      'bat-truncated',
      'bat-too-small',
    ],
    what: t('Make the dynamic header again, from the block allocation table that was found'),
    before: isSoundHeader(old) ? t('a header that leads to no table') : t('no dynamic header'),
    after: t(
      'a table of {0} entries at byte {1}, {2} of them used, blocks of {3} bytes',
      place.entryCount,
      place.offset,
      place.used,
      place.blockSize,
    ),
    doubt: isDynamic
      ? null
      : t(
          'What the header says of the parent is kept as it stands and may be damaged: check the chain, and relink the image where its parent is not found.',
        ),
    isDefault: isDynamic,
    apply: (to) => to.write(offset, after),
  };
}

/**
 * Looks for a table whose entries lie in the file, each with room for a block of its own, and leave no more gaps than makers do. Of several readings
 * of one table the one with the most blocks is right: larger blocks would leave entries out.
 */
function findTable(file: Storage, parts: SparseParts, headerOffset: number): FoundTablePlace | null {
  const end = parts.footers.tail?.offset ?? parts.fileSize;
  const head = new MemoryStorage(readPadded(file, 0, MAX_TABLE_OFFSET + FIRST_LOOK * TABLE_ENTRY_LENGTH));
  let best: FoundTablePlace | null = null;
  for (const blockSize of BLOCK_SIZES) {
    const search = new TableSearch(file, head, { blockSize, virtualSize: parts.virtualSize, end, headerOffset });
    const found = search.find();
    if (found !== null && found.used > (best?.used ?? 0)) {
      best = found;
    }
  }
  return best;
}

/** Sizes and offsets in bytes. */
interface SearchedDisk {
  readonly blockSize: number;
  readonly virtualSize: number;
  /** Where the content of the file ends. */
  readonly end: number;
  readonly headerOffset: number;
}

/** Looks for the table of a disk with blocks of one size. */
class TableSearch {
  readonly #file: Storage;
  /** The file as far as a first look goes. */
  readonly #head: Storage;
  readonly #disk: SearchedDisk;
  readonly #bitmapLength: number;

  constructor(file: Storage, head: Storage, disk: SearchedDisk) {
    this.#file = file;
    this.#head = head;
    this.#disk = disk;
    this.#bitmapLength = bitmapLength(disk.blockSize);
  }

  find(): FoundTablePlace | null {
    const { blockSize, virtualSize, end, headerOffset } = this.#disk;
    const entryCount = Math.ceil(virtualSize / blockSize);
    const length = entryCount * TABLE_ENTRY_LENGTH;
    const last = Math.min(MAX_TABLE_OFFSET, end - length);
    for (let offset = FOOTER_LENGTH; offset <= last; offset += SECTOR_SIZE) {
      const isInHeader = offset + length > headerOffset && offset < headerOffset + DYNAMIC_HEADER_LENGTH;
      const first = isInHeader ? null : this.#used(this.#head, offset, Math.min(FIRST_LOOK, entryCount));
      const used = first === null || entryCount <= FIRST_LOOK ? first : this.#used(this.#file, offset, entryCount);
      if (used !== null && used.length > 0 && this.#isCovered(used)) {
        return { offset, blockSize, entryCount, used: used.length };
      }
    }
    return null;
  }

  /** The entries that name a place, sorted; null where one of them cannot be. */
  #used(file: Storage, offset: number, count: number): Uint32Array | null {
    const { blockSize, virtualSize, end } = this.#disk;
    const table = readTable(file, end, offset, count);
    const sectors = new Uint32Array(table.length);
    let used = 0;
    for (let block = 0; block < table.length; block++) {
      const entry = table.entry(block);
      if (entry === ABSENT_ENTRY) {
        continue;
      }
      const dataEnd = entry * SECTOR_SIZE + this.#bitmapLength + Math.min(blockSize, virtualSize - block * blockSize);
      if (entry * SECTOR_SIZE < offset + count * TABLE_ENTRY_LENGTH || dataEnd > end) {
        return null;
      }
      sectors[used++] = entry;
    }
    const sorted = sectors.subarray(0, used).sort();
    const length = (this.#bitmapLength + blockSize) / SECTOR_SIZE;
    return sorted.some((sector, at) => at > 0 && sector - (sorted[at - 1] ?? 0) < length) ? null : sorted;
  }

  #isCovered(sorted: Uint32Array): boolean {
    const space = this.#disk.end - (sorted[0] ?? 0) * SECTOR_SIZE;
    return sorted.length * (this.#bitmapLength + this.#disk.blockSize) >= space * MIN_COVER;
  }
}
