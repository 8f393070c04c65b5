import { FIXED_BLOCK_SIZE, NO_LAYER, NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { bitmapUsedLength, fillBits } from './sectorBitmap';
import { VhdImageFacts } from './vhdImageFacts';
import type { VhdParts } from './vhdParts';
import { VhdStructure } from './vhdStructure';

const SECTORS_PER_BLOCK = FIXED_BLOCK_SIZE / SECTOR_SIZE;

/** A fixed image: the content of the disk from the head of the file on, every sector of it present. */
export class FixedImage extends VhdImageFacts implements Image {
  readonly blockSize = FIXED_BLOCK_SIZE;
  readonly blockCount: number;
  readonly allocatedBlockCount: number;
  private readonly parts: VhdParts;

  constructor(parts: VhdParts) {
    super(parts);
    this.parts = parts;
    this.blockCount = Math.ceil(this.virtualSize / FIXED_BLOCK_SIZE);
    this.allocatedBlockCount = Math.min(this.blockCount, Math.ceil(this.fileSize / FIXED_BLOCK_SIZE));
  }

  blockOffset(block: number): number {
    return this.isInFile(block) ? block * FIXED_BLOCK_SIZE : NO_OFFSET;
  }

  /** True for the blocks that a file lacks that was cut off. */
  isBlockDamaged(block: number): boolean {
    return block >= 0 && block < this.blockCount && !this.isInFile(block);
  }

  markAllocated(top: Uint8Array, shared: Uint8Array, layer: number): void {
    for (let block = 0; block < this.allocatedBlockCount; block++) {
      if (top[block] === NO_LAYER) {
        top[block] = layer;
      } else {
        shared[block] = 1;
      }
    }
  }

  readBitmap(block: number, bitmap: Uint8Array): boolean {
    if (!this.isInFile(block)) {
      return false;
    }
    const used = bitmap.subarray(0, bitmapUsedLength(FIXED_BLOCK_SIZE));
    fillBits(used, Math.min(SECTORS_PER_BLOCK, this.sectorCount - block * SECTORS_PER_BLOCK));
    return true;
  }

  protected override makeStructure(): VhdStructure {
    return new VhdStructure(this.parts, null);
  }

  private isInFile(block: number): boolean {
    return block >= 0 && block < this.allocatedBlockCount;
  }
}
