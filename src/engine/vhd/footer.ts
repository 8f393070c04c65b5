import { readCharacters, viewOf, writeCharacters } from './bytes';
import type { Geometry } from './geometry';

export const FOOTER_LENGTH = 512;
/** Virtual PC before 2004 left the last byte out (FORMAT 1.1). */
export const SHORT_FOOTER_LENGTH = 511;
export const DATA_OFFSET_OFFSET = 16;
export const FOOTER_CHECKSUM_OFFSET = 64;
/** Version 1.0: the upper half changes when older readers must not go on. */
export const FORMAT_VERSION = 0x0001_0000;
/** Data Offset of a fixed image. */
export const NO_DATA_OFFSET = 0xffff_ffff_ffff_ffffn;

/** Disk Type; 0 is none, 1, 5 and 6 are reserved (deprecated). */
export const DISK_TYPE = { fixed: 2, dynamic: 3, differencing: 4 } as const;

/** `v_poison` is Xen's: an operation on the image was begun and not finished (FORMAT 1.1). */
export type FooterCookie = 'conectix' | 'v_poison';

/** A footer field by field, in the specification's words; nothing is left out, so that encoding gives the same bytes. */
export interface Footer {
  readonly cookie: FooterCookie;
  readonly features: number;
  readonly fileFormatVersion: number;
  /** Bytes from the start of the file to the dynamic header. */
  readonly dataOffset: bigint;
  /** Seconds since 2000-01-01 UTC. */
  readonly timeStamp: number;
  /** Four characters. */
  readonly creatorApplication: string;
  /** Major version in the upper, minor in the lower 16 bits. */
  readonly creatorVersion: number;
  /** Four characters. */
  readonly creatorHostOs: string;
  /** Bytes of the virtual disk when it was made, and now. */
  readonly originalSize: bigint;
  readonly currentSize: bigint;
  readonly geometry: Geometry;
  readonly diskType: number;
  readonly checksum: number;
  /** 16 bytes, as they stand in the file. */
  readonly uniqueId: Uint8Array;
  readonly savedState: number;
  /** Xen's; the specification reserves it. */
  readonly hidden: number;
  /** 426 bytes, or 425 in a footer of 511 bytes. */
  readonly reserved: Uint8Array;
}

/** Reads a footer of 512 or 511 bytes; null where these bytes are none, judged by length and cookie. The checksum is not looked at. */
export function decodeFooter(bytes: Uint8Array): Footer | null {
  if (bytes.length !== FOOTER_LENGTH && bytes.length !== SHORT_FOOTER_LENGTH) {
    return null;
  }
  const cookie = readCharacters(bytes, 0, 8);
  if (cookie !== 'conectix' && cookie !== 'v_poison') {
    return null;
  }
  const view = viewOf(bytes);
  return {
    cookie,
    features: view.getUint32(8),
    fileFormatVersion: view.getUint32(12),
    dataOffset: view.getBigUint64(16),
    timeStamp: view.getUint32(24),
    creatorApplication: readCharacters(bytes, 28, 4),
    creatorVersion: view.getUint32(32),
    creatorHostOs: readCharacters(bytes, 36, 4),
    originalSize: view.getBigUint64(40),
    currentSize: view.getBigUint64(48),
    geometry: { cylinders: view.getUint16(56), heads: view.getUint8(58), sectorsPerTrack: view.getUint8(59) },
    diskType: view.getUint32(60),
    checksum: view.getUint32(FOOTER_CHECKSUM_OFFSET),
    uniqueId: bytes.slice(68, 84),
    savedState: view.getUint8(84),
    hidden: view.getUint8(85),
    reserved: bytes.slice(86),
  };
}

/** The bytes of a footer, its checksum as it is given; see `withChecksum`. */
export function encodeFooter(footer: Footer): Uint8Array {
  const bytes = new Uint8Array(86 + footer.reserved.length);
  const view = viewOf(bytes);
  writeCharacters(bytes, 0, footer.cookie);
  view.setUint32(8, footer.features);
  view.setUint32(12, footer.fileFormatVersion);
  view.setBigUint64(16, footer.dataOffset);
  view.setUint32(24, footer.timeStamp);
  writeCharacters(bytes, 28, footer.creatorApplication);
  view.setUint32(32, footer.creatorVersion);
  writeCharacters(bytes, 36, footer.creatorHostOs);
  view.setBigUint64(40, footer.originalSize);
  view.setBigUint64(48, footer.currentSize);
  view.setUint16(56, footer.geometry.cylinders);
  view.setUint8(58, footer.geometry.heads);
  view.setUint8(59, footer.geometry.sectorsPerTrack);
  view.setUint32(60, footer.diskType);
  view.setUint32(FOOTER_CHECKSUM_OFFSET, footer.checksum);
  bytes.set(footer.uniqueId, 68);
  view.setUint8(84, footer.savedState);
  view.setUint8(85, footer.hidden);
  bytes.set(footer.reserved, 86);
  return bytes;
}
