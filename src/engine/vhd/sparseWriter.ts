import { EngineError } from '../errors';
import type { SectorsBelow } from '../imageChanger';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { BatmapInFile } from './batmapInFile';
import { ABSENT_ENTRY, encodeTable, swappedIfLittleEndian } from './blockAllocationTable';
import { BlockBitmaps } from './blockBitmaps';
import { BlockPlaces } from './blockPlaces';
import { DISK_TYPE } from './footer';
import type { FoundTable } from './locateTable';
import { NewBlockPlaces } from './newBlockPlaces';
import { setBits } from './sectorBitmap';
import { entryOffset, takenByStructures, type TakenPlace } from './takenPlaces';
import type { SparseParts } from './vhdParts';

/** Bytes for one block. */
interface BlockWrite {
  readonly block: number;
  /** Where they begin, in bytes from the start of the block's data. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Where the block's bitmap is, in bytes of the file. */
  readonly place: number;
  /** The block has that place only from now on. */
  readonly isNew: boolean;
}

/**
 * Writes into a dynamic or differencing image as a guest would. What it knows of the file it has read at the beginning or written itself:
 * nobody else writes meanwhile.
 */
export class SparseWriter {
  readonly #parts: SparseParts;
  readonly #storage: Storage;
  readonly #found: FoundTable;
  readonly #below: SectorsBelow;
  readonly #places: BlockPlaces;
  readonly #bitmaps: BlockBitmaps;
  readonly #taken: readonly TakenPlace[];
  /** Where blocks are that were absent at the beginning. */
  readonly #placed = new Map<number, number>();
  /** Blocks at the beginning that are known to share their place with no other. */
  readonly #unshared = new Set<number>();
  #newPlaces: NewBlockPlaces | null = null;

  /** Throws EngineError `not-possible` where the blocks cannot be found. */
  constructor(parts: SparseParts, below: SectorsBelow) {
    if (parts.table === null) {
      throw notPossible(
        parts.path,
        t('its header or its block allocation table is damaged, and no block can be found'),
      );
    }
    this.#parts = parts;
    this.#storage = parts.storage;
    this.#found = parts.table;
    this.#below = below;
    this.#places = new BlockPlaces(parts);
    const batmap = BatmapInFile.read(parts);
    this.#bitmaps = new BlockBitmaps(parts, batmap?.isBelieved === true ? batmap : null);
    this.#taken = takenByStructures(parts);
  }

  /** `offset` in bytes of the virtual disk; all of `bytes` lies on it. */
  write(offset: number, bytes: Uint8Array): void {
    const writes = this.#plan(offset, bytes);
    this.#newPlaces?.moveFooter();
    for (const write of writes) {
      this.#put(write);
    }
    this.#bitmaps.save();
  }

  /** See `ImageChanger.setSectorBits`; the block is one of the disk's. */
  setSectorBits(block: number, firstSector: number, sectorCount: number, present: boolean): void {
    const place = this.#placeOf(block);
    if (place === null) {
      throw notPossible(
        this.#parts.path,
        t('block {0} has no place in the file, and so no bitmap', block),
        t('write to the disk there, which gives it one'),
      );
    }
    if (sectorCount < 1 || firstSector < 0 || firstSector + sectorCount > this.#bitmaps.sectorsOnDisk(block)) {
      throw new EngineError('out-of-range', {
        what: t('Sectors {0} to {1} of block {2}', firstSector, firstSector + sectorCount - 1, block),
        why: t('the block has sectors 0 to {0}', this.#bitmaps.sectorsOnDisk(block) - 1),
        remedy: t('choose some of these'),
      });
    }
    this.#checkFree(block, place, 0, 0);
    this.#bitmaps.change(block, place, firstSector, sectorCount, present);
    this.#bitmaps.save();
  }

  /** What is to be written where. Nothing is, where one of the blocks cannot take it. */
  #plan(offset: number, bytes: Uint8Array): BlockWrite[] {
    const { blockSize } = this.#parts.grid;
    const writes: BlockWrite[] = [];
    const takeBack = this.#newPlaces?.mark();
    try {
      for (let done = 0; done < bytes.length;) {
        const block = Math.floor((offset + done) / blockSize);
        const inBlock = offset + done - block * blockSize;
        const part = bytes.subarray(done, done + blockSize - inBlock);
        const write = this.#planBlock(block, inBlock, part);
        if (write !== null) {
          writes.push(write);
        }
        done += part.length;
      }
    } catch (error) {
      if (takeBack === undefined) {
        this.#newPlaces = null;
      } else {
        takeBack();
      }
      throw error;
    }
    return writes;
  }

  /** Null where nothing needs to be written. */
  #planBlock(block: number, offset: number, bytes: Uint8Array): BlockWrite | null {
    const place = this.#placeOf(block);
    if (place !== null) {
      this.#checkFree(block, place, offset, bytes.length);
      return { block, offset, bytes, place, isNew: false };
    }
    if (!this.#isDifferencing && bytes.every((byte) => byte === 0)) {
      return null;
    }
    return { block, offset, bytes, place: this.#newPlace(block), isNew: true };
  }

