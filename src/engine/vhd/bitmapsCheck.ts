import type { CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { BlockPlaces } from './blockPlaces';
import { BlockRuns } from './blockRuns';
import { batmapChecksum } from './batmap';
import { hasLittleEndianBitmaps, versionText } from './creator';
import { hex32, hexOffset, type FindingList } from './findingList';
import { DISK_TYPE } from './footer';
import { bitmapLength, bitmapUsedLength, reverseBits } from './sectorBitmap';
import type { FoundBatmap } from './structurePlaces';
import type { SparseParts } from './vhdParts';
import { WINDOWS_ERRORS } from './windowsErrors';

/** Bytes that are read between two steps. */
const STEP_LENGTH = 4 * 1024 * 1024;

/** Data is read in pieces of so many bytes. */
const PIECE_LENGTH = 256 * 1024;

/** So many sectors with a bit are read along with those around them that have none: a read costs more than their bytes. */
const READ_OVER = 64;

/** A bitmap costs more than its bytes, however small it is. */
const MAX_BITMAPS_A_STEP = 4096;

/** Versions of the batmap that are known: 1.1 and 1.2 (FORMAT 1.6). */
const BATMAP_VERSIONS = [0x0001_0001, 0x0001_0002];

/** What is wrong with the header of Xen's batmap. */
export function checkBatmap({ batmap, offset, map }: FoundBatmap, findings: FindingList): void {
  const { version, checksum, mapOffset, mapSectorCount } = batmap;
  if (!BATMAP_VERSIONS.includes(version)) {
    findings.add(
      'warning',
      'batmap-version',
      { offset: offset + 20, length: 4 },
      {
        found: versionText(version),
        expected: t('1.1 or 1.2'),
        message: t('The batmap has an unknown version.'),
      },
    );
  }
  if (map === null) {
    findings.add(
      'warning',
      'batmap-place',
      { offset: offset + 8, length: 12 },
      {
        found: t('{0} sectors at {1}', mapSectorCount, hexOffset(mapOffset)),
        expected: t('a place in the file'),
        message: t('The batmap is said to lie where it cannot be.'),
      },
    );
  } else if (batmapChecksum(map, version) !== checksum) {
    findings.add(
      'warning',
      'batmap-checksum',
      { offset: offset + 24, length: 4 },
      {
        found: hex32(checksum),
        expected: hex32(batmapChecksum(map, version)),
        message: t("The batmap's checksum does not match the map: Xen leaves the map alone then."),
      },
    );
  }
}

/**
 * Reads every bitmap, and of a dynamic image the sectors that its bitmaps leave out: they are to be zero (FORMAT 1.5). Compares them with the
 * batmap, and with the end of the disk.
 */
export function* checkBitmaps(
  parts: SparseParts,
  places: BlockPlaces,
  batmap: FoundBatmap | null,
  findings: FindingList,
): Generator<CheckStep, void, void> {
  const check = new BitmapsCheck(parts, places, batmap, findings);
  const count = parts.table?.table.length ?? 0;
  const total = (parts.table?.table.countUsed() ?? 0) * check.blockCost;
  let [done, sinceStep, lastStep] = [0, 0, 0];
  for (let block = 0; block < count; block++) {
    if (!check.look(block)) {
      continue;
    }
    done += check.blockCost;
    if (++sinceStep >= MAX_BITMAPS_A_STEP || done - lastStep >= STEP_LENGTH) {
      [sinceStep, lastStep] = [0, done];
      yield { doneBytes: done, totalBytes: total, what: t('Checking blocks') };
    }
  }
  check.report();
}

class BitmapsCheck {
  /** What looking at one block is counted as, in bytes. */
  readonly blockCost: number;
  private readonly parts: SparseParts;
  private readonly places: BlockPlaces;
  private readonly findings: FindingList;
  private readonly map: Uint8Array | null;
  private readonly isDynamic: boolean;
  private readonly isLittleEndian: boolean;
  private readonly sectorsPerBlock: number;
  /** The bytes of a bitmap that hold bits, and the same memory by words. */
  private readonly bitmap: Uint8Array;
  private readonly words: Int32Array;
  private readonly piece = new Uint8Array(PIECE_LENGTH);
  private readonly untrue = new BlockRuns();
  private readonly absentInMap = new BlockRuns();
  private readonly empty = { blocks: 0, first: -1 };
  private unmarkedBlocks = 0;

  constructor(parts: SparseParts, places: BlockPlaces, batmap: FoundBatmap | null, findings: FindingList) {
    const { blockSize } = parts.grid;
    this.parts = parts;
    this.places = places;
    this.findings = findings;
    // What its own checksum disowns is believed by nobody.
    const isBelieved = batmap?.map !== null && batmap !== null;
    this.map =
      isBelieved && batmapChecksum(batmap.map, batmap.batmap.version) === batmap.batmap.checksum ? batmap.map : null;
    this.isDynamic = parts.footers.best.footer.diskType === DISK_TYPE.dynamic;
    this.isLittleEndian = hasLittleEndianBitmaps(parts.footers.best.footer);
    this.sectorsPerBlock = blockSize / SECTOR_SIZE;
    const used = bitmapUsedLength(blockSize);
    this.words = new Int32Array(Math.ceil(used / 4));
    this.bitmap = new Uint8Array(this.words.buffer, 0, used);
    this.blockCost = bitmapLength(blockSize) + (this.isDynamic ? blockSize : 0);
  }

  /** Returns false where the block has no place. */
  look(block: number): boolean {
    const offset = this.places.bitmapOffset(block);
    if (offset < 0) {
      if (this.map !== null && hasBit(this.map, block)) {
        this.absentInMap.add(block);
      }
      return false;
    }
    if (!this.read(offset, this.bitmap, block)) {
      return true;
    }
    if (this.isLittleEndian) {
      reverseBits(this.bitmap);
    }
    const left = this.parts.virtualSize / SECTOR_SIZE - block * this.sectorsPerBlock;
    const count = Math.min(this.sectorsPerBlock, left);
    if (count < this.sectorsPerBlock) {
      this.lookPastEnd(block, offset, count);
    }
    if (count >= 32 && count % 32 === 0 ? this.isWholeByWords(count) : this.isWhole(count)) {
      return true;
    }
    this.lookAtPartial(block, offset, count);
    return true;
  }

  report(): void {
    const tableOffset = this.parts.table?.offset ?? 0;
    const fault = {
      windowsError: WINDOWS_ERRORS.bitmap,
      expected: t('a bit that is 0'),
      found: () => t('a bit that is 1'),
    };
    this.untrue.report(this.findings, tableOffset, {
      ...fault,
      severity: 'error',
      id: 'batmap-stale',
      message: (blocks, isOne) =>
        isOne
          ? t('{0} is whole by the batmap and not by the bitmap: Xen takes sectors for data that are not.', blocks)
          : t('{0} are whole by the batmap and not by the bitmap: Xen takes sectors for data that are not.', blocks),
    });
    this.absentInMap.report(this.findings, tableOffset, {
      ...fault,
      severity: 'warning',
      id: 'batmap-absent',
      message: (blocks, isOne) =>
        isOne
          ? t('{0} is whole by the batmap and absent by the table.', blocks)
          : t('{0} are whole by the batmap and absent by the table.', blocks),
    });
    if (this.empty.blocks > 0) {
      const { blocks, first } = this.empty;
      const place = { offset: tableOffset + first * 4, length: 4 };
      this.findings.add('note', 'empty-blocks', place, {
        found: t('{0} blocks without a sector', blocks),
        expected: t('blocks with data'),
        message:
          blocks === 1
            ? t('A block has a place in the file and no sector in it.')
            : t('{0} blocks have a place in the file and no sector in it.', blocks),
      });
    }
  }

  /** Bits of sectors behind the end of the disk: every reader passes them over. */
  private lookPastEnd(block: number, offset: number, count: number): void {
    let bits = 0;
    let first = -1;
    for (let sector = count; sector < this.sectorsPerBlock; sector++) {
      if (hasBit(this.bitmap, sector)) {
        bits++;
        first = first < 0 ? sector : first;
      }
    }
    if (bits > 0) {
      const place = { offset: offset + (first >>> 3), length: Math.ceil(this.sectorsPerBlock / 8) - (first >>> 3) };
      this.findings.add('note', 'bitmap-past-end', place, {
        found: t('{0} bits that are 1', bits),
        expected: t('zeros'),
        message: t(
          'The bitmap of the last block, {0}, marks sectors behind the end of the disk; they are passed over.',
          block,
        ),
      });
    }
  }

  private isWholeByWords(count: number): boolean {
    const { words } = this;
    const length = count / 32;
    for (let i = 0; i < length; i++) {
      if (words[i] !== -1) {
        return false;
      }
    }
    return true;
  }

  private isWhole(count: number): boolean {
    for (let sector = 0; sector < count; sector++) {
      if (!hasBit(this.bitmap, sector)) {
        return false;
      }
    }
    return true;
  }

  private lookAtPartial(block: number, offset: number, count: number): void {
    if (this.map !== null && hasBit(this.map, block)) {
      this.untrue.add(block);
    }
    if (isZeroByWords(this.words)) {
      this.empty.first = this.empty.blocks++ === 0 ? block : this.empty.first;
    }
    if (this.isDynamic) {
      this.lookAtUnmarked(block, offset, count);
    }
  }

  /** Sectors of a dynamic image whose bit is 0 are to be zero: some programs look at the bits, others do not. */
  private lookAtUnmarked(block: number, offset: number, count: number): void {
    const dataOffset = offset + this.places.bitmapLength;
    let [first, last, sectors] = [-1, -1, 0];
    for (const { from, to } of this.unmarkedStretches(count)) {
      const data = this.piece.subarray(0, (to - from) * SECTOR_SIZE);
      if (!this.read(dataOffset + from * SECTOR_SIZE, data, block) || isZero(data)) {
        continue;
      }
      for (let sector = from; sector < to; sector++) {
        const start = (sector - from) * SECTOR_SIZE;
        if (!hasBit(this.bitmap, sector) && !isZero(data.subarray(start, start + SECTOR_SIZE))) {
          first = first < 0 ? sector : first;
          last = sector;
          sectors++;
        }
      }
    }
    if (sectors > 0 && ++this.unmarkedBlocks <= 1000) {
      const place = { offset: dataOffset + first * SECTOR_SIZE, length: (last - first + 1) * SECTOR_SIZE };
      this.findings.add(
        'warning',
        'unmarked-data',
        place,
        {
          found: sectors === 1 ? t('1 sector with data') : t('{0} sectors with data', sectors),
          expected: t('zeros where the bitmap marks no sector'),
          message: t(
            'Block {0} holds data in sectors that its bitmap does not mark: some programs show it, others show zeros.',
            block,
          ),
        },
        WINDOWS_ERRORS.bitmap,
      );
    }
  }

  /** Sectors, the last one not included, that hold all those without a bit and few others; each fits the piece that is read at once. */
  private *unmarkedStretches(count: number): Generator<{ from: number; to: number }, void, void> {
    for (let from = 0; from < count; from++) {
      if (hasBit(this.bitmap, from)) {
        continue;
      }
      let to = from + 1;
      const end = Math.min(count, from + PIECE_LENGTH / SECTOR_SIZE);
      for (let sector = to; sector < end && sector - to <= READ_OVER; sector++) {
        to = hasBit(this.bitmap, sector) ? to : sector + 1;
      }
      yield { from, to };
      from = to - 1;
    }
  }

  /** What lies past the end of the file reads as zero. Returns false, and reports it, where the medium fails. */
  private read(offset: number, target: Uint8Array, block: number): boolean {
    try {
      target.fill(0, this.parts.storage.read(offset, target));
      return true;
    } catch (error) {
      if (!EngineError.is(error)) {
        throw error;
      }
      this.findings.add(
        'error',
        'unreadable',
        { offset, length: target.length },
        {
          found: error.words.why,
          expected: t('bytes that can be read'),
          message: t('A part of block {0} cannot be read.', block),
        },
      );
      return false;
    }
  }
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return ((bits[index >>> 3] ?? 0) & (0x80 >>> (index & 7))) !== 0;
}

function isZero(bytes: Uint8Array): boolean {
  const { length, byteOffset } = bytes;
  if (length % 4 === 0 && byteOffset % 4 === 0) {
    return isZeroByWords(new Int32Array(bytes.buffer, byteOffset, length / 4));
  }
  return bytes.every((byte) => byte === 0);
}

/** By index: ten times as fast as an iterator, and this runs over all data that no bitmap marks. */
function isZeroByWords(words: Int32Array): boolean {
  const { length } = words;
  for (let i = 0; i < length; i++) {
    if (words[i] !== 0) {
      return false;
    }
  }
  return true;
}
