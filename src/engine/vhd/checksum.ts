import { viewOf } from './bytes';

/**
 * The checksum of a footer or a dynamic header: the one's complement of the sum of all its bytes, the four bytes of the checksum
 * itself counted as 0. `checksumOffset` in bytes from the start of `structure`.
 */
export function checksumOf(structure: Uint8Array, checksumOffset: number): number {
  let sum = 0;
  for (let i = 0; i < structure.length; i++) {
    if (i < checksumOffset || i >= checksumOffset + 4) {
      sum += structure[i] ?? 0;
    }
  }
  return ~sum >>> 0;
}

/** A copy of a structure with the right checksum in its place. */
export function withChecksum(structure: Uint8Array, checksumOffset: number): Uint8Array {
  const copy = Uint8Array.from(structure);
  viewOf(copy).setUint32(checksumOffset, checksumOf(structure, checksumOffset));
  return copy;
}
