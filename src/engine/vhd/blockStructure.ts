import type { Image } from '../image';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { StructureNode } from '../structure';
import type { BlockPlaces } from './blockPlaces';
import { grouped, sizeText } from './fieldText';
import { sectorsText } from './sectorRanges';
import { covers, nodeOf, type Sketch } from './structureTree';

const ID = 'blocks';

/** What this structure asks of the image. */
export type BlockSource = Pick<Image, 'blockSize' | 'blockCount' | 'sectorCount' | 'fileSize' | 'readBitmap'>;

/** The data blocks in the order in which they lie in the file, each with its bitmap and its data. */
export class BlockStructure {
  private readonly places: BlockPlaces;
  private readonly image: BlockSource;
  /** Blocks that have a place, sorted by it; made when first asked for. */
  private sorted: SortedBlocks | null = null;
  private rootNode: StructureNode | null | undefined;

  constructor(places: BlockPlaces, image: BlockSource) {
    this.places = places;
    this.image = image;
  }

  /** Null where no block has a place. */
  root(index: number): StructureNode | null {
    this.rootNode ??= this.makeRoot();
    return this.rootNode === null ? null : { ...this.rootNode, index };
  }

  private makeRoot(): StructureNode | null {
    const extent = this.places.extent();
    if (extent === null) {
      return null;
    }
    const { first, last, count } = extent;
    const length = this.endOfBitmap(last) - first;
    const hint = t('{0} of {1}', grouped(count), sizeText(this.image.blockSize));
    return nodeOf({ key: ID, name: t('Data Blocks'), offset: first, length, hint }, ID, 0, count);
  }

  /** Null where the id is not this structure's. */
  children(id: string, from: number, count: number): readonly StructureNode[] | null {
    if (id === ID) {
      const { blocks } = this.inFileOrder();
      return Array.from(blocks.subarray(from, from + count), (block, i) => this.block(block, from + i));
    }
    const block = /^blocks\/(\d+)$/.exec(id)?.[1];
    if (block === undefined) {
      return id.startsWith(`${ID}/`) ? [] : null;
    }
    return this.parts(Number(block)).slice(from, from + count);
  }

  /** The nodes from the root to the bitmap or the data at a byte; between the blocks the root alone, outside all of them nothing. */
  at(offset: number, rootIndex: number): readonly StructureNode[] {
    const root = this.root(rootIndex);
    if (root === null || !covers(root, offset)) {
      return [];
    }
    const { blocks, offsets } = this.inFileOrder();
    const index = lastNotAbove(offsets, offset);
    const block = blocks[index];
    const part = block === undefined ? undefined : this.parts(block).find((node) => covers(node, offset));
    return block === undefined || part === undefined ? [root] : [root, this.block(block, index), part];
  }

  /** The nodes from the root to the bitmap of a block; empty where it has no place. */
  bitmapOf(block: number, rootIndex: number): readonly StructureNode[] {
    const root = this.root(rootIndex);
    const [bitmap] = block >= 0 && block < this.image.blockCount ? this.parts(block) : [];
    if (root === null || bitmap === undefined) {
      return [];
    }
    return [root, this.block(block, this.inFileOrder().blocks.indexOf(block)), bitmap];
  }

  private block(block: number, index: number): StructureNode {
    const offset = this.places.bitmapOffset(block);
    const sectorsPerBlock = this.image.blockSize / SECTOR_SIZE;
    const firstSector = block * sectorsPerBlock;
    const lastSector = Math.min(firstSector + sectorsPerBlock, this.image.sectorCount) - 1;
    const sketch = {
      key: String(block),
      name: t('Block {0}', grouped(block)),
      offset,
      length: this.endOf(block) - offset,
      hint: t('LBA {0} to {1}', grouped(firstSector), grouped(lastSector)),
    };
    return nodeOf(sketch, `${ID}/${block}`, index, 2);
  }

  /** The bitmap and the data of a block; empty where it has no place. */
  private parts(block: number): readonly StructureNode[] {
    const offset = this.places.bitmapOffset(block);
    if (offset < 0) {
      return [];
    }
    const id = `${ID}/${block}`;
    const { bitmapLength } = this.places;
    const dataOffset = offset + bitmapLength;
    const missing = dataOffset + this.image.blockSize - this.endOf(block);
    const bitmap = {
      key: 'bitmap',
      name: t('Sector Bitmap'),
      offset,
      length: bitmapLength,
      ...this.bitmapSketch(block),
    };
    const data = {
      key: 'data',
      name: 'Data',
      offset: dataOffset,
      length: this.image.blockSize - missing,
      hint: missing === 0 ? sizeText(this.image.blockSize) : t('{0} missing at the end of the file', sizeText(missing)),
    };
    return [nodeOf(bitmap, `${id}/bitmap`, 0, 0), nodeOf(data, `${id}/data`, 1, 0)];
  }

  private bitmapSketch(block: number): Pick<Sketch, 'value' | 'editableAs' | 'editText'> {
    const sectorsPerBlock = this.image.blockSize / SECTOR_SIZE;
    const bitmap = new Uint8Array(Math.ceil(sectorsPerBlock / 8));
    this.image.readBitmap(block, bitmap);
    let present = 0;
    for (const byte of bitmap) {
      for (let bits = byte; bits !== 0; bits &= bits - 1) {
        present++;
      }
    }
    const onDisk = Math.min(sectorsPerBlock, this.image.sectorCount - block * sectorsPerBlock);
    return {
      value: t('{0} of {1} sectors present', grouped(present), grouped(onDisk)),
      editableAs: { kind: 'sectors', count: onDisk },
      editText: sectorsText(bitmap, onDisk),
    };
  }

  private endOf(block: number): number {
    return this.endOfBitmap(this.places.bitmapOffset(block));
  }

  /** Where the block of a bitmap ends in the file, which may have lost its end. */
  private endOfBitmap(offset: number): number {
    return Math.min(offset + this.places.bitmapLength + this.image.blockSize, this.image.fileSize);
  }

  private inFileOrder(): SortedBlocks {
    this.sorted ??= sortBlocks(this.places, this.image.blockCount);
    return this.sorted;
  }
}

interface SortedBlocks {
  readonly blocks: Uint32Array;
  /** Where each one's bitmap begins, in bytes. */
  readonly offsets: Float64Array;
}

/** Sorted by the machine, a key of 64 bits for each: a million comparisons by a function of ours take a second. */
function sortBlocks(places: BlockPlaces, blockCount: number): SortedBlocks {
  const blocks = new Uint32Array(places.extent()?.count ?? 0);
  const offsets = new Float64Array(blocks.length);
  let isSorted = true;
  for (let block = 0, i = 0; block < blockCount; block++) {
    const offset = places.bitmapOffset(block);
    if (offset >= 0) {
      blocks[i] = block;
      offsets[i] = offset;
      isSorted &&= i === 0 || offset >= (offsets[i - 1] ?? 0);
      i++;
    }
  }
  if (!isSorted) {
    const keys = BigUint64Array.from(
      blocks,
      (block, i) => (BigInt((offsets[i] ?? 0) / SECTOR_SIZE) << 32n) | BigInt(block),
    ).sort();
    for (let i = 0; i < blocks.length; i++) {
      const block = Number((keys[i] ?? 0n) & 0xffff_ffffn);
      blocks[i] = block;
      offsets[i] = places.bitmapOffset(block);
    }
  }
  return { blocks, offsets };
}

/** Index of the last number that is not above `limit`, in numbers that ascend; -1 where all are. */
function lastNotAbove(numbers: Float64Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
