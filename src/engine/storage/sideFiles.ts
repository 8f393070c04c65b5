import type { FileSystem } from './fileSystem';

/**
 * Files of ours that stand beside an image while something is done to it. Their names end so that nobody takes them for images,
 * and begin with the image's name so that a person sees whose they are.
 */
export type SideFile = 'journal' | 'merge' | 'swap' | 'undo';

const SIDE_FILE_MARK = '.vhd-editor-';

const TEMPORARY_PATTERN = /^(.+)\.vhd-editor-[0-9a-f]{8}\.tmp$/;
const SIDE_FILE_PATTERN = /^(.+)\.vhd-editor-(?:journal|merge|swap)$/;
const UNDO_PATTERN = /\.vhd-editor-undo(?:-\d+)?$/;

/** The path of an image's side file of a kind; there is one at most. */
export function sidePath(imagePath: string, kind: SideFile): string {
  return `${imagePath}${SIDE_FILE_MARK}${kind}`;
}

/** Where a new file is written before it gets its name; in the same folder, so that it can be renamed. `tag` makes it unlike all others. */
export function temporaryPath(finalPath: string, tag: number): string {
  return `${finalPath}${SIDE_FILE_MARK}${(tag >>> 0).toString(16).padStart(8, '0')}.tmp`;
}

/** A file of ours by its name alone: whose it is, and whether it only was to become that file. Null for any other name. */
export function ownFileName(name: string): { readonly of: string; readonly temporary: boolean } | null {
  const temporary = TEMPORARY_PATTERN.exec(name)?.[1];
  if (temporary !== undefined) {
    return { of: temporary, temporary: true };
  }
  const of = SIDE_FILE_PATTERN.exec(name)?.[1];
  return of === undefined ? null : { of, temporary: false };
}

/** True for a file that holds what a repair replaced: it is kept for the user, and nothing waits for it. */
export function isUndoName(name: string): boolean {
  return UNDO_PATTERN.test(name);
}

/** Writes a whole new file so that it is on the medium, name and all, when this returns. Throws EngineError `file-exists`. */
export function writeNewFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const file = fileSystem.create(path);
  try {
    file.write(0, bytes);
    file.flush();
  } catch (error) {
    file.close();
    fileSystem.remove(path);
    throw error;
  }
  file.close();
  fileSystem.flushFolder(fileSystem.folderOf(path));
}

/** Removes a file so that it is gone for good when this returns. */
export function removeForGood(fileSystem: FileSystem, path: string): void {
  fileSystem.remove(path);
  fileSystem.flushFolder(fileSystem.folderOf(path));
}
