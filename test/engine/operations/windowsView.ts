import type { FileFacts, FileSystem } from '../../../src/engine/storage/fileSystem';
import { folderOfPath, nameOfPath, resolvePath } from '../../../src/engine/storage/paths';
import type { Storage } from '../../../src/engine/storage/storage';

/** Another file system with Windows' paths: its `/C/disks/base.vhd` is `C:\disks\base.vhd` here. */
export class WindowsView implements FileSystem {
  readonly pathStyle = 'windows';
  readonly #inner: FileSystem;

  constructor(inner: FileSystem) {
    this.#inner = inner;
  }

  open(path: string, access: 'read' | 'write'): Storage {
    return this.#inner.open(inward(path), access);
  }

  create(path: string): Storage {
    return this.#inner.create(inward(path));
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    this.#inner.rename(inward(path), inward(newPath), ifExists);
  }

  remove(path: string): void {
    this.#inner.remove(inward(path));
  }

  link(path: string, secondPath: string): boolean {
    return this.#inner.link(inward(path), inward(secondPath));
  }

  copyPermissions(path: string, ofPath: string): void {
    this.#inner.copyPermissions(inward(path), inward(ofPath));
  }

  flushFolder(folder: string): void {
    this.#inner.flushFolder(inward(folder));
  }

  freeSpace(folder: string): number | null {
    return this.#inner.freeSpace(inward(folder));
  }

  usersOf(paths: readonly string[]): readonly (readonly string[])[] {
    return this.#inner.usersOf(paths.map(inward));
  }

  facts(path: string): FileFacts | null {
    return this.#inner.facts(inward(path));
  }

  realPath(path: string): string | null {
    return this.#inner.realPath(inward(path)) === null ? null : this.resolve(path);
  }

  list(folder: string, limit: number): readonly string[] {
    return this.#inner.list(inward(folder), limit);
  }

  resolve(folder: string, ...parts: readonly string[]): string {
    return resolvePath('windows', folder, ...parts);
  }

  folderOf(path: string): string {
    return folderOfPath('windows', path);
  }

  nameOf(path: string): string {
    return nameOfPath('windows', path);
  }
}

function inward(path: string): string {
  const inner = path.replace(/^([A-Z]):/, '/$1').replaceAll('\\', '/');
  return inner.length > 2 ? inner.replace(/\/$/, '') : inner;
}
