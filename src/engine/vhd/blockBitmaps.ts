import { SECTOR_SIZE } from '../image';
import { readPadded, type Storage } from '../storage/storage';
import type { BatmapInFile } from './batmapInFile';
import { hasLittleEndianBitmaps } from './creator';
import { bitmapUsedLength, hasAllBits, reverseBits, setBits } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** The sector bitmaps of an image's blocks, as they are changed: most significant bit first, whoever made the image. */
export class BlockBitmaps {
  readonly sectorsPerBlock: number;
  readonly #storage: Storage;
  readonly #sectorCount: number;
  readonly #usedLength: number;
  readonly #isLittleEndian: boolean;
  readonly #batmap: BatmapInFile | null;

  /** `batmap`: null where there is none that anybody believes. */
  constructor({ storage, virtualSize, grid, footers }: SparseParts, batmap: BatmapInFile | null) {
    this.#storage = storage;
    this.#sectorCount = virtualSize / SECTOR_SIZE;
    this.sectorsPerBlock = grid.blockSize / SECTOR_SIZE;
    this.#usedLength = bitmapUsedLength(grid.blockSize);
    this.#isLittleEndian = hasLittleEndianBitmaps(footers.best.footer);
    this.#batmap = batmap;
  }

  /** Sectors of a block that lie on the disk. */
  sectorsOnDisk(block: number): number {
    return Math.max(0, Math.min(this.sectorsPerBlock, this.#sectorCount - block * this.sectorsPerBlock));
  }

  /** A bitmap without a bit. */
  empty(): Uint8Array {
    return new Uint8Array(this.#usedLength);
  }

  /** The bitmap at `place` (bytes in the file), as far as it has bits of sectors. */
  read(place: number): Uint8Array {
    const bitmap = readPadded(this.#storage, place, this.#usedLength);
    if (this.#isLittleEndian) {
      reverseBits(bitmap);
    }
    return bitmap;
  }

  /** Writes a block's bitmap and has the batmap say what it says; `bitmap` is not to be used any more. */
  write(block: number, place: number, bitmap: Uint8Array): void {
    this.#tellBatmap(block, bitmap);
    if (this.#isLittleEndian) {
      reverseBits(bitmap);
    }
    this.#storage.write(place, bitmap);
  }

  /** Sets or clears the bits of sectors, counted from the block's first. Nothing is written where they are so already. */
  change(block: number, place: number, from: number, count: number, value: boolean): void {
    const before = this.read(place);
    const bitmap = before.slice();
    setBits(bitmap, from, from + count, value);
    if (bitmap.some((byte, index) => byte !== before[index])) {
      this.write(block, place, bitmap);
    }
  }

  /** Has the batmap say what the bitmap at `place` says; null: the block is absent. */
  retell(block: number, place: number | null): void {
    this.#tellBatmap(block, place === null ? this.empty() : this.read(place));
  }

  save(): void {
    this.#batmap?.save();
  }

  /** Readers differ in whether the sectors past the disk's end count: where only these are missing, the batmap is left as it is. */
  #tellBatmap(block: number, bitmap: Uint8Array): void {
    if (hasAllBits(bitmap, 0, this.sectorsPerBlock)) {
      this.#batmap?.setWhole(block, true);
    } else if (!hasAllBits(bitmap, 0, this.sectorsOnDisk(block))) {
      this.#batmap?.setWhole(block, false);
    }
  }
}
