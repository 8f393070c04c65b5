import { NO_LAYER } from '../../../src/protocol/session';
import type { BlockDetail, BlockGrainMap, LayerSummary, SectorGrainRun } from '../../../src/protocol/session';

export const SECTORS_PER_BLOCK = 4096;

/** What a block of a sample holds: its layers from the leaf on, and how many of its sectors each owns. */
export interface SampleBlock {
  readonly layers: readonly number[];
  readonly sectors: readonly number[];
}

export interface Sample {
  readonly layerCount: number;
  readonly blocks: readonly SampleBlock[];
}

/** One block of each kind that the map tells apart, in a chain of three; the number of a kind is its block. */
export const KINDS: Sample = {
  layerCount: 3,
  blocks: [
    { layers: [], sectors: [] },
    { layers: [2], sectors: [4096] },
    { layers: [0], sectors: [4096] },
    { layers: [0, 2], sectors: [1312, 2784] },
    { layers: [1], sectors: [1024] },
    { layers: [0, 1, 2], sectors: [96, 3000, 1000] },
    { layers: [0], sectors: [0] },
    { layers: [1, 2], sectors: [100, 200] },
  ],
};

/** Numbers from 0 to below 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A disk as use leaves it: long runs of a layer, in some of them blocks that further layers have too, some of them partly filled. */
export function usedDisk(blockCount: number, layerCount: number): Sample {
  const random = randomFrom(7);
  const blocks: SampleBlock[] = [];
  const lengths = Math.min(400, Math.max(4, blockCount / 12));
  while (blocks.length < blockCount) {
    const run = 1 + Math.floor(random() ** 3 * lengths);
    const kind = random();
    const top = kind < 0.35 ? NO_LAYER : Math.floor(((1 - kind) / 0.65) * layerCount);
    const sharing = random() < 0.5 ? 0.35 * random() : 0;
    for (let i = 0; i < run && blocks.length < blockCount; i++) {
      blocks.push(usedBlock(top, sharing, layerCount, random));
    }
  }
  return { layerCount, blocks };
}

function usedBlock(top: number, sharing: number, layerCount: number, random: () => number): SampleBlock {
  if (top === NO_LAYER) return EMPTY;
  if (top === layerCount - 1) return wholly(top);
  const whole = SECTORS_PER_BLOCK;
  if (random() >= sharing) {
    return random() < 0.06 ? { layers: [top], sectors: [Math.ceil(random() * (whole - 1))] } : wholly(top);
  }
  const own = Math.ceil(random() * (whole - 2));
  const below = top + 1 + Math.floor(random() * (layerCount - 1 - top));
  if (below === layerCount - 1 || random() < 0.7) return { layers: [top, below], sectors: [own, whole - own] };
  const middle = Math.floor((whole - own) / 2);
  return { layers: [top, below, layerCount - 1], sectors: [own, middle, whole - own - middle] };
}

/** Most blocks are like many others: a sample of millions takes little memory when they are the same. */
const EMPTY: SampleBlock = { layers: [], sectors: [] };
const WHOLE: SampleBlock[] = [];

function wholly(layer: number): SampleBlock {
  return (WHOLE[layer] ??= { layers: [layer], sectors: [SECTORS_PER_BLOCK] });
}

export function blockGrain(sample: Sample): BlockGrainMap {
  const { blocks } = sample;
  return {
    asOf: 0,
    blockSize: SECTORS_PER_BLOCK * 512,
    sectorCount: blocks.length * SECTORS_PER_BLOCK,
    top: Uint8Array.from(blocks, ({ layers }) => layers[0] ?? NO_LAYER),
    shared: Uint8Array.from(blocks, ({ layers }) => (layers.length > 1 ? 1 : 0)),
  };
}

export function sectorGrain(sample: Sample, firstBlock: number, blockCount: number): SectorGrainRun {
  const blocks = sample.blocks.slice(firstBlock, firstBlock + blockCount);
  const ranked = blocks.map((block) => rankedParts(block));
  return {
    asOf: 0,
    firstBlock,
    main: Uint8Array.from(ranked, ([main]) => main?.layer ?? NO_LAYER),
    second: Uint8Array.from(ranked, ([, second]) => second?.layer ?? NO_LAYER),
    ownerCount: Uint8Array.from(ranked, (parts) => parts.length),
    filled: Uint8Array.from(ranked, (parts) => {
      const sum = parts.reduce((total, part) => total + part.sectorCount, 0);
      if (sum === 0 || sum === SECTORS_PER_BLOCK) return sum === 0 ? 0 : 255;
      return Math.min(254, Math.max(1, Math.round((255 * sum) / SECTORS_PER_BLOCK)));
    }),
  };
}

export function blockDetail(sample: Sample, block: number): BlockDetail {
  const parts = rankedParts(sample.blocks[block] ?? { layers: [], sectors: [] });
  const owners = new Uint8Array(SECTORS_PER_BLOCK).fill(NO_LAYER);
  let sector = 0;
  for (const part of parts) {
    owners.fill(part.layer, sector, sector + part.sectorCount);
    sector += part.sectorCount;
  }
  const firstSector = block * SECTORS_PER_BLOCK;
  return { block, asOf: 0, firstSector, sectorCount: SECTORS_PER_BLOCK, parts, owners, doubtful: [] };
}

export function layerSummaries(layerCount: number, blockCount: number): LayerSummary[] {
  return Array.from({ length: layerCount }, (_, layer) => {
    const isBase = layer === layerCount - 1;
    const name = isBase ? 'base.vhd' : `web01_${String(layer)}CE6964B.avhd`;
    return {
      path: `/disks/${name}`,
      name,
      format: 'vhd',
      type: isBase ? 'dynamic' : 'differencing',
      virtualSize: blockCount * SECTORS_PER_BLOCK * 512,
      fileSize: 1 << 30,
      blockSize: SECTORS_PER_BLOCK * 512,
      blockCount,
      allocatedBlockCount: blockCount,
      id: '00000000-0000-0000-0000-000000000000',
      created: null,
      creator: { application: 'win ', version: '10.0', hostOs: 'Wi2k' },
      foundBy: null,
    };
  });
}

function rankedParts({ layers, sectors }: SampleBlock): BlockDetail['parts'] {
  const parts = layers.map((layer, i) => ({
    layer,
    sectorCount: sectors[i] ?? 0,
    fileOffset: 0x1000_0000 * (layer + 1),
  }));
  return parts.filter((part) => part.sectorCount > 0).sort((a, b) => b.sectorCount - a.sectorCount);
}
