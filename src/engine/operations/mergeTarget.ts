import { FIXED_BLOCK_SIZE, NO_OFFSET, SECTOR_SIZE } from '../image';
import type { Storage } from '../storage/storage';
import { readPadded } from '../storage/storage';
import { ABSENT_ENTRY, swappedIfLittleEndian } from '../vhd/blockAllocationTable';
import { hasLittleEndianBitmaps } from '../vhd/creator';
import { FOOTER_LENGTH } from '../vhd/footer';
import { placeFor } from '../vhd/growth';
import { bitmapLength, bitmapUsedLength, reverseBits, setBits } from '../vhd/sectorBitmap';
import type { FoundTable } from '../vhd/locateTable';
import { entryOffset } from '../vhd/takenPlaces';
import type { SparseParts, VhdParts } from '../vhd/vhdParts';
import type { BlockWork, MergeChunk, Piece, SectorRun } from './mergeBatch';
import type { TargetGrid } from './mergeSource';
import type { BlockPlaces } from './mergeVerify';
import { SpanWriter } from './spanWriter';

/** What a target needs of a chunk. */
type WrittenChunk = Pick<MergeChunk, 'works' | 'touched' | 'bytesOf'>;

/** The ancestor that layers are merged into, while it is written. */
export interface MergeTarget extends BlockPlaces {
  /** Makes room for all that will come; it is on the medium when this returns. */
  prepare(): void;

  /**
   * Puts the sectors that a chunk has the bytes of where they belong, and gives every block that it touches a place; where a block or a sector
   * is new, nobody sees it yet.
   */
  write(chunk: WrittenChunk): void;

  /** Writes what else has to be on the medium before anything of a batch is seen; its chunks have been written. */
  complete(works: readonly BlockWork[]): void;

  /** Lets the sectors of a batch be seen. What was written of them has been flushed. */
  publish(works: readonly BlockWork[]): void;
}

/** The target for an image, by its parts; its storage is open for writing. */
export function targetOf(parts: VhdParts | SparseParts, places: NewPlaces): MergeTarget {
  return 'grid' in parts ? new SparseTarget(parts, places) : new FixedTarget(parts);
}

/** The blocks in which an image takes layers in. */
export function gridOf(parts: VhdParts | SparseParts): TargetGrid {
  const blockSize = 'grid' in parts ? parts.grid.blockSize : FIXED_BLOCK_SIZE;
  return { blockSectorCount: blockSize / SECTOR_SIZE, blockCount: Math.ceil(parts.virtualSize / blockSize) };
}

/** A fixed image: all sectors have their place and are seen. */
class FixedTarget implements MergeTarget {
  readonly blockSize = FIXED_BLOCK_SIZE;
  readonly #spans: SpanWriter;

  constructor({ storage }: VhdParts) {
    this.#spans = new SpanWriter(storage);
  }

  prepare(): void {
    // There is room for every sector.
  }

  write(chunk: WrittenChunk): void {
    for (const { pieces } of chunk.works) {
      this.#spans.write(chunk, pieces, 0, 0, 'keep');
    }
  }

  dataOffset(block: number): number {
    return block * FIXED_BLOCK_SIZE;
  }

  complete(): void {
    // There is nothing but data.
  }

  publish(): void {
    // They are.
  }
}

/** Where new blocks of an ancestor go. Bytes. */
export interface NewPlaces {
  /** Where the next one may begin. */
  readonly next: number;
  /** Length of the file when all of them are there; null where there are none. */
  readonly newLength: number | null;
  /** Below this offset the file may hold bytes from before: its old footer, or an attempt that was cut short. */
  readonly staleEnd: number;
}

/** A dynamic or differencing image: blocks come behind the others, then their sectors are marked, then the table names them. */
class SparseTarget implements MergeTarget {
  readonly blockSize: number;
  readonly #storage: Storage;
  readonly #parts: SparseParts;
  readonly #found: FoundTable;
  readonly #places: NewPlaces;
  readonly #spans: SpanWriter;
  readonly #bitmapLength: number;
  readonly #sectorsPerBlock: number;
  readonly #isLittleEndian: boolean;
  /** Blocks that the table does not name yet, and where their bitmaps are. */
  readonly #unnamed = new Map<number, number>();
  #next: number;

  /** `parts.storage` is open for writing, and `parts.table` is there. */
  constructor(parts: SparseParts, places: NewPlaces) {
    if (parts.table === null) {
      throw new RangeError(`${parts.path} has no table`);
    }
    this.#storage = parts.storage;
    this.#parts = parts;
    this.#found = parts.table;
    this.#places = places;
    this.#next = places.next;
    this.blockSize = parts.grid.blockSize;
    this.#spans = new SpanWriter(parts.storage);
    this.#bitmapLength = bitmapLength(parts.grid.blockSize);
    this.#sectorsPerBlock = parts.grid.blockSize / SECTOR_SIZE;
    this.#isLittleEndian = hasLittleEndianBitmaps(parts.footers.best.footer);
  }

