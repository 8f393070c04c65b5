import { linkSync, lstatSync, readdirSync, realpathSync, renameSync, unlinkSync, type BigIntStats } from 'node:fs';
import { EngineError } from '../errors';
import type { CopyOrder, CopyTeam } from './copyOrder';
import type { FileFacts, FileSystem } from './fileSystem';
import { nodeCopyTeam } from './nodeCopyTeam';
import { copyNodePermissions, flushNodeFolder, linkNodeFile, nodeFreeSpace } from './nodeFileNames';
import { createNodeFile, openNodeFile } from './nodeFileStorage';
import { nodeFileUsers } from './nodeFileUsers';
import { folderOfPath, nameOfPath, resolvePath, type PathStyle } from './paths';
import type { Storage } from './storage';
import { systemError } from './systemErrors';

/** The files of this computer. */
export class NodeFileSystem implements FileSystem {
  readonly pathStyle: PathStyle = process.platform === 'win32' ? 'windows' : 'posix';
  readonly #program: string | null;

  /** `program`: path of the running bundle, if that calls `runAsCopyLane` first; large copies are then shared among threads. */
  constructor(program: string | null = null) {
    this.#program = program;
  }

  open(path: string, access: 'read' | 'write'): Storage {
    return openNodeFile(path, access);
  }

  create(path: string): Storage {
    return createNodeFile(path);
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    try {
      if (ifExists === 'replace' || !movedToFreeName(path, newPath)) {
        renameSync(path, newPath);
      }
    } catch (error) {
      throw systemError(`Writing ${newPath}`, error);
    }
  }

  remove(path: string): void {
    try {
      unlinkSync(path);
    } catch (error) {
      throw systemError(`Removing ${path}`, error);
    }
  }

  link(path: string, secondPath: string): boolean {
    return linkNodeFile(path, secondPath);
  }

  copyPermissions(path: string, ofPath: string): void {
    copyNodePermissions(path, ofPath);
  }

  copyTeam(order: CopyOrder): CopyTeam | null {
    return this.#program === null ? null : nodeCopyTeam(this.#program, order);
  }

  flushFolder(folder: string): void {
    flushNodeFolder(folder);
  }

  freeSpace(folder: string): number | null {
    return nodeFreeSpace(folder);
  }

  usersOf(path: string): readonly string[] {
    return nodeFileUsers(path);
  }

  facts(path: string): FileFacts | null {
    const stats = orNull(() => lstatSync(path, { bigint: true }));
    if (stats === null) {
      return null;
    }
    return {
      kind: kindOf(stats),
      size: Number(stats.size),
      modified: Number(stats.mtimeMs),
      identity: `${stats.dev}:${stats.ino}`,
    };
  }

  realPath(path: string): string | null {
    return orNull(() => realpathSync.native(path));
  }

  list(folder: string, limit: number): readonly string[] {
    return (orNull(() => readdirSync(folder)) ?? []).sort().slice(0, limit);
  }

  resolve(folder: string, ...parts: readonly string[]): string {
    return resolvePath(this.pathStyle, folder, ...parts);
  }

  folderOf(path: string): string {
    return folderOfPath(this.pathStyle, path);
  }

  nameOf(path: string): string {
    return nameOfPath(this.pathStyle, path);
  }
}

function kindOf(stats: BigIntStats): FileFacts['kind'] {
  if (stats.isFile()) {
    return 'file';
  }
  if (stats.isDirectory()) {
    return 'folder';
  }
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/**
 * Moves a file to a name that must be free, which the system's `rename` does not ask about and its `link` does.
 * False where the file system knows no links; the name was free then.
 */
function movedToFreeName(path: string, newPath: string): boolean {
  try {
    linkSync(path, newPath);
  } catch (error) {
    if (orNull(() => lstatSync(newPath)) === null) {
      return false;
    }
    throw nameTaken(newPath, error);
  }
  unlinkSync(path);
  return true;
}

function nameTaken(path: string, cause: unknown): EngineError {
  const words = { what: `Writing ${path}`, why: 'there is already a file of that name', remedy: 'choose another name' };
  return new EngineError('file-exists', words, cause);
}

/** What cannot be read counts as not there: who asks for facts wants to know what can be opened. */
function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
