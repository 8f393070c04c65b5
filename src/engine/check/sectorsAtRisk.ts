import type { BitRun } from '../chain/bits';
import type { Chain } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { SectorOwners, type RunListener } from '../chain/sectorOwners';
import type { CheckStep } from '../checkSteps';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';

/** Neighbouring sectors of the disk, by LBA. */
export interface SectorStretch {
  readonly start: number;
  readonly length: number;
}

/** What a layer has of the disk as of the leaf. */
export interface LayerSectors {
  /** Sectors that the layer has, and those of them that show: no layer above has them too. */
  readonly present: number;
  readonly visible: number;
  /** The first stretches of those that show, and how many there are; null where they were not all counted. */
  readonly stretches: readonly SectorStretch[];
  readonly stretchCount: number | null;
}

const MAX_STRETCHES = 100;

/** What is looked at between two steps. */
const STEP_BLOCKS = 4096;

/** Stretches are counted up to such an LBA, when there are more of every layer than are told. A multiple of all sizes of blocks. */
const STRETCH_STEP = 4 * 1024 * 1024;

/**
 * Counts what some layers, by their numbers, have of the disk as of the leaf, in their order. The bitmaps of a block are read once, and none where none of these layers
 * has a place for it.
 */
export function* sectorsOfLayers(
  chain: Chain,
  layers: readonly number[],
): Generator<CheckStep, readonly LayerSectors[], void> {
  const owners = new SectorOwners(chain);
  const counts = layers.map((layer) => new LayerCount(layer));
  const listener = new CountListener(owners, counts);
  const { blockCount, blockSectorCount } = owners;
  for (let block = 0; block < blockCount; block++) {
    if (block % STEP_BLOCKS === 0) {
      yield { doneBytes: block, totalBytes: blockCount, what: t('Reading bitmaps') };
    }
    listener.look(block);
  }
  // The last block may reach past the end of the disk, where a larger parent goes on.
  const lastStart = (blockCount - 1) * blockSectorCount;
  return counts.map((count) => ({
    present: count.present + presentFrom(chain, lastStart, count.layer),
    visible: count.visible,
    stretches: count.stretches,
    stretchCount: listener.isCountingStretches ? count.stretchCount : null,
  }));
}

/** What has been counted of one layer. */
class LayerCount {
  /** Its number in the chain, which is its place among the layers of the disk as of the leaf. */
  readonly layer: number;
  /** But for the last block of the disk. */
  present = 0;
  visible = 0;
  readonly stretches: SectorStretch[] = [];
  stretchCount = 0;
  #last: SectorStretch = { start: -1, length: 0 };

  constructor(layer: number) {
    this.layer = layer;
  }

  /** By rising LBA; neighbours are one stretch, wherever their blocks lie in the file. */
  addStretch(start: number, length: number): void {
    const isNeighbour = this.#last.start + this.#last.length === start;
    this.#last = isNeighbour ? { start: this.#last.start, length: this.#last.length + length } : { start, length };
    this.stretchCount += isNeighbour ? 0 : 1;
    if (this.stretchCount <= MAX_STRETCHES) {
      this.stretches[this.stretchCount - 1] = this.#last;
    }
  }
}

/** Goes from block to block. */
class CountListener implements RunListener {
  isCountingStretches = true;
  readonly #owners: SectorOwners;
  readonly #counts: readonly LayerCount[];
  #blockStart = 0;

  constructor(owners: SectorOwners, counts: readonly LayerCount[]) {
    this.#owners = owners;
    this.#counts = counts;
  }

  look(block: number): void {
    this.#blockStart = block * this.#owners.blockSectorCount;
    if (this.#blockStart % STRETCH_STEP === 0 && this.#counts.every((count) => count.stretchCount > MAX_STRETCHES)) {
      this.isCountingStretches = false;
    }
    const lowest = this.#counts.findLast(({ layer }) => this.#owners.hasPlace(layer, block))?.layer;
    if (lowest === undefined) {
      return;
    }
    const isLast = block === this.#owners.blockCount - 1;
    if (!isLast && this.#owners.isOwner(lowest, block)) {
      this.#addWhole(lowest);
      return;
    }
    this.#owners.countAll(block, lowest, this.isCountingStretches ? this : null);
    for (const count of this.#counts) {
      if (count.layer <= lowest) {
        count.present += isLast ? 0 : (this.#owners.presentCounts[count.layer] ?? 0);
        count.visible += this.#owners.ownedCounts[count.layer] ?? 0;
      }
    }
  }

  #addWhole(layer: number): void {
    const length = this.#owners.blockSectorCount;
    const count = this.#counts.find((each) => each.layer === layer);
    if (count !== undefined) {
      count.present += length;
      count.visible += length;
      if (this.isCountingStretches) {
        count.addStretch(this.#blockStart, length);
      }
    }
  }

  wants(index: number): boolean {
    return this.#counts.some(({ layer }) => layer === index);
  }

  tell(index: number, runs: readonly BitRun[]): void {
    const count = this.#counts.find(({ layer }) => layer === index);
    for (const { start, length } of runs) {
      count?.addStretch(this.#blockStart + start, length);
    }
  }
}

/** Sectors of the leaf's disk from LBA `from` on that a layer has. */
function presentFrom(chain: Chain, from: number, layer: number): number {
  const disk = new DiskReader(chain, layer);
  const end = Math.min(chain.layers[0].image.sectorCount, disk.size / SECTOR_SIZE);
  let sum = 0;
  for (const extent of from < end ? disk.extents({ from, count: end - from }) : []) {
    sum += extent.layer === layer ? extent.length : 0;
  }
  return sum;
}
