import { NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { BlockPlaces } from './blockPlaces';
import { hasLittleEndianBitmaps } from './creator';
import { bitmapUsedLength, clearBitsFrom, reverseBits } from './sectorBitmap';
import { VhdImageFacts } from './vhdImageFacts';
import type { SparseParts } from './vhdParts';
import { VhdStructure } from './vhdStructure';

/** A dynamic or differencing image: blocks wherever the table says, each behind the bitmap of its sectors. */
export class SparseImage extends VhdImageFacts implements Image {
  readonly blockSize: number;
  readonly blockCount: number;
  private readonly parts: SparseParts;
  private readonly places: BlockPlaces;
  private readonly usedLength: number;
  private readonly sectorsPerBlock: number;
  private readonly isLittleEndian: boolean;
  private countedBlocks: number | null = null;

  constructor(parts: SparseParts) {
    super(parts);
    this.parts = parts;
    this.blockSize = parts.grid.blockSize;
    this.blockCount = parts.grid.blockCount;
    this.places = new BlockPlaces(parts);
    this.usedLength = bitmapUsedLength(this.blockSize);
    this.sectorsPerBlock = this.blockSize / SECTOR_SIZE;
    this.isLittleEndian = hasLittleEndianBitmaps(parts.footers.best.footer);
  }

  /** Counted when it is asked for: the layers of a chain are mapped without it. */
  get allocatedBlockCount(): number {
    this.countedBlocks ??= this.parts.table?.table.countUsed() ?? 0;
    return this.countedBlocks;
  }

  blockOffset(block: number): number {
    const bitmapOffset = this.places.bitmapOffset(block);
    return bitmapOffset < 0 ? NO_OFFSET : bitmapOffset + this.places.bitmapLength;
  }

  isBlockDamaged(block: number): boolean {
    return this.places.isDamaged(block);
  }

  markAllocated(top: Uint8Array, shared: Uint8Array, layer: number): void {
    this.places.markAllocated(top, shared, layer);
  }

  readBitmap(block: number, bitmap: Uint8Array): boolean {
    const offset = this.places.bitmapOffset(block);
    if (offset < 0) {
      return false;
    }
    const used = bitmap.length === this.usedLength ? bitmap : bitmap.subarray(0, this.usedLength);
    const count = this.storage.read(offset, used);
    if (count < used.length) {
      // The file shrank since it was opened.
      used.fill(0, count);
    }
    if (this.isLittleEndian) {
      reverseBits(used);
    }
    const sectorsLeft = this.sectorCount - block * this.sectorsPerBlock;
    if (sectorsLeft < used.length * 8) {
      clearBitsFrom(used, Math.min(sectorsLeft, this.sectorsPerBlock));
    } else if (this.sectorsPerBlock < 8) {
      clearBitsFrom(used, this.sectorsPerBlock);
    }
    return true;
  }

  protected override makeStructure(): VhdStructure {
    return new VhdStructure(this.parts, { places: this.places, image: this });
  }
}
