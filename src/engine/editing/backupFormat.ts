import { EngineError } from '../errors';
import { t } from '../l10n';
import { decodeJournal, encodeJournal, journalSize } from '../storage/journalFormat';
import { decodeLines, encodeLine, listIn, memberOf, sizeIn, textIn, timeIn, type Json } from '../storage/recordFile';
import type { UnsavedChange } from './editHistory';
import type { Fingerprint } from './fingerprint';

/** Edits that are not in the file yet, and the file that they were made for. */
export interface Backup {
  readonly base: Fingerprint;
  readonly changes: readonly UnsavedChange[];
}

/**
 * A backup begins with a line as a record has it, a checksum and JSON: the mark, the version, the fingerprint of the file, and of each change its label and
 * the length of its patch. The patches follow, each written as a journal is, with a checksum of its own.
 */
const MARK = 'VHD Editor backup';
const VERSION = 1;

export function encodeBackup({ base, changes }: Backup): Uint8Array {
  const lengths = changes.map(({ patch }) => journalSize(patch));
  const words = {
    mark: MARK,
    version: VERSION,
    base: { ...base },
    changes: changes.map(({ label }, at) => ({ label, length: lengths[at] ?? 0 })),
  };
  const head = encodeLine(words);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, head.length));
  bytes.set(head);
  let at = head.length;
  for (const { patch } of changes) {
    bytes.set(encodeJournal(patch), at);
    at += journalSize(patch);
  }
  return bytes;
}

/** Throws EngineError `damaged-image` for what is no whole backup, `unsupported-version` for one of another version. */
export function decodeBackup(bytes: Uint8Array): Backup {
  const headEnd = bytes.indexOf(0x0a) + 1;
  const [words] = decodeLines(bytes.subarray(0, headEnd)).lines;
  if (words === undefined || textIn(words, 'mark') !== MARK) {
    throw unreadable('damaged-image', t('it is torn, or no backup of ours'));
  }
  if (sizeIn(words, 'version') !== VERSION) {
    throw unreadable('unsupported-version', t('another version of VHD Editor wrote it'));
  }
  let at = headEnd;
  const changes = listIn(words, 'changes').map((change): UnsavedChange => {
    const [label, length] = [textIn(change, 'label'), sizeIn(change, 'length')];
    const patch = length === null ? null : decodeJournal(bytes.subarray(at, at + length));
    if (label === null || length === null || patch === null) {
      throw unreadable('damaged-image', t('one of its changes is not whole'));
    }
    at += length;
    return { label, patch };
  });
  if (at !== bytes.length) {
    throw unreadable('damaged-image', t('more stands in it than it says'));
  }
  return { base: fingerprintIn(words), changes };
}

function fingerprintIn(words: Json): Fingerprint {
  const base = memberOf(words, 'base');
  const [length, modified, id] = [sizeIn(base, 'length'), timeIn(base, 'modified'), textIn(base, 'id')];
  const [ends, samples] = [sizeIn(base, 'ends'), sizeIn(base, 'samples')];
  if (length === null || modified === null || id === null || ends === null || samples === null) {
    throw unreadable('damaged-image', t('it does not say of which file it is'));
  }
  return { length, modified, id, ends, samples };
}

function unreadable(code: 'damaged-image' | 'unsupported-version', why: string): EngineError {
  return new EngineError(code, {
    what: t('Taking back the changes that were not saved'),
    why: t('their backup cannot be read: {0}', why),
    remedy: t('open the image without them'),
  });
}
