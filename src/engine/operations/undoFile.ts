import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { MAX_JOURNAL_SIZE, savePatch } from '../storage/journal';
import { decodeJournal, encodeJournal } from '../storage/journalFormat';
import { checkPatchFits, reversePatch, type Patch } from '../storage/patch';
import { removeForGood, sidePath, writeNewFile } from '../storage/sideFiles';
import { readPadded } from '../storage/storage';

/** Changes of one image that can be taken back. */
const MAX_UNDO_FILES = 100;

/** Saves a patch of an image so that it can be taken back: what it replaces is kept beside the image first. Returns the path of that file. Throws as `savePatch`. */
export function saveWithUndo(fileSystem: FileSystem, path: string, patch: Patch): string {
  const undoPath = nextUndo(fileSystem, path);
  writeNewFile(fileSystem, undoPath, encodeJournal(reversePatch(patch)));
  try {
    savePatch(fileSystem, path, patch);
  } catch (error) {
    if (isSpent(fileSystem, path, undoPath)) {
      removeForGood(fileSystem, undoPath);
    }
    throw error;
  }
  return undoPath;
}

/**
 * The file in which the next change of an image will keep what it replaces; what changes left that came to nothing is removed first. Throws EngineError
 * `not-possible` where too much is kept.
 */
export function nextUndo(fileSystem: FileSystem, path: string): string {
  dropSpent(fileSystem, path);
  return nextUndoPath(fileSystem, path);
}

/** A file that holds what a change of an image replaced. */
export interface UndoFile {
  readonly path: string;
  /** The image that was changed. */
  readonly of: string;
}

/** What is kept of changes of some images, by their absolute paths. */
export function undoFilesOf(fileSystem: FileSystem, paths: readonly string[]): readonly UndoFile[] {
  return paths.flatMap((of) => undoPaths(fileSystem, of).map((path) => ({ path, of })));
}

/** Removes for good what is kept of changes of an image that is about to go, or is gone: without it nobody can use them. */
export function removeUndoFiles(fileSystem: FileSystem, path: string): void {
  undoPaths(fileSystem, path).forEach((each) => removeForGood(fileSystem, each));
}

/** Lets what is kept of changes of an image follow it to its new name. Cut short, it can be done again. */
export function moveUndoFiles(fileSystem: FileSystem, path: string, newPath: string): void {
  for (let number = 1; number <= MAX_UNDO_FILES; number++) {
    const [from, to] = [undoPathOf(path, number), undoPathOf(newPath, number)];
    const [old, taken] = [fileSystem.facts(from), fileSystem.facts(to)];
    if (old?.kind === 'file' && taken === null) {
      moveFile(fileSystem, from, to);
    } else if (old?.kind === 'file' && old.identity === taken?.identity) {
      // Both are names of one file where this was cut short; the new one may not be on the medium yet.
      fileSystem.flushFolder(fileSystem.folderOf(to));
      fileSystem.remove(from);
    }
  }
  fileSystem.flushFolder(fileSystem.folderOf(path));
}

/** The new name is on the medium before the old one goes, so that no loss of power takes both. */
function moveFile(fileSystem: FileSystem, from: string, to: string): void {
  if (fileSystem.link(from, to)) {
    fileSystem.flushFolder(fileSystem.folderOf(to));
    fileSystem.remove(from);
  } else {
    fileSystem.rename(from, to, 'keep');
  }
}

/** The file that holds what the last change of an image replaced; null where nothing is kept. */
export function lastUndo(fileSystem: FileSystem, path: string): string | null {
  return undoPaths(fileSystem, path).at(-1) ?? null;
}

/**
 * Takes the last change back that was saved with `saveWithUndo`; returns what it did to the file. Null where it had been taken back already and only the
 * file beside the image was left. Throws EngineError `not-possible` where nothing is kept, `file-changed` where the image was changed since.
 */
