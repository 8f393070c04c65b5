import { EngineError } from './errors';
import type { Finding, Severity } from './finding';
import { t } from './l10n';
import type { FileSystem } from './storage/fileSystem';
import { asAfterJournal, readJournal } from './storage/journal';
import { readRecord, textIn } from './storage/recordFile';
import { sidePath, type SideFile } from './storage/sideFiles';
import type { Storage } from './storage/storage';

/** The bytes of an image, and what operations of ours that were cut short mean for it. */
export interface OpenedFile {
  readonly storage: Storage;
  readonly findings: readonly Finding[];
}

/**
 * Opens the file of an image. One whose save was cut short reads as it will when the save is ended; nothing is written. Throws as
 * `FileSystem.open`, and EngineError `unfinished-operation` where such a file is to be written.
 */
export function openImageFile(fileSystem: FileSystem, path: string, access: 'read' | 'write'): OpenedFile {
  const storage = fileSystem.open(path, access);
  try {
    const own = ownPath(fileSystem, path);
    const journal = readJournal(fileSystem, own, storage);
    if (journal.kind !== 'none' && access === 'write') {
      throw new EngineError('unfinished-operation', {
        what: t('Writing {0}', path),
        why: t('an earlier save of it was cut short'),
        remedy: t('end that one first'),
      });
    }
    const shown = journal.kind === 'whole' ? asAfterJournal(storage, journal.patch) : storage;
    return { storage: shown, findings: [...journalFindings(own, journal.kind), ...recordFindings(fileSystem, own)] };
  } catch (error) {
    storage.close();
    throw error;
  }
}

/** What is left of an operation stands beside the file itself, not beside a link that leads to it. */
function ownPath(fileSystem: FileSystem, path: string): string {
  return fileSystem.facts(path)?.kind === 'link' ? (fileSystem.realPath(path) ?? path) : path;
}

function journalFindings(path: string, kind: ReturnType<typeof readJournal>['kind']): readonly Finding[] {
  switch (kind) {
    case 'none':
      return [];
    case 'unused':
      return [unfinished('note', path, 'journal', t('A save of this image was cut short before it changed anything.'))];
    case 'whole': {
      const message = t('A save of this image was cut short; it is shown as it will be when that is ended.');
      return [unfinished('warning', path, 'journal', message)];
    }
    case 'foreign': {
      const message = t(
        'A save of this image was cut short, and another program has changed the image since; it is shown as it is.',
      );
      return [unfinished('warning', path, 'journal', message)];
    }
  }
}

function recordFindings(fileSystem: FileSystem, path: string): readonly Finding[] {
  const messages: readonly [SideFile, string][] = [
    ['merge', isMerged(fileSystem, path) ? mergedText() : halfMergedText()],
    [
      'swap',
      t(
        'A new file was to take the name of this one, and that was cut short. It is ended by the next operation on it.',
      ),
    ],
  ];
  return messages
    .filter(([kind]) => fileSystem.facts(sidePath(path, kind)) !== null)
    .map(([kind, message]) => unfinished('warning', path, kind, message));
}

function halfMergedText(): string {
  return t(
    'A merge into this image was cut short. The disk is whole as of the layers above; as of this image alone it is neither the old one nor the new one until the merge is run again.',
  );
}

function mergedText(): string {
  return t(
    'A merge into this image is done, but for the removal of the layers that were merged; it is ended when the merge is run again.',
  );
}

/** True where all that is left of a merge is to remove what nobody needs any more. */
function isMerged(fileSystem: FileSystem, path: string): boolean {
  return readRecord(fileSystem, sidePath(path, 'merge')).some((line) => textIn(line, 'phase') === 'tied');
}

function unfinished(severity: Severity, path: string, kind: SideFile, message: string): Finding {
  return {
    id: `unfinished-${kind === 'journal' ? 'save' : kind}`,
    severity,
    path,
    offset: 0,
    length: 0,
    found: sidePath(path, kind),
    expected: t('no such file'),
    windowsError: null,
    message,
  };
}
