import { lstatSync, readdirSync, realpathSync, type BigIntStats } from 'node:fs';
import { t } from '../l10n';
import type { CopyOrder, CopyTeam } from './copyOrder';
import type { FileFacts, FileSystem } from './fileSystem';
import { nodeCopyTeam } from './nodeCopyTeam';
import { copyNodePermissions, flushNodeFolder, linkNodeFile, nodeFreeSpace, renameNodeFile } from './nodeFileNames';
import { createNodeFile, openNodeFile } from './nodeFileStorage';
import { nodeFileUsers } from './nodeFileUsers';
import { THIS_SYSTEM, type NodeSystem } from './nodeSystem';
import { folderOfPath, nameOfPath, resolvePath, type PathStyle } from './paths';
import type { Storage } from './storage';
import { systemError } from './systemErrors';

/** The files of this computer. */
export class NodeFileSystem implements FileSystem {
  readonly pathStyle: PathStyle;
  readonly #program: string | null;
  readonly #system: NodeSystem;

  /**
   * `program`: path of the running bundle, if that calls `runAsCopyLane` first; large copies are then shared among threads.
   * `system`: how this computer deals with files; another one is for tests.
   */
  constructor(program: string | null = null, system: NodeSystem = THIS_SYSTEM) {
    this.pathStyle = system.pathStyle;
    this.#program = program;
    this.#system = system;
  }

  open(path: string, access: 'read' | 'write'): Storage {
    return openNodeFile(path, access, this.#system);
  }

  create(path: string): Storage {
    return createNodeFile(path, this.#system);
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    renameNodeFile(this.#system, path, newPath, ifExists);
  }

  remove(path: string): void {
    try {
      this.#system.unlink(path);
    } catch (error) {
      throw systemError(t('Removing {0}', path), error);
    }
  }

  link(path: string, secondPath: string): boolean {
    return linkNodeFile(this.#system, path, secondPath);
  }

  copyPermissions(path: string, ofPath: string): void {
    copyNodePermissions(this.#system, path, ofPath);
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

  usersOf(paths: readonly string[]): readonly (readonly string[])[] {
    return nodeFileUsers(paths);
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

/** What cannot be read counts as not there: who asks for facts wants to know what can be opened. */
function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
