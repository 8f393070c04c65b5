import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { finishJournal } from '../storage/journal';
import { isSamePath } from '../storage/paths';
import { ownFileName, removeForGood, sidePath } from '../storage/sideFiles';
import { fileStateOf, requireUnchanged, type FileState } from './fileState';
import { removeLeftFiles } from './leftFiles';
import { hasVoidRecord } from './mergeRecord';
import { finishSwap } from './swap';

/**
 * Ends what earlier operations on an image left when they were cut short, but for merges, which go on when they are run again. `path` is
 * absolute; the image may be missing while another waits to take its name. Returns what was done, for people; empty for nothing.
 * Throws EngineError `unfinished-operation` where only a person can decide.
 */
export function recoverImage(fileSystem: FileSystem, path: string): readonly string[] {
  const done: string[] = [];
  const swap = finishSwap(fileSystem, path);
  if (swap !== 'none') {
    done.push(
      swap === 'finished'
        ? t('{0} had taken its new place already', path)
        : t('{0} was to be replaced; it is as it was', path),
    );
  }
  if (fileSystem.facts(path) !== null) {
    const journal = finishJournal(fileSystem, path);
    if (journal !== 'none') {
      done.push(
        journal === 'finished' ? t('The last save of {0} was ended', path) : t('A save of {0} had not begun', path),
      );
    }
  }
  return [...done, ...removeVoidRecord(fileSystem, path), ...removeTemporaries(fileSystem, path)];
}

/** As `recoverImage`, for an image that a plan looked at: returns what the file is like then. Throws EngineError `file-changed` too. */
export function recoverPlanned(
  fileSystem: FileSystem,
  planned: FileState,
): { readonly recovered: readonly string[]; readonly state: FileState } {
  requireUnchanged(fileSystem, planned);
  const recovered = recoverImage(fileSystem, planned.path);
  return { recovered, state: recovered.length === 0 ? planned : fileStateOf(fileSystem, planned.path) };
}

/** The record of a merge that had changed nothing in the image. */
function removeVoidRecord(fileSystem: FileSystem, path: string): readonly string[] {
  const recordPath = sidePath(path, 'merge');
  if (!hasVoidRecord(fileSystem, path) || fileSystem.usersOf([recordPath])[0]?.length !== 0) {
    return [];
  }
  removeForGood(fileSystem, recordPath);
  return [t('{0} was of no merge into this image and is removed', recordPath)];
}

/** Files that were to become an image and are written by nobody any more. */
function removeTemporaries(fileSystem: FileSystem, path: string): readonly string[] {
  return removeLeftFiles(fileSystem, path, (name) => {
    const own = ownFileName(name);
    return own?.temporary === true && isSamePath(fileSystem.pathStyle, own.of, fileSystem.nameOf(path));
  });
}
