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

/** A run that a team copies from file to file, past the chunk's own bytes. */
export interface CarriedRun<Run extends SectorRun> {
  /** Of the ancestor. */
  readonly block: number;
  readonly run: Run;
}

/**
 * Sectors that are read, written and compared together: few enough to stay in the processor's own memory meanwhile. `Run` says where the sectors of a
 * run that is carried come from.
 */
export class MergeChunk<Run extends SectorRun = SectorRun> {
  readonly #bytes: Uint8Array;
  readonly #sectorCount: number;
  readonly #works = new WorkList<Piece>();
  readonly #touched = new WorkList<SectorRun>();
  #carried: CarriedRun<Run>[] = [];
  #used = 0;
  #sectors = 0;

  /** `sectorCount`: how many it holds. */
  constructor(sectorCount: number) {
    this.#sectorCount = sectorCount;
    this.#bytes = new Uint8Array(sectorCount * SECTOR_SIZE);
  }

  /** What it has the bytes of. */
  get works(): readonly BlockWork<Piece>[] {
    return this.#works.all;
  }

  /** All that it brings, by block. */
  get touched(): readonly BlockWork[] {
    return this.#touched.all;
  }

  get carried(): readonly CarriedRun<Run>[] {
    return this.#carried;
  }

  /** Sectors that it holds now, and that it still has room for. */
  get sectors(): number {
    return this.#sectors;
  }

  get roomSectors(): number {
    return this.#sectorCount - this.#sectors;
  }

  /** Makes room for sectors of a block, `length` of them from LBA `sector` on; the caller fills it. Blocks and sectors come in order. */
  add(block: number, sector: number, length: number): Uint8Array {
    const offset = this.#used;
    this.#used += length * SECTOR_SIZE;
    this.#sectors += length;
    const piece = { sector, length, offset };
    this.#works.add(block, piece);
    this.#touched.add(block, piece);
    return this.#bytes.subarray(offset, this.#used);
  }

  /** Takes in a run whose bytes a team copies. It comes in order with the others. */
  carry(block: number, run: Run): void {
    this.#sectors += run.length;
    this.#carried.push({ block, run });
    this.#touched.add(block, run);
  }

  /** The bytes of a piece. */
  bytesOf({ offset, length }: Piece): Uint8Array {
    return this.#bytes.subarray(offset, offset + length * SECTOR_SIZE);
  }

  clear(): void {
    this.#works.clear();
    this.#touched.clear();
    this.#carried = [];
    this.#used = 0;
    this.#sectors = 0;
  }
}

/** Runs by block, neighbours joined. */
class WorkList<Run extends SectorRun> {
  #all: { readonly block: number; readonly pieces: Run[] }[] = [];

  get all(): readonly BlockWork<Run>[] {
    return this.#all;
  }

  /** Blocks and sectors come in order. */
  add(block: number, run: Run): void {
    let work = this.#all.at(-1);
    if (work?.block !== block) {
      work = { block, pieces: [] };
      this.#all.push(work);
    }
    const last = work.pieces.at(-1);
    if (last !== undefined && last.sector + last.length === run.sector) {
      work.pieces[work.pieces.length - 1] = { ...last, length: last.length + run.length };
    } else {
      work.pieces.push(run);
    }
  }

  clear(): void {
    this.#all = [];
  }
}

/** What chunks bring, until it is made to be seen all at once. */
export class MergeBatch {
  readonly #works = new WorkList<SectorRun>();
  #sectors = 0;

  get works(): readonly BlockWork[] {
    return this.#works.all;
  }

  get sectors(): number {
    return this.#sectors;
  }

  /** Chunks come in order. */
  take(chunk: Pick<MergeChunk, 'sectors' | 'touched'>): void {
    this.#sectors += chunk.sectors;
    for (const { block, pieces } of chunk.touched) {
      for (const piece of pieces) {
        this.#works.add(block, piece);
      }
    }
  }
}
