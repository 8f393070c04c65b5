import { blockOwners, MAX_MAPPED_BLOCKS } from '../chain/blockOwners';
import { asOf, type Chain } from '../chain/chain';
import { NO_LAYER } from '../image';

export interface ExportProgress {
  /** Bytes of the disk, those that no layer has left out where that is known beforehand. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** Tells how far a copy is by what there is to be copied: a disk of 2 TiB may have its only gigabyte at its start. */
export class CopyProgress {
  readonly #virtualSize: number;
  readonly #blockSize: number;
  /** The top layer of each block; null where holes take their time too, or where the blocks are too many to be mapped. */
  readonly #top: Uint8Array | null;
  readonly #totalBytes: number;
  /** All before this block is done, and has so many bytes of the total. */
  #block = 0;
  #bytesBefore = 0;

  /** `countsHoles`: what no layer has takes its time too. */
  constructor(chain: Chain, layer: number, countsHoles: boolean) {
    const disk = asOf(chain, layer);
    const { blockSize, virtualSize } = disk.layers[0].image;
    const isMappable = disk.layers.every(({ image }) => image.blockCount <= MAX_MAPPED_BLOCKS);
    this.#virtualSize = virtualSize;
    this.#blockSize = blockSize;
    this.#top = countsHoles || !isMappable ? null : blockOwners(chain, layer).top;
    this.#totalBytes = this.#top?.reduce((sum, _, block) => sum + this.#bytesOf(block), 0) ?? virtualSize;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** `offset`: all bytes of the disk before it are done. Never less than at the call before. */
  at(offset: number): ExportProgress {
    if (this.#top === null) {
      return { doneBytes: offset, totalBytes: this.#totalBytes };
    }
    for (; this.#block < this.#top.length && this.#endOf(this.#block) <= offset; this.#block++) {
      this.#bytesBefore += this.#bytesOf(this.#block);
    }
    const inBlock = Math.max(0, offset - this.#block * this.#blockSize);
    const doneBytes = this.#bytesBefore + Math.min(inBlock, this.#bytesOf(this.#block));
    return { doneBytes, totalBytes: this.#totalBytes };
  }

  /** What a block counts for; 0 past the end. */
  #bytesOf(block: number): number {
    const isOwned = this.#top !== null && (this.#top[block] ?? NO_LAYER) !== NO_LAYER;
    return isOwned ? this.#endOf(block) - block * this.#blockSize : 0;
  }

  #endOf(block: number): number {
    return Math.min(this.#virtualSize, (block + 1) * this.#blockSize);
  }
}
