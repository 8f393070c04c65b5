import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from './fileSystem';
import { decodeJournal, encodeJournal, isJournalHead, journalSize, JOURNAL_HEAD_SIZE } from './journalFormat';
import { OverlayStorage } from './overlayStorage';
import {
  checkPatchFits,
  isApplied,
  isBetween,
  reversePatch,
  writePatch,
  writePatchSteps,
  type Patch,
  type WriteStep,
} from './patch';
import { removeForGood, sidePath, writeNewFile } from './sideFiles';
import type { Storage } from './storage';
import { isHeldByOthers } from './systemErrors';

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
  const steps = savePatchSteps(fileSystem, path, patch);
  while (steps.next().done !== true);
}

/** Changes a file likewise, and yields between pieces; returned there, the file is put back as it was. */
export function* savePatchSteps(fileSystem: FileSystem, path: string, patch: Patch): Generator<WriteStep, void, void> {
  refuseTooLarge(path, patch);
  const file = fileSystem.open(path, 'write');
  try {
    refuseUnfinished(fileSystem, path, file);
    checkPatchFits(file, patch, path);
    const journal = sidePath(path, 'journal');
    writeNewFile(fileSystem, journal, encodeJournal(patch));
    let isWritten = false;
    try {
      yield* writePatchSteps(file, patch);
      file.flush();
      isWritten = true;
    } finally {
      // A full disk, a failing medium, a change of mind: the file is put back before anyone hears of it. Where even that fails, the journal stays.
      if (!isWritten) {
        writePatch(file, reversePatch(patch));
        file.flush();
        removeForGood(fileSystem, journal);
      }
    }
    removeDone(fileSystem, journal);
  } finally {
    file.close();
  }
}

/**
 * Removes the journal of a save that is through. Where another program looks into it just now it may stay: the save is no less done, and
 * the next one or the next opening finds that all of it is there.
 */
function removeDone(fileSystem: FileSystem, journal: string): void {
  try {
    removeForGood(fileSystem, journal);
  } catch (error) {
    if (!isHeldByOthers(error)) {
      throw error;
    }
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

/** A journal of which all is done stayed behind when it was to be removed; it goes now. */
function refuseUnfinished(fileSystem: FileSystem, path: string, file: Storage): void {
  const state = readJournal(fileSystem, path, file);
  if (state.kind === 'whole' && isApplied(file, state.patch)) {
    removeForGood(fileSystem, sidePath(path, 'journal'));
  } else if (fileSystem.facts(sidePath(path, 'journal')) !== null) {
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
