import { EngineError } from '../errors';
import type { ImageChanger, SectorsBelow } from '../imageChanger';
import type { Storage } from '../storage/storage';
import { makeConsistent } from './consistency';
import { setField } from './fieldEdit';
import { SparseWriter } from './sparseWriter';
import { readParts, type SparseParts, type VhdParts } from './vhdParts';

/** Changes a VHD image. */
export class VhdChanger implements ImageChanger {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #below: SectorsBelow;
  /** As of the last change of a field, null where they are to be read anew; a writer keeps its own account of what it moves. */
  #parts: VhdParts | SparseParts | null;
  #writer: SparseWriter | null = null;

  constructor(storage: Storage, path: string, below: SectorsBelow) {
    this.#storage = storage;
    this.#path = path;
    this.#below = below;
    this.#parts = readParts(storage, path);
  }

  setField(node: string, text: string, alone: boolean): readonly string[] {
    return this.#afterwards(setField(this.#settledParts(), node, text, alone));
  }

  makeConsistent(node: string): readonly string[] {
    return this.#afterwards(makeConsistent(this.#settledParts(), node));
  }

  setSectorBits(block: number, firstSector: number, sectorCount: number, present: boolean): void {
    const writer = this.#sparseWriter();
    if (writer === null) {
      const why = 'a fixed image has no sector bitmaps';
      throw new EngineError('not-possible', {
        what: `Changing ${this.#path}`,
        why,
        remedy: 'write to its disk instead',
      });
    }
    const parts = this.#readParts();
    const blockCount = 'grid' in parts ? parts.grid.blockCount : 0;
    if (!Number.isSafeInteger(block) || block < 0 || block >= blockCount) {
      throw new EngineError('out-of-range', {
        what: `Block ${block} of ${this.#path}`,
        why: `the disk has blocks 0 to ${blockCount - 1}`,
        remedy: 'choose one of these',
      });
    }
    writer.setSectorBits(block, firstSector, sectorCount, present);
  }

  writeDisk(offset: number, bytes: Uint8Array): void {
    const { virtualSize } = this.#readParts();
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes.length > virtualSize) {
      throw new EngineError('out-of-range', {
        what: `Writing ${bytes.length} bytes at offset ${offset} of the disk of ${this.#path}`,
        why: `the disk has offsets 0 to ${virtualSize - 1}`,
        remedy: 'choose some of these',
      });
    }
    const writer = this.#sparseWriter();
    if (writer !== null) {
      writer.write(offset, bytes);
    } else {
      this.#writeFixed(offset, bytes);
    }
  }

  /** The content of a fixed disk reaches from the head of the file to the footer. */
  #writeFixed(offset: number, bytes: Uint8Array): void {
    const { footers, fileSize } = this.#readParts();
    if (offset + bytes.length > (footers.tail?.offset ?? fileSize)) {
      throw new EngineError('not-possible', {
        what: `Writing to ${this.#path}`,
        why: 'the file is shorter than its virtual disk, and has no room there',
        remedy: 'repair the image first',
      });
    }
    this.#storage.write(offset, bytes);
  }

  #sparseWriter(): SparseWriter | null {
    const parts = this.#readParts();
    if ('grid' in parts) {
      this.#writer ??= new SparseWriter(parts, this.#below);
    }
    return this.#writer;
  }

  /** Has read anew what a change of structures may have changed. */
  #afterwards(changed: readonly string[]): readonly string[] {
    this.#parts = null;
    this.#writer = null;
    return changed;
  }

  /** With what a writer has moved. */
  #settledParts(): VhdParts | SparseParts {
    if (this.#writer !== null) {
      this.#afterwards([]);
    }
    return this.#readParts();
  }

  #readParts(): VhdParts | SparseParts {
    this.#parts ??= readParts(this.#storage, this.#path);
    return this.#parts;
  }
}
