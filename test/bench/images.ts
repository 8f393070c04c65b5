import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, layoutOf, writeVhd } from '../fixtures/vhdBuilder';
import type { BlockSpec, ParentSpec, VhdSpec } from '../fixtures/vhdSpec';

const GIANT_SIZE = 2040 * 2 ** 30;
const BLOCK_SIZE = 2 * 2 ** 20;
const SECTORS_A_BLOCK = BLOCK_SIZE / 512;

/** The parent as its child names it: a file beside it. */
function parentOf(number: number, name: string): ParentSpec {
  return { id: idOf(number), name, locators: [{ code: 'W2ru', text: `.\\${name}` }] };
}

function typeAndParent(number: number, names: readonly string[]): Pick<VhdSpec, 'type' | 'parent' | 'id'> {
  const parentName = names[number - 1];
  return parentName === undefined
    ? { type: 'dynamic', id: idOf(number) }
    : { type: 'differencing', id: idOf(number), parent: parentOf(number - 1, parentName) };
}

/**
 * A chain of 2040 GiB images that use every entry of their tables, as sparse files; base first. The leaf is the last.
 * Returns their specifications for where the tables lie.
 */
export function writeGiants(folder: string, count: number): { paths: string[]; specs: VhdSpec[] } {
  const names = Array.from({ length: count }, (_, i) => `giant${i}.vhd`);
  const paths = names.map((name) => join(folder, name));
  const specs = names.map((_, i): VhdSpec => ({
    ...typeAndParent(i, names),
    virtualSize: GIANT_SIZE,
    alignment: 4096,
    everyBlock: true,
  }));
  for (const [i, spec] of specs.entries()) writeVhd(paths[i] ?? '', spec);
  return { paths, specs };
}

/** A chain whose `layerCount` layers have `bitmapCount` bitmaps together, every one of them partly set; base first. */
export function writeBitmapChain(folder: string, layerCount: number, bitmapCount: number): string[] {
  const names = Array.from({ length: layerCount }, (_, i) => `bitmaps${i}.vhd`);
  const blockCount = bitmapCount / layerCount;
  const random = randomFrom(1);
  for (const [i, name] of names.entries()) {
    const blocks = Array.from({ length: blockCount }, (_, index): BlockSpec => ({
      index,
      sectors: sectorRuns(random),
      content: null,
    }));
    const spec: VhdSpec = { ...typeAndParent(i, names), virtualSize: blockCount * BLOCK_SIZE, alignment: 4096, blocks };
    writeVhd(join(folder, name), spec);
  }
  return names.map((name) => join(folder, name));
}

/** A dynamic image, every block of it full of bytes that do not compress. */
export function writeFullDynamic(path: string, size: number): void {
  const blocks = Array.from({ length: size / BLOCK_SIZE }, (_, index): BlockSpec => ({ index, sectors: 'all' }));
  writeWithRandomBytes(path, { type: 'dynamic', id: idOf(9), virtualSize: size, alignment: 4096, blocks });
}

/**
 * A chain as use makes it: a full base, and layers above that have a part of the blocks, most of them in runs of sectors.
 * Base first.
 */
export function writeUsedChain(folder: string, size: number, layerCount: number): string[] {
  const names = Array.from({ length: layerCount }, (_, i) => `used${i}.vhd`);
  const random = randomFrom(2);
  for (const [i, name] of names.entries()) {
    const blocks: BlockSpec[] = [];
    for (let index = 0; index < size / BLOCK_SIZE; index++) {
      if (i === 0) blocks.push({ index, sectors: 'all' });
      else if (random() < 0.25) blocks.push({ index, sectors: random() < 0.3 ? 'all' : sectorRuns(random) });
    }
    writeWithRandomBytes(join(folder, name), {
      ...typeAndParent(i, names),
      virtualSize: size,
      alignment: 4096,
      blocks,
    });
  }
  return names.map((name) => join(folder, name));
}

/** Runs of sectors as a file system writes them: 4 KiB to 256 KiB long, with gaps alike. */
function sectorRuns(random: () => number): number[] {
  const sectors: number[] = [];
  for (let sector = 0; sector < SECTORS_A_BLOCK;) {
    const run = 8 * Math.ceil(random() ** 3 * 64);
    for (let i = 0; i < run && sector + i < SECTORS_A_BLOCK; i++) sectors.push(sector + i);
    sector += run + 8 * Math.ceil(random() ** 3 * 64);
  }
  return sectors;
}

/** Fills the whole data area of every block, so that what a layer does not own there is wrong and shows. */
function writeWithRandomBytes(path: string, spec: VhdSpec): void {
  writeVhd(path, spec);
  const layout = layoutOf(spec);
  const bytes = Buffer.allocUnsafeSlow(BLOCK_SIZE);
  const descriptor = openSync(path, 'r+');
  try {
    randomFillSync(bytes);
    for (const [index, offset] of layout.blockOffsets) {
      bytes.writeUInt32LE(index, (index * 4096) % BLOCK_SIZE);
      writeSync(descriptor, bytes, 0, bytes.length, offset + layout.bitmapLength);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Numbers from 0 to below 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
