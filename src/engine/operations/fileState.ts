import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';

/** A file as a plan found it. */
export interface FileState {
  /** Absolute, with every link followed. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly identity: string;
}

/** Throws EngineError `file-not-found` where no file stands. */
export function fileStateOf(fileSystem: FileSystem, path: string): FileState {
  const realPath = fileSystem.realPath(path);
  const facts = realPath === null ? null : fileSystem.facts(realPath);
  if (realPath === null || facts?.kind !== 'file') {
    const why = facts === null ? t('there is no such file') : t('it is not a regular file');
    throw new EngineError('file-not-found', { what: t('Looking at {0}', path), why, remedy: t('check the path') });
  }
  return { path: realPath, size: facts.size, modified: facts.modified, identity: facts.identity };
}

/** Throws EngineError `file-changed` unless the file is as the plan found it. */
export function requireUnchanged(fileSystem: FileSystem, state: FileState): void {
  const facts = fileSystem.facts(state.path);
  const isSame =
    facts?.kind === 'file' &&
    facts.size === state.size &&
    facts.modified === state.modified &&
    facts.identity === state.identity;
  if (!isSame) {
    throw new EngineError('file-changed', {
      what: t('Working on {0}', state.path),
      why: facts === null ? t('it is not there any more') : t('another program has changed it in the meantime'),
      remedy: t('see that no program uses it, then try again'),
    });
  }
}
