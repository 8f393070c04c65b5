import { EngineError } from '../../src/engine/errors';
import type { CopyOrder, CopyTeam } from '../../src/engine/storage/copyOrder';
import type { FileFacts, FileSystem } from '../../src/engine/storage/fileSystem';
import { folderOfPath, nameOfPath, resolvePath } from '../../src/engine/storage/paths';
import type { Storage } from '../../src/engine/storage/storage';
import { copyDisk, type DiskEvent, type DiskImage, type Inode } from './diskImage';
import { LaggingTeam } from './laggingTeam';

/** What does not work on this disk. */
export interface Shortcomings {
  /** No file may have a second name. */
  readonly noLinks?: boolean;
  /** No file that is open can be replaced by a rename, as on Windows. */
  readonly keepsOpenFiles?: boolean;
  /** Bytes of all files together; a write past it fails. */
  readonly capacity?: number;
  /** What `freeSpace` says; the truth, by default. */
  readonly claimedFreeSpace?: number | null;
  /** From this many events on everything that changes the disk fails: the medium has died. */
  readonly failsFrom?: number;
  /** Who copies asks so often for a flush that goes on before it has ended; there is none that goes on, by default. */
  readonly flushLag?: number;
}

/**
 * A file system in memory that keeps a record of everything that was done to it, and fails as it is told to. Every change takes a second and a half
 * of its own time, so that time stamps tell files apart.
 */
export class RecordingFileSystem implements FileSystem {
  readonly pathStyle = 'posix';
  readonly events: DiskEvent[] = [];
  /** Bytes that were read and written so far, by path. */
  readonly bytesRead = new Map<string, number>();
  readonly bytesWritten = new Map<string, number>();
  /** Who uses a file, by path. */
  readonly users = new Map<string, readonly string[]>();
  /** Called before every change of the disk, with its number, and whether it may take room. */
  beforeChange: (number: number, takesRoom: boolean) => void = () => undefined;
  #time: number;
  #changes = 0;
  #nextInode: number;
  readonly #disk: Map<string, Inode>;
  readonly #shortcomings: Shortcomings;
  /** How often each is open. */
  readonly #open = new Map<Inode, number>();

