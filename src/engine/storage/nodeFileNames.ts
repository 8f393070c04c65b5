import { chmodSync, chownSync, closeSync, fsyncSync, lstatSync, openSync, statfsSync, statSync } from 'node:fs';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { NodeSystem } from './nodeSystem';
import { systemError } from './systemErrors';

/** What systems answer where a file system knows no second names: FAT, exFAT, many network shares. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN']);

/** Answers of systems that cannot flush a folder, or need not: Windows writes names in order by itself. */
const NO_FOLDER_FLUSH = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF']);

/** See `FileSystem.link`. */
export function linkNodeFile(system: NodeSystem, path: string, secondPath: string): boolean {
  try {
    system.link(path, secondPath);
    return true;
  } catch (error) {
    if (NO_LINKS.has(codeOf(error))) {
      return false;
    }
    throw systemError(t('Creating {0}', secondPath), error);
  }
}

/** See `FileSystem.rename`. */
export function renameNodeFile(system: NodeSystem, path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
  try {
    if (ifExists === 'replace' || !movedToFreeName(system, path, newPath)) {
      system.rename(path, newPath);
    }
  } catch (error) {
    throw systemError(t('Writing {0}', newPath), error);
  }
}

/**
 * Moves a file to a name that must be free, which the system's `rename` does not ask about and its `link` does.
 * False where the file system knows no links; the name was free then.
 */
function movedToFreeName(system: NodeSystem, path: string, newPath: string): boolean {
  try {
    system.link(path, newPath);
  } catch (error) {
    if (!stands(newPath)) {
      return false;
    }
    throw nameTaken(newPath, error);
  }
  try {
    system.unlink(path);
  } catch (error) {
    tryTo(() => system.unlink(newPath));
    throw error;
  }
  return true;
}

function stands(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function nameTaken(path: string, cause: unknown): EngineError {
  const words = {
    what: t('Writing {0}', path),
    why: t('there is already a file of that name'),
    remedy: t('choose another name'),
  };
  return new EngineError('file-exists', words, cause);
}

/** See `FileSystem.copyPermissions`. */
export function copyNodePermissions(system: NodeSystem, path: string, ofPath: string): void {
  if (!system.hasOwnPermissions) {
    return;
  }
  const model = statSync(ofPath);
  const made = statSync(path);
  // Ownership first: giving a file away clears some of its permissions.
  if (made.uid !== model.uid || made.gid !== model.gid) {
    tryTo(() => chownSync(path, model.uid, model.gid));
  }
  tryTo(() => chmodSync(path, model.mode & 0o777));
}

/** See `FileSystem.flushFolder`. */
export function flushNodeFolder(folder: string): void {
  let descriptor = -1;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch (error) {
    if (!NO_FOLDER_FLUSH.has(codeOf(error))) {
      throw systemError(t('Writing the folder {0}', folder), error);
    }
  } finally {
    if (descriptor >= 0) {
      closeSync(descriptor);
    }
  }
}

/** See `FileSystem.freeSpace`. */
export function nodeFreeSpace(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder, { bigint: true });
    return Number(bavail * bsize);
  } catch {
    return null;
  }
}

/** For what is of use but not needed: a new file is of use with the permissions that the system gave it, too. */
function tryTo(change: () => void): void {
  try {
    change();
  } catch {
    // Said above.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
