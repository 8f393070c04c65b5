import { readPadded } from '../storage/storage';
import { sameBytes } from '../storage/sameBytes';
import { viewOf } from './bytes';
import { checksumOf } from './checksum';
import { decodeFooter, DISK_TYPE, FOOTER_CHECKSUM_OFFSET, FOOTER_LENGTH, type Footer } from './footer';
import { geometryOf, type Geometry } from './geometry';
import { hasRightChecksum, type FoundFooter } from './locateFooter';
import type { VhdParts } from './vhdParts';

const CURRENT_SIZE_OFFSET = 48;
export const GEOMETRY_OFFSET = 56;

/**
 * Puts bytes into a footer, `offset` bytes from its start. What follows unless `alone`: its checksum; the geometry, where it was the one that
 * the specification gives to the size that is changed; and the other copy of the footer where it is a copy, or sound by itself.
 */
export function changeFooter(
  parts: VhdParts,
  own: FoundFooter,
  offset: number,
  bytes: Uint8Array,
  alone: boolean,
): void {
  const { storage } = parts;
  const changed = Uint8Array.from(own.bytes);
  changed.set(bytes, offset);
  if (alone) {
    storage.write(own.offset, changed);
    return;
  }
  const geometry = offset === CURRENT_SIZE_OFFSET ? followingGeometry(own.footer, changed) : null;
  const complete = (footer: Uint8Array): Uint8Array => {
    if (geometry !== null) {
      footer.set(geometry, GEOMETRY_OFFSET);
    }
    if (offset !== FOOTER_CHECKSUM_OFFSET) {
      viewOf(footer).setUint32(FOOTER_CHECKSUM_OFFSET, checksumOf(footer, FOOTER_CHECKSUM_OFFSET));
    }
    return footer;
  };
  storage.write(own.offset, complete(changed));
  const other = otherCopy(parts, own, changed);
  if (other !== null && (isCopy(own, other) || hasRightChecksum(other))) {
    const copy = Uint8Array.from(other.bytes);
    // The reserved bytes of a footer of 511 bytes are one fewer.
    copy.set(bytes.subarray(0, copy.length - offset), offset);
    storage.write(other.offset, complete(copy));
  }
}

/** True where two footers say the same, one of 511 bytes or not. */
function isCopy(one: FoundFooter, other: FoundFooter): boolean {
  const length = Math.min(one.length, other.length);
  return sameBytes(one.bytes.subarray(0, length), other.bytes.subarray(0, length));
}

/** The bytes of a geometry in a footer. */
export function geometryBytes({ cylinders, heads, sectorsPerTrack }: Geometry): Uint8Array {
  return Uint8Array.of(cylinders >> 8, cylinders & 0xff, heads, sectorsPerTrack);
}

/** The geometry for a new size, where the old one was the specification's. */
function followingGeometry(before: Footer, changed: Uint8Array): Uint8Array | null {
  const old = geometryBytes(geometryOf(sectorsOf(before.currentSize)));
  if (!sameBytes(old, geometryBytes(before.geometry))) {
    return null;
  }
  return geometryBytes(geometryOf(sectorsOf(viewOf(changed).getBigUint64(CURRENT_SIZE_OFFSET))));
}

function sectorsOf(size: bigint): number {
  return Number(size / 512n);
}

/** The other one of an image that has two; what a change of the type makes a copy out of the content of a fixed disk is known by its id. */
function otherCopy({ storage, footers }: VhdParts, own: FoundFooter, changed: Uint8Array): FoundFooter | null {
  const { tail, copy } = footers;
  if (own === copy) {
    return tail;
  }
  const type = viewOf(changed).getUint32(60);
  if (copy !== null || own.offset === 0 || type === DISK_TYPE.fixed) {
    return copy;
  }
  const bytes = readPadded(storage, 0, FOOTER_LENGTH);
  const footer = decodeFooter(bytes);
  const isOurs = footer !== null && sameBytes(footer.uniqueId, own.footer.uniqueId);
  const expectedChecksum = checksumOf(bytes, FOOTER_CHECKSUM_OFFSET);
  return isOurs ? { footer, offset: 0, length: FOOTER_LENGTH, bytes, expectedChecksum } : null;
}
