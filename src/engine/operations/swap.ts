import { EngineError } from '../errors';
import type { Image } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { isSamePath } from '../storage/paths';
import { listIn, readRecord, RecordFile, textIn, type Json } from '../storage/recordFile';
import { ownFileName, removeForGood, sidePath, temporaryPath } from '../storage/sideFiles';
import { moveUndoFiles, removeUndoFiles, undoFilesOf } from './undoFile';

/** Tells the name of an old file that is on its way out from those of new files. */
const ASIDE_TAG = 0x01d_f11e;

/** More names than this are not looked at for images. */
const MAX_NAMES = 100_000;

/** A file that is not needed any more; it is removed only while it has this id. */
export interface RecordedLayer {
  readonly path: string;
  readonly id: string;
}

/** A file that takes the place of another. All but `thenRemove` lie in one folder. */
export interface Swap {
  /** The name that the new file takes. */
  readonly path: string;
  /** Where the new file stands, whole and flushed, and the id that it has. */
  readonly temporary: string;
  readonly id: string;
  /** The name that the old file keeps; null where it is not kept. */
  readonly keepAs: string | null;
  /** Images that nobody stands on when the old file is gone, children before their parents. */
  readonly thenRemove: readonly RecordedLayer[];
}

/**
 * Puts a new file in the place of an old one, with no moment in which no file has the name: where the old one is kept it first gets its
 * second name. On a file system without second names, and on Windows where another program has the old file open, there is such a moment, and
 * a record by which `finishSwap` takes it back. What is kept of changes of the old file goes with it.
 */
export function swapFiles(fileSystem: FileSystem, swap: Swap): void {
  const { path, temporary, keepAs, thenRemove } = swap;
  const folder = fileSystem.folderOf(path);
  const isOneStep = keepAs === null && thenRemove.length === 0 && undoFilesOf(fileSystem, [path]).length === 0;
  if (!isOneStep) {
    writeRecord(fileSystem, swap);
  }
  let aside: string | null = null;
  try {
    if (keepAs !== null && !fileSystem.link(path, keepAs)) {
      fileSystem.rename(path, keepAs, 'keep');
    }
    fileSystem.flushFolder(folder);
    try {
      fileSystem.rename(temporary, path, 'replace');
    } catch (error) {
      aside = replaceOpenFile(fileSystem, swap, error);
    }
    fileSystem.flushFolder(folder);
  } catch (error) {
    finishSwap(fileSystem, path);
    throw error;
  }
  finishSwap(fileSystem, path);
  if (aside !== null) {
    removeIfLetTo(fileSystem, aside);
  }
}

/**
 * Windows replaces no file that is open, our own editor's included, but lets it have another name. So the old file makes way first, and goes
 * after. Returns the name that it has meanwhile; null where it is kept under another one. Throws `refusal` where this is of no help.
 */
function replaceOpenFile(fileSystem: FileSystem, swap: Swap, refusal: unknown): string | null {
  const { path, temporary, keepAs } = swap;
  const [atPath, atKeepAs] = [path, keepAs ?? path].map((each) => fileSystem.facts(each)?.identity ?? null);
  if (!EngineError.is(refusal, 'file-access') || atPath === null || atKeepAs !== atPath) {
    throw refusal;
  }
  const [folder, aside] = [fileSystem.folderOf(path), keepAs ?? temporaryPath(path, ASIDE_TAG)];
  try {
    if (keepAs === null) {
      if (fileSystem.facts(sidePath(path, 'swap')) !== null) {
        removeForGood(fileSystem, sidePath(path, 'swap'));
      }
      writeRecord(fileSystem, { ...swap, keepAs: aside });
    }
    if (keepAs !== null || fileSystem.link(path, aside)) {
      fileSystem.flushFolder(folder);
      fileSystem.remove(path);
    } else {
      fileSystem.rename(path, aside, 'keep');
    }
    fileSystem.flushFolder(folder);
  } catch (error) {
    throw EngineError.is(error) ? refusal : error;
  }
  fileSystem.rename(temporary, path, 'keep');
  return keepAs === null ? aside : null;
}

function writeRecord(fileSystem: FileSystem, { path, temporary, id, keepAs, thenRemove }: Swap): void {
  const layers = thenRemove.map((layer) => ({ path: layer.path, id: layer.id }));
  RecordFile.create(fileSystem, sidePath(path, 'swap'), { temporary, id, keepAs, thenRemove: layers }).close();
}

/** What cannot be removed now has a name by which the next operation on the image knows that nobody needs it. */
function removeIfLetTo(fileSystem: FileSystem, path: string): void {
  try {
    removeForGood(fileSystem, path);
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
  }
}

/**
 * Ends a swap that was cut short: where the new file has the name already, the rest is done; otherwise it is taken back. Returns which, or
 * `none` where there is nothing to end.
 */
