import type { Image, ParentPlace } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import { boundsOf, comparedName } from './bounds';
import type { ParentPolicy } from './chain';
import { parseClaimedPath, type ClaimedPath } from './claimedPath';
import { isFollowed } from './locateParent';
import { localPath } from './localPaths';

/** What an image's words about its parent come to, its parent lying where it does. */
export interface PlacesOfParent {
  /** Those that lead to nothing or to something else. */
  readonly stray: readonly ParentPlace[];
  /** True where one of the others leads to the parent. */
  readonly leadThere: boolean;
}

/**
 * Which of the places that an image names are not that of its parent, which lies at an absolute path. Found by words alone, read as they are when a
 * chain is opened; of a place on another computer nobody can say, and a name without a folder need only be the parent's name.
 */
export function strayPlaces(
  fileSystem: FileSystem,
  image: Image,
  parentPath: string,
  policy: ParentPolicy,
): PlacesOfParent {
  const bounds = boundsOf(fileSystem, image.path, policy);
  const parent = comparedName(parentPath);
  const parentName = comparedName(fileSystem.nameOf(parentPath));
  const stray: ParentPlace[] = [];
  let leadThere = false;
  for (const place of image.parent?.places ?? []) {
    if (!isFollowed(place.source)) {
      continue;
    }
    const claims = parseClaimedPath(place.text);
    const paths = claims.map((claim) => localPath(fileSystem, bounds, claim)).filter((path) => path !== null);
    if (paths.some((path) => comparedName(path) === parent)) {
      leadThere = true;
    } else if (!claims.some((claim) => isBeyondUs(claim) || (place.source === 'name' && isNameOf(claim, parentName)))) {
      stray.push(place);
    }
  }
  return { stray, leadThere };
}

function isBeyondUs({ kind }: ClaimedPath): boolean {
  return kind === 'remote' || kind === 'device' || kind === 'stream';
}

function isNameOf(claim: ClaimedPath, parentName: string): boolean {
  return claim.kind === 'relative' && claim.parts.length === 1 && comparedName(claim.parts[0] ?? '') === parentName;
}
