import type { CompareRun, DifferingRange } from '../../protocol/compare';

/** The ranges of sectors that differ, as far as they are known. */
export class Differences {
  readonly ranges: DifferingRange[] = [];
  #sectorCount = 0;
  #done = 0;
  #total = 0;
  #state: CompareRun['state'] = 'comparing';

  /** Sectors that differ. */
  get sectorCount(): number {
    return this.#sectorCount;
  }

  /** Sectors that are compared, from the first on. */
  get done(): number {
    return this.#done;
  }

  /** Sectors that both disks have. */
  get total(): number {
    return this.#total;
  }

  get state(): CompareRun['state'] {
    return this.#state;
  }

  add({ differing, done, total, state }: CompareRun): void {
    for (const range of differing) {
      this.ranges.push(range);
      this.#sectorCount += range.length;
    }
    this.#done = done;
    this.#total = total;
    this.#state = state;
  }

  /** The index of the first range that ends behind a sector; the number of ranges where none does. */
  indexFrom(sector: number): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { start, length } = this.ranges[middle] ?? { start: 0, length: 0 };
      if (start + length <= sector) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The index of the range that holds a sector; -1 where it does not differ. */
  indexAt(sector: number): number {
    const index = this.indexFrom(sector);
    const range = this.ranges[index];
    return range !== undefined && range.start <= sector ? index : -1;
  }

  /** The index of the first range that begins behind a sector, or the first of all; -1 where there is none. */
  next(sector: number): number {
    const index = this.indexFrom(sector);
    const range = this.ranges[index];
    const next = range !== undefined && range.start <= sector ? index + 1 : index;
    if (this.ranges.length === 0) return -1;
    return next < this.ranges.length ? next : 0;
  }

  /** The index of the last range that begins before a sector, and before the range that holds it; or the last of all; -1 where there is none. */
  previous(sector: number): number {
    const index = this.indexFrom(sector) - 1;
    return index >= 0 ? index : this.ranges.length - 1;
  }
}
