import { SECTOR_SIZE } from '../image';

/** Neighbouring sectors of the virtual disk. */
export interface SectorRun {
  /** LBA of the first sector. */
  readonly sector: number;
  /** Sectors. */
  readonly length: number;
}

/** Neighbouring sectors whose bytes lie side by side in a chunk. */
export interface Piece extends SectorRun {
  /** Where its bytes begin in the chunk. */
  readonly offset: number;
}

/** What one block of the ancestor gets. */
export interface BlockWork<Run extends SectorRun = SectorRun> {
  /** Of the ancestor. */
  readonly block: number;
  /** By rising sector; none adjoins the next. */
  readonly pieces: readonly Run[];
}

/** Sectors that are read, written and compared together: few enough to stay in the processor's own memory meanwhile. */
export class MergeChunk {
  readonly #bytes: Uint8Array;
  #works: { readonly block: number; readonly pieces: Piece[] }[] = [];
  #used = 0;

  /** `sectorCount`: how many it holds. */
  constructor(sectorCount: number) {
    this.#bytes = new Uint8Array(sectorCount * SECTOR_SIZE);
  }

  get works(): readonly BlockWork<Piece>[] {
    return this.#works;
  }

  /** Sectors that it holds now, and that it still has room for. */
  get sectors(): number {
    return this.#used / SECTOR_SIZE;
  }

  get roomSectors(): number {
    return (this.#bytes.length - this.#used) / SECTOR_SIZE;
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
    return this.#bytes.subarray(offset, this.#used);
  }

  /** The bytes of a piece. */
  bytesOf({ offset, length }: Piece): Uint8Array {
    return this.#bytes.subarray(offset, offset + length * SECTOR_SIZE);
  }

  clear(): void {
    this.#works = [];
    this.#used = 0;
  }
}

/** What chunks bring, until it is made to be seen all at once. */
export class MergeBatch {
  #works: { readonly block: number; readonly pieces: SectorRun[] }[] = [];
  #sectors = 0;

  get works(): readonly BlockWork[] {
    return this.#works;
  }

  get sectors(): number {
    return this.#sectors;
  }

  /** Chunks come in order. */
  take(chunk: MergeChunk): void {
    this.#sectors += chunk.sectors;
    for (const { block, pieces } of chunk.works) {
      const last = this.#works.at(-1);
      if (last?.block === block) {
        last.pieces.push(...pieces);
      } else {
        this.#works.push({ block, pieces: [...pieces] });
      }
    }
  }

  clear(): void {
    this.#works = [];
    this.#sectors = 0;
  }
}
