import { lstatSync, readdirSync, realpathSync, type BigIntStats } from 'node:fs';
import type { FileFacts, FileSystem } from './fileSystem';
import { openNodeFile } from './nodeFileStorage';
import { folderOfPath, nameOfPath, resolvePath, type PathStyle } from './paths';
import type { Storage } from './storage';

/** The files of this computer. */
export class NodeFileSystem implements FileSystem {
  readonly pathStyle: PathStyle = process.platform === 'win32' ? 'windows' : 'posix';

  open(path: string, access: 'read' | 'write'): Storage {
    return openNodeFile(path, access);
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
