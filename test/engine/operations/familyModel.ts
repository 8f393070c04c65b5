import { stampOf } from '../../fixtures/vhdBuilder';

const SECTOR = 512;

/** What a sector holds: 0 for zeros that an image has all the same, any other number for bytes that tell it and the LBA. */
type Stamp = number;

/** An image as plain as can be. */
export interface ModelImage {
  path: string;
  parent: ModelImage | null;
  readonly type: 'fixed' | 'dynamic' | 'differencing';
  readonly sectorCount: number;
  readonly sectorsPerBlock: number;
  /** The sectors that it has, by LBA. */
  sectors: Map<number, Stamp>;
  /** True where a merge that was cut short may have changed its parent behind its back. */
  isStale: boolean;
}

/** A merge as the model sees it: the merged images, the top one first, and the one that they go into. */
export interface ModelMerge {
  readonly layers: readonly [ModelImage, ...ModelImage[]];
  readonly ancestor: ModelImage;
}

/** Families of images as arrays of stamps and a tree: what the operations are to come to. */
export class FamilyModel {
  readonly images = new Set<ModelImage>();

  childrenOf(image: ModelImage): ModelImage[] {
    return [...this.images].filter(({ parent }) => parent === image);
  }

  leafs(): ModelImage[] {
    return [...this.images].filter((image) => this.childrenOf(image).length === 0);
  }

  /** Leafs above an image, itself where nobody stands on it. */
  leafsAbove(image: ModelImage): ModelImage[] {
    const children = this.childrenOf(image);
    return children.length === 0 ? [image] : children.flatMap((child) => this.leafsAbove(child));
  }

  /** An image and those below it, down to the base. */
  chainOf(image: ModelImage): [ModelImage, ...ModelImage[]] {
    return image.parent === null ? [image] : [image, ...this.chainOf(image.parent)];
  }

  /** The disk as of an image; past the end of a smaller parent it is zero. */
  contentOf(image: ModelImage): Uint8Array {
    const disk = new Uint8Array(image.sectorCount * SECTOR);
    if (image.parent !== null) {
      const below = this.contentOf(image.parent);
      disk.set(below.subarray(0, disk.length));
    }
    for (const [lba, stamp] of image.sectors) disk.set(sectorBytes(stamp, lba), lba * SECTOR);
    return disk;
  }

  /** The sectors that some images of a chain have between them, the first one's before the others'. */
  ownedBy(layers: readonly ModelImage[]): Map<number, Stamp> {
    return new Map([...layers].reverse().flatMap((layer) => [...layer.sectors]));
  }

  /** Those whose content would change, or who would be left without a parent. */
  harmedBy({ layers, ancestor }: ModelMerge): ModelImage[] {
    return [...layers, ancestor].slice(1).flatMap((image, at) => {
      return this.childrenOf(image).filter((child) => child !== layers[at]);
    });
  }

  /** Puts what the layers have into the ancestor; their children stand on that then. */
  merge({ layers, ancestor }: ModelMerge, keep: boolean): void {
    for (const [lba, stamp] of this.ownedBy(layers)) ancestor.sectors.set(lba, stamp);
    for (const child of this.childrenOf(layers[0])) child.parent = ancestor;
    if (!keep) layers.forEach((layer) => this.images.delete(layer));
  }

  /** The images between a leaf and another one below it that only the leaf needs. */
  neededOnlyBy(leaf: ModelImage, to: ModelImage): ModelImage[] {
    const between = this.chainOf(leaf).slice(1, this.chainOf(leaf).indexOf(to));
    const end = between.findIndex((image) => this.childrenOf(image).length > 1);
    return end === -1 ? between : between.slice(0, end);
  }
}

/** Blocks that hold sectors, by the block size of one of the images. */
export function blocksWith(lbas: Iterable<number>, sectorsPerBlock: number): Set<number> {
  return new Set([...lbas].map((lba) => Math.floor(lba / sectorsPerBlock)));
}

const known = new Map<Stamp, (lba: number) => Uint8Array>();
const ZEROS = new Uint8Array(SECTOR);

export function sectorBytes(stamp: Stamp, lba: number): Uint8Array {
  if (stamp === 0) return ZEROS;
  let content = known.get(stamp);
  if (content === undefined) {
    const bytes = new Map<number, Uint8Array>();
    const make = stampOf(stamp);
    content = (at) => {
      const found = bytes.get(at) ?? make(at);
      bytes.set(at, found);
      return found;
    };
    known.set(stamp, content);
  }
  return content(lba);
}
