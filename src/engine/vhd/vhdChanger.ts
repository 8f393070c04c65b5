import { EngineError } from '../errors';
import type { ImageChanger, SectorsBelow } from '../imageChanger';
import type { Storage } from '../storage/storage';
import { SparseWriter } from './sparseWriter';
import { readParts, type SparseParts, type VhdParts } from './vhdParts';

/** Changes a VHD image. */
export class VhdChanger implements ImageChanger {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #below: SectorsBelow;
  /** As of the last change of a field; a writer keeps its own account of what it moves. */
  readonly #parts: VhdParts | SparseParts;
  #writer: SparseWriter | null = null;

  constructor(storage: Storage, path: string, below: SectorsBelow) {
    this.#storage = storage;
    this.#path = path;
    this.#below = below;
    this.#parts = readParts(storage, path);
  }

  setField(): readonly string[] {
    throw this.#notYet();
  }

  makeConsistent(): readonly string[] {
    throw this.#notYet();
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
    const blockCount = 'grid' in this.#parts ? this.#parts.grid.blockCount : 0;
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
    const { virtualSize } = this.#parts;
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
    const { footers, fileSize } = this.#parts;
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
    if ('grid' in this.#parts) {
      this.#writer ??= new SparseWriter(this.#parts, this.#below);
    }
    return this.#writer;
  }

  #notYet(): EngineError {
    const why = 'this is being built';
    return new EngineError('not-possible', { what: `Changing ${this.#path}`, why, remedy: 'wait for a later version' });
  }
}
