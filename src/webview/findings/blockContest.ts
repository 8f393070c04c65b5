import type { BlockDetail, ByteRun, ByteSource } from '../../protocol/session';
import { SECTOR_SIZE } from '../../protocol/session';
import { sameBytes } from '../sameBytes';

/** Bytes of each block that are compared; usual blocks have 2 MiB. */
const MAX_COMPARED = 4 * 1024 * 1024;

/** The most that one question is answered with. */
const PIECE_LENGTH = 1024 * 1024;

const ROW_LENGTH = 8;
const MAX_ROWS = 6;

/** What a block holds as the leaf has it. */
export interface BlockSide {
  readonly block: number;
  readonly firstSector: number;
  readonly sectorCount: number;
  /** Where its data lies in the file, in bytes; null where that is not one place. */
  readonly fileOffset: number | null;
  /** Sectors that its bitmap marks, counted from the block's first: first and number. */
  readonly ownRuns: readonly (readonly [first: number, count: number])[];
  readonly ownCount: number;
  /** Of these, those that read the same in the layer below; null where there is none. */
  readonly sameBelow: number | null;
}

/** Some bytes of two blocks, at the same place in each. */
export interface ContestRow {
  /** From the start of each block. */
  readonly offset: number;
  readonly bytes: readonly [Uint8Array, Uint8Array];
}

/** Two blocks that are said to lie at one place, side by side. */
export interface BlockContest {
  readonly sides: readonly [BlockSide, BlockSide];
  /** Sectors, counted from the blocks' first ones, that read differently. */
  readonly differing: number;
  readonly comparedSectors: number;
  /** The first that differ; where none do, the first ones that are not zero. */
  readonly rows: readonly ContestRow[];
}

export interface ContestReader {
  /** As of the leaf. */
  readonly detail: (block: number) => Promise<BlockDetail>;
  readonly read: (source: ByteSource, offset: number, length: number) => Promise<ByteRun>;
  /** Whether there is a layer below the leaf. */
  readonly hasBelow: boolean;
}

/** Reads two blocks whole, as far as they are compared. */
export async function readContest(reader: ContestReader, blocks: readonly [number, number]): Promise<BlockContest> {
  const [one, other] = [await readBlock(reader, blocks[0]), await readBlock(reader, blocks[1])];
  const length = Math.min(one.bytes.length, other.bytes.length);
  let differing = 0;
  for (let at = 0; at < length; at += SECTOR_SIZE) {
    differing += sameBytes(one.bytes, other.bytes, at, Math.min(length, at + SECTOR_SIZE)) ? 0 : 1;
  }
  return {
    sides: [one.side, other.side],
    differing,
    comparedSectors: Math.ceil(length / SECTOR_SIZE),
    rows: rowsOf(one.bytes.subarray(0, length), other.bytes.subarray(0, length), differing > 0),
  };
}

async function readBlock(
  reader: ContestReader,
  block: number,
): Promise<{ readonly side: BlockSide; readonly bytes: Uint8Array }> {
  const { firstSector, sectorCount, owners, parts } = await reader.detail(block);
  const length = Math.min(MAX_COMPARED, sectorCount * SECTOR_SIZE);
  const offset = firstSector * SECTOR_SIZE;
  const bytes = await readWhole(reader, 0, offset, length);
  const below = reader.hasBelow ? await readWhole(reader, 1, offset, length) : null;
  const isOwn = (sector: number): boolean => owners[sector] === 0;
  let [ownCount, sameBelow] = [0, 0];
  for (let sector = 0; sector < sectorCount; sector++) {
    if (!isOwn(sector)) continue;
    ownCount += 1;
    const from = sector * SECTOR_SIZE;
    if (below !== null && from < length && sameBytes(bytes, below, from, from + SECTOR_SIZE)) sameBelow += 1;
  }
  const side = {
    ...{ block, firstSector, sectorCount, ownCount },
    fileOffset: parts.find(({ layer }) => layer === 0)?.fileOffset ?? null,
    ownRuns: runsOf(sectorCount, isOwn),
    sameBelow: below === null ? null : sameBelow,
  };
  return { side, bytes };
}

async function readWhole(reader: ContestReader, layer: number, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += PIECE_LENGTH) {
    const run = await reader.read({ kind: 'disk', layer }, offset + at, Math.min(PIECE_LENGTH, length - at));
    bytes.set(run.bytes.subarray(0, length - at), at);
  }
  return bytes;
}

function runsOf(count: number, isIn: (sector: number) => boolean): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (let sector = 0; sector < count; sector++) {
    const last = runs.at(-1);
    if (!isIn(sector)) continue;
    if (last !== undefined && last[0] + last[1] === sector) last[1] += 1;
    else runs.push([sector, 1]);
  }
  return runs;
}

/** Rows begin at multiples of their length. */
function rowsOf(one: Uint8Array, other: Uint8Array, wantsDiffering: boolean): readonly ContestRow[] {
  const rows: ContestRow[] = [];
  for (let offset = 0; offset < one.length && rows.length < MAX_ROWS; offset += ROW_LENGTH) {
    const bytes = [one.subarray(offset, offset + ROW_LENGTH), other.subarray(offset, offset + ROW_LENGTH)] as const;
    const isWanted = wantsDiffering
      ? !sameBytes(one, other, offset, offset + ROW_LENGTH)
      : bytes[0].some((byte) => byte !== 0);
    if (isWanted) rows.push({ offset, bytes });
  }
  return rows;
}
