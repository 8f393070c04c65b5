import { closeChain, openChain } from '../chain/openChain';
import type { ImageType } from '../image';
import { descendantPaths, readFamily, type OperationRequest } from './familyOf';

/** Where an image stands: enough to let a person choose a layer. */
export interface ImageStanding {
  /** From the image to its base. */
  readonly layers: readonly StandingLayer[];
  /** The images above it that no other one stands on; empty where it is one itself. */
  readonly leafs: readonly string[];
  /** True where a parent is missing: there are more layers than these. */
  readonly isCut: boolean;
}

export interface StandingLayer {
  readonly path: string;
  readonly type: ImageType;
  /** Bytes. */
  readonly fileSize: number;
  /** Milliseconds since 1970 UTC; null where the image names none. */
  readonly created: number | null;
}

/** The layers below the image at an absolute path and the leafs above it. Yields while the family is read. Throws EngineError where the image cannot be opened. */
export function* imageStanding(request: OperationRequest, path: string): Generator<number, ImageStanding, void> {
  const { fileSystem, policy } = request;
  const chain = openChain(fileSystem, path, policy);
  try {
    const layers = chain.layers.map(({ image }) => ({
      path: image.path,
      type: image.type,
      fileSize: image.fileSize,
      created: image.created?.getTime() ?? null,
    }));
    const family = yield* readFamily(request, chain);
    const own = chain.layers[0].image.path;
    const above = new Set(descendantPaths(family, fileSystem.realPath(own) ?? own));
    const leafs = family.families.flatMap((each) => each.leafs).filter((leaf) => above.has(leaf));
    return { layers, leafs: leafs.sort(), isCut: chain.missing !== null };
  } finally {
    closeChain(chain);
  }
}
