import { readCharacters, viewOf, writeCharacters } from './bytes';
import { checksumOf } from './checksum';
import {
  decodeParentLocator,
  decodeUtf16,
  encodeParentLocator,
  encodeUtf16,
  PARENT_LOCATOR_COUNT,
  PARENT_LOCATOR_LENGTH,
  type ParentLocator,
} from './parentLocator';

export const DYNAMIC_HEADER_LENGTH = 1024;
export const DYNAMIC_HEADER_COOKIE = 'cxsparse';
export const DYNAMIC_HEADER_CHECKSUM_OFFSET = 36;
export const HEADER_VERSION = 0x0001_0000;
export const PARENT_ID_OFFSET = 40;
export const PARENT_LOCATORS_OFFSET = 576;

/** A dynamic header field by field; nothing is left out, so that encoding gives the same bytes. */
export interface DynamicHeader {
  /** Not used: all bits 1. */
  readonly dataOffset: bigint;
  /** Bytes from the start of the file to the block allocation table. */
  readonly tableOffset: bigint;
  readonly headerVersion: number;
  readonly maxTableEntries: number;
  /** Bytes of data in a block. */
  readonly blockSize: number;
  readonly checksum: number;
  /** 16 bytes. */
  readonly parentUniqueId: Uint8Array;
  /** Seconds since 2000-01-01 UTC. */
  readonly parentTimeStamp: number;
  readonly reserved: number;
  /** All 256 UTF-16 units of the field, NULs included; see `parentName`. */
  readonly parentUnicodeName: string;
  /** Eight of them, used or not. */
  readonly parentLocators: readonly ParentLocator[];
  /** 256 bytes. */
  readonly reserved2: Uint8Array;
}

/** Reads a dynamic header of 1,024 bytes; null where these bytes are none, judged by length and cookie. The checksum is not looked at. */
export function decodeDynamicHeader(bytes: Uint8Array): DynamicHeader | null {
  if (bytes.length !== DYNAMIC_HEADER_LENGTH || readCharacters(bytes, 0, 8) !== DYNAMIC_HEADER_COOKIE) {
    return null;
  }
  const view = viewOf(bytes);
  return {
    dataOffset: view.getBigUint64(8),
    tableOffset: view.getBigUint64(16),
    headerVersion: view.getUint32(24),
    maxTableEntries: view.getUint32(28),
    blockSize: view.getUint32(32),
    checksum: view.getUint32(DYNAMIC_HEADER_CHECKSUM_OFFSET),
    parentUniqueId: bytes.slice(PARENT_ID_OFFSET, 56),
    parentTimeStamp: view.getUint32(56),
    reserved: view.getUint32(60),
    parentUnicodeName: decodeUtf16(bytes.subarray(64, PARENT_LOCATORS_OFFSET), false),
    parentLocators: Array.from({ length: PARENT_LOCATOR_COUNT }, (_, slot) =>
      decodeParentLocator(bytes, locatorOffset(slot)),
    ),
    reserved2: bytes.slice(768),
  };
}

/** The bytes of a dynamic header, its checksum as it is given; see `withChecksum`. */
export function encodeDynamicHeader(header: DynamicHeader): Uint8Array {
  const bytes = new Uint8Array(DYNAMIC_HEADER_LENGTH);
  const view = viewOf(bytes);
  writeCharacters(bytes, 0, DYNAMIC_HEADER_COOKIE);
  view.setBigUint64(8, header.dataOffset);
  view.setBigUint64(16, header.tableOffset);
  view.setUint32(24, header.headerVersion);
  view.setUint32(28, header.maxTableEntries);
  view.setUint32(32, header.blockSize);
  view.setUint32(DYNAMIC_HEADER_CHECKSUM_OFFSET, header.checksum);
  bytes.set(header.parentUniqueId, PARENT_ID_OFFSET);
  view.setUint32(56, header.parentTimeStamp);
  view.setUint32(60, header.reserved);
  bytes.set(encodeUtf16(header.parentUnicodeName, false), 64);
  for (const [slot, locator] of header.parentLocators.entries()) {
    encodeParentLocator(locator, bytes, locatorOffset(slot));
  }
  bytes.set(header.reserved2, 768);
  return bytes;
}

/**
 * The checksum of a header's 1,024 bytes as if its cookie were right: one whose cookie alone is damaged is known by its checksum.
 */
export function headerChecksum(bytes: Uint8Array): number {
  const whole = Uint8Array.from(bytes);
  writeCharacters(whole, 0, DYNAMIC_HEADER_COOKIE);
  return checksumOf(whole, DYNAMIC_HEADER_CHECKSUM_OFFSET);
}

/** Parent Unicode Name up to its first NUL. */
export function parentName(header: DynamicHeader): string {
  const end = header.parentUnicodeName.indexOf('\0');
  return end < 0 ? header.parentUnicodeName : header.parentUnicodeName.slice(0, end);
}

/** Where a locator's entry stands, in bytes from the start of the header. */
export function locatorOffset(slot: number): number {
  return PARENT_LOCATORS_OFFSET + slot * PARENT_LOCATOR_LENGTH;
}
