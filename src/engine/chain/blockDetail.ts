import { EngineError } from '../errors';
import { NO_OFFSET } from '../image';
import { t } from '../l10n';
import type { Chain } from './chain';
import { SectorOwners, type DoubtfulRun } from './sectorOwners';

/** A layer's part in one block. */
export interface BlockPart {
  /** Number of the layer in the whole chain. */
  readonly layer: number;
  /** Sectors of the block that this layer owns. */
  readonly sectorCount: number;
  /** Where the block's first sector lies in the layer's file, in bytes; null where the layer's blocks are smaller and lie apart. */
  readonly fileOffset: number | null;
}

/** One block of the disk as of a layer, down to its sectors. */
export interface BlockDetail {
  readonly block: number;
  /** Number of the layer in the whole chain. */
  readonly asOf: number;
  /** LBA. */
  readonly firstSector: number;
  /** Sectors of the block that lie on the disk: fewer in the last block. */
  readonly sectorCount: number;
  /** Most sectors first, then nearest the leaf first; layers that own none of the block are left out. */
  readonly parts: readonly BlockPart[];
  /** The owner of each sector, NO_LAYER where it has none; `sectorCount` entries. */
  readonly owners: Uint8Array;
  /** Sectors that nobody can vouch for, counted from the block's first one. */
  readonly doubtful: readonly DoubtfulRun[];
}

/** Looks into one block of the disk as of layer `layer`. Throws EngineError `out-of-range` for a block or a layer that is not there. */
export function blockDetail(chain: Chain, block: number, layer = 0): BlockDetail {
  const sectorOwners = new SectorOwners(chain, layer);
  if (!Number.isSafeInteger(block) || block < 0 || block >= sectorOwners.blockCount) {
    throw new EngineError('out-of-range', {
      what: t('Block {0} of {1}', block, sectorOwners.layers[0].image.path),
      why: t('it has blocks 0 to {0}', sectorOwners.blockCount - 1),
      remedy: t('choose one of these'),
    });
  }
  const sectorCount = sectorOwners.sectorsOf(block);
  const owners = new Uint8Array(sectorCount);
  const doubtful = sectorOwners.fill(block, owners);
  const firstSector = block * sectorOwners.blockSectorCount;
  const parts = partsOf(sectorOwners, block);
  return { block, asOf: layer, firstSector, sectorCount, parts, owners, doubtful };
}

function partsOf(sectorOwners: SectorOwners, block: number): readonly BlockPart[] {
  return sectorOwners.layers
    .map(({ number, image }, index) => {
      const offset = image.blockSize < sectorOwners.blockSize ? NO_OFFSET : sectorOwners.fileOffset(number, block, 0);
      const fileOffset = offset === NO_OFFSET ? null : offset;
      return { layer: number, sectorCount: sectorOwners.ownedCounts[index] ?? 0, fileOffset };
    })
    .filter((part) => part.sectorCount > 0)
    .sort((one, other) => other.sectorCount - one.sectorCount);
}
