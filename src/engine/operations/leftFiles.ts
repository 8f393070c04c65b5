import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';

/** More names than this are not looked at for files that were left. */
const MAX_NAMES = 100_000;

/**
 * Removes files beside an image that were to become it, by their names, unless somebody still writes them. `path` is absolute; nothing need stand there. Returns
 * what was done, for people.
 */
export function removeLeftFiles(
  fileSystem: FileSystem,
  path: string,
  isLeft: (name: string) => boolean,
): readonly string[] {
  const folder = fileSystem.folderOf(path);
  const left = fileSystem
    .list(folder, MAX_NAMES)
    .filter(isLeft)
    .map((name) => fileSystem.resolve(folder, name));
  const usersOf = fileSystem.usersOf(left);
  const unused = left.filter((_, at) => usersOf[at]?.length === 0);
  for (const each of unused) {
    fileSystem.remove(each);
  }
  return unused.map((each) => t('{0} was not finished and is removed', each));
}
