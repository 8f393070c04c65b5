import { requireConfinedFolder } from '../chain/familyScan';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import type { Patch } from '../storage/patch';
import { removeForGood } from '../storage/sideFiles';
import type { OperationRequest } from './familyOf';
import { isAsRecorded, lastFolderRecord, type FolderRecord, type RelinkedImage } from './folderRelinkRecord';
import { refusalByAccess, refusalByUsers } from './grounds';
import type { Progress } from './progress';
import { refusalOf, requireNoRefusal, type Refusal } from './refusal';
import { recoverImage } from './recover';
import { planUndoRepair, undoRepair } from './repair';
import { dropSpent, lastUndo } from './undoFile';

/** An image that is to be as it was before its folder was relinked. */
export interface PlannedUndo {
  readonly path: string;
  /** Null where it is as it was already, and only the file beside it is left. */
  readonly patch: Patch | null;
  readonly refusals: readonly Refusal[];
}

export interface FolderUndoPlan {
  /** Absolute, with every link followed. */
  readonly folder: string;
  readonly images: readonly PlannedUndo[];
}

export interface FolderUndoResult {
  /** Paths of the images that are as they were. */
  readonly undone: readonly string[];
  /** Those that are not, and why: the rest can be taken back later. */
  readonly failures: readonly Refusal[];
}

/**
 * What taking the last relinking of a folder back will do. Changes nothing. Throws EngineError `not-possible` where nothing is kept of one, `outside-confinement`.
 */
export function* planFolderUndo(
  { fileSystem, policy }: OperationRequest,
  folder: string,
): Generator<Progress, FolderUndoPlan, void> {
  requireConfinedFolder(fileSystem, folder, policy);
  const path = fileSystem.realPath(folder) ?? folder;
  const left = leftOf(fileSystem, requireRecord(fileSystem, path));
  const images: PlannedUndo[] = [];
  for (const image of left) {
    yield { doneBytes: images.length, totalBytes: left.length, what: t('Looking into images') };
    images.push(planOne(fileSystem, image));
  }
  return { folder: path, images };
}

function planOne(fileSystem: FileSystem, image: RelinkedImage): PlannedUndo {
  const { path } = image;
  const refusal = refusalBySince(fileSystem, image) ?? refusalByAccess(fileSystem, path);
  if (refusal !== null) {
    return { path, patch: null, refusals: [refusal] };
  }
  try {
    return { path, patch: planUndoRepair(fileSystem, path), refusals: [] };
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return { path, patch: null, refusals: [{ code: error.code, ...error.words, paths: [path] }] };
  }
}

/**
 * Takes the last relinking of a folder back, to the byte, children before their parents. A loss of power at any time leaves each image as it was or as it is; run
 * again it goes on. What cannot be taken back is left as it is, and can be later. Throws EngineError `not-possible` where nothing is kept.
 */
export function* runFolderUndo(
  fileSystem: FileSystem,
  { folder }: FolderUndoPlan,
): Generator<Progress, FolderUndoResult, void> {
  const record = requireRecord(fileSystem, folder);
  const images = leftOf(fileSystem, record);
  const undone: string[] = [];
  const failures: Refusal[] = [];
  for (const [index, image] of images.entries()) {
    yield { doneBytes: index, totalBytes: images.length, what: t('Taking back') };
    const refusal = refusalByUsers(fileSystem, image.path) ?? refusalOf(image.path, () => takeBack(fileSystem, image));
    if (refusal === null) {
      undone.push(image.path);
    } else {
      failures.push(refusal);
    }
  }
  if (failures.length === 0) {
    removeForGood(fileSystem, record.path);
  }
  return { undone, failures };
}

function takeBack(fileSystem: FileSystem, image: RelinkedImage): void {
  recoverImage(fileSystem, image.path);
  dropSpent(fileSystem, image.path);
  // Where that took the file away, the change that it was for had not begun.
  if (fileSystem.facts(image.undoPath) !== null) {
    requireNoRefusal([refusalBySince(fileSystem, image)].filter((refusal) => refusal !== null));
    undoRepair(fileSystem, image.path);
  }
}

function requireRecord(fileSystem: FileSystem, folder: string): FolderRecord {
  const record = lastFolderRecord(fileSystem, folder);
  if (record === null) {
    throw new EngineError('not-possible', {
      what: t('Taking back how {0} was relinked', folder),
      why: t('nothing that was replaced is kept there'),
      remedy: t('choose the folder that was relinked; a single image is taken back with repair --undo'),
    });
  }
  return record;
}

/** The last one first. What keeps nothing any more was taken back before. */
function leftOf(fileSystem: FileSystem, { images }: FolderRecord): readonly RelinkedImage[] {
  return images.filter(({ undoPath }) => fileSystem.facts(undoPath) !== null).reverse();
}

/** Only the last change of an image can be taken back. */
function refusalBySince(fileSystem: FileSystem, image: RelinkedImage): Refusal | null {
  const { path, undoPath } = image;
  if (lastUndo(fileSystem, path) === undoPath && isAsRecorded(fileSystem, image)) {
    return null;
  }
  return {
    code: 'file-changed',
    what: t('Taking back how {0} was relinked', path),
    why: t('it was repaired or relinked again since'),
    remedy: t('take that back first, with repair --undo'),
    paths: [path],
  };
}
