import type { Storage } from '../storage/storage';
import { readCharacters, viewOf, writeCharacters } from './bytes';
import { decodeUtf8, encodeUtf8 } from './utf8';

export const PARENT_LOCATOR_LENGTH = 24;
export const PARENT_LOCATOR_COUNT = 8;

/**
 * No path is longer than 32,767 UTF-16 units on Windows or 4,096 bytes elsewhere; data beyond it is not read. A bound of ours.
 */
export const MAX_LOCATOR_DATA_LENGTH = 0x1_0000;

/** One of the eight entries in a dynamic header that say where the parent is. */
export interface ParentLocator {
  /** Four characters; four NULs in an unused entry. */
  readonly platformCode: string;
  /** Room for the data: in sectors by the specification, in bytes by most makers (FORMAT 1.4). Never relied on for reading. */
  readonly platformDataSpace: number;
  /** Bytes. */
  readonly platformDataLength: number;
  readonly reserved: number;
  /** Bytes from the start of the file. */
  readonly platformDataOffset: bigint;
}

/** Platform Code of an entry that is not used. */
export const UNUSED_LOCATOR_CODE = '\0\0\0\0';

export const UNUSED_LOCATOR: ParentLocator = {
  platformCode: UNUSED_LOCATOR_CODE,
  platformDataSpace: 0,
  platformDataLength: 0,
  reserved: 0,
  platformDataOffset: 0n,
};

/** Reads one entry of 24 bytes at `offset`. */
export function decodeParentLocator(bytes: Uint8Array, offset: number): ParentLocator {
  const view = viewOf(bytes);
  return {
    platformCode: readCharacters(bytes, offset, 4),
    platformDataSpace: view.getUint32(offset + 4),
    platformDataLength: view.getUint32(offset + 8),
    reserved: view.getUint32(offset + 12),
    platformDataOffset: view.getBigUint64(offset + 16),
  };
}

/** Writes one entry of 24 bytes at `offset`. */
export function encodeParentLocator(locator: ParentLocator, bytes: Uint8Array, offset: number): void {
  const view = viewOf(bytes);
  writeCharacters(bytes, offset, locator.platformCode);
  view.setUint32(offset + 4, locator.platformDataSpace);
  view.setUint32(offset + 8, locator.platformDataLength);
  view.setUint32(offset + 12, locator.reserved);
  view.setBigUint64(offset + 16, locator.platformDataOffset);
}

/** An entry for data at `offset`, with `room` bytes. The room is given in bytes, as all makers but one do and all readers understand (FORMAT 1.4). */
export function newLocator(platformCode: string, data: Uint8Array, offset: number, room: number): ParentLocator {
  return {
    platformCode,
    platformDataSpace: room,
    platformDataLength: data.length,
    reserved: 0,
    platformDataOffset: BigInt(offset),
  };
}

/** Room for an entry's data in bytes, by the rule that tells sectors from bytes: below 512 it counts sectors (FORMAT 1.4). A claim. */
export function locatorRoom(locator: ParentLocator): number {
  const space = locator.platformDataSpace;
  return space < 512 ? space * 512 : space;
}

/** The data of an entry; null where there is none, or where it is not in the file of `fileSize` bytes or longer than any path. */
export function readLocatorData(storage: Storage, fileSize: number, locator: ParentLocator): Uint8Array | null {
  const { platformDataLength: length, platformDataOffset } = locator;
  const isInFile = platformDataOffset + BigInt(length) <= BigInt(fileSize);
  if (!isInFile || length === 0 || length > MAX_LOCATOR_DATA_LENGTH) {
    return null;
  }
  const data = new Uint8Array(length);
  storage.read(Number(platformDataOffset), data);
  return data;
}

/** How the data of a platform's code is to be read. `blob` is not text. */
export type LocatorEncoding = 'utf-16le' | 'ansi' | 'utf-8' | 'blob';

export function locatorEncoding(platformCode: string): LocatorEncoding {
  switch (platformCode) {
    case 'W2ru':
    case 'W2ku':
      return 'utf-16le';
    case 'Wi2r':
    case 'Wi2k':
      return 'ansi';
    case 'MacX':
      return 'utf-8';
    default:
      return 'blob';
  }
}

/**
 * The text of an entry's data, without NULs at its end; null where the code's data is no text. Unpaired surrogates are kept; an odd last
 * byte of UTF-16 is dropped. ANSI is read as Latin-1, since the code page of the maker is not known.
 */
export function decodeLocatorText(platformCode: string, data: Uint8Array): string | null {
  switch (locatorEncoding(platformCode)) {
    case 'utf-16le':
      return withoutTrailingNuls(decodeUtf16(data, true));
    case 'ansi':
      return withoutTrailingNuls(readCharacters(data, 0, data.length));
    case 'utf-8':
      return withoutTrailingNuls(decodeUtf8(data));
    case 'blob':
      return null;
  }
}

/** The data of an entry for a text, without a NUL at its end; null where the code's data is no text. */
export function encodeLocatorText(platformCode: string, text: string): Uint8Array | null {
  switch (locatorEncoding(platformCode)) {
    case 'utf-16le':
      return encodeUtf16(text, true);
    case 'ansi': {
      const bytes = new Uint8Array(text.length);
      writeCharacters(bytes, 0, text);
      return bytes;
    }
    case 'utf-8':
      return encodeUtf8(text);
    case 'blob':
      return null;
  }
}

/** UTF-16 unit by unit, so that unpaired surrogates survive. */
export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = viewOf(bytes);
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(view.getUint16(i, littleEndian));
  return text;
}

export function encodeUtf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = viewOf(bytes);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  }
  return bytes;
}

function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) {
    end--;
  }
  return text.slice(0, end);
}
