import { boundsOf, hasImageExtension, refusedByWords } from '../chain/bounds';
import type { Chain, ParentPolicy } from '../chain/chain';
import { parseClaimedPath } from '../chain/claimedPath';
import { localPath } from '../chain/localPaths';
import type { FileSystem } from '../storage/fileSystem';

/** No more names of a folder than this are looked at: a stranger's words lead there. */
const MAX_NAMES = 10_000;

/**
 * Images that lie where the layers of a chain say that their parents do, or did: when a chain was moved, others of its family may have been left
 * there. Only places that may be followed without asking, and nothing below them. Absolute paths.
 */
export function imagesAtClaimedPlaces(fileSystem: FileSystem, chain: Chain, policy: ParentPolicy): readonly string[] {
  const folders = new Set<string>();
  for (const { image } of chain.layers) {
    const bounds = boundsOf(fileSystem, image.path, policy);
    for (const claim of (image.parent?.places ?? []).flatMap((place) => parseClaimedPath(place.text))) {
      const path = localPath(fileSystem, bounds, claim);
      if (path !== null && refusedByWords(fileSystem, bounds, path) === null) {
        folders.add(fileSystem.folderOf(path));
      }
    }
  }
  // A folder behind a link is not where the words lead.
  const real = [...folders].filter((folder) => fileSystem.realPath(folder) === folder);
  return real.flatMap((folder) =>
    fileSystem
      .list(folder, MAX_NAMES)
      .filter(hasImageExtension)
      .map((name) => fileSystem.resolve(folder, name))
      .filter((path) => fileSystem.facts(path)?.kind === 'file'),
  );
}
