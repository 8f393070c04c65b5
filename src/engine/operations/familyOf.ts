import type { Chain, ParentPolicy } from '../chain/chain';
import { childrenOf } from '../chain/family';
import { scanFamilies, type FamilyScan } from '../chain/familyScan';
import type { FileSystem } from '../storage/fileSystem';

/** What an operation is told beside the images that it is about. */
export interface OperationRequest {
  readonly fileSystem: FileSystem;
  readonly policy: ParentPolicy;
  /** Absolute paths of folders in which further members of the family may lie, beside those of the chain's own files. */
  readonly familyFolders: readonly string[];
}

/** Reads the family of a chain: in the folders of its files and below, and in those of the request. Yields as `scanFamilies`. */
export function readFamily(request: OperationRequest, chain: Chain): Generator<number, FamilyScan, void> {
  const { fileSystem, policy, familyFolders } = request;
  const files = chain.layers.map((layer) => fileSystem.realPath(layer.image.path) ?? layer.image.path);
  const folders = [...new Set([...files.map((path) => fileSystem.folderOf(path)), ...familyFolders])];
  return scanFamilies(fileSystem, { folders, files }, policy);
}

/**
 * Paths of the images that stand on an image, themselves and not through others. One that names the image's id and whose parent was not
 * found counts: nobody can say that it does not.
 */
export function pathsOn(
  { families }: FamilyScan,
  image: { readonly path: string; readonly id: string },
): readonly string[] {
  const children = families.flatMap((family) => childrenOf(family.images, image.path)).map((child) => child.path);
  const doubtful = families.flatMap((family) => family.missing.filter((missing) => missing.id === image.id));
  return [...children, ...doubtful.map((missing) => missing.child)];
}
