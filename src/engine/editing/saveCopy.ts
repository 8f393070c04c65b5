import type { Chain } from '../chain/chain';
import { tiePatch } from '../operations/parentTie';
import { PartialFile, requireTarget } from '../operations/partialFile';
import type { Progress } from '../operations/progress';
import type { FileSystem } from '../storage/fileSystem';
import { writePatch } from '../storage/patch';
import { copySparsely } from './copySparsely';

/**
 * Writes the leaf as it is shown to a new file, whole or not at all: it gets its name when all of it is on the medium. In another folder its ways to the
 * parent are made right for the new place. `path` is absolute; with `replace` a file that stands there is replaced, but never a layer of the chain. Yields
 * between pieces; returned there, it leaves nothing. Throws as `requireTarget`, and what reading and writing throw.
 */
export function* saveCopy(
  fileSystem: FileSystem,
  chain: Chain,
  path: string,
  replace: boolean,
): Generator<Progress, void, void> {
  const [{ image }] = chain.layers;
  const target = requireTarget(fileSystem, path, chain, { replace, confine: null });
  const partial = new PartialFile(fileSystem, target);
  try {
    const { storage } = image;
    yield* copySparsely((at, bytes) => storage.read(at, bytes), storage.size(), partial.storage, 'Copying');
    tieToParent(fileSystem, chain, partial);
    fileSystem.copyPermissions(partial.path, image.path);
    partial.storage.flush();
    partial.finish();
    fileSystem.flushFolder(fileSystem.folderOf(target.path));
  } finally {
    partial.discard();
  }
}

/** The copy stands in the folder of its own already, under another name: ways that lead from there are right. */
function tieToParent(fileSystem: FileSystem, { layers: [leaf, parent] }: Chain, partial: PartialFile): void {
  const claim = leaf.image.parent;
  const isMoved = fileSystem.folderOf(partial.path) !== fileSystem.folderOf(leaf.image.path);
  if (claim === null || parent === undefined || !isMoved) {
    return;
  }
  // Its id and its time are what the leaf knows: a copy changes nothing about them.
  const modified = claim.modified?.getTime() ?? 0;
  writePatch(partial.storage, tiePatch(fileSystem, partial.path, { path: parent.image.path, id: claim.id, modified }));
}
