import { EngineError } from '../errors';
import { t } from '../l10n';
import { sameBytes } from './sameBytes';
import type { Storage } from './storage';

/**
 * Bytes of a file, and what stands there instead. Both sides have the same length, but for what lies past the file's end on one
 * of them: that is missing there.
 */
export interface PatchChange {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** Bytes that are written at a time. */
const WRITE_LENGTH = 4 * 1024 * 1024;

/** So many bytes that are alike, between others, take less as a part of one change than two changes would. */
const MOST_ALIKE = 32;

/** A change of a file as a value: forwards it is saving or redo, backwards undo. */
export interface Patch {
  /** Length of the file in bytes. */
  readonly lengthBefore: number;
  readonly lengthAfter: number;
  /** By rising offset; none touches the next, and each begins and ends with a byte that differs. Zeros past an end are left out: growing makes them. */
  readonly changes: readonly PatchChange[];
}

/**
 * What differs between two states of the bytes from `offset` on. The shorter one ends where the file does; past its end a zero is no difference, since
 * a file that grows reads as zero there.
 */
export function differencesAt(offset: number, before: Uint8Array, after: Uint8Array): PatchChange[] {
  const changes: PatchChange[] = [];
  if (sameBytes(before, after)) {
    return changes;
  }
  const end = Math.max(before.length, after.length);
  const [old, now] = [padded(before, end), padded(after, end)];
  for (let from = 0; from < end; from++) {
    if (old[from] === now[from]) {
      continue;
    }
    // Behind the last byte that differs; a few that do not are taken along.
    let to = from + 1;
    for (let at = to; at < end && at - to < MOST_ALIKE; at++) {
      if (old[at] !== now[at]) {
        to = at + 1;
      }
    }
    changes.push({ offset: offset + from, before: before.slice(from, to), after: after.slice(from, to) });
    from = to;
  }
  return changes;
}

/** Reading past the end of an array costs many times as much as a copy. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length === length) {
    return bytes;
  }
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

/** Makes one of changes that touch; they come by rising offset. */
export function joinChanges(changes: readonly PatchChange[]): PatchChange[] {
  const joined: PatchChange[] = [];
  for (let first = 0; first < changes.length;) {
    let next = first + 1;
    while (next < changes.length && endOf(changes[next - 1]) === changes[next]?.offset) {
      next++;
    }
    joined.push(joinRun(changes.slice(first, next)));
    first = next;
  }
  return joined;
}

function endOf(change: PatchChange | undefined): number {
  return change === undefined ? NaN : change.offset + Math.max(change.before.length, change.after.length);
}

/** At least one change; each touches the next. */
function joinRun(run: readonly PatchChange[]): PatchChange {
  const [first] = run;
  if (first === undefined) {
    throw new RangeError('Nothing to join');
  }
  if (run.length === 1) {
    return first;
  }
  return {
    offset: first.offset,
    before: joinBytes(run.map(({ before }) => before)),
    after: joinBytes(run.map(({ after }) => after)),
  };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same change backwards. */
export function reversePatch(patch: Patch): Patch {
  return {
    lengthBefore: patch.lengthAfter,
    lengthAfter: patch.lengthBefore,
    changes: patch.changes.map(({ offset, before, after }) => ({ offset, before: after, after: before })),
  };
}

/** Writes what the patch changes, whatever stands there; a longer file grows before anything else is touched. Not atomic. */
export function writePatch(storage: Storage, patch: Patch): void {
  for (const steps = writePatchSteps(storage, patch); steps.next().done !== true;);
}

/** How far the writing of a patch is. */
export interface WriteStep {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly what: string;
}

/** Writes likewise, and yields each time when so many bytes have been written. */
export function* writePatchSteps(storage: Storage, patch: Patch): Generator<WriteStep, void, void> {
  const totalBytes = patch.changes.reduce((sum, { after }) => sum + after.length, 0);
  let [doneBytes, told] = [0, 0];
  if (patch.lengthAfter > storage.size()) {
    storage.truncate(patch.lengthAfter);
  }
  for (const { offset, after } of patch.changes) {
    for (let at = 0; at < after.length; at += WRITE_LENGTH) {
      storage.write(offset + at, after.subarray(at, at + WRITE_LENGTH));
      doneBytes += Math.min(WRITE_LENGTH, after.length - at);
      if (doneBytes - told >= WRITE_LENGTH) {
        told = doneBytes;
        yield { doneBytes, totalBytes, what: t('Saving') };
      }
    }
  }
  if (patch.lengthAfter < storage.size()) {
    storage.truncate(patch.lengthAfter);
  }
}

/** Throws EngineError `file-changed` where the file is not the one that the patch was made for. */
export function checkPatchFits(storage: Storage, patch: Patch, path: string): void {
  const same = storage.size() === patch.lengthBefore && patch.changes.every((change) => standsThere(storage, change));
  if (!same) {
    throw new EngineError('file-changed', {
      what: t('Changing {0}', path),
      why: t('another program has changed it in the meantime'),
      remedy: t('look at it again, then try again'),
    });
  }
}

/** True where all that the patch changes stands in the file already. */
export function isApplied(storage: Storage, patch: Patch): boolean {
  return (
    storage.size() === patch.lengthAfter && reversePatch(patch).changes.every((change) => standsThere(storage, change))
  );
}

function standsThere(storage: Storage, { offset, before }: PatchChange): boolean {
  const found = new Uint8Array(before.length);
  const count = storage.read(offset, found);
  return count === before.length && sameBytes(found, before);
}

/**
 * True where the file is somewhere between the patch's two sides: what a save leaves that was cut short. Every byte is the one
 * before or the one after; of those past the old end nothing is asked, since a file may grow before its bytes arrive.
 */
export function isBetween(storage: Storage, patch: Patch): boolean {
  const size = storage.size();
  const shorter = Math.min(patch.lengthBefore, patch.lengthAfter);
  const longer = Math.max(patch.lengthBefore, patch.lengthAfter);
  return (
    size >= shorter && size <= longer && patch.changes.every((change) => isEither(storage, change, shorter, longer))
  );
}

function isEither(storage: Storage, change: PatchChange, shorter: number, longer: number): boolean {
  const { offset, before, after } = change;
  if (offset + Math.max(before.length, after.length) > longer) {
    return false;
  }
  const found = new Uint8Array(Math.max(0, Math.min(before.length, after.length, shorter - offset)));
  storage.read(offset, found);
  const { length } = found;
  if (sameBytes(found, before.subarray(0, length)) || sameBytes(found, after.subarray(0, length))) {
    return true;
  }
  for (let at = 0; at < length; at++) {
    if (found[at] !== before[at] && found[at] !== after[at]) {
      return false;
    }
  }
  return true;
}
