import { scanSectors } from '../engine/index';
import type { Chain } from '../engine/chain/chain';
import type { SectorTotals } from '../engine/chain/sectorScan';
import type { SectorGrainRun } from '../protocol/session';

/** Blocks whose bitmaps are read in one step: with eight layers some milliseconds, after which a question can be answered. */
const BLOCKS_PER_STEP = 256;

/** Reads the sector bitmaps of the disk as of one layer, step by step, and keeps what it read. */
export class SectorScan {
  readonly asOf: number;
  readonly blockCount: number;
  readonly #steps: ReturnType<typeof scanSectors>;
  readonly #main: Uint8Array;
  readonly #second: Uint8Array;
  readonly #ownerCount: Uint8Array;
  readonly #filled: Uint8Array;
  #readCount = 0;
  #totals: SectorTotals | null = null;

  /** `blockCount`: that of layer `asOf`. */
  constructor(chain: Chain, asOf: number, blockCount: number) {
    this.asOf = asOf;
    this.blockCount = blockCount;
    this.#steps = scanSectors(chain, asOf, BLOCKS_PER_STEP);
    this.#main = new Uint8Array(blockCount);
    this.#second = new Uint8Array(blockCount);
    this.#ownerCount = new Uint8Array(blockCount);
    this.#filled = new Uint8Array(blockCount);
  }

  /** Blocks read so far, from block 0 on. */
  get readCount(): number {
    return this.#readCount;
  }

  /** Once every bitmap is read, or could not be; null before. */
  get totals(): SectorTotals | null {
    return this.#totals;
  }

  /** Reads the bitmaps of some more blocks. Does nothing once all are read. */
  step(): void {
    if (this.#totals !== null) return;
    const next = this.#steps.next();
    if (next.done === true) {
      this.#totals = next.value;
      return;
    }
    const { firstBlock, main, second, ownerCount, filled } = next.value;
    this.#main.set(main, firstBlock);
    this.#second.set(second, firstBlock);
    this.#ownerCount.set(ownerCount, firstBlock);
    this.#filled.set(filled, firstBlock);
    this.#readCount = firstBlock + main.length;
  }

  /** A copy of what is known of blocks `from` (inclusive) to `to` (exclusive), at most `readCount`. */
  run(from: number, to: number): SectorGrainRun {
    return {
      asOf: this.asOf,
      firstBlock: from,
      main: this.#main.slice(from, to),
      second: this.#second.slice(from, to),
      ownerCount: this.#ownerCount.slice(from, to),
      filled: this.#filled.slice(from, to),
    };
  }
}
