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
