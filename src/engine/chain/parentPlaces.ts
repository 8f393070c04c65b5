import type { EngineError } from '../errors';
import type { Image } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import { refusedByFacts, refusedByWords, type Bounds } from './bounds';
import type { FoundBy, ParentCandidate } from './chain';
import { parseClaimedPath } from './claimedPath';
import { localPath } from './localPaths';
import { MAX_FOLDER_NAMES, type ParentFiles } from './parentFiles';

/** Stands for an id where an image names none. */
export const NULL_ID = '00000000-0000-0000-0000-000000000000';

/** What following one path came to. */
export interface PlaceResult {
  /** The parent, open; null where the path did not lead to it. */
  readonly image: Image | null;
  readonly candidates: readonly ParentCandidate[];
  /** Files that could not be read as images. */
  readonly failures: readonly ParentFailure[];
}

/** A file that may be the parent but cannot be read as an image. */
export interface ParentFailure {
  readonly path: string;
  readonly error: EngineError;
}

/** What a search for a parent works with. */
export interface ParentSearch {
  readonly fileSystem: FileSystem;
  readonly files: ParentFiles;
  readonly bounds: Bounds;
  /** The id that the parent must carry. */
  readonly id: string;
}

/** Follows one path that an image names, as far as it may be followed without asking. */
export function followPlace(search: ParentSearch, text: string, source: FoundBy): PlaceResult {
  const candidates: ParentCandidate[] = [];
  const failures: ParentFailure[] = [];
  for (const claim of parseClaimedPath(text)) {
    const path = localPath(search.fileSystem, search.bounds, claim);
    if (path !== null) {
      const result = followPath(search, path, source);
      if (result.image !== null) {
        return result;
      }
      candidates.push(...result.candidates);
      failures.push(...result.failures);
    } else if (claim.kind !== 'unusable') {
      candidates.push(unopened(text, source, 'remote-or-device'));
    }
  }
  return { image: null, candidates, failures };
}

function followPath(search: ParentSearch, named: string, source: FoundBy): PlaceResult {
  const { fileSystem, bounds } = search;
  const words = refusedByWords(fileSystem, bounds, named);
  if (words !== null) {
    return { image: null, candidates: [unopened(named, source, words)], failures: [] };
  }
  let path = named;
  let facts = refusedByFacts(fileSystem, bounds.folder, path);
  if (facts === 'absent') {
    path = inOtherCase(search, path) ?? path;
    facts = path === named ? facts : refusedByFacts(fileSystem, bounds.folder, path);
  }
  if (facts !== null) {
    return { image: null, candidates: facts === 'absent' ? [] : [unopened(path, source, facts)], failures: [] };
  }
  return openCandidate(search, path, source);
}

/** Opens a file that may be looked into, and takes it if it carries the id. */
function openCandidate(search: ParentSearch, path: string, source: FoundBy): PlaceResult {
  const { image, proof } = search.files.openIf(path, (id) => isProven(search, id));
  if (image !== null) {
    return { image, candidates: [], failures: [] };
  }
  if (!proof.isImage) {
    return {
      image: null,
      candidates: [unopened(path, source, 'not-an-image')],
      failures: [{ path, error: proof.error }],
    };
  }
  const { id, virtualSize } = proof;
  return { image: null, candidates: [{ path, source, id, virtualSize, reason: 'other-id' }], failures: [] };
}

/** True where an id proves the parent. A child that names none (a raw parent of Xen) has nothing to prove one by. */
export function isProven(search: ParentSearch, id: string): boolean {
  return id === search.id && id !== NULL_ID;
}

/** Windows does not tell cases apart, so a name from there may stand in another one; null unless one file alone comes into question. */
function inOtherCase({ fileSystem, files }: ParentSearch, path: string): string | null {
  if (fileSystem.pathStyle === 'windows') {
    return null;
  }
  const folder = fileSystem.folderOf(path);
  if (fileSystem.realPath(folder) !== folder) {
    return null;
  }
  const fitting = files.namesLike(folder, fileSystem.nameOf(path));
  const [only] = fitting;
  return only !== undefined && fitting.length === 1 && files.namesIn(folder).length <= MAX_FOLDER_NAMES
    ? fileSystem.resolve(folder, only)
    : null;
}

function unopened(path: string, source: FoundBy, reason: ParentCandidate['reason']): ParentCandidate {
  return { path, source, id: null, virtualSize: null, reason };
}
