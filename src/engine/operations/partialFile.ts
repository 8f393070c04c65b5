import { requireConfined } from '../chain/bounds';
import type { Chain } from '../chain/chain';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';

/** So much of a file's name, in UTF-16 units, is in the name that it is written under. */
export const PARTIAL_STEM_LENGTH = 50;

/** How often another temporary name is tried where one is taken. */
const NAME_TRIES = 100;

/** Where a new file is to stand, looked at before a byte is written. */
export interface Target {
  /** Absolute; links are followed where one stands at the path that was asked for. */
  readonly path: string;
  /** True where a file stands there that is to be replaced. */
  readonly replaces: boolean;
}

/**
 * Looks at a place for a new file. `outPath` is absolute; with `replace` a regular file that stands there may be replaced, but never a
 * layer of `chain`, by whatever name. Throws EngineError `file-exists`, `in-use`, `file-not-found`, `not-a-file` or `outside-confinement`.
 */
export function requireTarget(
  fileSystem: FileSystem,
  outPath: string,
  chain: Chain,
  { replace, confine }: { readonly replace: boolean; readonly confine: string | null },
): Target {
  const what = t('Writing {0}', outPath);
  requireConfined(fileSystem, outPath, { trusted: true, given: [], confine });
  requireFolder(fileSystem, what, fileSystem.folderOf(outPath));
  const facts = fileSystem.facts(outPath);
  if (facts === null) {
    return { path: outPath, replaces: false };
  }
  const path = facts.kind === 'link' ? fileSystem.realPath(outPath) : outPath;
  const real = path === null ? null : fileSystem.facts(path);
  if (path === null || real === null) {
    const why = t('a link that leads nowhere stands there');
    throw new EngineError('not-a-file', { what, why, remedy: t('choose another name, or remove the link') });
  }
  if (real.kind !== 'file') {
    const why = real.kind === 'folder' ? t('it is a folder') : t('it is a device, a pipe or a socket');
    throw new EngineError('not-a-file', { what, why, remedy: t('name a file') });
  }
  const isLayer = chain.layers.some(({ image }) => identityOf(fileSystem, image.path) === real.identity);
  if (isLayer) {
    const why = t('it is an image of the chain that is read');
    throw new EngineError('in-use', { what, why, remedy: t('choose another name') });
  }
  if (!replace) {
    const why = t('there is already a file of that name');
    throw new EngineError('file-exists', { what, why, remedy: t('choose another name, or have it replaced') });
  }
  return { path, replaces: true };
}

function requireFolder(fileSystem: FileSystem, what: string, folder: string): void {
  const real = fileSystem.realPath(folder);
  if (real === null || fileSystem.facts(real)?.kind !== 'folder') {
    const why = t('there is no folder {0}', folder);
    throw new EngineError('file-not-found', { what, why, remedy: t('make the folder, or choose another one') });
  }
}

function identityOf(fileSystem: FileSystem, path: string): string | null {
  const real = fileSystem.realPath(path);
  return real === null ? null : (fileSystem.facts(real)?.identity ?? null);
}

/** A file that is written under a name of its own, and gets its real name when it is whole. */
export class PartialFile {
  readonly storage: Storage;
  readonly #fileSystem: FileSystem;
  readonly #target: Target;
  readonly #path: string;
  #isOpen = true;

  /** Throws EngineError `file-access` or `no-space` where the folder cannot be written to. */
  constructor(fileSystem: FileSystem, target: Target) {
    this.#fileSystem = fileSystem;
    this.#target = target;
    [this.#path, this.storage] = createBeside(fileSystem, target.path);
  }

  /** Where it is while it is written. */
  get path(): string {
    return this.#path;
  }

  /** Gives the file its name. What stood there is gone only when the new content is on the medium. */
  finish(): void {
    if (this.#target.replaces) {
      this.storage.flush();
    }
    this.storage.close();
    this.#fileSystem.rename(this.#path, this.#target.path, this.#target.replaces ? 'replace' : 'keep');
    this.#isOpen = false;
  }

  /** Removes what is not finished; does nothing after `finish`. */
  discard(): void {
    if (!this.#isOpen) {
      return;
    }
    this.#isOpen = false;
    this.storage.close();
    try {
      this.#fileSystem.remove(this.#path);
    } catch (error) {
      // Whatever made us give up is what the user has to hear of.
      if (!EngineError.is(error)) {
        throw error;
      }
    }
  }
}

function createBeside(fileSystem: FileSystem, path: string): [path: string, storage: Storage] {
  const folder = fileSystem.folderOf(path);
  const name = fileSystem.nameOf(path);
  for (let attempt = 1; ; attempt++) {
    const mark = Math.floor(Math.random() * 36 ** 6).toString(36);
    const partialPath = fileSystem.resolve(folder, `${shortened(name)}.${mark}.partial`);
    try {
      return [partialPath, fileSystem.create(partialPath)];
    } catch (error) {
      if (!EngineError.is(error, 'file-exists') || attempt === NAME_TRIES) {
        throw error;
      }
    }
  }
}

/** Names may be 255 bytes long on most systems, and a character takes 3 of them at most for each of its units. */
function shortened(name: string): string {
  return name.slice(0, PARTIAL_STEM_LENGTH);
}