  constructor(disk: DiskImage = new Map(), shortcomings: Shortcomings = {}) {
    this.#disk = copyDisk(disk);
    this.#shortcomings = shortcomings;
    const inodes = [...this.#disk.values()];
    this.#nextInode = Math.max(0, ...inodes.map((inode) => inode.number)) + 1;
    this.#time = Math.max(Date.UTC(2024, 0, 1), ...inodes.map((inode) => inode.modified + 1500));
  }

  /** What the disk holds now. */
  get disk(): DiskImage {
    return copyDisk(this.#disk);
  }

  get openFiles(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  paths(): string[] {
    return [...this.#disk.keys()].sort();
  }

  /** Puts a file there without a record. */
  add(path: string, bytes: Uint8Array): void {
    this.#disk.set(path, { number: this.#nextInode++, bytes: bytes.slice(), modified: this.#tick() });
  }

  open(path: string, access: 'read' | 'write'): Storage {
    const inode = this.#inode(path, `Opening ${path}`);
    return this.#storage(path, inode, access === 'read');
  }

  create(path: string): Storage {
    this.#change();
    this.#refuseTaken(path);
    const inode: Inode = { number: this.#nextInode++, bytes: new Uint8Array(), modified: this.#tick() };
    this.#disk.set(path, inode);
    this.events.push({ kind: 'name', path, inode: inode.number, time: inode.modified });
    return this.#storage(path, inode, false);
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    this.#change();
    const inode = this.#inode(path, `Writing ${newPath}`);
    if (ifExists === 'keep') this.#refuseTaken(newPath);
    this.#refuseOpen(newPath);
    this.#disk.delete(path);
    this.#disk.set(newPath, inode);
    if (ifExists === 'replace' || this.#shortcomings.noLinks === true) {
      this.events.push({ kind: 'rename', from: path, to: newPath, inode: inode.number });
      return;
    }
    // No system renames only where the name is free: it gets its second name, then loses the first.
    this.events.push({ kind: 'name', path: newPath, inode: inode.number, time: inode.modified });
    this.events.push({ kind: 'remove', path });
  }

  link(path: string, secondPath: string): boolean {
    this.#change();
    const inode = this.#inode(path, `Creating ${secondPath}`);
    this.#refuseTaken(secondPath);
    if (this.#shortcomings.noLinks === true) return false;
    this.#disk.set(secondPath, inode);
    this.events.push({ kind: 'name', path: secondPath, inode: inode.number, time: inode.modified });
    return true;
  }

  remove(path: string): void {
    this.#change(false);
    this.#inode(path, `Removing ${path}`);
    this.#disk.delete(path);
    this.events.push({ kind: 'remove', path });
  }

  copyTeam(order: CopyOrder): CopyTeam | null {
    const { flushLag } = this.#shortcomings;
    return flushLag === undefined ? null : new LaggingTeam(order, flushLag);
  }

  copyPermissions(): void {
    // There are none.
  }

  flushFolder(folder: string): void {
    this.#change(false);
    this.events.push({ kind: 'flush-folder', folder });
  }

  freeSpace(): number | null {
    const { claimedFreeSpace, capacity } = this.#shortcomings;
    if (claimedFreeSpace !== undefined) return claimedFreeSpace;
    return capacity === undefined ? null : capacity - this.#used();
  }

  usersOf(paths: readonly string[]): readonly (readonly string[])[] {
    return paths.map((path) => this.users.get(path) ?? []);
  }

  facts(path: string): FileFacts | null {
    const inode = this.#disk.get(path);
    if (inode !== undefined) {
      return { kind: 'file', size: inode.bytes.length, modified: inode.modified, identity: String(inode.number) };
    }
    const isFolder = this.paths().some((each) => each.startsWith(path === '/' ? '/' : `${path}/`));
    return isFolder ? { kind: 'folder', size: 0, modified: 0, identity: path } : null;
  }

  realPath(path: string): string | null {
    return this.facts(path) === null ? null : path;
  }

  list(folder: string, limit: number): readonly string[] {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    const below = this.paths().filter((path) => path.startsWith(prefix));
    return [...new Set(below.map((path) => path.slice(prefix.length).split('/')[0] ?? ''))].slice(0, limit);
  }

  resolve(folder: string, ...parts: readonly string[]): string {
    return resolvePath('posix', folder, ...parts);
  }

  folderOf(path: string): string {
    return folderOfPath('posix', path);
  }

  nameOf(path: string): string {
    return nameOfPath('posix', path);
  }

  #storage(path: string, inode: Inode, readOnly: boolean): Storage {
    this.#open.set(inode, (this.#open.get(inode) ?? 0) + 1);
    let isOpen = true;
    const change = (length: number): void => {
      if (readOnly || !isOpen) throw new Error(`${path} is not open for writing`);
      this.#change();
      const growth = length - inode.bytes.length;
      if (growth > 0 && this.#used() + growth > (this.#shortcomings.capacity ?? Infinity)) {
        throw new EngineError('no-space', {
          what: `Writing ${path}`,
          why: 'the disk is full',
          remedy: 'free some space',
        });
      }
    };
    return {
      readOnly,
      size: () => inode.bytes.length,
      read: (offset, target) => {
        if (!isOpen) throw new Error(`${path} is closed`);
        const bytes = inode.bytes.subarray(offset, offset + target.length);
        target.set(bytes);
        count(this.bytesRead, path, bytes.length);
        return bytes.length;
      },
      write: (offset, bytes) => {
        change(offset + bytes.length);
        inode.bytes = written(inode.bytes, offset, bytes);
        inode.modified = this.#tick();
        count(this.bytesWritten, path, bytes.length);
        this.events.push({ kind: 'write', inode: inode.number, offset, bytes: bytes.slice(), time: inode.modified });
      },
      truncate: (length) => {
        change(length);
        inode.bytes = truncated(inode.bytes, length);
        inode.modified = this.#tick();
        this.events.push({ kind: 'truncate', inode: inode.number, length, time: inode.modified });
      },
      flush: () => {
        change(0);
        this.events.push({ kind: 'flush', inode: inode.number });
      },
      close: () => {
        const left = (this.#open.get(inode) ?? 0) - 1;
        if (isOpen && left > 0) this.#open.set(inode, left);
        else if (isOpen) this.#open.delete(inode);
        isOpen = false;
      },
    };
  }

  #change(takesRoom = true): void {
    if (this.#changes >= (this.#shortcomings.failsFrom ?? Infinity)) {
      throw new EngineError('file-access', {
        what: 'Writing',
        why: 'the medium reported an error',
        remedy: 'try again',
      });
    }
    this.beforeChange(this.#changes++, takesRoom);
  }

  #inode(path: string, what: string): Inode {
    const inode = this.#disk.get(path);
    if (inode === undefined) {
      throw new EngineError('file-not-found', { what, why: 'there is no such file', remedy: 'check the path' });
    }
    return inode;
  }

  #refuseTaken(path: string): void {
    if (this.#disk.has(path)) {
      const why = 'there is already a file of that name';
      throw new EngineError('file-exists', { what: `Creating ${path}`, why, remedy: 'choose another name' });
    }
  }

  #refuseOpen(path: string): void {
    const inode = this.#disk.get(path);
    if (this.#shortcomings.keepsOpenFiles === true && inode !== undefined && (this.#open.get(inode) ?? 0) > 0) {
      const words = { what: `Writing ${path}`, why: 'another program holds it', remedy: 'close it there' };
      throw new EngineError('file-access', words);
    }
  }

  #used(): number {
    return [...new Set(this.#disk.values())].reduce((sum, inode) => sum + inode.bytes.length, 0);
  }

  #tick(): number {
    this.#time += 1500;
    return this.#time;
  }
}

/** The bytes with others written over them or past their end. */
export function written(bytes: Uint8Array, offset: number, added: Uint8Array): Uint8Array {
  if (added.length === 0) return bytes;
  const result = offset + added.length > bytes.length ? truncated(bytes, offset + added.length) : bytes;
  result.set(added, offset);
  return result;
}

/** The bytes cut off, or followed by zeros. */
export function truncated(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  return result;
}

function count(counts: Map<string, number>, path: string, bytes: number): void {
  counts.set(path, (counts.get(path) ?? 0) + bytes);
}
