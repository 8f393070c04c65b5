import { readPadded, type Storage } from '../storage/storage';
import { viewOf } from './bytes';
import { DYNAMIC_HEADER_CHECKSUM_OFFSET, DYNAMIC_HEADER_LENGTH, headerChecksum, locatorOffset } from './dynamicHeader';
import { LocatorRoom } from './locatorRoom';
import {
  decodeLocatorText,
  decodeParentLocator,
  encodeLocatorText,
  encodeParentLocator,
  MAX_LOCATOR_DATA_LENGTH,
  PARENT_LOCATOR_COUNT,
  PARENT_LOCATOR_LENGTH,
  type ParentLocator,
} from './parentLocator';
import { endOfContent } from './takenPlaces';
import type { SparseParts } from './vhdParts';

/** Puts the checksum of the header right that stands at `offset`, as if its cookie were. */
export function completeHeader(storage: Storage, offset: number): void {
  const bytes = readPadded(storage, offset, DYNAMIC_HEADER_LENGTH);
  viewOf(bytes).setUint32(DYNAMIC_HEADER_CHECKSUM_OFFSET, headerChecksum(bytes));
  storage.write(offset, bytes);
}

/** The entry of a parent locator in the header at `headerOffset`. */
export function readLocator(storage: Storage, headerOffset: number, slot: number): ParentLocator {
  const bytes = readPadded(storage, headerOffset + locatorOffset(slot), PARENT_LOCATOR_LENGTH);
  return decodeParentLocator(bytes, 0);
}

export function writeLocator(storage: Storage, headerOffset: number, slot: number, locator: ParentLocator): void {
  const bytes = new Uint8Array(PARENT_LOCATOR_LENGTH);
  encodeParentLocator(locator, bytes, 0);
  storage.write(headerOffset + locatorOffset(slot), bytes);
}

/**
 * The bytes of a path in an entry; null where its platform code cannot hold it: no text, a NUL at its end, a character beyond U+00FF in
 * ANSI, an unpaired surrogate in UTF-8, or more bytes than are read.
 */
export function pathBytes(platformCode: string, text: string): Uint8Array | null {
  const bytes = text === '' ? null : encodeLocatorText(platformCode, text);
  const isKept = bytes !== null && decodeLocatorText(platformCode, bytes) === text;
  return isKept && bytes.length <= MAX_LOCATOR_DATA_LENGTH ? bytes : null;
}

/** The platform code for a path that has none yet: that of a file URL, of an absolute path of Windows, or of a relative one. */
export function codeOfPath(path: string): string {
  if (/^file:/i.test(path)) {
    return 'MacX';
  }
  return /^(?:[a-z]:[\\/]|\\\\)/i.test(path) ? 'W2ku' : 'W2ru';
}

/** A path as an entry has it. */
export interface WrittenPath {
  readonly platformCode: string;
  readonly bytes: Uint8Array;
}

/** Why a path could not be written; null where it was. */
export type PathFault = 'room' | 'end' | null;

/**
 * Writes a path over the one of an entry, whose length follows. One that outgrows its room, or whose room another entry claims too, gets a new
 * place before the footer, which moves. `alone`: neither length nor place is changed, so it must fit there; NULs fill it up.
 */
export function changePath(
  parts: SparseParts,
  headerOffset: number,
  slot: number,
  { platformCode, bytes }: WrittenPath,
  alone: boolean,
): PathFault {
  const { storage } = parts;
  const old = readLocator(storage, headerOffset, slot);
  if (alone) {
    if (bytes.length > old.platformDataLength) {
      return 'room';
    }
    const filled = new Uint8Array(old.platformDataLength);
    filled.set(bytes);
    storage.write(Number(old.platformDataOffset), filled);
    return null;
  }
  const room = new LocatorRoom(storage, parts);
  const hasPlace = old.platformDataLength > 0 && !isShared(storage, headerOffset, slot, old);
  const inPlace = hasPlace ? room.inPlace(old, bytes) : null;
  if (inPlace === null && endOfContent(parts) > (parts.footers.tail?.offset ?? parts.fileSize)) {
    return 'end';
  }
  const moved = inPlace ?? { ...room.atEnd(platformCode, bytes), reserved: old.reserved };
  writeLocator(storage, headerOffset, slot, moved);
  return null;
}

function isShared(storage: Storage, headerOffset: number, slot: number, own: ParentLocator): boolean {
  const [from, to] = [own.platformDataOffset, own.platformDataOffset + BigInt(own.platformDataLength)];
  return Array.from({ length: PARENT_LOCATOR_COUNT }, (_, other) => readLocator(storage, headerOffset, other)).some(
    ({ platformDataOffset, platformDataLength }, other) =>
      other !== slot &&
      platformDataLength > 0 &&
      platformDataOffset < to &&
      from < platformDataOffset + BigInt(platformDataLength),
  );
}
