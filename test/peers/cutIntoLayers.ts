import { idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../fixtures/vhdSpec';

const SECTOR = 512;
const NOBODY = 255;

/** A disk's content dealt out to the layers of a chain. */
export interface CutDisk {
  /** Base first: the first one dynamic, the others differencing; named `0.vhd`, `1.vhd`, ... in one folder. */
  readonly specs: readonly VhdSpec[];
  /** The disk as of a layer, by its place in `specs`. */
  content(layer: number): Buffer;
}

/**
 * Deals the sectors of `content` out to `layerCount` layers by chance, in runs, so that the leaf gives `content` again. Layers below an owner often have
 * other bytes there, which must not show; zeros are owned or not; owned zeros hide what lies below. Block sizes differ by layer with `mixesBlockSizes`.
 */
export function cutIntoLayers(content: Buffer, layerCount: number, seed: number, mixesBlockSizes: boolean): CutDisk {
  const random = randomFrom(seed);
  const sectorCount = content.length / SECTOR;
  const owners = new Uint8Array(sectorCount);
  const has = Array.from({ length: layerCount }, () => new Uint8Array(sectorCount));
  for (let lba = 0; lba < sectorCount;) {
    const end = Math.min(sectorCount, lba + 1 + Math.floor(random() ** 4 * 500));
    const owner = Math.floor(random() * layerCount);
    const isOwnedIfZero = random() < 0.3;
    const below = has.slice(0, owner).filter(() => random() < 0.4);
    for (; lba < end; lba++) {
      const isZero = content.subarray(lba * SECTOR, (lba + 1) * SECTOR).every((byte) => byte === 0);
      if (isZero && !isOwnedIfZero) {
        owners[lba] = NOBODY;
        continue;
      }
      owners[lba] = owner;
      has[owner]![lba] = 1;
      for (const layer of below) layer[lba] = 1;
    }
  }
  const sectorOf = (layer: number, lba: number): Uint8Array =>
    owners[lba] === layer ? content.subarray(lba * SECTOR, (lba + 1) * SECTOR) : stampOf(layer + 1000)(lba);

  const specs = has.map((present, layer): VhdSpec => {
    const blockSize = mixesBlockSizes ? 2 ** (19 + (layer % 3)) : 2 ** 21;
    const lbas = [...present.keys()].filter((lba) => present[lba] === 1);
    const parentName = `${layer - 1}.vhd`;
    const parent = { id: idOf(layer), name: parentName, locators: [{ code: 'W2ru', text: `.\\${parentName}` }] };
    return {
      ...(layer === 0 ? { type: 'dynamic' } : { type: 'differencing', parent }),
      id: idOf(layer + 1),
      virtualSize: content.length,
      blockSize,
      alignment: layer % 2 === 0 ? 4096 : 512,
      blocks: shuffled(blocksOf(lbas, blockSize), random),
      content: (lba) => sectorOf(layer, lba),
    };
  });

  return {
    specs,
    content: (layer) => {
      const disk = Buffer.alloc(content.length);
      for (let lba = 0; lba < sectorCount; lba++) {
        for (let at = layer; at >= 0; at--) {
          if (has[at]![lba] === 1) {
            disk.set(sectorOf(at, lba), lba * SECTOR);
            break;
          }
        }
      }
      return disk;
    },
  };
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [items[i], items[other]] = [items[other]!, items[i]!];
  }
  return items;
}

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
