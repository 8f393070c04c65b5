import { readCharacters, viewOf, writeCharacters } from './bytes';

export const BATMAP_COOKIE = 'tdbatmap';
/** The header has a sector of its own. */
export const BATMAP_HEADER_LENGTH = 512;
const BATMAP_CHECKSUM_OFFSET = 24;
/** In this version the checksum was summed over signed bytes (FORMAT 1.6). */
const SIGNED_CHECKSUM_VERSION = 0x0001_0001;
/** Bytes of a map that are read and summed: those of MAX_BLOCK_COUNT blocks. */
export const MAX_BATMAP_LENGTH = 2 * 1024 * 1024;

/** The header of Xen's batmap: a map with one bit a block, set where the block is wholly present. */
export interface Batmap {
  /** Bytes from the start of the file to the map. */
  readonly mapOffset: bigint;
  /** Sectors. */
  readonly mapSectorCount: number;
  readonly version: number;
  /** Over the map, not over the header. */
  readonly checksum: number;
  readonly marker: number;
  /** Key hash and what is reserved: 483 bytes. */
  readonly rest: Uint8Array;
}

/** Reads a batmap's header of 512 bytes; null where these bytes are none. */
export function decodeBatmap(bytes: Uint8Array): Batmap | null {
  if (bytes.length !== BATMAP_HEADER_LENGTH || readCharacters(bytes, 0, 8) !== BATMAP_COOKIE) {
    return null;
  }
  const view = viewOf(bytes);
  return {
    mapOffset: view.getBigUint64(8),
    mapSectorCount: view.getUint32(16),
    version: view.getUint32(20),
    checksum: view.getUint32(BATMAP_CHECKSUM_OFFSET),
    marker: view.getUint8(28),
    rest: bytes.slice(29),
  };
}

export function encodeBatmap(batmap: Batmap): Uint8Array {
  const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
  const view = viewOf(bytes);
  writeCharacters(bytes, 0, BATMAP_COOKIE);
  view.setBigUint64(8, batmap.mapOffset);
  view.setUint32(16, batmap.mapSectorCount);
  view.setUint32(20, batmap.version);
  view.setUint32(BATMAP_CHECKSUM_OFFSET, batmap.checksum);
  view.setUint8(28, batmap.marker);
  bytes.set(batmap.rest, 29);
  return bytes;
}

/** The checksum that a header of this version has for a map. */
export function batmapChecksum(map: Uint8Array, version: number): number {
  let sum = 0;
  for (const byte of map) {
    sum += version === SIGNED_CHECKSUM_VERSION && byte > 127 ? byte - 256 : byte;
  }
  return ~sum >>> 0;
}

/** Where the header stands: behind the table, which is padded to whole sectors. Bytes from the start of the file. */
export function batmapOffset(tableOffset: number, maxTableEntries: number): number {
  return tableOffset + Math.ceil((maxTableEntries * 4) / 512) * 512;
}
