import type { Image } from '../image';
import { MAX_FOLDER_NAMES } from './parentFiles';
import { isProven, NULL_ID, type ParentSearch } from './parentPlaces';

/** As `MAX_FOLDER_NAMES`, of files that are read. */
export const MAX_FOLDER_IMAGES = 256;

export interface FolderSearchResult {
  readonly image: Image | null;
  /** True where a bound was met before all images of the folder had been looked into. */
  readonly wasCut: boolean;
}

/**
 * Looks for the parent by its id among the images beside the child, in the order of their names. At most `MAX_FOLDER_IMAGES` files
 * are read for one chain, among the first `MAX_FOLDER_NAMES` names of a folder.
 */
export function searchFolder(search: ParentSearch, childPath: string): FolderSearchResult {
  if (search.id === NULL_ID) {
    return { image: null, wasCut: false };
  }
  const { fileSystem, files, bounds } = search;
  let wasCut = files.namesIn(bounds.folder).length > MAX_FOLDER_NAMES;
  for (const path of files.imagePathsIn(bounds.folder)) {
    const isNew = !files.isKnown(path);
    if (isNew && files.count >= MAX_FOLDER_IMAGES) {
      wasCut = true;
      continue;
    }
    if (path === childPath || (isNew && fileSystem.facts(path)?.kind !== 'file')) {
      continue;
    }
    const { image } = files.openIf(path, (id) => isProven(search, id));
    if (image !== null) {
      return { image, wasCut: false };
    }
  }
  return { image: null, wasCut };
}
