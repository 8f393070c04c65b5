import { MAX_LAYERS, type Chain } from '../chain/chain';
import type { Image } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { isSamePath } from '../storage/paths';
import { refusalOf, type Refusal } from './refusal';

/** Room that is left on a disk for our own records, and for what other programs write meanwhile. Bytes. */
const SPARE_SPACE = 1024 * 1024;

/** A program uses a file that is to be changed, frozen, replaced or removed. */
export function refusalByUsers(fileSystem: FileSystem, path: string): Refusal | null {
  return refusalsByUsers(fileSystem, [path])[0] ?? null;
}

/** As `refusalByUsers`, for many files at the cost of one. */
export function refusalsByUsers(fileSystem: FileSystem, paths: readonly string[]): readonly Refusal[] {
  const usersOf = fileSystem.usersOf(paths);
  return paths.flatMap((path, at) => {
    const users = usersOf[at] ?? [];
    return users.length === 0 ? [] : [inUse(path, users)];
  });
}

function inUse(path: string, users: readonly string[]): Refusal {
  return {
    code: 'in-use',
    what: t('Working on {0}', path),
    why: t('it is in use by {0}', users.join(', ')),
    remedy: t('shut the virtual machine down or close the program, then try again'),
    paths: [path],
  };
}

/** The system does not let us write a file. On Windows this also tells that another program holds it. */
export function refusalByAccess(fileSystem: FileSystem, path: string): Refusal | null {
  return refusalOf(path, () => fileSystem.open(path, 'write').close());
}

/** What speaks against writing to a file where it stands: its users, and the system. */
export function refusalsByFile(fileSystem: FileSystem, path: string): readonly Refusal[] {
  return refusalsByFiles(fileSystem, [path]);
}

/** As `refusalsByFile`, file by file. */
export function refusalsByFiles(fileSystem: FileSystem, paths: readonly string[]): readonly Refusal[] {
  const byUsers = refusalsByUsers(fileSystem, paths);
  return paths.flatMap((path) => {
    const used = byUsers.filter((refusal) => refusal.paths.includes(path));
    const denied = refusalByAccess(fileSystem, path);
    return denied === null ? used : [...used, denied];
  });
}

/** What is damaged is repaired first: nothing is built on it and nothing is made of it. */
export function refusalByDamage(image: Pick<Image, 'path' | 'findings'>): Refusal | null {
  const damage = image.findings.find((finding) => finding.severity === 'error');
  if (damage === undefined) {
    return null;
  }
  return {
    code: 'damaged-image',
    what: t('Working on {0}', image.path),
    why: t('it is damaged: {0}', damage.message.replace(/\.$/, '')),
    remedy: t('check it and repair it first, or save its content by exporting it'),
    paths: [image.path],
  };
}

/** The disk of a folder would be full. */
export function refusalBySpace(fileSystem: FileSystem, folder: string, bytes: number): Refusal | null {
  const free = fileSystem.freeSpace(folder);
  if (free === null || bytes === 0 || free >= bytes + SPARE_SPACE) {
    return null;
  }
  return {
    code: 'no-space',
    what: t('Writing to {0}', folder),
    why: t('{0} bytes are needed and {1} are free', bytes + SPARE_SPACE, free),
    remedy: t('free some space, and try again'),
    paths: [folder],
  };
}

/** A new file never takes the place of one that nobody spoke of. */
export function refusalByTakenName(fileSystem: FileSystem, path: string): Refusal | null {
  if (fileSystem.facts(path) === null) {
    return null;
  }
  const why = t('there is already a file of that name');
  return { code: 'file-exists', what: t('Creating {0}', path), why, remedy: t('choose another name'), paths: [path] };
}

/** One more layer would make a chain that nobody can open. */
export function refusalByDepth({ layers }: Chain): Refusal | null {
  const [{ image }] = layers;
  if (layers.length < MAX_LAYERS) {
    return null;
  }
  return {
    code: 'chain-too-deep',
    what: t('A snapshot of {0}', image.path),
    why: t('the chain has {0} layers already, and no more than {1} can be opened', layers.length, MAX_LAYERS),
    remedy: t('merge some of them first'),
    paths: [image.path],
  };
}

/** A file that is kept gets its other name in its own folder. */
export function refusalByFolder(fileSystem: FileSystem, path: string, newPath: string): Refusal | null {
  if (isSamePath(fileSystem.pathStyle, fileSystem.folderOf(newPath), fileSystem.folderOf(path))) {
    return null;
  }
  return {
    code: 'not-possible',
    what: t('Keeping {0} as {1}', path, newPath),
    why: t('that is in another folder'),
    remedy: t('choose a name in the same folder'),
    paths: [path],
  };
}