  /** The new end gets its footer before the old one is written over. */
  prepare(): void {
    const { footers, fileSize } = this.#parts;
    // An attempt that was cut short may have made the file longer and lost the footer.
    const end = this.#places.newLength ?? (footers.tail === null ? fileSize : null);
    if (end === null || footers.tail?.offset === end - FOOTER_LENGTH) {
      return;
    }
    const footer = new Uint8Array(FOOTER_LENGTH);
    footer.set(footers.best.bytes);
    this.#storage.write(end - FOOTER_LENGTH, footer);
    this.#storage.flush();
  }

  write(chunk: WrittenChunk): void {
    const pieces = new Map(chunk.works.map((work) => [work.block, work.pieces]));
    for (const { block } of chunk.touched) {
      this.#writeBlock(chunk, block, pieces.get(block) ?? []);
    }
  }

  dataOffset(block: number): number {
    return (this.#placeOf(block) ?? NO_OFFSET) + this.#bitmapLength;
  }

  /** Nobody sees a new block before the table names it, so its bitmap goes with its data. */
  complete(works: readonly BlockWork[]): void {
    for (const { block, pieces } of works) {
      const place = this.#unnamed.get(block);
      if (place !== undefined) {
        this.#storage.write(place, this.#bitsOf(new Uint8Array(this.#bitmapLength), block, pieces));
      }
    }
  }

  publish(works: readonly BlockWork[]): void {
    for (const { block, pieces } of works) {
      const place = this.#placeOf(block);
      if (place !== null && !this.#unnamed.has(block)) {
        this.#mark(block, place, pieces);
      }
    }
    this.#nameNewBlocks(works);
  }

  /** Where the block's bitmap is, in bytes; null where the block has no place. */
  #placeOf(block: number): number | null {
    const entry = this.#found.table.entry(block);
    return entry === ABSENT_ENTRY ? (this.#unnamed.get(block) ?? null) : entry * SECTOR_SIZE;
  }

  #writeBlock(chunk: WrittenChunk, block: number, pieces: readonly Piece[]): void {
    const place = this.#placeOf(block);
    if (place === null) {
      this.#writeNew(chunk, block, pieces);
    } else {
      const first = block * this.#sectorsPerBlock;
      this.#spans.write(chunk, pieces, first, place + this.#bitmapLength, 'keep');
    }
  }

  #writeNew(chunk: WrittenChunk, block: number, pieces: readonly Piece[]): void {
    const place = placeFor(this.#next, this.#bitmapLength);
    const dataOffset = place + this.#bitmapLength;
    const first = block * this.#sectorsPerBlock;
    if (place < this.#places.staleEnd) {
      this.#spans.writeWhole(chunk, pieces, first, first + this.#sectorsPerBlock, dataOffset);
    } else {
      this.#spans.write(chunk, pieces, first, dataOffset, 'zero');
    }
    this.#unnamed.set(block, place);
    this.#next = dataOffset + this.#parts.grid.blockSize;
  }

  #mark(block: number, place: number, pieces: readonly SectorRun[]): void {
    const bitmap = readPadded(this.#storage, place, this.#bitmapLength);
    this.#storage.write(place, this.#bitsOf(bitmap, block, pieces));
  }

  /** Sets the bits of pieces in a block's bitmap as it stands in the file. */
  #bitsOf(bitmap: Uint8Array, block: number, pieces: readonly SectorRun[]): Uint8Array {
    const used = bitmap.subarray(0, bitmapUsedLength(this.#parts.grid.blockSize));
    if (this.#isLittleEndian) {
      reverseBits(used);
    }
    const first = block * this.#sectorsPerBlock;
    for (const { sector, length } of pieces) {
      setBits(used, sector - first, sector - first + length);
    }
    if (this.#isLittleEndian) {
      reverseBits(used);
    }
    return bitmap;
  }

  /** New blocks come by rising number, so the entries that change lie close together. */
  #nameNewBlocks(works: readonly BlockWork[]): void {
    const { table, offset } = this.#found;
    const { words } = table;
    let run: number[] = [];
    const flushRun = (): void => {
      const [from, to] = [run[0], run.at(-1)];
      if (from !== undefined && to !== undefined) {
        const bytes = new Uint8Array(words.buffer, words.byteOffset + from * 4, (to + 1 - from) * 4);
        this.#storage.write(entryOffset(offset, from), bytes);
      }
      run = [];
    };
    for (const { block } of works) {
      const place = this.#unnamed.get(block);
      if (place === undefined) {
        continue;
      }
      this.#unnamed.delete(block);
      words[block] = swappedIfLittleEndian(place / SECTOR_SIZE);
      if (block - (run.at(-1) ?? block) > MAX_ENTRY_GAP) {
        flushRun();
      }
      run.push(block);
    }
    flushRun();
  }
}

/** Entries of the table that are no farther apart are written together: 4 KiB. */
const MAX_ENTRY_GAP = 1024;