export function undoLast(fileSystem: FileSystem, path: string): Patch | null {
  const undoPath = undoPaths(fileSystem, path).at(-1);
  if (undoPath === undefined) {
    throw new EngineError('not-possible', {
      what: t('Undoing the repair of {0}', path),
      why: t('nothing that was replaced is kept beside it'),
      remedy: t('look for a file with the same name and .vhd-editor-undo behind it'),
    });
  }
  const patch = readUndo(fileSystem, undoPath);
  if (patch === null) {
    removeForGood(fileSystem, undoPath);
    return undoLast(fileSystem, path);
  }
  if (isSpent(fileSystem, path, undoPath)) {
    removeForGood(fileSystem, undoPath);
    return null;
  }
  savePatch(fileSystem, path, patch);
  removeForGood(fileSystem, undoPath);
  return patch;
}

/** What `undoLast` would do; changes nothing. Throws alike. */
export function planUndo(fileSystem: FileSystem, path: string): Patch | null {
  const undoPath = undoPaths(fileSystem, path).at(-1);
  const patch = undoPath === undefined ? null : readUndo(fileSystem, undoPath);
  if (undoPath === undefined || patch === null || isSpent(fileSystem, path, undoPath)) {
    return null;
  }
  const file = fileSystem.open(path, 'read');
  try {
    checkPatchFits(file, patch, path);
  } finally {
    file.close();
  }
  return patch;
}

/** Those that there are, the oldest first. */
function undoPaths(fileSystem: FileSystem, path: string): readonly string[] {
  const paths: string[] = [];
  for (let number = 1; number <= MAX_UNDO_FILES; number++) {
    const each = undoPathOf(path, number);
    if (fileSystem.facts(each)?.kind === 'file') {
      paths.push(each);
    }
  }
  return paths;
}

function undoPathOf(path: string, number: number): string {
  return number === 1 ? sidePath(path, 'undo') : `${sidePath(path, 'undo')}-${number}`;
}

function nextUndoPath(fileSystem: FileSystem, path: string): string {
  const last = undoPaths(fileSystem, path).at(-1);
  const numbers = Array.from({ length: MAX_UNDO_FILES }, (_, index) => index + 1);
  const next = 1 + (numbers.find((number) => undoPathOf(path, number) === last) ?? 0);
  if (next <= MAX_UNDO_FILES) {
    return undoPathOf(path, next);
  }
  throw new EngineError('not-possible', {
    what: t('Changing {0}', path),
    why: t('what {0} changes replaced is kept beside it', MAX_UNDO_FILES),
    remedy: t(
      'remove the files that begin with {0} if you do not want to take the changes back',
      sidePath(path, 'undo'),
    ),
  });
}

/** What a change left that was cut short before it touched the image, or an undo that was cut short after it. */
export function dropSpent(fileSystem: FileSystem, path: string): void {
  const last = undoPaths(fileSystem, path).at(-1);
  if (last !== undefined && (readUndo(fileSystem, last) === null || isSpent(fileSystem, path, last))) {
    removeForGood(fileSystem, last);
  }
}

/** True where the image is already as the file would make it. */
function isSpent(fileSystem: FileSystem, path: string, undoPath: string): boolean {
  const patch = readUndo(fileSystem, undoPath);
  if (patch === null) {
    return false;
  }
  const file = fileSystem.open(path, 'read');
  try {
    checkPatchFits(file, reversePatch(patch), path);
    return true;
  } catch (error) {
    if (!EngineError.is(error, 'file-changed')) {
      throw error;
    }
    return false;
  } finally {
    file.close();
  }
}

/** Null for a file that is not whole: the change that it was to be kept for had not begun. */
function readUndo(fileSystem: FileSystem, undoPath: string): Patch | null {
  const file = fileSystem.open(undoPath, 'read');
  try {
    const size = file.size();
    return size > MAX_JOURNAL_SIZE ? null : decodeJournal(readPadded(file, 0, size));
  } finally {
    file.close();
  }
}
