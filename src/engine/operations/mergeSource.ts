import { blockOwners } from '../chain/blockOwners';
import type { Chain } from '../chain/chain';
import { ExtentReader, type DoubtfulRange, type Extent, type SectorRange } from '../chain/extents';
import { SectorOwners } from '../chain/sectorOwners';
import { EngineError } from '../errors';
import { NO_LAYER, SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { Storage } from '../storage/storage';

/** Stretches of a file with so little between them are read in one go. Bytes. */
const MAX_GAP = 8 * 1024;

/** A run of sectors that one of the merged layers owns. */
export interface OwnedRun {
  /** LBA of the first sector. */
  readonly sector: number;
  /** Sectors. */
  readonly length: number;
  /** Number of the layer among the merged ones, 0 = the top. */
  readonly layer: number;
  /** Where the first sector lies in that layer's file, in bytes. */
  readonly fileOffset: number;
}

/** The grid of the ancestor: the merged layers are looked at block by block of it. */
export interface TargetGrid {
  /** Sectors. */
  readonly blockSectorCount: number;
  readonly blockCount: number;
}

/**
 * What the merged layers own between them: each sector once, from the layer nearest the top. Sectors that are owned and all zero are among them,
 * since they hide what the ancestor has.
 */
export class MergeSource {
  readonly #chain: Chain;
  readonly #grid: TargetGrid;
  readonly #extents: ExtentReader;
  readonly #sectorCount: number;
  readonly #buffer = new Uint8Array(2 * 1024 * 1024);

  /** `chain` holds the merged layers alone. */
  constructor(chain: Chain, grid: TargetGrid) {
    const owners = new SectorOwners(chain);
    this.#chain = chain;
    this.#grid = grid;
    this.#extents = new ExtentReader(owners);
    this.#sectorCount = owners.sectorCount;
  }

  /** The files of the merged layers, by the numbers of `OwnedRun.layer`. */
  get files(): readonly Storage[] {
    return this.#chain.layers.map(({ image }) => image.storage);
  }

  /** The blocks of the ancestor, from block `from` on, of which a merged layer may own some, judged by the allocation tables; rising. */
  *blocks(from = 0): Generator<number, void, void> {
    const touched = this.#touchedBlocks();
    for (let block = touched.indexOf(1, from); block !== -1; block = touched.indexOf(1, block + 1)) {
      yield block;
    }
  }

  /** One byte a block of the ancestor: 1 where it is one of `blocks`. */
  #touchedBlocks(): Uint8Array {
    const { top, blockSize } = blockOwners(this.#chain);
    const sectorsPerOwn = blockSize / SECTOR_SIZE;
    const touched = new Uint8Array(this.#grid.blockCount);
    for (let own = 0; own < top.length; own++) {
      if (top[own] !== NO_LAYER) {
        const from = Math.floor((own * sectorsPerOwn) / this.#grid.blockSectorCount);
        const to = Math.ceil(((own + 1) * sectorsPerOwn) / this.#grid.blockSectorCount);
        touched.fill(1, from, to);
      }
    }
    return touched;
  }

  /** How many sectors of a block of the ancestor the merged layers own. `report` is told of sectors that nobody can vouch for. */
  countOwned(block: number, report: (range: DoubtfulRange) => void): number {
    return this.#extents.countOwned(this.#rangeOf(block), report);
  }

  /** The owned runs of a block of the ancestor, by rising sector. `report` as above. */
  *runs(block: number, report?: (range: DoubtfulRange) => void): Generator<OwnedRun, void, void> {
    for (const extent of this.#extents.extents(this.#rangeOf(block), report)) {
      if (extent.layer !== null && extent.fileOffset !== null) {
        yield ownedRun(extent, extent.layer, extent.fileOffset);
      }
    }
  }

  /** The sectors of a block of the ancestor that are on the disk of the merged layers. */
  #rangeOf(block: number): SectorRange {
    const from = block * this.#grid.blockSectorCount;
    return { from, count: Math.max(0, Math.min(this.#grid.blockSectorCount, this.#sectorCount - from)) };
  }

  /** Reads runs, which come by rising sector, each into its target. Stretches that lie close together in one file are read at once. */
  read(runs: readonly { readonly run: OwnedRun; readonly target: Uint8Array }[]): void {
    for (let start = 0; start < runs.length;) {
      let end = start + 1;
      while (end < runs.length && this.#isNear(runs[start]?.run, runs[end - 1]?.run, runs[end]?.run)) {
        end++;
      }
      const [first, last] = [runs[start], runs[end - 1]];
      if (first === undefined || last === undefined) {
        return;
      }
      if (end === start + 1) {
        this.#readExactly(first.run.layer, first.run.fileOffset, first.target);
      } else {
        const length = endOf(last.run) - first.run.fileOffset;
        const bytes = this.#buffer.subarray(0, length);
        this.#readExactly(first.run.layer, first.run.fileOffset, bytes);
        for (const { run, target } of runs.slice(start, end)) {
          const at = run.fileOffset - first.run.fileOffset;
          target.set(bytes.subarray(at, at + target.length));
        }
      }
      start = end;
    }
  }

  #isNear(first: OwnedRun | undefined, last: OwnedRun | undefined, next: OwnedRun | undefined): boolean {
    if (first === undefined || last === undefined || next?.layer !== last.layer) {
      return false;
    }
    const gap = next.fileOffset - endOf(last);
    return gap >= 0 && gap <= MAX_GAP && endOf(next) - first.fileOffset <= this.#buffer.length;
  }

  #readExactly(layer: number, offset: number, target: Uint8Array): void {
    const image = this.#chain.layers[layer]?.image;
    if (image === undefined) {
      throw new RangeError(`No layer ${layer}`);
    }
    if (image.storage.read(offset, target) < target.length) {
      throw new EngineError('file-changed', {
        what: t('Merging {0}', image.path),
        why: t('it has become shorter since it was opened'),
        remedy: t('see that no program uses it, then try again'),
      });
    }
  }
}

function ownedRun({ start, length }: Extent, layer: number, fileOffset: number): OwnedRun {
  return { sector: start, length, layer, fileOffset };
}

function endOf(run: OwnedRun): number {
  return run.fileOffset + run.length * SECTOR_SIZE;
}
