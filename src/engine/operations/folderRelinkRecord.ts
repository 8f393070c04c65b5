import { namesBelow } from '../chain/bounds';
import { EngineError } from '../errors';
import { t } from '../l10n';
import { crc32c } from '../storage/crc32c';
import type { FileSystem } from '../storage/fileSystem';
import { listIn, readRecord, RecordFile, sizeIn, textIn, type Json } from '../storage/recordFile';
import { removeForGood } from '../storage/sideFiles';
import { readPadded } from '../storage/storage';

/** Stands in the folder itself; `isUndoName` knows it. */
const RECORD_NAME = '.vhd-editor-undo';

/** Runs in one folder that can be taken back. */
const MAX_RECORDS = 100;

/** What a change of a header replaces is small. Bytes. */
const MAX_UNDO_SIZE = 16 * 1024 * 1024;

/** An image that was relinked, and what it keeps of how it was. */
export interface RelinkedImage {
  readonly path: string;
  /** Absolute path of the file beside it that holds what was replaced, and the CRC-32C of that file. */
  readonly undoPath: string;
  readonly sum: number;
}

/** What one relinking of a folder did, image by image; it stands in the folder until that is taken back. */
export interface FolderRecord {
  readonly path: string;
  readonly images: readonly RelinkedImage[];
  /** False where it was cut short. */
  readonly isDone: boolean;
}

/** The last one of a folder that stands; null for none. A stranger's record names nothing outside the folder. */
export function lastFolderRecord(fileSystem: FileSystem, folder: string): FolderRecord | null {
  const number = recordNumbers(fileSystem, folder).at(-1);
  if (number === undefined) {
    return null;
  }
  const path = recordPath(fileSystem, folder, number);
  const lines = readRecord(fileSystem, path);
  // An image whose turn was cut short may be there twice; the last time counts.
  const images = new Map(
    lines.flatMap((line) => imageOf(fileSystem, folder, line) ?? []).map((image) => [image.undoPath, image]),
  );
  return { path, images: [...images.values()], isDone: lines.some((line) => textIn(line, 'phase') === 'done') };
}

/** True where relinking a folder was cut short. */
export function isFolderRelinkOpen(fileSystem: FileSystem, folder: string): boolean {
  return lastFolderRecord(fileSystem, folder)?.isDone === false;
}

/** The record that a run writes, image by image, before it changes one. There is none before the first image. */
export class FolderRecordWriter {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;
  /** Of a run that was cut short, and goes on with this one. */
  #openPath: string | null = null;
  #file: RecordFile | null = null;

  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
  }

  /** Goes on with a run that was cut short; returns the paths of the images that it may have been about. */
  begin(): readonly string[] {
    const last = lastFolderRecord(this.#fileSystem, this.#folder);
    if (last === null || last.isDone) {
      return [];
    }
    if (last.images.length === 0) {
      // Nothing had been changed yet.
      removeForGood(this.#fileSystem, last.path);
      return [];
    }
    this.#openPath = last.path;
    return last.images.map(({ path }) => path);
  }

  /** `undo`: the bytes that the file at `undoPath` is about to hold. Throws EngineError `not-possible` where too many records stand. */
  add(path: string, undoPath: string, undo: Uint8Array): void {
    this.#file ??= this.#open();
    const names = (each: string): readonly string[] => namesBelow(this.#fileSystem, this.#folder, each) ?? [];
    this.#file.add({ image: names(path), undo: names(undoPath), sum: crc32c(undo) }, { flush: true });
  }

  /** All that was planned is done. */
  finish(): void {
    if (this.#openPath !== null) {
      this.#file ??= this.#open();
    }
    this.#file?.add({ phase: 'done' }, { flush: true });
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #open(): RecordFile {
    return this.#openPath === null
      ? RecordFile.create(this.#fileSystem, nextRecordPath(this.#fileSystem, this.#folder), { phase: 'begun' })
      : RecordFile.continue(this.#fileSystem, this.#openPath);
  }
}

/** What an image's undo file holds is what the record says. */
export function isAsRecorded(fileSystem: FileSystem, { undoPath, sum }: RelinkedImage): boolean {
  const facts = fileSystem.facts(undoPath);
  if (facts?.kind !== 'file' || facts.size > MAX_UNDO_SIZE) {
    return false;
  }
  const file = fileSystem.open(undoPath, 'read');
  try {
    return crc32c(readPadded(file, 0, file.size())) === sum;
  } finally {
    file.close();
  }
}

/** The numbers of those that stand, the oldest first. */
function recordNumbers(fileSystem: FileSystem, folder: string): readonly number[] {
  const numbers = Array.from({ length: MAX_RECORDS }, (_, index) => index + 1);
  return numbers.filter((number) => fileSystem.facts(recordPath(fileSystem, folder, number))?.kind === 'file');
}

function recordPath(fileSystem: FileSystem, folder: string, number: number): string {
  return fileSystem.resolve(folder, number === 1 ? RECORD_NAME : `${RECORD_NAME}-${number}`);
}

function nextRecordPath(fileSystem: FileSystem, folder: string): string {
  const next = (recordNumbers(fileSystem, folder).at(-1) ?? 0) + 1;
  if (next <= MAX_RECORDS) {
    return recordPath(fileSystem, folder, next);
  }
  throw new EngineError('not-possible', {
    what: t('Relinking {0}', folder),
    why: t('what {0} times of relinking it changed is kept there', MAX_RECORDS),
    remedy: t('remove the files that begin with {0} if you do not want to take that back', RECORD_NAME),
  });
}

function imageOf(fileSystem: FileSystem, folder: string, line: Json): RelinkedImage | null {
  const [path, undoPath] = [below(fileSystem, folder, line, 'image'), below(fileSystem, folder, line, 'undo')];
  const sum = sizeIn(line, 'sum');
  return path === null || undoPath === null || sum === null ? null : { path, undoPath, sum };
}

function below(fileSystem: FileSystem, folder: string, line: Json, key: string): string | null {
  const names = listIn(line, key).filter((name) => typeof name === 'string');
  const path = fileSystem.resolve(folder, ...names);
  return names.length > 0 && namesBelow(fileSystem, folder, path) !== null ? path : null;
}
