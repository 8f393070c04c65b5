import type { Image, ParentClaim } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import { boundsOf } from './bounds';
import type { FoundBy, ParentCandidate, ParentPolicy } from './chain';
import { searchFolder } from './folderSearch';
import type { ParentFiles } from './parentFiles';
import { followPlace, isProven, type ParentFailure, type ParentSearch } from './parentPlaces';

/** Fields whose paths are followed, as `ParentPlace.source` names them; an alias record of old Macintoshes (`Mac `) is not a path. */
const FOLLOWED: readonly FoundBy[] = ['W2ru', 'W2ku', 'name', 'Wi2r', 'Wi2k', 'MacX'];

/** True for a field whose path is followed when a parent is looked for; `source` as in `ParentPlace`. */
export function isFollowed(source: string): boolean {
  return FOLLOWED.some((known) => known === source);
}

/** What looking for one parent came to. */
export interface ParentOutcome {
  /** The parent, open, with how it was found; null where it was not. */
  readonly found: { readonly image: Image; readonly foundBy: FoundBy } | null;
  /** Files that may be the parent, each once, in the order in which they were met. */
  readonly candidates: readonly ParentCandidate[];
  readonly failures: readonly ParentFailure[];
  /** True where the search of the image's folder met its bound. */
  readonly wasSearchCut: boolean;
}

/** What the search for every parent of one chain shares. */
export interface ChainSearch {
  readonly fileSystem: FileSystem;
  readonly files: ParentFiles;
  readonly policy: ParentPolicy;
  /** The `fileKey` of each layer so far: a file that the user names is not taken twice. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Finds the parent of an image: by the paths that it names, in their order, then by id in its own folder, then among the files that
 * the user gave. What may be followed without the user's word is DESIGN section 3; nothing else is touched.
 */
export function locateParent(chain: ChainSearch, child: Image, claim: ParentClaim): ParentOutcome {
  const { fileSystem, files } = chain;
  const search: ParentSearch = {
    fileSystem,
    files,
    bounds: boundsOf(fileSystem, child.path, chain.policy),
    id: claim.id,
  };
  const candidates: ParentCandidate[] = [];
  const failures: ParentFailure[] = [];
  for (const place of claim.places) {
    const source = FOLLOWED.find((known) => known === place.source);
    if (source === undefined) {
      continue;
    }
    const result = followPlace(search, place.text, source);
    if (result.image !== null) {
      return { found: { image: result.image, foundBy: source }, candidates: [], failures: [], wasSearchCut: false };
    }
    candidates.push(...result.candidates);
    failures.push(...result.failures);
  }
  const beside = searchFolder(search, fileSystem.realPath(child.path) ?? child.path);
  if (beside.image !== null) {
    return { found: { image: beside.image, foundBy: 'folder' }, candidates: [], failures: [], wasSearchCut: false };
  }
  const given = takeGiven(chain, search);
  return {
    found: given.image === null ? null : { image: given.image, foundBy: 'user' },
    candidates: eachOnce(candidates, (candidate) => `${candidate.reason} ${candidate.path}`),
    failures: eachOnce([...failures, ...given.failures], (failure) => failure.path),
    wasSearchCut: beside.wasCut,
  };
}

/** The user's word: among the files given, the one with the right id, else the next that is not a layer yet. */
function takeGiven(
  chain: ChainSearch,
  search: ParentSearch,
): { image: Image | null; failures: readonly ParentFailure[] } {
  const failures: ParentFailure[] = [];
  const unused = chain.policy.given
    .map((path) => chain.fileSystem.resolve(path))
    .filter((path) => !isTaken(chain, path));
  for (const accept of [(id: string) => isProven(search, id), () => true]) {
    for (const path of unused) {
      const { image, proof } = chain.files.openIf(path, accept);
      if (image !== null) {
        return { image, failures: [] };
      }
      if (!proof.isImage) {
        failures.push({ path, error: proof.error });
      }
    }
  }
  return { image: null, failures };
}

/** The same file under another name counts as the same. */
function isTaken(chain: ChainSearch, path: string): boolean {
  return chain.taken.has(fileKey(chain.fileSystem, path));
}

/** Tells files apart whatever they are called; where a file system numbers none of its files, size and time help. */
export function fileKey(fileSystem: FileSystem, path: string): string {
  const realPath = fileSystem.realPath(path) ?? path;
  const facts = fileSystem.facts(realPath);
  return facts === null ? realPath : `${facts.identity} ${facts.size} ${facts.modified}`;
}

function eachOnce<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && seen.add(key);
  });
}
