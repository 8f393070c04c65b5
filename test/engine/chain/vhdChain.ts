import type { Chain, ParentPolicy } from '../../../src/engine/chain/chain';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import type { DoubtfulRange } from '../../../src/engine/chain/extents';
import { openChain } from '../../../src/engine/chain/openChain';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { layerModel } from '../../fixtures/diskModel';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { ParentSpec, VhdSpec } from '../../fixtures/vhdSpec';

/** A layer to build: type, id, parent and content follow from its place unless they are named. */
export type LayerSpec = Omit<VhdSpec, 'type' | 'parent'> & {
  readonly type?: VhdSpec['type'];
  readonly parent?: Partial<ParentSpec>;
};

/** The specs of a chain, leaf first: layer 0 is `0.vhd`, its parent `1.vhd`, and so on. */
export function chainSpecs(layers: readonly LayerSpec[]): readonly VhdSpec[] {
  return layers.map((layer, index) => {
    const { parent, ...rest } = layer;
    const isBase = index === layers.length - 1;
    const spec: VhdSpec = {
      type: isBase ? 'dynamic' : 'differencing',
      id: idOf(index + 1),
      content: stampOf(index + 1),
      ...rest,
    };
    const locators = [{ code: 'W2ru', text: `.\\${index + 1}.vhd` }];
    return isBase ? spec : { ...spec, parent: { id: idOf(index + 2), locators, ...parent } };
  });
}

/** Builds them in memory and opens the leaf. */
export function openSpecs(specs: readonly VhdSpec[], policy?: Partial<ParentPolicy>): Chain {
  const files = new MemoryFileSystem('posix');
  for (const [index, spec] of specs.entries()) files.addFile(`/vm/${index}.vhd`, buildVhd(spec));
  return openChain(files, '/vm/0.vhd', { trusted: true, given: [], confine: null, ...policy });
}

/** The disk as of a layer, found the plain way: a sector is of the first layer that has it, and nothing shows past a layer's end. */
export function plainContent(specs: readonly VhdSpec[], asOf = 0): Uint8Array {
  const layers = specs.slice(asOf).map(layerModel);
  const content = new Uint8Array((layers[0]?.sectorCount ?? 0) * 512);
  for (let lba = 0; lba * 512 < content.length; lba++) {
    const end = layers.findIndex((layer) => lba >= layer.sectorCount);
    const owner = layers.slice(0, end === -1 ? undefined : end).find((layer) => layer.sectors.has(lba));
    content.set(owner?.sectors.get(lba) ?? [], lba * 512);
  }
  return content;
}

/** The same as the engine reads it. */
export function readContent(chain: Chain, asOf = 0, doubts: DoubtfulRange[] = []): Uint8Array {
  const reader = new DiskReader(chain, asOf);
  const content = new Uint8Array(reader.size);
  reader.read(0, content, (range) => doubts.push(range));
  return content;
}
