import type { Image } from '../image';
import { asOf, type Chain } from './chain';

/** A layer as far as it can be seen in the disk as of some layer. */
export interface VisibleLayer {
  /** Its number in the whole chain, 0 = the leaf. */
  readonly number: number;
  readonly image: Image;
  /**
   * Sectors from 0 up to this one, exclusive, can be seen. A child larger than its parent reads as zero past the parent's end, whatever a
   * larger ancestor holds there; so no layer is seen past the end of any layer above it.
   */
  readonly sectorLimit: number;
}

/** The layers of the disk as of layer `layer`, that one first. Throws EngineError `out-of-range`. */
export function visibleLayers(chain: Chain, layer = 0): readonly [VisibleLayer, ...VisibleLayer[]] {
  const [first, ...rest] = asOf(chain, layer).layers;
  const visible: [VisibleLayer, ...VisibleLayer[]] = [
    { number: layer, image: first.image, sectorLimit: first.image.sectorCount },
  ];
  let sectorLimit = first.image.sectorCount;
  for (const [index, { image }] of rest.entries()) {
    sectorLimit = Math.min(sectorLimit, image.sectorCount);
    visible.push({ number: layer + 1 + index, image, sectorLimit });
  }
  return visible;
}
