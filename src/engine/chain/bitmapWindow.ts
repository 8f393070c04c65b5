import { NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { copyBits, keepBitsBelow, sectorCountBytes } from './bits';

/**
 * Looks at the sector bitmaps of one image through the grid of another's blocks: blocks of the grid may be smaller or larger than the
 * image's own. Bits stand most significant first in each byte, as on disk; the buffers are used again for every block.
 *
 * A sector whose data lies past the end of the file counts as not present, and as damaged.
 */
export class BitmapWindow {
  readonly image: Image;
  /** One bit a sector of the block looked at: 1 = present in the image and in its file. Spare bits at the end are 0. */
  readonly bits: Int32Array;
  /** The same bits by bytes, without the spare ones. */
  readonly bytes: Uint8Array;
  readonly #gridSectors: number;
  readonly #ownSectors: number;
  /** The image's own block, where its grid is another one; `#ownBlock` is the block it holds, -1 for none. */
  readonly #own: Uint8Array;
  #ownBlock = -1;
  #ownPresent = false;
  #damagedRuns: DamagedRun[] = [];

  /** `gridBlockSize` in bytes, a power of two of at least one sector. */
  constructor(image: Image, gridBlockSize: number) {
    this.image = image;
    this.#gridSectors = gridBlockSize / SECTOR_SIZE;
    this.#ownSectors = image.blockSize / SECTOR_SIZE;
    this.bits = new Int32Array(Math.ceil(this.#gridSectors / 32));
    this.bytes = new Uint8Array(this.bits.buffer, 0, sectorCountBytes(this.#gridSectors));
    this.#own = new Uint8Array(this.#gridSectors === this.#ownSectors ? 0 : sectorCountBytes(this.#ownSectors));
  }

  /** Runs of damaged sectors of the block looked at, counted from its first sector; in order. */
  get damagedRuns(): readonly DamagedRun[] {
    return this.#damagedRuns;
  }

  /**
   * Looks at block `block` of the grid, which may lie past the image's end. Returns true where the image has any part of the block; where it
   * returns false, `bits` are what they were.
   */
  load(block: number): boolean {
    if (this.#damagedRuns.length > 0) {
      this.#damagedRuns = [];
    }
    if (this.#gridSectors === this.#ownSectors) {
      return block < this.image.blockCount && this.#loadOwn(block, this.bytes, 0);
    }
    return this.#gridSectors < this.#ownSectors ? this.#loadPartOfOwn(block) : this.#loadSeveralOwn(block);
  }

  /** True where the image has a place for any part of block `block` of the grid, by its table alone: where it returns false, so does `load`. */
  hasPlace(block: number): boolean {
    const first = Math.floor((block * this.#gridSectors) / this.#ownSectors);
    const end = Math.min(this.image.blockCount, first + Math.max(1, this.#gridSectors / this.#ownSectors));
    for (let own = first; own < end; own++) {
      if (this.image.blockOffset(own) !== NO_OFFSET) {
        return true;
      }
    }
    return false;
  }

  /** True where it takes no bitmap to know that the image and its file have every sector of block `block` of the grid: it is fixed. */
  isWhole(block: number): boolean {
    const { type, sectorCount, fileSize } = this.image;
    const isOnDisk = type === 'fixed' && (block + 1) * this.#gridSectors <= sectorCount;
    const last = isOnDisk ? this.fileOffset(block, this.#gridSectors - 1) : NO_OFFSET;
    return last !== NO_OFFSET && last + SECTOR_SIZE <= fileSize;
  }

  /** Where in the file sector `sector` of the grid's block `block` lies, in bytes; NO_OFFSET where the image does not have it. */
  fileOffset(block: number, sector: number): number {
    const diskSector = block * this.#gridSectors + sector;
    const ownBlock = Math.floor(diskSector / this.#ownSectors);
    const offset = ownBlock < this.image.blockCount ? this.image.blockOffset(ownBlock) : NO_OFFSET;
    return offset === NO_OFFSET ? NO_OFFSET : offset + (diskSector % this.#ownSectors) * SECTOR_SIZE;
  }

  /** The sector of the grid's block at which the image's next own block begins, or past the block's end. */
  placeEnd(block: number, sector: number): number {
    const diskSector = block * this.#gridSectors + sector;
    return sector + this.#ownSectors - (diskSector % this.#ownSectors);
  }

  /** Several blocks of the grid share one bitmap, which is read once for neighbours. */
  #loadPartOfOwn(block: number): boolean {
    const firstSector = block * this.#gridSectors;
    const ownBlock = Math.floor(firstSector / this.#ownSectors);
    if (ownBlock >= this.image.blockCount) {
      return false;
    }
    const from = firstSector % this.#ownSectors;
    if (ownBlock !== this.#ownBlock) {
      this.#ownBlock = ownBlock;
      this.#ownPresent = this.image.readBitmap(ownBlock, this.#own);
    }
    if (!this.#ownPresent) {
      this.#noteDamagedBlock(ownBlock, 0, this.#gridSectors);
      return false;
    }
    copyBits(this.#own, from, this.bytes, 0, this.#gridSectors);
    this.#dropPastEnd(this.image.blockOffset(ownBlock) + from * SECTOR_SIZE, this.bytes, this.#gridSectors, 0);
    return true;
  }

  #loadSeveralOwn(block: number): boolean {
    const perBlock = this.#gridSectors / this.#ownSectors;
    const firstOwn = block * perBlock;
    const count = Math.min(perBlock, this.image.blockCount - firstOwn);
    let isPresent = false;
    for (let index = 0; index < count; index++) {
      const at = index * this.#ownSectors;
      if (this.#loadOwn(firstOwn + index, this.#own, at)) {
        if (!isPresent) {
          this.bits.fill(0);
          isPresent = true;
        }
        copyBits(this.#own, 0, this.bytes, at, this.#ownSectors);
      }
    }
    return isPresent;
  }

  /** Reads the bitmap of one of the image's own blocks, whose first sector is sector `at` of the block looked at. */
  #loadOwn(ownBlock: number, target: Uint8Array, at: number): boolean {
    if (!this.image.readBitmap(ownBlock, target)) {
      this.#noteDamagedBlock(ownBlock, at, this.#ownSectors);
      return false;
    }
    if (this.#ownSectors < 8) {
      target[0] = (target[0] ?? 0) & (0xff << (8 - this.#ownSectors));
    }
    this.#dropPastEnd(this.image.blockOffset(ownBlock), target, this.#ownSectors, at);
    return true;
  }

  /** `offset` is where the first of `sectorCount` sectors lies in the file; those that end past its end are taken out of `bitmap`. */
  #dropPastEnd(offset: number, bitmap: Uint8Array, sectorCount: number, at: number): void {
    if (offset + sectorCount * SECTOR_SIZE <= this.image.fileSize) {
      return;
    }
    const inFile = Math.max(0, Math.floor((this.image.fileSize - offset) / SECTOR_SIZE));
    for (const run of keepBitsBelow(bitmap, inFile, sectorCount)) {
      this.#damagedRuns.push({ start: at + run.start, length: run.length, reason: 'past-end-of-file' });
    }
  }

  /** Which of its sectors the image had, nobody knows any more. */
  #noteDamagedBlock(ownBlock: number, start: number, length: number): void {
    if (this.image.isBlockDamaged(ownBlock)) {
      this.#damagedRuns.push({ start, length, reason: 'no-place' });
    }
  }
}

/** Sectors that an image has, or may have had, and that cannot be read. */
export interface DamagedRun {
  readonly start: number;
  readonly length: number;
  /** The data would lie past the end of the file, or the allocation table gives the block a place that cannot be. */
  readonly reason: 'past-end-of-file' | 'no-place';
}
