import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from './fileSystem';
import { decodeJournal, encodeJournal, isJournalHead, journalSize, JOURNAL_HEAD_SIZE } from './journalFormat';
import { OverlayStorage } from './overlayStorage';
import { checkPatchFits, isBetween, reversePatch, writePatch, type Patch } from './patch';
import { removeForGood, sidePath, writeNewFile } from './sideFiles';
import type { Storage } from './storage';

/**
 * No patch of ours takes more, in bytes; a journal that claims more is none. It is read whole when an image is opened. The edits of an image are held to
 * the same bound, both sides of each counted, so that whatever was edited can be saved.
 */
export const MAX_JOURNAL_SIZE = 512 * 1024 * 1024;

/**
 * What a save that was cut short left beside an image: nothing (`none`); a journal that is not whole, so the image was not touched
 * yet (`unused`); a whole one (`whole`), so the image is somewhere between the patch's two sides; or a whole one that does not fit,
 * since another program has changed the image afterwards (`foreign`).
 */
export type JournalState =
  { readonly kind: 'none' | 'unused' | 'foreign' } | { readonly kind: 'whole'; readonly patch: Patch };

/**
 * Changes a file as the patch says, so that a loss of power at any time leaves the one or the other: a journal beside the file holds
 * the patch until all of it stands in the file. Throws EngineError `file-changed` where the file is not the one that the patch was made
 * for, `too-large` beyond `MAX_JOURNAL_SIZE`, `unfinished-operation` where an older journal is still there, and what the system refuses; the file is then
 * as it was.
 */
export function savePatch(fileSystem: FileSystem, path: string, patch: Patch): void {
  refuseTooLarge(path, patch);
  refuseUnfinished(fileSystem, path);
  const file = fileSystem.open(path, 'write');
  try {
    checkPatchFits(file, patch, path);
    const journal = sidePath(path, 'journal');
    writeNewFile(fileSystem, journal, encodeJournal(patch));
    try {
      writePatch(file, patch);
      file.flush();
    } catch (error) {
      // A full disk, a failing medium: the file is put back before anyone hears of it. Where even that fails, the journal stays.
      writePatch(file, reversePatch(patch));
      file.flush();
      removeForGood(fileSystem, journal);
      throw error;
    }
    removeForGood(fileSystem, journal);
  } finally {
    file.close();
  }
}

/**
 * Ends a save that was cut short: writes the rest of a whole journal, drops an unused one, and returns which. Throws EngineError
 * `unfinished-operation` for a foreign one: only a person knows which of the two is wanted.
 */
export function finishJournal(fileSystem: FileSystem, path: string): 'none' | 'finished' | 'dropped' {
  const reader = fileSystem.open(path, 'read');
  let state: JournalState;
  try {
    state = readJournal(fileSystem, path, reader);
  } finally {
    reader.close();
  }
  switch (state.kind) {
    case 'none':
      return 'none';
    case 'foreign':
      throw new EngineError('unfinished-operation', {
        what: t('Changing {0}', path),
        why: t('a save of it was cut short, and another program has changed it since'),
        remedy: t('remove {0} to keep the file as it is now', sidePath(path, 'journal')),
      });
    case 'unused':
      removeForGood(fileSystem, sidePath(path, 'journal'));
      return 'dropped';
    case 'whole': {
      const file = fileSystem.open(path, 'write');
      try {
        writePatch(file, state.patch);
        file.flush();
      } finally {
        file.close();
      }
      removeForGood(fileSystem, sidePath(path, 'journal'));
      return 'finished';
    }
  }
}

/** What stands beside the image at `path`, whose bytes are `file`; changes nothing. */
export function readJournal(fileSystem: FileSystem, path: string, file: Storage): JournalState {
  const journal = sidePath(path, 'journal');
  const facts = fileSystem.facts(journal);
  if (facts?.kind !== 'file') {
    return { kind: 'none' };
  }
  if (facts.size > MAX_JOURNAL_SIZE) {
    return { kind: 'foreign' };
  }
  const bytes = bytesOf(fileSystem, journal);
  const patch = bytes === null ? null : decodeJournal(bytes);
  if (patch === null) {
    return { kind: 'unused' };
  }
  return isBetween(file, patch) ? { kind: 'whole', patch } : { kind: 'foreign' };
}

/** The bytes of an image as they will be when the save that was cut short is ended. `file` is closed with the result. */
export function asAfterJournal(file: Storage, patch: Patch): Storage {
  const overlay = new OverlayStorage(file);
  writePatch(overlay, patch);
  return overlay;
}

function refuseTooLarge(path: string, patch: Patch): void {
  if (journalSize(patch) > MAX_JOURNAL_SIZE) {
    throw new EngineError('too-large', {
      what: t('Changing {0}', path),
      why: t('so many changes cannot be saved at once: their record may have {0} bytes', MAX_JOURNAL_SIZE),
      remedy: t('change less at a time, and save in between'),
    });
  }
}

function refuseUnfinished(fileSystem: FileSystem, path: string): void {
  if (fileSystem.facts(sidePath(path, 'journal')) !== null) {
    throw new EngineError('unfinished-operation', {
      what: t('Changing {0}', path),
      why: t('an earlier save of it was cut short'),
      remedy: t('end that one first'),
    });
  }
}

/** Null where the head alone tells that it is no whole journal: a large file that is none costs nothing. */
function bytesOf(fileSystem: FileSystem, path: string): Uint8Array | null {
  const file = fileSystem.open(path, 'read');
  try {
    const size = Math.min(file.size(), MAX_JOURNAL_SIZE);
    const head = new Uint8Array(Math.min(size, JOURNAL_HEAD_SIZE));
    file.read(0, head);
    if (!isJournalHead(head, size)) {
      return null;
    }
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, file.read(0, bytes));
  } finally {
    file.close();
  }
}
