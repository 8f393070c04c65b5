import type { Chain, Layer, MissingParent } from '../../../src/engine/chain/chain';
import { NO_LAYER, NO_OFFSET, SECTOR_SIZE, type Image } from '../../../src/engine/image';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';

/** A layer as a list of sectors: what the engine's answers are compared with. */
export interface LayerPlan {
  readonly sectorCount: number;
  /** Sectors a block; a power of two. */
  readonly blockSectors: number;
  /** LBAs of the sectors that the layer has. */
  readonly sectors: ReadonlySet<number>;
  /** Blocks that have a place though they may have no sector. */
  readonly places?: readonly number[];
  /** Blocks whose entry in the allocation table cannot be. */
  readonly damaged?: readonly number[];
  /** Bytes that are missing at the end of the file. */
  readonly cut?: number;
}

/** The byte of which a sector of a layer consists; 0, too, is data. */
export function fillOf(layer: number, sector: number): number {
  return (layer * 67 + sector * 7) % 256;
}

/** An image in memory without any format: data blocks one after another, in falling order, with odd gaps between them. */
function fakeImage(plan: LayerPlan, layer: number): Image {
  const { sectorCount, blockSectors, sectors } = plan;
  const blockSize = blockSectors * SECTOR_SIZE;
  const blockCount = Math.ceil(sectorCount / blockSectors);
  const damaged = new Set(plan.damaged ?? []);
  const placed = new Set([...sectors].map((sector) => Math.floor(sector / blockSectors)).concat(plan.places ?? []));
  const offsets = new Map<number, number>();
  let end = 100;
  for (const block of [...placed].filter((one) => one < blockCount && !damaged.has(one)).sort((a, b) => b - a)) {
    offsets.set(block, end);
    end += blockSize + (block % 3 === 0 ? 0 : 700);
  }
  const bytes = new Uint8Array(end);
  for (const sector of sectors) {
    const offset = offsets.get(Math.floor(sector / blockSectors));
    if (offset !== undefined) {
      const at = offset + (sector % blockSectors) * SECTOR_SIZE;
      bytes.fill(fillOf(layer, sector), at, at + SECTOR_SIZE);
    }
  }
  const file = bytes.subarray(0, end - (plan.cut ?? 0));
  return {
    path: `/disks/layer${layer}.vhd`,
    format: 'vhd',
    type: 'differencing',
    storage: new MemoryStorage(file, 'read'),
    fileSize: file.length,
    virtualSize: sectorCount * SECTOR_SIZE,
    sectorCount,
    blockSize,
    blockCount,
    allocatedBlockCount: offsets.size,
    id: `${layer}`,
    created: null,
    creator: { application: 'test', version: '1.0', hostOs: 'none' },
    parent: null,
    findings: [],
    structure: { roots: () => [], children: () => [], ofBlock: () => [], at: () => [] },
    blockOffset: (block) => offsets.get(block) ?? NO_OFFSET,
    isBlockDamaged: (block) => damaged.has(block),
    markAllocated: (top, shared, number) => {
      for (const block of offsets.keys()) {
        if (top[block] === NO_LAYER) {
          top[block] = number;
        } else {
          shared[block] = 1;
        }
      }
    },
    readBitmap: (block, bitmap) => {
      if (!offsets.has(block)) {
        return false;
      }
      bitmap.fill(0, 0, Math.ceil(blockSectors / 8));
      for (let sector = 0; sector < blockSectors; sector++) {
        if (sectors.has(block * blockSectors + sector)) {
          bitmap[sector >> 3] = (bitmap[sector >> 3] ?? 0) | (0x80 >> (sector & 7));
        }
      }
      return true;
    },
    *check() {
      yield* [];
      return [];
    },
    close: () => undefined,
  };
}

/** A chain of such images, leaf first. */
export function fakeChain(plans: readonly LayerPlan[], missing: MissingParent | null = null): Chain {
  const [first, ...rest] = plans.map((plan, index): Layer => ({ image: fakeImage(plan, index), foundBy: null }));
  if (first === undefined) {
    throw new RangeError('A chain has a leaf');
  }
  return { layers: [first, ...rest], missing, findings: [] };
}

/** The owner of a sector as of a layer, found the plain way; null where none has it. */
export function plannedOwner(plans: readonly LayerPlan[], asOf: number, sector: number): number | null {
  for (const [index, plan] of plans.entries()) {
    if (index < asOf) {
      continue;
    }
    if (sector >= plan.sectorCount) {
      return null;
    }
    if (plan.sectors.has(sector)) {
      return index;
    }
  }
  return null;
}
