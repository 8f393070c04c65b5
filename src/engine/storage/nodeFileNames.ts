import { chmodSync, chownSync, closeSync, fsyncSync, linkSync, openSync, statfsSync, statSync } from 'node:fs';
import { systemError } from './systemErrors';

/** What systems answer where a file system knows no second names: FAT, exFAT, many network shares. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EISDIR', 'UNKNOWN']);

/** Answers of systems that cannot flush a folder, or need not: Windows writes names in order by itself. */
const NO_FOLDER_FLUSH = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF']);

/** See `FileSystem.link`. */
export function linkNodeFile(path: string, secondPath: string): boolean {
  try {
    linkSync(path, secondPath);
    return true;
  } catch (error) {
    if (NO_LINKS.has(codeOf(error))) {
      return false;
    }
    throw systemError(`Creating ${secondPath}`, error);
  }
}

/** See `FileSystem.copyPermissions`. */
export function copyNodePermissions(path: string, ofPath: string): void {
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
      throw systemError(`Writing the folder ${folder}`, error);
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

/** The new file is of use with the permissions that the system gave it, too. */
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
