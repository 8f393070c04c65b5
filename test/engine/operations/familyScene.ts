import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import type { Random } from '../../crash/powerLoss';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { sectorBytes, type FamilyModel, type ModelImage } from './familyModel';

const SECTOR = 512;

/** Sectors a block that the engine gives an image on a fixed one, or that it exports; it goes through a fixed one by as many. */
export const LARGE_BLOCK = 4096;

/** Stands in every folder of a family, and is no image. */
export const OTHER_FILE = 'notes.txt';

/** Where a family lies, and the numbers that its images and sectors are told apart by. */
export interface FamilyPlace {
  readonly fileSystem: FileSystem;
  /** Absolute paths; images are made in all of them. */
  readonly folders: readonly [string, ...string[]];
  readonly model: FamilyModel;
  readonly random: Random;
  /** Never the same one twice; below 256. */
  readonly nextNumber: () => number;
  /** Sectors a block that images may have. */
  readonly blockSizes: readonly number[];
}

/** Puts a base and a few images above it there, as other programs make them. */
export function addFamily(place: FamilyPlace): void {
  const { random, model, fileSystem, folders } = place;
  // A folder without a file is none in memory; and an image is not alone as a rule.
  for (const folder of folders) fileSystem.create(fileSystem.resolve(folder, OTHER_FILE)).close();
  const sectorCount = 8 * (2 + random(6)) - random(3);
  const images = [addImage(place, null, sectorCount)];
  for (let count = random(5); count > 0; count--) {
    const parent = random(3) > 0 ? images.at(-1)! : images[random(images.length)]!;
    // Xen lets a child be larger than its parent; a smaller one is nobody's, and yet it is met.
    const size = random(8) === 0 ? Math.max(4, sectorCount + random(17) - 8) : parent.sectorCount;
    images.push(addImage(place, parent, size));
  }
  images.forEach((image) => model.images.add(image));
}

function addImage(place: FamilyPlace, parent: ModelImage | null, sectorCount: number): ModelImage {
  const { fileSystem, random, blockSizes, folders } = place;
  const number = place.nextNumber();
  const type = parent !== null ? 'differencing' : random(4) === 0 ? 'fixed' : 'dynamic';
  const sectorsPerBlock = type === 'fixed' ? LARGE_BLOCK : blockSizes[random(blockSizes.length)]!;
  const lbas = Array.from({ length: sectorCount }, (_, lba) => lba);
  const density = random(7);
  const owned = lbas.filter(() => type === 'fixed' || random(6) < density);
  const image: ModelImage = {
    path: fileSystem.resolve(folders[random(folders.length)]!, `i${number}.${parent === null ? 'vhd' : 'avhd'}`),
    parent,
    type,
    sectorCount,
    sectorsPerBlock,
    sectors: new Map(owned.map((lba) => [lba, random(6) === 0 ? 0 : number])),
    isStale: false,
  };
  const blockSize = sectorsPerBlock * SECTOR;
  const spec: VhdSpec = {
    type,
    virtualSize: sectorCount * SECTOR,
    blockSize,
    id: idOf(number),
    content: (lba) => sectorBytes(image.sectors.get(lba) ?? 0, lba),
    blocks: blocksOf(owned, blockSize).sort(() => random(3) - 1),
    alignment: random(2) === 0 ? 512 : 4096,
    ...(random(5) === 0 && type !== 'fixed' ? { batmap: {} } : {}),
    ...(parent === null ? {} : { parent: parentSpec(place, image, parent) }),
  };
  const file = fileSystem.create(image.path);
  file.write(0, buildVhd(spec));
  file.close();
  return image;
}

/** As makers of all kinds name a parent: by one locator, by several, and with its file's time or none. */
function parentSpec(
  { fileSystem, random }: FamilyPlace,
  image: ModelImage,
  parent: ModelImage,
): VhdSpec['parent'] & object {
  const way = wayTo(fileSystem, fileSystem.folderOf(image.path), parent.path);
  const modified = fileSystem.facts(parent.path)?.modified ?? 0;
  const relative = [
    { code: 'W2ru', text: `.\\${way?.join('\\') ?? ''}`, dataSpace: 512 },
    { code: 'MacX', text: `file://./${way?.join('/') ?? ''}`, dataSpace: 512 },
  ];
  const locators = [...(way === null ? [] : relative), { code: 'W2ku', text: parent.path, dataSpace: 512 }];
  const first = random(locators.length);
  return {
    id: idOf(Number(/\d+/.exec(fileSystem.nameOf(parent.path))?.[0])),
    name: fileSystem.nameOf(parent.path),
    timestamp: random(3) === 0 ? 0 : Math.floor(modified / 1000) - 946_684_800,
    locators: [...locators.slice(first), ...locators.slice(0, first)].slice(0, 1 + random(3)),
  };
}

/** Names that lead from a folder to a file; null from one drive to another. */
function wayTo({ pathStyle }: FileSystem, folder: string, path: string): string[] | null {
  const separator = pathStyle === 'windows' ? '\\' : '/';
  const [from, to] = [folder.split(separator), path.split(separator)];
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return common === 0 ? null : [...from.slice(common).map(() => '..'), ...to.slice(common)];
}
