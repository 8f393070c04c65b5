import { t } from '../l10n';
import { OverlayStorage } from '../storage/overlayStorage';
import { writePatch, type Patch } from '../storage/patch';
import { sameBytes } from '../storage/sameBytes';
import type { Storage } from '../storage/storage';
import type { Backup } from './backupFormat';
import type { UnsavedChange } from './editHistory';

/** Bytes of a change that are written out for people. */
const MAX_SHOWN_BYTES = 4096;
const BYTES_A_LINE = 16;
/** So long may the text be that is made of them. */
const MAX_LINES = 100_000;

/** Edits that were made for another state of the file: nothing of them is applied, and nothing is thrown away. */
export interface KeptEdits {
  readonly backup: Backup;
  /** In what the file differs from theirs, for people. */
  readonly reasons: readonly string[];
}

/**
 * Which changes can still be made in a file, each after those before it that can: every byte that it replaces stands there as it did. One that changes the
 * length of the file needs the file as long as it was. The patches that are returned fit one after the other; null for a change that does not fit.
 */
export function fittingPatches(file: Storage, changes: readonly UnsavedChange[]): readonly (Patch | null)[] {
  const overlay = new OverlayStorage(file);
  return changes.map(({ patch }) => {
    const fitting = fitted(overlay, patch);
    if (fitting !== null) {
      writePatch(overlay, fitting);
    }
    return fitting;
  });
}

function fitted(file: Storage, patch: Patch): Patch | null {
  const size = file.size();
  const keepsLength = patch.lengthBefore === patch.lengthAfter;
  if (!keepsLength && size !== patch.lengthBefore) {
    return null;
  }
  const fits = patch.changes.every(({ offset, before }) => {
    const found = new Uint8Array(before.length);
    return file.read(offset, found) === before.length && sameBytes(found, before);
  });
  return fits ? { ...patch, ...(keepsLength ? { lengthBefore: size, lengthAfter: size } : {}) } : null;
}

/** Changes as a text for people: labels, offsets, bytes before and after. `path` names the file. */
export function describeChanges(path: string, changes: readonly UnsavedChange[], reasons: readonly string[]): string {
  const lines = [t('Unsaved changes of {0}', path), ...reasons, ''];
  for (const { label, patch } of changes) {
    lines.push(label);
    if (patch.lengthBefore !== patch.lengthAfter) {
      lines.push(t('  Length of the file: {0} to {1} bytes', patch.lengthBefore, patch.lengthAfter));
    }
    const sides = [t('before'), t('after')] as const;
    const width = Math.max(...sides.map(({ length }) => length));
    for (const { offset, before, after } of patch.changes) {
      if (lines.length > MAX_LINES) {
        return [...lines, t('... and more')].join('\n');
      }
      lines.push(t('  At {0} (0x{1}):', offset, offset.toString(16)));
      lines.push(...bytesInWords(sides[0].padEnd(width), before), ...bytesInWords(sides[1].padEnd(width), after));
    }
    lines.push('');
  }
  return lines.join('\n');
}

function bytesInWords(side: string, bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) {
    return [`    ${side}  ${t('(past the end of the file)')}`];
  }
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, MAX_SHOWN_BYTES); at += BYTES_A_LINE) {
    const row = Array.from(bytes.subarray(at, at + BYTES_A_LINE), (byte) => byte.toString(16).padStart(2, '0'));
    lines.push(`    ${side}  ${row.join(' ')}`);
  }
  if (bytes.length > MAX_SHOWN_BYTES) {
    lines.push(`    ${side}  ${t('... {0} more bytes', bytes.length - MAX_SHOWN_BYTES)}`);
  }
  return lines;
}
