import { EngineError } from '../errors';
import { NO_LAYER, SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { Chain } from './chain';
import { visibleLayers, type VisibleLayer } from './visibleLayers';

/** Memory is set aside for a block-grain map only up to this: beyond any disk that products make, 64 MiB of maps. */
export const MAX_MAPPED_BLOCKS = 2 ** 25;

/** Who has each block, from the allocation tables alone: one byte a block of the leaf's grid. */
export interface BlockOwners {
  /** Bytes a block. */
  readonly blockSize: number;
  readonly sectorCount: number;
  /** The number of the layer nearest the leaf that has a part of the block; NO_LAYER where none has. */
  readonly top: Uint8Array;
  /** 1 where further layers have parts of the block too: who owns which sector takes the sector bitmaps. */
  readonly shared: Uint8Array;
}

/**
 * Who has each block of the disk as of layer `layer`. Layers are numbered as in the whole chain. A layer with smaller or larger blocks has a
 * block of the grid where it has any of it. Throws EngineError `out-of-range`, or `too-large` beyond `MAX_MAPPED_BLOCKS`.
 */
export function blockOwners(chain: Chain, layer = 0): BlockOwners {
  const layers = visibleLayers(chain, layer);
  const { blockSize, blockCount, sectorCount } = layers[0].image;
  requireMappable(layers);
  const top = new Uint8Array(blockCount).fill(NO_LAYER);
  const shared = new Uint8Array(blockCount);
  for (const visible of layers) {
    const { image } = visible;
    if (image.blockSize === blockSize && image.blockCount <= seenBlocks(visible, blockSize)) {
      image.markAllocated(top, shared, visible.number);
    } else {
      markInOtherGrid(visible, blockSize, top, shared);
    }
  }
  return { blockSize, sectorCount, top, shared };
}

function requireMappable(layers: readonly VisibleLayer[]): void {
  for (const { image } of layers) {
    if (image.blockCount > MAX_MAPPED_BLOCKS) {
      throw new EngineError('too-large', {
        what: t('The block map of {0}', image.path),
        why: t(
          'it has {0} blocks of {1} bytes, and more than {2} are not mapped',
          image.blockCount,
          image.blockSize,
          MAX_MAPPED_BLOCKS,
        ),
        remedy: t('read it by ranges instead'),
      });
    }
  }
}

/** Blocks of a size, from block 0 on, of which a layer can be seen. */
function seenBlocks(visible: VisibleLayer, blockSize: number): number {
  return Math.ceil((visible.sectorLimit * SECTOR_SIZE) / blockSize);
}

/** Asks the layer for its own blocks, as far as they can be seen, and carries them over to the grid. */
function markInOtherGrid(visible: VisibleLayer, blockSize: number, top: Uint8Array, shared: Uint8Array): void {
  const { image, number } = visible;
  const own = new Uint8Array(image.blockCount).fill(NO_LAYER);
  image.markAllocated(own, new Uint8Array(image.blockCount), 0);
  const seenOwn = Math.min(image.blockCount, seenBlocks(visible, image.blockSize));
  const seen = seenBlocks(visible, blockSize);
  // Powers of two: one of these is a whole number, the other is 1.
  const gridBlocksPerOwn = Math.max(1, image.blockSize / blockSize);
  const ownBlocksPerGrid = Math.max(1, blockSize / image.blockSize);
  for (let ownBlock = own.indexOf(0); ownBlock !== -1 && ownBlock < seenOwn; ownBlock = own.indexOf(0, ownBlock + 1)) {
    const from = Math.floor(ownBlock / ownBlocksPerGrid) * gridBlocksPerOwn;
    const to = Math.min(seen, from + gridBlocksPerOwn);
    for (let block = from; block < to; block++) {
      if (top[block] === NO_LAYER) {
        top[block] = number;
      } else if (top[block] !== number) {
        shared[block] = 1;
      }
    }
  }
}
