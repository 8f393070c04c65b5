import type { FileSystem } from '../storage/fileSystem';
import { namesBelow, type Bounds } from './bounds';
import type { ClaimedPath } from './claimedPath';

/**
 * The absolute path on this system that a claim means, without links where it lies in the image's folder or below; null where it must not
 * be touched or cannot be. Found by words alone.
 *
 * A path of another system names no place here: its file's name is tried beside the image, where moved chains lie.
 */
export function localPath(fileSystem: FileSystem, bounds: Bounds, claim: ClaimedPath): string | null {
  const isWindows = fileSystem.pathStyle === 'windows';
  switch (claim.kind) {
    case 'relative':
      return fileSystem.resolve(bounds.folder, ...claim.parts);
    case 'drive':
      return isWindows
        ? absolutePath(fileSystem, bounds, `${claim.drive}\\`, claim.parts)
        : besideImage(fileSystem, bounds, claim.parts);
    case 'root':
      return isWindows || claim.separator === '/'
        ? absolutePath(fileSystem, bounds, isWindows ? '\\' : '/', claim.parts)
        : besideImage(fileSystem, bounds, claim.parts);
    case 'drive-relative':
      return besideImage(fileSystem, bounds, claim.parts);
    case 'remote':
    case 'device':
    case 'stream':
    case 'unusable':
      return null;
  }
}

/** The user's own way to the image may pass links; a parent that lies along it is found without them. */
function absolutePath(fileSystem: FileSystem, bounds: Bounds, root: string, parts: readonly string[]): string {
  const path = fileSystem.resolve(bounds.folder, root, ...parts);
  const names = namesBelow(fileSystem, bounds.namedFolder, path);
  return names === null ? path : fileSystem.resolve(bounds.folder, ...names);
}

function besideImage(fileSystem: FileSystem, bounds: Bounds, parts: readonly string[]): string {
  return fileSystem.resolve(bounds.folder, parts.at(-1) ?? '');
}
