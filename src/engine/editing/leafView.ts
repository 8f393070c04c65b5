import type { FileFacts, FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';

/** What an open leaf reads: the bytes of whatever stands behind it now. Closing it closes nothing. */
export class ShownStorage implements Storage {
  readonly readOnly = true;
  target: Storage;

  constructor(target: Storage) {
    this.target = target;
  }

  size(): number {
    return this.target.size();
  }

  read(offset: number, target: Uint8Array): number {
    return this.target.read(offset, target);
  }

  write(): void {
    throw new TypeError('An image that is shown is not written to');
  }

  truncate(): void {
    this.write();
  }

  flush(): void {
    this.write();
  }

  close(): void {
    // Whoever edits the image holds the file.
  }
}

/** The files around an image, in which the image's own path leads to other bytes. All else is as it is. */
export class LeafView implements FileSystem {
  readonly pathStyle: 'windows' | 'posix';
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #shown: Storage;

  /** `path`: absolute and resolved; it leads to `shown`. */
  constructor(fileSystem: FileSystem, path: string, shown: Storage) {
    this.pathStyle = fileSystem.pathStyle;
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#shown = shown;
  }

  open(path: string, access: 'read' | 'write'): Storage {
    return path === this.#path && access === 'read' ? this.#shown : this.#fileSystem.open(path, access);
  }

  create(path: string): Storage {
    return this.#fileSystem.create(path);
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    this.#fileSystem.rename(path, newPath, ifExists);
  }

  remove(path: string): void {
    this.#fileSystem.remove(path);
  }

  link(path: string, secondPath: string): boolean {
    return this.#fileSystem.link(path, secondPath);
  }

  copyPermissions(path: string, ofPath: string): void {
    this.#fileSystem.copyPermissions(path, ofPath);
  }

  flushFolder(folder: string): void {
    this.#fileSystem.flushFolder(folder);
  }

  freeSpace(folder: string): number | null {
    return this.#fileSystem.freeSpace(folder);
  }

  usersOf(paths: readonly string[]): readonly (readonly string[])[] {
    return this.#fileSystem.usersOf(paths);
  }

  facts(path: string): FileFacts | null {
    return this.#fileSystem.facts(path);
  }

  realPath(path: string): string | null {
    return this.#fileSystem.realPath(path);
  }

  list(folder: string, limit: number): readonly string[] {
    return this.#fileSystem.list(folder, limit);
  }

  resolve(folder: string, ...parts: readonly string[]): string {
    return this.#fileSystem.resolve(folder, ...parts);
  }

  folderOf(path: string): string {
    return this.#fileSystem.folderOf(path);
  }

  nameOf(path: string): string {
    return this.#fileSystem.nameOf(path);
  }
}
