import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { isUndoName, ownFileName } from '../storage/sideFiles';
import { hasImageExtension } from './bounds';

/** No more names than this are looked at: a folder that holds the whole computer must not keep us reading. */
const MAX_NAMES = 100_000;

/** Two footers, a header and a table: no image with blocks is smaller. Bytes. */
const MIN_IMAGE_SIZE = 2560;

/** A file with a reason why it is worth a word. */
export interface OtherFile {
  readonly path: string;
  readonly reason: string;
}

export interface ScanPlaces {
  /** Absolute paths of folders. Those below them are looked into too; links are not followed. */
  readonly folders: readonly string[];
  /** Absolute paths of files to be looked into whatever their names. */
  readonly files: readonly string[];
}

export interface FoundFiles {
  /** Files that may be images. */
  readonly paths: readonly string[];
  /** Files that an operation of ours left. */
  readonly unfinished: readonly OtherFile[];
  readonly nameCount: number;
  readonly isWhole: boolean;
}

/** Finds the files that may be images, folders near the top first. Yields the number of names looked at. */
export function* findFiles(fileSystem: FileSystem, places: ScanPlaces): Generator<number, FoundFiles, void> {
  const paths = [...places.files];
  const unfinished: OtherFile[] = [];
  const folders = [...places.folders];
  const seen = new Set<string>();
  let nameCount = 0;
  let isWhole = true;
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const realFolder = fileSystem.realPath(folder);
    if (realFolder === null || seen.has(realFolder)) {
      continue;
    }
    seen.add(realFolder);
    const names = fileSystem.list(realFolder, MAX_NAMES - nameCount + 1);
    isWhole &&= nameCount + names.length <= MAX_NAMES;
    for (const name of names.slice(0, MAX_NAMES - nameCount)) {
      const path = fileSystem.resolve(realFolder, name);
      switch (kindOf(fileSystem, path, name)) {
        case 'folder':
          folders.push(path);
          break;
        case 'own':
          unfinished.push({ path, reason: reasonOf(name) });
          break;
        case 'image':
          paths.push(path);
          break;
        case 'none':
          break;
      }
      nameCount++;
      yield nameCount;
    }
  }
  return { paths, unfinished, nameCount, isWhole };
}

function kindOf(fileSystem: FileSystem, path: string, name: string): 'folder' | 'own' | 'image' | 'none' {
  const facts = fileSystem.facts(path);
  if (facts?.kind !== 'file') {
    return facts?.kind === 'folder' ? 'folder' : 'none';
  }
  if (ownFileName(name) !== null) {
    return 'own';
  }
  if (isUndoName(name)) {
    return 'none';
  }
  // An image may have any name, but its size gives it away: whole sectors, or one byte less (FORMAT 1.1).
  const mayBeImage = facts.size >= MIN_IMAGE_SIZE && (facts.size + 1) % 512 <= 1;
  return mayBeImage || hasImageExtension(name) ? 'image' : 'none';
}

function reasonOf(name: string): string {
  const own = ownFileName(name);
  return own?.temporary === true
    ? t('it was to become {0} and was not finished', own.of)
    : t('an operation on {0} was cut short', own?.of ?? name);
}
