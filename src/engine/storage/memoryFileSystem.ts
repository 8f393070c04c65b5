import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileFacts, FileSystem } from './fileSystem';
import { MemoryStorage } from './memoryStorage';
import { folderOfPath, nameOfPath, resolvePath, type PathStyle } from './paths';
import type { Storage } from './storage';

interface Link {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: MemoryStorage; readonly modified: number }
  | Link
  | { readonly kind: 'other'; readonly path: string };

/** Links that lead to links, followed at most so often on one path. */
const MAX_LINKS = 40;

/**
 * Files in memory, in either path style: for images without a file, and for tests, which see in `touched` every path that was
 * asked for. Folders exist where something lies in them.
 */
export class MemoryFileSystem implements FileSystem {
  readonly pathStyle: PathStyle;
  /** Every path that was opened, listed or asked about, in order, as it was asked for. */
  readonly touched: string[] = [];
  private readonly entries = new Map<string, Entry>();
  private hasLinks = false;

  /** `files`: absolute path to content. */
  constructor(pathStyle: PathStyle = 'posix', files: Readonly<Record<string, Uint8Array>> = {}) {
    this.pathStyle = pathStyle;
    for (const [path, bytes] of Object.entries(files)) {
      this.addFile(path, bytes);
    }
  }

  /** `modified`: milliseconds since 1970-01-01 UTC. */
  addFile(path: string, bytes: Uint8Array, modified = 0): void {
    this.add({ kind: 'file', path: this.resolve(path), content: new MemoryStorage(bytes, 'write'), modified });
  }

  /** A symbolic link; `target` may be relative to the link's folder. */
  addLink(path: string, target: string): void {
    this.add({ kind: 'link', path: this.resolve(path), target });
    this.hasLinks = true;
  }

  /** A device, a pipe: what is no file. */
  addDevice(path: string): void {
    this.add({ kind: 'other', path: this.resolve(path) });
  }

  open(path: string, access: 'read' | 'write'): Storage {
    this.touched.push(path);
    const what = t('Opening {0}', path);
    const real = this.follow(path);
    const entry = real === null ? undefined : this.entries.get(this.key(real));
    if (entry?.kind === 'file') {
      return access === 'write' ? entry.content : entry.content.reader();
    }
    if (entry !== undefined) {
      const why = t('it is a device, a pipe or a socket');
      throw new EngineError('not-a-file', { what, why, remedy: t('name a regular file') });
    }
    if (real !== null && this.isFolder(real)) {
      throw new EngineError('not-a-file', { what, why: t('it is a folder'), remedy: t('name a regular file') });
    }
    throw noSuchFile(what);
  }

  create(path: string): Storage {
    this.touched.push(path);
    if (this.entries.has(this.key(path)) || this.isFolder(path)) {
      throw nameTaken(t('Creating {0}', path));
    }
    const content = new MemoryStorage(new Uint8Array(), 'write');
    this.add({ kind: 'file', path: this.resolve(path), content, modified: 0 });
    return content;
  }

  rename(path: string, newPath: string, ifExists: 'keep' | 'replace'): void {
    this.touched.push(path, newPath);
    const entry = this.entries.get(this.key(path));
    if (entry === undefined) {
      throw noSuchFile(t('Writing {0}', newPath));
    }
    if (this.isFolder(newPath) || (ifExists === 'keep' && this.entries.has(this.key(newPath)))) {
      throw nameTaken(t('Writing {0}', newPath));
    }
    this.entries.delete(this.key(path));
    this.add({ ...entry, path: this.resolve(newPath) });
  }

  remove(path: string): void {
    this.touched.push(path);
    if (!this.entries.delete(this.key(path))) {
      throw noSuchFile(t('Removing {0}', path));
    }
  }

  link(path: string, secondPath: string): boolean {
    this.touched.push(path, secondPath);
    if (this.entries.has(this.key(secondPath)) || this.isFolder(secondPath)) {
      throw nameTaken(t('Creating {0}', secondPath));
    }
    return false;
  }

