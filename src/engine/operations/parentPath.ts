import type { FileSystem } from '../storage/fileSystem';
import { isSamePath } from '../storage/paths';

/** How a child says where its parent is, in the words of each kind of locator. */
export interface ParentPathTexts {
  /** W2ru: `.\base.vhd`, `.\..\parents\base.vhd`; null where no relative path leads there (another drive). */
  readonly relative: string | null;
  /** W2ku: `C:\disks\base.vhd`; where paths are not Windows' own, as the system writes them: `/disks/base.vhd`. */
  readonly absolute: string;
  /** Parent Unicode Name: the file's name alone, as the specification, Xen and VirtualBox have it. */
  readonly name: string;
  /** MacX, as Xen writes it: `file://./base.vhd`. */
  readonly url: string;
}

/** The texts by which a child at one absolute path names a parent at another; neither is touched. */
export function parentPathTexts(fileSystem: FileSystem, childPath: string, parentPath: string): ParentPathTexts {
  const parts = relativeParts(fileSystem, fileSystem.folderOf(childPath), parentPath);
  return {
    relative: parts === null ? null : ['.', ...parts].join('\\'),
    absolute: parentPath,
    name: fileSystem.nameOf(parentPath),
    url: `file://${parts === null ? parentPath : ['.', ...parts].join('/')}`,
  };
}

/** `..` and names that lead from a folder to a file; null where they have no root in common. */
function relativeParts(fileSystem: FileSystem, folder: string, path: string): readonly string[] | null {
  const from = partsOf(fileSystem, folder);
  const to = partsOf(fileSystem, path);
  let common = 0;
  const isCommon = (at: number): boolean => isSamePath(fileSystem.pathStyle, from[at] ?? '', to[at] ?? '');
  while (common < from.length && common < to.length - 1 && isCommon(common)) {
    common++;
  }
  // The first part is the root itself: a drive, a share, or `/`.
  return common === 0 ? null : [...from.slice(common).map(() => '..'), ...to.slice(common)];
}

/** The root of an absolute path, then the names below it. */
function partsOf(fileSystem: FileSystem, path: string): readonly string[] {
  const parts: string[] = [];
  for (let at = path; ; at = fileSystem.folderOf(at)) {
    const above = fileSystem.folderOf(at);
    if (above === at) {
      return [at, ...parts];
    }
    parts.unshift(fileSystem.nameOf(at));
  }
}
