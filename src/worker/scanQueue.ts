import type { SectorTotals } from '../engine/chain/sectorScan';
import type { ImageSession } from './session';
import { SectorScan } from './sectorScan';
import type { WorkerNotification } from './wire';

/** How long the scan holds the thread before questions are let through, in milliseconds. */
const SLICE_TIME = 10;

/** Told at once that many blocks; fewer only when so much time has passed since the last run. */
const BLOCKS_PER_RUN = 64 * 1024;
const TIME_PER_RUN = 100;

/** Scans that are kept when they are done, so that a page that is shown again need not wait: 4 bytes a block each. */
const MAX_KEPT_SCANS = 4;

/**
 * The sector bitmaps that are still to be read, one chosen layer after the other. It never works by itself: whoever owns it calls
 * `work` as long as it has time to give.
 */
export class ScanQueue {
  readonly #session: ImageSession;
  readonly #tell: (notification: WorkerNotification) => void;
  readonly #now: () => number;
  /** The scans that are begun or done, the one that was wanted last at the end. */
  readonly #scans = new Map<number, SectorScan>();
  /** Layers whose runs are still to be told, the next one first, and how many blocks of it were told. */
  #wanted: { readonly asOf: number; toldCount: number }[] = [];
  #lastRunAt = 0;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(session: ImageSession, tell: (notification: WorkerNotification) => void, now: () => number) {
    this.#session = session;
    this.#tell = tell;
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#wanted.length === 0;
  }

  /** Puts a layer first; its runs are told from block 0 on. What was being told before is told anew after it. */
  want(layer: number): void {
    const asOf = this.#session.layerNumber(layer);
    const others = this.#wanted.filter((wanted) => wanted.asOf !== asOf);
    this.#wanted = [{ asOf, toldCount: 0 }, ...others.map((other) => ({ ...other, toldCount: 0 }))];
    this.#lastRunAt = this.#now();
  }

  /** Goes on for some 10 ms. What it throws ends the scan: the layer that it concerns is wanted no more. */
  work(): void {
    const [first] = this.#wanted;
    if (first === undefined) return;
    try {
      const scan = this.#scanOf(first.asOf);
      const end = this.#now() + SLICE_TIME;
      do scan.step();
      while (scan.totals === null && this.#now() < end);
      this.#tellOn(first, scan);
    } catch (error) {
      this.#wanted.shift();
      this.#scans.delete(first.asOf);
      throw error;
    }
  }

  #tellOn(wanted: { readonly asOf: number; toldCount: number }, scan: SectorScan): void {
    const untold = Math.min(BLOCKS_PER_RUN, scan.readCount - wanted.toldCount);
    const isDue = scan.totals !== null || this.#now() - this.#lastRunAt >= TIME_PER_RUN;
    if (untold === BLOCKS_PER_RUN || (untold > 0 && isDue)) {
      this.#tell({ type: 'sectorGrain', run: scan.run(wanted.toldCount, wanted.toldCount + untold) });
      wanted.toldCount += untold;
      this.#lastRunAt = this.#now();
    }
    if (scan.totals !== null && wanted.toldCount === scan.blockCount) {
      if (scan.asOf === 0) this.#tell(statisticsOf(scan.totals));
      this.#wanted.shift();
    }
  }

  #scanOf(asOf: number): SectorScan {
    const known = this.#scans.get(asOf);
    if (known !== undefined) return known;
    const blockCount = this.#session.opened.layers[asOf]?.blockCount ?? 0;
    const scan = new SectorScan(this.#session.chain, asOf, blockCount);
    this.#scans.set(asOf, scan);
    const wanted = new Set(this.#wanted.map((other) => other.asOf));
    for (const old of this.#scans.keys()) {
      if (this.#scans.size <= MAX_KEPT_SCANS) break;
      if (!wanted.has(old)) this.#scans.delete(old);
    }
    return scan;
  }
}

function statisticsOf({ layers, unread }: SectorTotals): WorkerNotification {
  const told = unread === null ? null : { count: unread.count, why: unread.error.message };
  return { type: 'statistics', layers, unread: told };
}