  copyPermissions(path: string, ofPath: string): void {
    this.touched.push(path, ofPath);
  }

  flushFolder(folder: string): void {
    this.touched.push(folder);
  }

  freeSpace(folder: string): number | null {
    this.touched.push(folder);
    return null;
  }

  usersOf(paths: readonly string[]): readonly (readonly string[])[] {
    this.touched.push(...paths);
    return paths.map(() => []);
  }

  facts(path: string): FileFacts | null {
    this.touched.push(path);
    const folder = this.follow(this.folderOf(this.resolve(path)));
    const real = folder === null ? null : this.resolve(folder, this.nameOf(path));
    if (real === null) {
      return null;
    }
    const identity = this.key(real);
    const entry = this.entries.get(identity);
    if (entry === undefined) {
      return this.isFolder(real) ? { kind: 'folder', size: 0, modified: 0, identity } : null;
    }
    if (entry.kind === 'file') {
      return { kind: 'file', size: entry.content.size(), modified: entry.modified, identity };
    }
    return { kind: entry.kind, size: 0, modified: 0, identity };
  }

  realPath(path: string): string | null {
    this.touched.push(path);
    const real = this.follow(path);
    if (real === null) {
      return null;
    }
    const entry = this.entries.get(this.key(real));
    return entry?.path ?? (this.isFolder(real) ? real : null);
  }

  list(folder: string, limit: number): readonly string[] {
    this.touched.push(folder);
    const real = this.follow(folder);
    if (real === null) {
      return [];
    }
    const prefix = this.folderPrefix(real);
    const names = new Set<string>();
    for (const [key, entry] of this.entries) {
      if (key.startsWith(prefix)) {
        const [name] = entry.path.slice(prefix.length).split(this.separator());
        names.add(name ?? '');
      }
    }
    return [...names].sort().slice(0, limit);
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

  private add(entry: Entry): void {
    this.entries.set(this.key(entry.path), entry);
  }

  private separator(): string {
    return this.pathStyle === 'posix' ? '/' : '\\';
  }

  /** Windows does not tell `A` from `a`. */
  private key(path: string): string {
    return this.keyOfResolved(this.resolve(path));
  }

  private keyOfResolved(path: string): string {
    return this.pathStyle === 'windows' ? path.toLowerCase() : path;
  }

  private folderPrefix(folder: string): string {
    const key = this.key(folder);
    return key.endsWith(this.separator()) ? key : key + this.separator();
  }

  private isFolder(path: string): boolean {
    const prefix = this.folderPrefix(path);
    return [...this.entries.keys()].some((key) => key.startsWith(prefix));
  }

  /** The path with every link on the way followed; null where they lead in a circle. Something may or may not stand there. */
  private follow(path: string): string | null {
    let pending = this.resolve(path);
    for (let links = 0; links <= MAX_LINKS; links++) {
      const link = this.firstLink(pending);
      if (link === null) {
        return pending;
      }
      const rest = pending.slice(link.path.length + 1);
      pending = this.resolve(this.folderOf(link.path), link.target, rest);
    }
    return null;
  }

  /** The link nearest the root on the way to a resolved path. */
  private firstLink(path: string): Link | null {
    let found: Link | null = null;
    for (let at = path; this.hasLinks; at = this.folderOf(at)) {
      const entry = this.entries.get(this.keyOfResolved(at));
      found = entry?.kind === 'link' ? entry : found;
      if (this.folderOf(at) === at) {
        break;
      }
    }
    return found;
  }
}

function noSuchFile(what: string): EngineError {
  return new EngineError('file-not-found', { what, why: t('there is no such file'), remedy: t('check the path') });
}

function nameTaken(what: string): EngineError {
  const why = t('there is already a file of that name');
  return new EngineError('file-exists', { what, why, remedy: t('choose another name') });
}
