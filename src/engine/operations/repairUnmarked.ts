import type { Finding } from '../finding';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { readPadded } from '../storage/storage';
import { ABSENT_ENTRY } from '../vhd/blockAllocationTable';
import { hasLittleEndianBitmaps } from '../vhd/creator';
import { bitmapLength, bitmapUsedLength, hasAllBits, setBits } from '../vhd/sectorBitmap';
import type { SparseParts } from '../vhd/vhdParts';
import { isSparse, type Repair, type RepairState } from './repairProposal';
import type { OverlayStorage } from '../storage/overlayStorage';

/** So much data is changed at most; beyond it exporting the disk is the way. Bytes. */
const MAX_DATA = 64 * 1024 * 1024;

/** Data of a dynamic image that no bitmap marks: programs disagree on whether it is there, and a person decides. */
export function repairUnmarked({ parts }: RepairState, findings: readonly Finding[]): readonly Repair[] {
  const unmarked = findings.filter(({ id }) => id === 'unmarked-data');
  const length = unmarked.reduce((sum, finding) => sum + finding.length, 0);
  if (
    !isSparse(parts) ||
    unmarked.length === 0 ||
    length > MAX_DATA ||
    hasLittleEndianBitmaps(parts.footers.best.footer)
  ) {
    return [];
  }
  const common = {
    findings: ['unmarked-data'],
    before:
      unmarked.length === 1
        ? t('data in 1 block that no bitmap marks')
        : t('data in {0} blocks that no bitmap marks', unmarked.length),
    isDefault: false,
  };
  return [
    {
      ...common,
      key: 'unmarked-data/mark',
      what: t('Mark the sectors as present'),
      after: t('bits that say what qemu shows already: the data is a part of the disk'),
      doubt: t('Windows shows zeros there; the data may be what was left of something older.'),
      apply: (file) => forEachUnmarked(file, parts, unmarked, (block, sector) => mark(file, parts, block, sector)),
    },
    {
      ...common,
      key: 'unmarked-data/zero',
      what: t('Write zeros over them'),
      after: t('zeros, as Windows shows the disk already'),
      doubt: t('A program that passes the bitmaps over may have meant the data to be there.'),
      apply: (file) =>
        forEachUnmarked(file, parts, unmarked, (_block, _sector, offset) =>
          file.write(offset, new Uint8Array(SECTOR_SIZE)),
        ),
    },
  ];
}

/** `use` gets the block, the sector within it, and where its data stands in the file. */
function forEachUnmarked(
  file: OverlayStorage,
  parts: SparseParts,
  findings: readonly Finding[],
  use: (block: number, sector: number, offset: number) => void,
): void {
  const { table, grid } = parts;
  const length = bitmapLength(grid.blockSize);
  const sorted = findings.map(({ offset }) => offset).sort((a, b) => a - b);
  for (let block = 0; block < (table?.table.length ?? 0); block++) {
    const entry = table?.table.entry(block) ?? ABSENT_ENTRY;
    const dataOffset = entry * SECTOR_SIZE + length;
    const finding =
      entry === ABSENT_ENTRY ? undefined : findings[findWithin(sorted, findings, dataOffset, grid.blockSize)];
    if (finding === undefined) {
      continue;
    }
    const bitmap = readPadded(file, entry * SECTOR_SIZE, bitmapUsedLength(grid.blockSize));
    for (let offset = finding.offset; offset < finding.offset + finding.length; offset += SECTOR_SIZE) {
      const sector = (offset - dataOffset) / SECTOR_SIZE;
      const isData = readPadded(file, offset, SECTOR_SIZE).some((byte) => byte !== 0);
      if (isData && !hasAllBits(bitmap, sector, sector + 1)) {
        use(block, sector, offset);
      }
    }
  }
}

/** The index of the finding that begins within the data of a block; -1 for none. */
function findWithin(sorted: readonly number[], findings: readonly Finding[], from: number, length: number): number {
  const offset = sorted.find((each) => each >= from && each < from + length);
  return offset === undefined ? -1 : findings.findIndex((finding) => finding.offset === offset);
}

function mark(file: OverlayStorage, { table, grid }: SparseParts, block: number, sector: number): void {
  const offset = (table?.table.entry(block) ?? 0) * SECTOR_SIZE;
  const bitmap = readPadded(file, offset, bitmapUsedLength(grid.blockSize));
  setBits(bitmap, sector, sector + 1);
  file.write(offset, bitmap);
}
