import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { isSamePath } from '../storage/paths';
import { isSystemFolder } from './claimedPath';
import type { ParentCandidate, ParentPolicy } from './chain';

/** Endings of the files that are looked into unasked, in any case. */
const IMAGE_EXTENSION = /\.(?:vhd|avhd|vhdx|avhdx)$/i;

/** Why a file is not looked into without the user's word. */
export type Refusal = ParentCandidate['reason'];

/** Where an image that names a parent stands, and how far its words are followed. */
export interface Bounds {
  /** The folder of the image as it was named, and with every link followed. */
  readonly namedFolder: string;
  readonly folder: string;
  readonly trusted: boolean;
  /** With every link followed; null for none. */
  readonly confine: string | null;
}

/** `policy.confine` is taken as it stands where it leads nowhere: then nothing is inside. */
export function boundsOf(fileSystem: FileSystem, imagePath: string, policy: ParentPolicy): Bounds {
  const namedFolder = fileSystem.folderOf(imagePath);
  const realPath = fileSystem.realPath(imagePath);
  return {
    namedFolder,
    folder: realPath === null ? namedFolder : fileSystem.folderOf(realPath),
    trusted: policy.trusted,
    confine:
      policy.confine === null ? null : (fileSystem.realPath(policy.confine) ?? fileSystem.resolve(policy.confine)),
  };
}

/**
 * Makes sure that a file which the user names lies in the folder that they hold us to, with no link on the way from there to it.
 * A path outside is not touched. Throws EngineError `outside-confinement`.
 */
export function requireConfined(fileSystem: FileSystem, path: string, policy: ParentPolicy): void {
  if (policy.confine === null) {
    return;
  }
  const confine = fileSystem.resolve(policy.confine);
  const realConfine = fileSystem.realPath(confine) ?? confine;
  const names = namesBelow(fileSystem, confine, path) ?? namesBelow(fileSystem, realConfine, path);
  const refusal =
    names === null ? null : refusedByFacts(fileSystem, realConfine, fileSystem.resolve(realConfine, ...names));
  if (names === null || refusal === 'link') {
    throw new EngineError('outside-confinement', {
      what: t('Opening {0}', path),
      why:
        names === null
          ? t('it is not inside {0}', policy.confine)
          : t('it is reached through a link below {0}', policy.confine),
      remedy: t('name a file inside that folder, or confine to another one'),
    });
  }
}

/** True for a name that an image usually has. */
export function hasImageExtension(name: string): boolean {
  return IMAGE_EXTENSION.test(name);
}

/**
 * Why an absolute path must not be touched at all; null where it may be looked at. Found by words alone: nothing is touched.
 */
export function refusedByWords(fileSystem: FileSystem, bounds: Bounds, path: string): Refusal | null {
  if (fileSystem.pathStyle === 'posix' && isSystemFolder(path.split('/').filter((part) => part !== ''))) {
    return 'remote-or-device';
  }
  if (!hasImageExtension(fileSystem.nameOf(path))) {
    return 'other-extension';
  }
  const isInside = bounds.trusted || namesBelow(fileSystem, bounds.folder, path) !== null;
  const isConfined = bounds.confine === null || namesBelow(fileSystem, bounds.confine, path) !== null;
  return isInside && isConfined ? null : 'outside-folder';
}

/**
 * Looks at a path that words alone allow, name by name from `from` on, so that nothing behind a link is touched.
 * `from` is a folder with no link in its own path. Says `absent` where nothing stands, null where a regular file does.
 */
export function refusedByFacts(fileSystem: FileSystem, from: string, path: string): Refusal | 'absent' | null {
  for (const step of stepsTo(fileSystem, from, path)) {
    const kind = fileSystem.facts(step)?.kind;
    if (kind === 'link') {
      return 'link';
    }
    if (step !== path && kind !== 'folder') {
      return 'absent';
    }
    if (step === path && kind !== 'file') {
      return kind === undefined ? 'absent' : 'not-an-image';
    }
  }
  // Mount points and junctions that do not say so.
  const realPath = fileSystem.realPath(path);
  return realPath !== null && sameName(realPath, path) ? null : 'link';
}

/** The names that lead from a folder down to a path; null where the path is not below the folder. Touches nothing. */
export function namesBelow(fileSystem: FileSystem, folder: string, path: string): readonly string[] | null {
  const names: string[] = [];
  for (let at = path; !isSamePath(fileSystem.pathStyle, at, folder);) {
    const above = fileSystem.folderOf(at);
    if (above === at) {
      return null;
    }
    names.push(fileSystem.nameOf(at));
    at = above;
  }
  return names.length === 0 ? null : names.reverse();
}

/** True where two names differ by case or by Unicode's way of composing characters at most. */
function sameName(one: string, other: string): boolean {
  return one === other || comparedName(one) === comparedName(other);
}

/** The same for names that differ by case or by Unicode's way of composing characters at most. */
export function comparedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The paths between a folder and a path below or beside it, `path` last; what lies on the way to `from` itself is left out. */
function stepsTo(fileSystem: FileSystem, from: string, path: string): readonly string[] {
  const steps: string[] = [];
  for (let at = path; ; at = fileSystem.folderOf(at)) {
    const isKnown = isSamePath(fileSystem.pathStyle, at, from) || namesBelow(fileSystem, at, from) !== null;
    if (isKnown || fileSystem.folderOf(at) === at) {
      return steps.reverse();
    }
    steps.push(at);
  }
}
