import { SECTOR_SIZE } from '../image';

/** Neighbouring sectors of the virtual disk whose bytes lie side by side in a batch. */
export interface Piece {
  /** LBA of the first sector. */
  readonly sector: number;
  /** Sectors. */
  readonly length: number;
  /** Where its bytes begin in the batch. */
  readonly offset: number;
}

/** What one block of the ancestor gets from a batch. */
export interface BlockWork {
  /** Of the ancestor. */
  readonly block: number;
  /** By rising sector; none adjoins the next. */
  readonly pieces: readonly Piece[];
}

/** Sectors that are read, written, flushed and compared together. */
export class MergeBatch {
  readonly bytes: Uint8Array;
  #works: { readonly block: number; readonly pieces: Piece[] }[] = [];
  #used = 0;

  /** `size` in bytes, a whole number of sectors. */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  get works(): readonly BlockWork[] {
    return this.#works;
  }

  /** Sectors that it still has room for. */
  get roomSectors(): number {
    return (this.bytes.length - this.#used) / SECTOR_SIZE;
  }

  /** Makes room for sectors of a block, `length` of them from LBA `sector` on; the caller fills it. Blocks and sectors come in order. */
  add(block: number, sector: number, length: number): Uint8Array {
    const offset = this.#used;
    this.#used += length * SECTOR_SIZE;
    let work = this.#works.at(-1);
    if (work?.block !== block) {
      work = { block, pieces: [] };
      this.#works.push(work);
    }
    const last = work.pieces.at(-1);
    if (last !== undefined && last.sector + last.length === sector) {
      work.pieces[work.pieces.length - 1] = { ...last, length: last.length + length };
    } else {
      work.pieces.push({ sector, length, offset });
    }
    return this.bytes.subarray(offset, this.#used);
  }

  /** The bytes of a piece. */
  bytesOf({ offset, length }: Piece): Uint8Array {
    return this.bytes.subarray(offset, offset + length * SECTOR_SIZE);
  }

  clear(): void {
    this.#works = [];
    this.#used = 0;
  }
}

/** Sectors that pieces hold together. */
export function sectorsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
