import { EngineError } from '../errors';
import type { ImageChanger, SectorsBelow } from '../imageChanger';
import { t } from '../l10n';
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
      const why = t('a fixed image has no sector bitmaps');
      throw new EngineError('not-possible', {
        what: t('Changing {0}', this.#path),
        why,
        remedy: t('write to its disk instead'),
      });
    }
    const parts = this.#readParts();
    const blockCount = 'grid' in parts ? parts.grid.blockCount : 0;
    if (!Number.isSafeInteger(block) || block < 0 || block >= blockCount) {
      throw new EngineError('out-of-range', {
        what: t('Block {0} of {1}', block, this.#path),
        why: t('the disk has blocks 0 to {0}', blockCount - 1),
        remedy: t('choose one of these'),
      });
    }
    writer.setSectorBits(block, firstSector, sectorCount, present);
  }

  writeDisk(offset: number, bytes: Uint8Array): void {
    const { virtualSize } = this.#readParts();
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes.length > virtualSize) {
      throw new EngineError('out-of-range', {
        what: t('Writing {0} bytes at offset {1} of the disk of {2}', bytes.length, offset, this.#path),
        why: t('the disk has offsets 0 to {0}', virtualSize - 1),
        remedy: t('choose some of these'),
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
        what: t('Writing to {0}', this.#path),
        why: t('the file is shorter than its virtual disk, and has no room there'),
        remedy: t('repair the image first'),
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
