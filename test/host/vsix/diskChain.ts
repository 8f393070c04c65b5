import { join } from 'node:path';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';

const MIB = 1024 * 1024;

/** A differencing image of id `number` on one of id `number + 1` beside it, with a few sectors of its own. */
export function childSpec(number: number, parent: string, sectors: readonly number[], virtualSize = 32 * MIB): VhdSpec {
  return {
    type: 'differencing',
    virtualSize,
    id: idOf(number),
    parent: { id: idOf(number + 1), name: parent, locators: [{ code: 'W2ru', text: `.\\${parent}` }] },
    content: stampOf(number),
    blocks: blocksOf(sectors),
  };
}

export function baseSpec(number: number, sectors: readonly number[], virtualSize = 32 * MIB): VhdSpec {
  return { type: 'dynamic', virtualSize, id: idOf(number), content: stampOf(number), blocks: blocksOf(sectors) };
}

type LayerName = 'base' | 'middle' | 'leaf';

/** Writes `P-base.vhd`, `P-middle.avhd` and `P-leaf.avhd` into a folder, or some of them; the ids are counted from `number` on. */
export function writeDiskChain(
  folder: string,
  prefix: string,
  number: number,
  layers: readonly LayerName[] = ['base', 'middle', 'leaf'],
): void {
  const [base, middle] = [`${prefix}-base.vhd`, `${prefix}-middle.avhd`];
  const specs: Readonly<Record<LayerName, readonly [string, VhdSpec]>> = {
    base: [base, baseSpec(number + 2, [0])],
    middle: [middle, childSpec(number + 1, base, [1])],
    leaf: [`${prefix}-leaf.avhd`, childSpec(number, middle, [2])],
  };
  for (const [name, spec] of layers.map((layer) => specs[layer])) writeVhd(join(folder, name), spec);
}
