import type { Chain, ParentPolicy } from '../chain/chain';
import { childrenOf } from '../chain/family';
import { scanFamilies, type FamilyScan } from '../chain/familyScan';
import type { FileSystem } from '../storage/fileSystem';
import { imagesAtClaimedPlaces } from './claimedPlaces';

/** What an operation is told beside the images that it is about. */
export interface OperationRequest {
  readonly fileSystem: FileSystem;
  readonly policy: ParentPolicy;
  /** Absolute paths of folders in which further members of the family may lie, beside those of the chain's own files. */
  readonly familyFolders: readonly string[];
}

/**
 * Reads the family of a chain: in the folders of its files and below, in those of the request, and where its files' own words lead. Yields as
 * `scanFamilies`.
 */
export function readFamily(request: OperationRequest, chain: Chain): Generator<number, FamilyScan, void> {
  const { fileSystem, policy, familyFolders } = request;
  const files = chain.layers.map((layer) => fileSystem.realPath(layer.image.path) ?? layer.image.path);
  const folders = [...new Set([...files.map((path) => fileSystem.folderOf(path)), ...familyFolders])];
  const claimed = imagesAtClaimedPlaces(fileSystem, chain, policy);
  return scanFamilies(fileSystem, { folders, files: [...files, ...claimed] }, policy);
}

/** Paths of the images that stand on the one at `path`, themselves and not through others. */
export function childPaths({ families }: FamilyScan, path: string): readonly string[] {
  return families.flatMap((family) => childrenOf(family.images, path)).map((child) => child.path);
}

/** Paths of images that name an image's id and do not find their parent: nobody can say that they do not stand on it. */
export function doubtfulPaths({ families }: FamilyScan, id: string): readonly string[] {
  return families.flatMap((family) => family.missing.filter((missing) => missing.id === id)).map(({ child }) => child);
}

/** Both. */
export function pathsOn(scan: FamilyScan, image: { readonly path: string; readonly id: string }): readonly string[] {
  return [...childPaths(scan, image.path), ...doubtfulPaths(scan, image.id)];
}

/** Paths of all images that stand on the one at `path`, through others too; parents before their children. */
export function descendantPaths(scan: FamilyScan, path: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [path];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    for (const child of childPaths(scan, at)) {
      if (!found.has(child)) {
        found.add(child);
        waiting.push(child);
      }
    }
  }
  return [...found];
}