export function finishSwap(fileSystem: FileSystem, path: string): 'none' | 'finished' | 'taken-back' {
  const recordPath = sidePath(path, 'swap');
  if (fileSystem.facts(recordPath) === null) {
    return 'none';
  }
  const swap = swapOf(fileSystem, path, readRecord(fileSystem, recordPath)[0]);
  // A record that is not whole was the last thing to be written.
  const isFinished = swap !== null && settleNames(fileSystem, swap);
  if (isFinished) {
    settleUndoFiles(fileSystem, swap);
    removeUnneeded(fileSystem, path, swap.thenRemove);
  }
  removeForGood(fileSystem, recordPath);
  return isFinished ? 'finished' : 'taken-back';
}

/** What is kept of changes of the old file is of no use to the new one. */
function settleUndoFiles(fileSystem: FileSystem, { path, keepAs }: Swap): void {
  if (undoFilesOf(fileSystem, [path]).length === 0) {
    return;
  }
  if (keepAs === null || ownFileName(fileSystem.nameOf(keepAs)) !== null) {
    removeUndoFiles(fileSystem, path);
  } else {
    moveUndoFiles(fileSystem, path, keepAs);
  }
}

/** Removes layers up to one that somebody stands on after all: while the swap was cut short people may have built on it. */
function removeUnneeded(fileSystem: FileSystem, path: string, layers: readonly RecordedLayer[]): void {
  for (const layer of layers) {
    const folders = new Set([fileSystem.folderOf(path), fileSystem.folderOf(layer.path)]);
    if ([...folders].some((folder) => hasChildOf(fileSystem, folder, layer.id))) {
      return;
    }
    removeLayer(fileSystem, layer);
  }
}

function hasChildOf(fileSystem: FileSystem, folder: string, id: string): boolean {
  const names = fileSystem.list(folder, MAX_NAMES).filter((name) => ownFileName(name) === null);
  const paths = names.map((name) => fileSystem.resolve(folder, name));
  return paths.some((path) => fileSystem.facts(path)?.kind === 'file' && parentIdOfFile(fileSystem, path) === id);
}

/**
 * Removes an image for good, unless it is gone already or another file has its name now; before it goes what is kept of its changes, so that this is never
 * left alone.
 */
export function removeLayer(fileSystem: FileSystem, { path, id }: RecordedLayer): void {
  if (fileSystem.facts(path) !== null && idOfFile(fileSystem, path) === id) {
    removeUndoFiles(fileSystem, path);
    removeForGood(fileSystem, path);
  }
}

/** The id of the image at a path; null where none stands. */
export function idOfFile(fileSystem: FileSystem, path: string): string | null {
  return imageFactsAt(fileSystem, path)?.id ?? null;
}

/** The id of the parent that the image at a path names; null where it names none, or no image stands there. */
export function parentIdOfFile(fileSystem: FileSystem, path: string): string | null {
  return imageFactsAt(fileSystem, path)?.parent?.id ?? null;
}

function imageFactsAt(fileSystem: FileSystem, path: string): Pick<Image, 'id' | 'parent'> | null {
  try {
    const image = openImage(fileSystem, path);
    image.close();
    return image;
  } catch (error) {
    if (EngineError.is(error)) {
      return null;
    }
    throw error;
  }
}

/** Returns true where the new file has the name; otherwise the old one has it again. */
function settleNames(fileSystem: FileSystem, { path, temporary, id, keepAs }: Swap): boolean {
  const isFinished = idOfFile(fileSystem, path) === id;
  if (!isFinished && keepAs !== null) {
    takeBack(fileSystem, path, keepAs);
  }
  // While nothing has the name, the new file is all there is.
  if (fileSystem.facts(temporary) !== null && fileSystem.facts(path) !== null) {
    fileSystem.remove(temporary);
  }
  fileSystem.flushFolder(fileSystem.folderOf(path));
  return isFinished;
}

function takeBack(fileSystem: FileSystem, path: string, keepAs: string): void {
  const [atPath, atKeepAs] = [path, keepAs].map((each) => fileSystem.facts(each)?.identity ?? null);
  if (atPath === null && atKeepAs !== null) {
    fileSystem.rename(keepAs, path, 'keep');
  } else if (atPath !== null && atKeepAs === atPath) {
    fileSystem.remove(keepAs);
  }
}

/** A record may come from a stranger: it names no file outside the image's folder, but for images whose ids it knows. */
function swapOf(fileSystem: FileSystem, path: string, record: Json | undefined): Swap | null {
  const [temporary, newId, keepAs] = [textIn(record, 'temporary'), textIn(record, 'id'), textIn(record, 'keepAs')];
  const { pathStyle } = fileSystem;
  const isBeside = (each: string): boolean =>
    isSamePath(pathStyle, fileSystem.folderOf(each), fileSystem.folderOf(path));
  const isOwn = ownFileName(fileSystem.nameOf(temporary ?? ''))?.temporary === true;
  if (temporary === null || newId === null || !isOwn || !isBeside(temporary) || !isBeside(keepAs ?? path)) {
    return null;
  }
  const layers = listIn(record, 'thenRemove').map((layer) => ({
    path: textIn(layer, 'path'),
    id: textIn(layer, 'id'),
  }));
  const thenRemove = layers.flatMap(({ path: each, id }) => (each === null || id === null ? [] : [{ path: each, id }]));
  return { path, temporary, id: newId, keepAs, thenRemove };
}
