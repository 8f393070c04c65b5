import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idOf, writeVhd } from '../fixtures/vhdBuilder';
import type { BlockSpec, VhdSpec } from '../fixtures/vhdSpec';

export const SECTORS_PER_BLOCK = 4096;

/** Sector `lba` of a layer says so: `base 5000`, then zeros. */
export function sectorText(layer: string, lba: number): string {
  return `${layer} ${String(lba)}`;
}

function content(layer: string): (lba: number) => Uint8Array {
  return (lba) => {
    const sector = new Uint8Array(512);
    sector.set(new TextEncoder().encode(sectorText(layer, lba)));
    return sector;
  };
}

function child(name: string, id: number, parent: string, parentId: number, blocks: readonly BlockSpec[]): VhdSpec {
  return {
    type: 'differencing',
    virtualSize: 64 * 2 ** 20,
    id: idOf(id),
    timestamp: 847_900_000 + id * 86_400,
    parent: { id: idOf(parentId), name: parent, locators: [{ code: 'W2ru', text: `.\\${parent}` }] },
    blocks,
    content: content(name),
  };
}

const BASE: VhdSpec = {
  type: 'dynamic',
  virtualSize: 64 * 2 ** 20,
  id: idOf(1),
  timestamp: 847_900_000,
  blocks: [0, 1, 2, 3, 9, 10].map((index) => ({ index, sectors: 'all' })),
  content: content('base'),
};

/**
 * A disk of 32 blocks of 2 MiB as three layers, `base.vhd`, `middle.avhd` and `leaf.avhd`, that say in every sector whose it is:
 * block 0 is the base's, 1 is shared by all three (the leaf has its sectors 0 to 15, the middle 8 to 31), 2 is the middle's, 5 holds one sector of the
 * leaf and nothing else, 20 is the leaf's.
 */
export class ImageFamily {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vhd-editor-page-'));

  /** Path of the leaf; `change` makes it another one. */
  chain(change: Partial<VhdSpec> = {}): string {
    const range = (from: number, end: number): number[] => Array.from({ length: end - from }, (_, at) => from + at);
    const middle = child('middle', 2, 'base.vhd', 1, [
      { index: 1, sectors: range(8, 32) },
      { index: 2, sectors: 'all' },
    ]);
    const leaf = child('leaf', 3, 'middle.avhd', 2, [
      { index: 1, sectors: range(0, 16) },
      { index: 5, sectors: [100] },
      { index: 20, sectors: 'all' },
    ]);
    writeVhd(join(this.#folder, 'base.vhd'), BASE);
    writeVhd(join(this.#folder, 'middle.avhd'), middle);
    return this.image('leaf.avhd', { ...leaf, ...change });
  }

  /** Path of an image of any kind. */
  image(name: string, spec: VhdSpec): string {
    const path = join(this.#folder, name);
    writeVhd(path, spec);
    return path;
  }

  /** A dynamic image of 2040 GiB, every one of its 1,044,480 blocks used; a sparse file of a few MiB. */
  giant(): string {
    return this.image('giant.vhd', {
      type: 'dynamic',
      virtualSize: 2040 * 2 ** 30,
      everyBlock: true,
      blocks: [
        { index: 0, sectors: 'all', content: content('giant') },
        { index: 1_044_479, sectors: 'all', content: content('giant') },
      ],
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
