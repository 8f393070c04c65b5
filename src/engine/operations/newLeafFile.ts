import type { FileSystem } from '../storage/fileSystem';
import { isSamePath } from '../storage/paths';
import { temporaryPath } from '../storage/sideFiles';
import { writeNewLeaf, type LeafSpec } from './newLeaf';

/**
 * Makes the file of a new leaf, whole and flushed, under a temporary name in its folder. It gets the permissions of the image at `imagePath`;
 * if we are cut short, the next operation on that image removes it where both lie in one folder. Returns the name.
 */
export function createLeafFile(fileSystem: FileSystem, imagePath: string, spec: LeafSpec): string {
  const isBeside = isSamePath(fileSystem.pathStyle, fileSystem.folderOf(imagePath), fileSystem.folderOf(spec.path));
  const path = temporaryPath(isBeside ? imagePath : spec.path, new DataView(spec.facts.id.slice().buffer).getUint32(0));
  const file = fileSystem.create(path);
  try {
    writeNewLeaf(fileSystem, file, spec);
    file.flush();
    file.close();
    fileSystem.copyPermissions(path, imagePath);
    return path;
  } catch (error) {
    file.close();
    fileSystem.remove(path);
    throw error;
  }
}
