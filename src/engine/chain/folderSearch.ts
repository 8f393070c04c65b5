import type { Image } from '../image';
import { hasImageExtension } from './bounds';
import { isProven, NULL_ID, type ParentSearch } from './parentPlaces';

/** A folder is searched no further than this: a stranger's folder must not keep us reading. */
const MAX_FOLDER_NAMES = 10_000;
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
  const names = fileSystem.list(bounds.folder, MAX_FOLDER_NAMES + 1);
  let wasCut = names.length > MAX_FOLDER_NAMES;
  for (const name of names.slice(0, MAX_FOLDER_NAMES).filter(hasImageExtension)) {
    const path = fileSystem.resolve(bounds.folder, name);
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
