import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import { layerModel, modelContent, type LayerModel } from '../fixtures/diskModel';
import { buildVhd, idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../fixtures/vhdSpec';

/** Images of a chain in memory, with what they must read as. */
export interface TestChain {
  readonly fileSystem: MemoryFileSystem;
  /** Leaf first, as the command line numbers them. */
  readonly paths: readonly string[];
  readonly specs: readonly VhdSpec[];
  readonly models: readonly LayerModel[];
  /** The disk as of a layer. */
  content(layer: number): Uint8Array;
}

/** Puts images into memory as `/disks/0.vhd` (the leaf), `/disks/1.vhd`, ... `specs` leaf first. */
export function chainOf(specs: readonly VhdSpec[]): TestChain {
  const fileSystem = new MemoryFileSystem('posix');
  const paths = specs.map((_, i) => `/disks/${i}.vhd`);
  for (const [i, spec] of specs.entries()) fileSystem.addFile(paths[i]!, buildVhd(spec));
  const models = specs.map(layerModel);
  return { fileSystem, paths, specs, models, content: (layer) => modelContent(models.slice(layer)) };
}

/** The part of a child's specification that ties it to layer `layer + 1` of `chainOf`. */
export function childOf(layer: number): Pick<VhdSpec, 'type' | 'id' | 'parent'> {
  const name = `${layer + 1}.vhd`;
  const locators = [{ code: 'W2ru', text: `.\\${name}` }];
  return { type: 'differencing', id: idOf(layer + 1), parent: { id: idOf(layer + 2), name, locators } };
}

const KIB = 1024;

/** Three layers with holes, whole blocks, single sectors, and zeros that hide what lies below. The last block is cut short. */
export function threeLayers(): TestChain {
  const virtualSize = 5 * 64 * KIB + 7 * 512;
  const blockSize = 64 * KIB;
  const common = { virtualSize, blockSize };
  const zeros = null;
  return chainOf([
    {
      ...common,
      ...childOf(0),
      content: stampOf(10),
      blocks: [...blocksOf([3, 4, 5, 130, 644], blockSize), { index: 3, sectors: [0, 1, 127], content: zeros }],
    },
    {
      ...common,
      ...childOf(1),
      alignment: 4096,
      content: stampOf(11),
      blocks: blocksOf([4, 5, 6, 400, 646], blockSize),
    },
    {
      ...common,
      type: 'dynamic',
      id: idOf(3),
      content: stampOf(12),
      blocks: [{ index: 3, sectors: 'all' }, ...blocksOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 640, 641], blockSize)],
    },
  ]);
}
