import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { readPadded } from '../storage/storage';
import { batmapOffset } from './batmap';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import type { FindingList, Place } from './findingList';
import { roundUp } from './growth';
import { bitmapLength } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** What most makers fill the room behind the table with (FORMAT 1.5). */
const FILL = 0xff;

/** Windows fills up to here, so that what follows lies at a boundary of 4 KiB. Bytes. */
const WINDOWS_ALIGNMENT = 4096;

/** Xen's tools fill with zeros, always: of theirs there is nothing to tell. */
const MAKERS_OF_ZEROS: readonly string[] = ['tap\0', 'CTXS'];

/**
 * What fills the room between the last entry of the table and the next sector; in an image of Windows also up to the next 4 KiB, as far as nothing else has
 * its place there. No disk reads otherwise for it, so it is a note at most. But DiscUtils, which looks at the rest of the sector, takes what is not 0xFF
 * for damage, and it shows where something was written that is not told anywhere.
 */
export function checkTablePadding(parts: SparseParts, structures: readonly Place[], findings: FindingList): void {
  const { header, table, footers, storage, fileSize } = parts;
  if (header === null || table === null) {
    return;
  }
  const { maxTableEntries } = header.header;
  const from = table.offset + maxTableEntries * TABLE_ENTRY_LENGTH;
  const sectorEnd = batmapOffset(table.offset, maxTableEntries);
  const maker = footers.best.footer.creatorApplication;
  const end = maker === 'win ' ? roundUp(sectorEnd, WINDOWS_ALIGNMENT) : sectorEnd;
  const length = Math.min(end, fileSize, nextPlace(parts, structures, from)) - from;
  if (length <= 0) {
    return;
  }
  const bytes = readPadded(storage, from, length);
  const [rest, beyond] = [bytes.subarray(0, sectorEnd - from), bytes.subarray(sectorEnd - from)];
  const areZerosUsual = MAKERS_OF_ZEROS.includes(maker);
  if ((isAll(rest, FILL) || (areZerosUsual && isAll(rest, 0))) && (isAll(beyond, FILL) || isAll(beyond, 0))) {
    return;
  }
  reportPadding(from, bytes, findings);
}

function reportPadding(from: number, bytes: Uint8Array, findings: FindingList): void {
  const first = bytes.findIndex((byte) => byte !== FILL);
  const last = bytes.findLastIndex((byte) => byte !== FILL);
  const strange = bytes.subarray(first, last + 1);
  const areZeros = isAll(strange, 0);
  findings.add(
    'note',
    'bat-padding',
    { offset: from + first, length: strange.length },
    {
      found: areZeros ? t('zeros') : t('other bytes'),
      expected: t('bytes of 0xFF'),
      message: areZeros
        ? t(
            "The room behind the last entry of the block allocation table is filled with zeros, as Xen's tools do; DiscUtils takes that for damage.",
          )
        : t(
            'Something stands behind the last entry of the block allocation table and belongs to no block; DiscUtils may take it for damage.',
          ),
    },
  );
}

/** Where the next structure or block begins at byte `from` or behind; `from` itself where one lies over it. Infinity for none. */
function nextPlace({ header, table, grid }: SparseParts, structures: readonly Place[], from: number): number {
  let next = Infinity;
  const look = (offset: number, length: number): void => {
    if (offset + length > from) {
      next = Math.min(next, Math.max(offset, from));
    }
  };
  structures.forEach(({ offset, length }) => look(offset, length));
  // Also of a locator whose length cannot be.
  header?.header.parentLocators.forEach(({ platformDataOffset }) => look(Number(platformDataOffset), 1));
  const blockLength = bitmapLength(grid.blockSize) + grid.blockSize;
  // By index: a million of them.
  for (let block = 0; table !== null && block < table.table.length; block++) {
    const sector = table.table.entry(block);
    if (sector !== ABSENT_ENTRY) {
      look(sector * SECTOR_SIZE, blockLength);
    }
  }
  return next;
}

function isAll(bytes: Uint8Array, value: number): boolean {
  return bytes.every((byte) => byte === value);
}