  #put({ block, offset, bytes, place, isNew }: BlockWrite): void {
    const bitmap = isNew ? this.#bitmaps.empty() : this.#bitmaps.read(place);
    const dataOffset = place + this.#places.bitmapLength;
    const first = Math.floor(offset / SECTOR_SIZE);
    const end = Math.ceil((offset + bytes.length) / SECTOR_SIZE);
    this.#putSectors(block, dataOffset, offset, bytes, bitmap);
    if (isNew) {
      // All sectors of a dynamic image's block are its own, as its makers have it; those not written are zero.
      const isAll = !this.#isDifferencing;
      setBits(bitmap, isAll ? 0 : first, isAll ? this.#bitmaps.sectorsOnDisk(block) : end);
      this.#bitmaps.write(block, place, bitmap);
      this.#name(block, place);
    } else {
      this.#bitmaps.change(block, place, first, end - first, true);
    }
  }

  /** Writes bytes into a block's data. Where only a part of a sector is written that is not in this image, the whole of it comes to be. */
  #putSectors(block: number, dataOffset: number, offset: number, bytes: Uint8Array, bitmap: Uint8Array): void {
    const firstLba = block * this.#bitmaps.sectorsPerBlock;
    let done = 0;
    while (done < bytes.length) {
      const sector = Math.floor((offset + done) / SECTOR_SIZE);
      const inSector = offset + done - sector * SECTOR_SIZE;
      const left = bytes.length - done;
      const isWhole = inSector === 0 && left >= SECTOR_SIZE;
      const length = isWhole ? left - (left % SECTOR_SIZE) : Math.min(left, SECTOR_SIZE - inSector);
      const part = bytes.subarray(done, done + length);
      const isOwned = ((bitmap[sector >>> 3] ?? 0) & (0x80 >>> (sector & 7))) !== 0;
      if (isWhole || isOwned) {
        this.#storage.write(dataOffset + offset + done, part);
      } else {
        const whole = new Uint8Array(SECTOR_SIZE);
        this.#below.read(firstLba + sector, whole);
        whole.set(part, inSector);
        this.#storage.write(dataOffset + sector * SECTOR_SIZE, whole);
      }
      done += length;
    }
  }

  /** Puts a block's place into the table. */
  #name(block: number, place: number): void {
    const entry = place / SECTOR_SIZE;
    this.#storage.write(entryOffset(this.#found.offset, block), encodeTable([entry]));
    this.#found.table.words[block] = swappedIfLittleEndian(entry);
    this.#placed.set(block, place);
  }

  /** Where a block's bitmap is; null where it is absent. */
  #placeOf(block: number): number | null {
    const placed = this.#placed.get(block);
    if (placed !== undefined) {
      return placed;
    }
    if (this.#places.isDamaged(block)) {
      throw notPossible(this.#parts.path, t('block {0} is said to lie where it cannot be', block));
    }
    const place = this.#places.bitmapOffset(block);
    return place < 0 ? null : place;
  }

  #newPlace(block: number): number {
    const { table, entryCount } = this.#found;
    const { path } = this.#parts;
    if (block >= table.length) {
      throw notPossible(path, t('the block allocation table has no entry for block {0}', block));
    }
    if (table.length < entryCount) {
      throw notPossible(path, t('the file ends within its block allocation table'));
    }
    this.#newPlaces ??= new NewBlockPlaces(this.#parts, this.#places);
    const place = this.#newPlaces.take();
    if (place === null) {
      const why = t(
        'there is no room for block {0}: the file ends at 2 TiB, or something is said to stand behind its end',
        block,
      );
      throw notPossible(path, why);
    }
    return place;
  }

  /** Throws where bytes of a block (`offset` from the start of its data) or its bitmap would go over anything else, or past the end of the file. */
  #checkFree(block: number, place: number, offset: number, length: number): void {
    if (this.#placed.has(block)) {
      return;
    }
    const { path, fileSize } = this.#parts;
    const { bitmapLength } = this.#places;
    const from = place + bitmapLength + offset;
    if (from + length > fileSize && length > 0) {
      throw notPossible(path, t('the file ends within block {0}', block));
    }
    const isOver = (start: number, end: number): boolean =>
      this.#taken.some((other) => other.offset < end && start < other.offset + other.length);
    if (isOver(place, place + bitmapLength) || isOver(from, from + length)) {
      throw notPossible(path, t('block {0} lies over another structure', block));
    }
    if (!this.#unshared.has(block)) {
      this.#checkUnshared(block, place);
      this.#unshared.add(block);
    }
  }

  /** One pass through the table. */
  #checkUnshared(block: number, place: number): void {
    const { table } = this.#found;
    const length = this.#places.bitmapLength + this.#parts.grid.blockSize;
    for (let other = 0; other < table.length; other++) {
      const entry = table.entry(other);
      const isNear = entry !== ABSENT_ENTRY && Math.abs(entry * SECTOR_SIZE - place) < length;
      if (isNear && other !== block && this.#places.bitmapOffset(other) >= 0) {
        throw notPossible(this.#parts.path, t('blocks {0} and {1} lie over each other', block, other));
      }
    }
  }

  get #isDifferencing(): boolean {
    return this.#parts.footers.best.footer.diskType === DISK_TYPE.differencing;
  }
}

function notPossible(path: string, why: string, remedy = t('check the image and repair it first')): EngineError {
  return new EngineError('not-possible', { what: t('Writing to {0}', path), why, remedy });
}
