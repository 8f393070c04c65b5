import type { CopyOrder, CopyTeam } from './copyOrder';
import type { Storage } from './storage';

/** What stands at a path, links not followed. */
export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly modified: number;
  /** Tells two files apart on one system, whatever their paths: device and inode. */
  readonly identity: string;
}

/**
 * The files around an image. Everything above the ground floor asks it, so that a test can put another system in its place
 * and record what was touched.
 */
export interface FileSystem {
  /** How paths are written here; decides which Windows paths are local ones. */
  readonly pathStyle: 'windows' | 'posix';

  /**
   * Opens an existing regular file. Never creates one, never follows a device or a pipe.
   * Throws EngineError `file-not-found`, `file-access` or `not-a-file`.
   */
  open(path: string, access: 'read' | 'write'): Storage;

  /**
   * Makes a new, empty file and opens it for writing; never opens one that is there.
   * Throws EngineError `file-exists`, `file-not-found` (no such folder), `file-access` or `no-space`.
   */
  create(path: string): Storage;

  /**
   * Gives a closed file another name in the same folder. What has that name already is replaced in one step with `replace`,
   * and makes EngineError `file-exists` with `keep`; then nothing is changed.
   */
  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void;

  /** Removes a file; a link is removed, not what it leads to. Throws EngineError `file-not-found` or `file-access`. */
  remove(path: string): void;

  /**
   * Gives a file a second name in the same folder. Returns false where the file system has no such names.
   * Throws EngineError `file-exists` where the name is taken.
   */
  link(path: string, secondPath: string): boolean;

  /** Gives a file the permissions, and where the system lets us the owner, of another. What it does not let us is left. */
  copyPermissions(path: string, ofPath: string): void;

  /** Threads that copy faster than one alone; null where they would not, or where these files are not for them. Left out where there are none. */
  copyTeam?(order: CopyOrder): CopyTeam | null;

  /** Returns when the names in a folder (created, renamed, removed) are on the medium; nothing where a system does that by itself. */
  flushFolder(folder: string): void;

  /** Bytes that may still be written to the file system of a folder; null where it does not tell. */
  freeSpace(folder: string): number | null;

  /**
   * Who, as far as the system tells, has each of the files open for writing or holds a lock on it, this program included: `qemu-system-x86 (1234)`.
   * An answer for each path, in their order; empty where nobody does, or where the system does not tell. To ask of many costs as much as of one.
   */
  usersOf(paths: readonly string[]): readonly (readonly string[])[];

  /** The facts of the path itself, or null where nothing stands or nothing may be known. */
  facts(path: string): FileFacts | null;

  /** The path with every link followed, or null where it leads nowhere. */
  realPath(path: string): string | null;

  /** The names in a folder in a stable order, at most `limit` of them; empty where it cannot be read. */
  list(folder: string, limit: number): readonly string[];

  /** An absolute path without `.` and `..`, found by words alone: nothing is touched. Relative parts count from `folder`. */
  resolve(folder: string, ...parts: readonly string[]): string;

  /** The folder part of a path; touches nothing. */
  folderOf(path: string): string;

  /** The last part of a path; touches nothing. */
  nameOf(path: string): string;
}
