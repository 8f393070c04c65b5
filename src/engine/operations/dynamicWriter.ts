import { SECTOR_SIZE } from '../image';
import type { Storage } from '../storage/storage';
import { withChecksum } from '../vhd/checksum';
import {
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  DYNAMIC_HEADER_LENGTH,
  encodeDynamicHeader,
  HEADER_VERSION,
} from '../vhd/dynamicHeader';
import { FOOTER_LENGTH, NO_DATA_OFFSET } from '../vhd/footer';
import { PARENT_LOCATOR_COUNT, UNUSED_LOCATOR, type ParentLocator } from '../vhd/parentLocator';
import { forEachContentRun } from '../storage/contentRuns';
import type { DiskWriter, NewImageFacts } from './diskWriter';
import { newFooter } from './newFooter';

/** Of the images that are made here. Bytes. */
export const BLOCK_SIZE = 2 * 1024 * 1024;
const SECTORS_A_BLOCK = BLOCK_SIZE / SECTOR_SIZE;
const BITMAP_LENGTH = SECTORS_A_BLOCK / 8;
const TABLE_OFFSET = FOOTER_LENGTH + DYNAMIC_HEADER_LENGTH;

/** As Windows lays its files out since version 8 (FORMAT 1.5): data, the end of the table and the file's length on such boundaries. */
const ALIGNMENT = 4096;

const ABSENT_ENTRY = 0xff;
/**
 * A dynamic VHD. A block gets its place when its first content comes, and blocks that are all zero get none. Within a block, what
 * is never written stays a hole of the file; all sectors of a block that has a place are marked as present.
 */
export class DynamicWriter implements DiskWriter {
  readonly #storage: Storage;
  readonly #facts: NewImageFacts;
  readonly #virtualSize: number;
  readonly #blockCount: number;
  /** The allocation table as it goes to the file, padded with absent entries. */
  readonly #table: Uint8Array;
  readonly #entries: DataView;
  /** Where the block that content came for last has its data; blocks come in order. */
  #block = -1;
  #dataOffset = -1;
  /** Where the next block may begin. */
  #end: number;
  #bytesWritten = 0;

  constructor(storage: Storage, virtualSize: number, facts: NewImageFacts) {
    this.#storage = storage;
    this.#facts = facts;
    this.#virtualSize = virtualSize;
    this.#blockCount = Math.ceil(virtualSize / BLOCK_SIZE);
    this.#end = roundUp(TABLE_OFFSET + this.#blockCount * 4);
    this.#table = new Uint8Array(this.#end - TABLE_OFFSET).fill(ABSENT_ENTRY);
    this.#entries = new DataView(this.#table.buffer);
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  write(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const block = Math.floor((offset + done) / BLOCK_SIZE);
      const inBlock = offset + done - block * BLOCK_SIZE;
      const part = bytes.subarray(done, done + BLOCK_SIZE - inBlock);
      forEachContentRun(part, (at, length) => {
        this.#put(this.#placeOf(block) + inBlock + at, part.subarray(at, at + length));
      });
      done += part.length;
    }
  }

  finish(): void {
    const footer = newFooter(this.#facts, this.#virtualSize, FOOTER_LENGTH);
    this.#put(0, footer);
    this.#put(FOOTER_LENGTH, this.#header());
    this.#put(TABLE_OFFSET, this.#table);
    this.#put(roundUp(this.#end + FOOTER_LENGTH) - FOOTER_LENGTH, footer);
  }

  /** Where the block's data lies; it gets a place if it has none. */
  #placeOf(block: number): number {
    if (block !== this.#block) {
      this.#block = block;
      this.#dataOffset = roundUp(this.#end + BITMAP_LENGTH);
      this.#end = this.#dataOffset + BLOCK_SIZE;
      const bitmapOffset = this.#dataOffset - BITMAP_LENGTH;
      this.#entries.setUint32(block * 4, bitmapOffset / SECTOR_SIZE);
      this.#put(bitmapOffset, this.#bitmapOf(block));
    }
    return this.#dataOffset;
  }

  /** All sectors of the block that lie on the disk. */
  #bitmapOf(block: number): Uint8Array {
    const bitmap = new Uint8Array(BITMAP_LENGTH);
    const sectorCount = Math.min(SECTORS_A_BLOCK, (this.#virtualSize - block * BLOCK_SIZE) / SECTOR_SIZE);
    bitmap.fill(0xff, 0, Math.floor(sectorCount / 8));
    if (sectorCount % 8 !== 0) {
      bitmap[Math.floor(sectorCount / 8)] = 0xff << (8 - (sectorCount % 8));
    }
    return bitmap;
  }

  #header(): Uint8Array {
    const header = encodeDynamicHeader({
      dataOffset: NO_DATA_OFFSET,
      tableOffset: BigInt(TABLE_OFFSET),
      headerVersion: HEADER_VERSION,
      maxTableEntries: this.#blockCount,
      blockSize: BLOCK_SIZE,
      checksum: 0,
      parentUniqueId: new Uint8Array(16),
      parentTimeStamp: 0,
      reserved: 0,
      parentUnicodeName: '',
      parentLocators: new Array<ParentLocator>(PARENT_LOCATOR_COUNT).fill(UNUSED_LOCATOR),
      reserved2: new Uint8Array(256),
    });
    return withChecksum(header, DYNAMIC_HEADER_CHECKSUM_OFFSET);
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#storage.write(offset, bytes);
    this.#bytesWritten += bytes.length;
  }
}

/**
 * What a dynamic image of a disk of `virtualSize` bytes takes beside its content where `blockCount` of its blocks have a place: headers, table, bitmaps and
 * footers, each with the padding to the boundary that follows. Bytes.
 */
export function dynamicOverhead(virtualSize: number, blockCount: number): number {
  const table = roundUp(TABLE_OFFSET + Math.ceil(virtualSize / BLOCK_SIZE) * 4);
  return table + blockCount * roundUp(BITMAP_LENGTH) + roundUp(FOOTER_LENGTH);
}

function roundUp(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
