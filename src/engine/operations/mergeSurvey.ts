import type { DoubtfulRange } from '../chain/extents';
import { NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { FOOTER_LENGTH } from '../vhd/footer';
import { grownLength, MAX_PLACE, placeFor } from '../vhd/growth';
import { bitmapLength } from '../vhd/sectorBitmap';
import { endOfContent } from '../vhd/takenPlaces';
import { readParts, type SparseParts } from '../vhd/vhdParts';
import type { MergeSource } from './mergeSource';
import type { NewPlaces } from './mergeTarget';

/** What is to be copied, and what the ancestor becomes by it. */
export interface MergeSurvey {
  /** Blocks of the ancestor that get sectors, and those of them that it does not have yet. */
  readonly blocks: number;
  readonly newBlocks: number;
  readonly sectors: number;
  /** Bytes of sectors, bitmaps, table entries and footer. */
  readonly bytesToWrite: number;
  /** Bytes by which the file becomes longer. */
  readonly growth: number;
  /** Bytes that new blocks take on the disk. */
  readonly space: number;
  readonly places: NewPlaces;
  /** The first sectors that nobody can vouch for; null where all are sound. */
  readonly doubt: DoubtfulRange | null;
  /** Null, or what keeps the ancestor from taking the blocks. */
  readonly limit: 'table' | 'size' | null;
}

/** The ancestor as a survey needs it. */
export interface SurveyedAncestor {
  readonly image: Image;
  /** Where new blocks begin if an earlier attempt has decided so; null for none. */
  readonly firstPlace: number | null;
  /** Blocks below this number are done. */
  readonly doneBlocks: number;
}

/** Counts what a merge will do, from the sector bitmaps. Yields after each block. */
export function* surveyMerge(source: MergeSource, ancestor: SurveyedAncestor): Generator<number, MergeSurvey, void> {
  const { image, doneBlocks } = ancestor;
  const parts = readParts(image.storage, image.path);
  const room = 'grid' in parts ? new BlockRoom(parts, ancestor.firstPlace) : null;
  let doubt: DoubtfulRange | null = null;
  let [blocks, newBlocks, sectors] = [0, 0, 0];
  for (const block of source.blocks(doneBlocks)) {
    const inBlock = source.countOwned(block, (range) => (doubt ??= range));
    if (inBlock > 0) {
      blocks++;
      sectors += inBlock;
      if (room !== null && image.blockOffset(block) === NO_OFFSET) {
        newBlocks++;
        room.take(block);
      }
    }
    yield block;
  }
  const bitmaps = room === null ? 0 : blocks * room.bitmapLength;
  const footer = newBlocks === 0 ? 0 : FOOTER_LENGTH;
  return {
    blocks,
    newBlocks,
    sectors,
    bytesToWrite: sectors * SECTOR_SIZE + bitmaps + newBlocks * 4 + footer,
    growth: room?.growth ?? 0,
    space: room?.space ?? 0,
    places: room?.places ?? { next: 0, newLength: null, staleEnd: 0 },
    doubt,
    limit: room?.limit ?? null,
  };
}

/** Counts out the places that new blocks will get. */
class BlockRoom {
  readonly bitmapLength: number;
  limit: 'table' | 'size' | null = null;
  readonly #parts: SparseParts;
  readonly #isResumed: boolean;
  readonly #first: number;
  #next: number;

  constructor(parts: SparseParts, firstPlace: number | null) {
    this.#parts = parts;
    this.#isResumed = firstPlace !== null;
    this.bitmapLength = bitmapLength(parts.grid.blockSize);
    this.#first = Math.max(firstPlace ?? parts.footers.tail?.offset ?? parts.fileSize, endOfContent(parts));
    this.#next = this.#first;
  }

  take(block: number): void {
    const { table, grid } = this.#parts;
    const place = placeFor(this.#next, this.bitmapLength);
    if (block >= (table?.table.length ?? 0)) {
      this.limit ??= 'table';
    }
    if (place / SECTOR_SIZE > MAX_PLACE) {
      this.limit ??= 'size';
    }
    this.#next = place + this.bitmapLength + grid.blockSize;
  }

  get space(): number {
    return this.#next - this.#first;
  }

  get growth(): number {
    return (this.places.newLength ?? this.#parts.fileSize) - this.#parts.fileSize;
  }

  get places(): NewPlaces {
    const { fileSize } = this.#parts;
    return {
      next: this.#first,
      newLength: this.#next === this.#first ? null : grownLength(fileSize, this.#next),
      staleEnd: this.#isResumed ? Number.MAX_SAFE_INTEGER : fileSize,
    };
  }
}
