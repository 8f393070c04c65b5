import type { ParentPolicy } from '../../src/engine/chain/chain';
import { DiskReader } from '../../src/engine/chain/diskReader';
import { closeChain, openChain } from '../../src/engine/chain/openChain';
import type { OperationRequest } from '../../src/engine/operations/familyOf';
import type { FileSystem } from '../../src/engine/storage/fileSystem';
import { buildVhd, idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../fixtures/vhdSpec';
import type { Random } from './powerLoss';
import { RecordingFileSystem, type Shortcomings } from './recordingFileSystem';

const SECTOR = 512;

export const TRUSTING: ParentPolicy = { trusted: true, given: [], confine: null };

/** An image of a scene, and what its disk reads as. */
export interface SceneImage {
  readonly path: string;
  /** Path of its parent; null for the base. */
  readonly parent: string | null;
  readonly id: Uint8Array;
  /** The disk as of this image. */
  readonly content: Uint8Array;
}

export interface Scene {
  readonly fileSystem: RecordingFileSystem;
  /** Parents before their children. */
  readonly images: readonly SceneImage[];
}

export interface SceneOptions {
  /** Layers of the chain `/d/base.vhd`, `/d/l1.avhd`, `/d/l2.avhd`, ... */
  readonly depth: number;
  /** Children that stand on the last layer of the chain: `/d/c1.avhd`, ... */
  readonly children?: number;
  /** Children of the first of these: `/d/g1.avhd`, ... */
  readonly grandchildren?: number;
  readonly baseType?: 'fixed' | 'dynamic';
  /** Layers may have blocks of different sizes. */
  readonly mixedBlockSizes?: boolean;
  readonly shortcomings?: Shortcomings;
}

/** A small family on a disk of its own: a chain, and children of its leaf; who owns which sector is left to chance. */
export function buildScene(random: Random, options: SceneOptions): Scene {
  const fileSystem = new RecordingFileSystem(new Map(), options.shortcomings);
  const sectorCount = 8 * (2 + random(7));
  const images: SceneImage[] = [];
  const addImage = (name: string, parent: SceneImage | null): SceneImage => {
    const image = buildImage(random, { name, parent, sectorCount, seed: images.length + 1, options, fileSystem });
    images.push(image);
    return image;
  };
  let leaf = addImage('base.vhd', null);
  for (let layer = 1; layer < options.depth; layer++) leaf = addImage(`l${layer}.avhd`, leaf);
  const children = Array.from({ length: options.children ?? 0 }, (_, at) => addImage(`c${at + 1}.avhd`, leaf));
  for (let child = 1; child <= (options.grandchildren ?? 0); child++) addImage(`g${child}.avhd`, children[0] ?? leaf);
  return { fileSystem, images };
}

interface ImageOptions {
  readonly name: string;
  readonly parent: SceneImage | null;
  readonly sectorCount: number;
  readonly seed: number;
  readonly options: SceneOptions;
  readonly fileSystem: RecordingFileSystem;
}

function buildImage(random: Random, image: ImageOptions): SceneImage {
  const { name, parent, sectorCount, seed, options, fileSystem } = image;
  const id = idOf(seed * 7 + random(5));
  const blockSize = SECTOR * (options.mixedBlockSizes === true ? [4, 8, 16][random(3)]! : 8);
  const isFixed = parent === null && options.baseType === 'fixed';
  const stamp = stampOf(seed);
  // Now and then an owned sector is all zero, and hides what its ancestors have.
  const zeros = new Set(Array.from({ length: sectorCount }, (_, lba) => lba).filter(() => random(6) === 0));
  const content = (lba: number): Uint8Array => (zeros.has(lba) ? new Uint8Array(SECTOR) : stamp(lba));
  const density = 1 + random(5);
  const owned = Array.from({ length: sectorCount }, (_, lba) => lba).filter(() => isFixed || random(6) < density);
  const spec: VhdSpec = {
    type: isFixed ? 'fixed' : parent === null ? 'dynamic' : 'differencing',
    virtualSize: sectorCount * SECTOR,
    blockSize,
    id,
    content,
    blocks: shuffled(random, blocksOf(owned, blockSize)),
    alignment: random(2) === 0 ? 512 : 4096,
    ...(random(4) === 0 && !isFixed ? { batmap: {} } : {}),
    ...(parent === null ? {} : { parent: parentSpec(fileSystem, parent, random) }),
  };
  fileSystem.add(`/d/${name}`, buildVhd(spec));
  const disk = parent?.content.slice() ?? new Uint8Array(sectorCount * SECTOR);
  for (const lba of owned) disk.set(content(lba), lba * SECTOR);
  return { path: `/d/${name}`, parent: parent?.path ?? null, id, content: disk };
}

function parentSpec(fileSystem: RecordingFileSystem, parent: SceneImage, random: Random): VhdSpec['parent'] & object {
  const name = fileSystem.nameOf(parent.path);
  const modified = fileSystem.facts(parent.path)?.modified ?? 0;
  const locators = [
    { code: 'W2ru', text: `.\\${name}`, dataSpace: 512 },
    { code: 'MacX', text: `file://./${name}`, dataSpace: 512 },
  ];
  return {
    id: parent.id,
    name,
    timestamp: random(3) === 0 ? 0 : Math.floor(modified / 1000) - 946_684_800,
    locators: locators.slice(0, random(3)),
  };
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: random(1_000_000) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

export function requestOn(fileSystem: FileSystem): OperationRequest {
  return { fileSystem, policy: TRUSTING, familyFolders: [] };
}

/** What an image is like from outside. */
interface SeenImage {
  /** The whole disk as of it. */
  readonly disk: Buffer;
  /** Paths of its layers, from itself to the base. */
  readonly layers: readonly string[];
  /** Findings of severity error or warning of its chain. */
  readonly troubles: readonly string[];
}

export function lookAt(fileSystem: FileSystem, path: string): SeenImage {
  const chain = openChain(fileSystem, path, TRUSTING);
  try {
    if (chain.missing !== null) throw new Error(`${path}: the parent of ${chain.missing.childPath} is missing`);
    const reader = new DiskReader(chain);
    const disk = Buffer.alloc(reader.size);
    reader.read(0, disk, (range) => {
      throw new Error(`${path}: sector ${range.start} is in doubt: ${range.reason}`);
    });
    const troubles = chain.findings.filter((finding) => finding.severity !== 'note');
    return {
      disk,
      layers: chain.layers.map((layer) => layer.image.path),
      troubles: troubles.map(({ id, path: at }) => `${id} ${at}`),
    };
  } finally {
    closeChain(chain);
  }
}

/** The whole disk as of an image. */
export function readDisk(fileSystem: FileSystem, path: string): Buffer {
  return lookAt(fileSystem, path).disk;
}

/** Paths of an image's layers, from itself to the base. */
export function layerPaths(fileSystem: FileSystem, path: string): readonly string[] {
  return lookAt(fileSystem, path).layers;
}

/** Findings of severity error or warning of a chain. */
export function troubles(fileSystem: FileSystem, path: string): readonly string[] {
  return lookAt(fileSystem, path).troubles;
}
