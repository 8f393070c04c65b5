import { EngineError } from '../errors';
import { t } from '../l10n';
import { readPadded } from '../storage/storage';
import { BatmapInFile } from './batmapInFile';
import { TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { BlockBitmaps } from './blockBitmaps';
import { BlockPlaces } from './blockPlaces';
import { viewOf, writeCharacters } from './bytes';
import { checksumOf } from './checksum';
import { DYNAMIC_HEADER_COOKIE } from './dynamicHeader';
import { DISK_TYPE, FOOTER_CHECKSUM_OFFSET, FOOTER_LENGTH, NO_DATA_OFFSET } from './footer';
import { GEOMETRY_OFFSET, geometryBytes } from './footerEdit';
import { geometryOf, sectorsOfGeometry } from './geometry';
import { completeHeader, readLocator, writeLocator } from './headerEdit';
import { ImageTrial } from './imageTrial';
import { hasRightChecksum, isFixed, type FoundFooter } from './locateFooter';
import {
  decodeLocatorText,
  encodeLocatorText,
  locatorRoom,
  PARENT_LOCATOR_COUNT,
  readLocatorData,
  UNUSED_LOCATOR_CODE,
  type ParentLocator,
} from './parentLocator';
import { findNode } from './structureNodes';
import { freeRoomAt } from './takenPlaces';
import type { SparseParts, VhdParts } from './vhdParts';

const MAX_TABLE_ENTRIES_OFFSET = 28;

/**
 * See `ImageChanger.makeConsistent`. Only what follows from other fields is changed: checksums; the footer that is no true copy of the sound one; a geometry
 * that is larger than the disk; the header's cookie; Max Table Entries where the table has room for what the disk needs; what a locator says of its
 * data; bits of the batmap.
 */
export function makeConsistent(parts: VhdParts | SparseParts, id: string): readonly string[] {
  const trial = new ImageTrial(parts);
  const { path } = parts;
  const root = findNode(trial.structure, id);
  if (root === null || id.includes('/')) {
    throw new EngineError('out-of-range', {
      what: t('Making {0} of {1} consistent', id, path),
      why: t('the image has no such structure'),
      remedy: t('look at its structure again'),
    });
  }
  return trial.run(
    () => settle(trial, id, root.offset),
    (why) =>
      new EngineError('not-possible', {
        what: t('Making {0} consistent', root.name),
        why,
        remedy: t('repair the image'),
      }),
  );
}

function settle(trial: ImageTrial, id: string, offset: number): void {
  const { parts, storage, structure } = trial;
  if (id === 'footer' || id === 'footer-copy') {
    settleFooters(trial, id);
  } else if (id === 'header') {
    const cookie = new Uint8Array(DYNAMIC_HEADER_COOKIE.length);
    writeCharacters(cookie, 0, DYNAMIC_HEADER_COOKIE);
    storage.write(offset, cookie);
    if ('grid' in parts) {
      settleTableSize(parts, offset);
    }
    completeHeader(storage, offset);
  } else if (id === 'locators') {
    const header = findNode(structure, 'header')?.offset ?? 0;
    for (let slot = 0; slot < PARENT_LOCATOR_COUNT; slot++) {
      const locator = readLocator(storage, header, slot);
      writeLocator(storage, header, slot, settledLocator(trial, locator));
    }
    completeHeader(storage, header);
  } else if (id === 'batmap' && 'grid' in parts) {
    settleBatmap(parts);
  }
}

/** The footer with the right checksum is believed, the one at the end before its copy; where neither is, the one that was asked for. */
function settleFooters({ parts, storage }: ImageTrial, id: string): void {
  const { tail, copy, best } = parts.footers;
  const asked = id === 'footer' ? tail : copy;
  const source = hasRightChecksum(best) ? best : (asked ?? best);
  const bytes = settledFooter(source);
  if (tail !== null) {
    const written = bytes.slice(0, tail.length);
    viewOf(written).setUint32(FOOTER_CHECKSUM_OFFSET, checksumOf(written, FOOTER_CHECKSUM_OFFSET));
    storage.write(tail.offset, written);
  }
  if (!isFixed(source)) {
    storage.write(0, bytes);
  }
}

/** A whole footer, 512 bytes. */
function settledFooter(source: FoundFooter): Uint8Array {
  const bytes = new Uint8Array(FOOTER_LENGTH);
  bytes.set(source.bytes);
  const { currentSize, geometry, diskType } = source.footer;
  const sectorCount = Number(currentSize / 512n);
  const geometrySectors = sectorsOfGeometry(geometry);
  // It rounds down, and makers choose their own; but no geometry is larger than its disk, or nothing.
  if (geometrySectors > sectorCount || (geometrySectors === 0 && sectorCount > 0)) {
    bytes.set(geometryBytes(geometryOf(sectorCount)), GEOMETRY_OFFSET);
  }
  if (diskType === DISK_TYPE.fixed) {
    viewOf(bytes).setBigUint64(16, NO_DATA_OFFSET);
  }
  viewOf(bytes).setUint32(FOOTER_CHECKSUM_OFFSET, checksumOf(bytes, FOOTER_CHECKSUM_OFFSET));
  return bytes;
}

/** Entries that the disk needs and the header does not count, where nothing else stands there; zeros, as padding has them, become absent ones. */
function settleTableSize(parts: SparseParts, headerOffset: number): void {
  const { storage, header, table, grid, virtualSize } = parts;
  const counted = header?.header.maxTableEntries ?? 0;
  if (table === null || counted >= grid.blockCount || virtualSize === 0) {
    return;
  }
  const from = table.offset + counted * TABLE_ENTRY_LENGTH;
  const needed = (grid.blockCount - counted) * TABLE_ENTRY_LENGTH;
  const place = { offset: table.offset, length: roundUpToSector(counted * TABLE_ENTRY_LENGTH) };
  if (freeRoomAt(parts, from, place) < needed) {
    return;
  }
  const entries = readPadded(storage, from, needed);
  const view = viewOf(entries);
  for (let at = 0; at < needed; at += TABLE_ENTRY_LENGTH) {
    if (view.getUint32(at) === 0) {
      view.setUint32(at, 0xffff_ffff);
    }
  }
  storage.write(from, entries);
  const count = new Uint8Array(4);
  viewOf(count).setUint32(0, grid.blockCount);
  storage.write(headerOffset + MAX_TABLE_ENTRIES_OFFSET, count);
}

function roundUpToSector(length: number): number {
  return Math.ceil(length / 512) * 512;
}

/** Length without NULs at the end of a text, room for the data, nothing in what is reserved. */
function settledLocator({ parts, storage }: ImageTrial, locator: ParentLocator): ParentLocator {
  if (locator.platformCode === UNUSED_LOCATOR_CODE) {
    return { ...locator, reserved: 0 };
  }
  const data = readLocatorData(storage, parts.fileSize, locator);
  const text = data === null ? null : decodeLocatorText(locator.platformCode, data);
  const encoded = text === null || text === '' ? null : encodeLocatorText(locator.platformCode, text);
  // Bytes that are no valid text come back as others; they are left as they are.
  const kept = encoded?.every((byte, i) => byte === data?.[i]) === true ? encoded : null;
  const length = kept?.length ?? locator.platformDataLength;
  const needsRoom = data !== null && locatorRoom(locator) < length;
  return {
    ...locator,
    reserved: 0,
    platformDataLength: length,
    platformDataSpace: needsRoom ? Math.max(512, roundUpToSector(length)) : locator.platformDataSpace,
  };
}

/** A block is whole that has a place and all its sectors. What claims it and is not would be read as data. */
function settleBatmap(parts: SparseParts): void {
  const batmap = BatmapInFile.read(parts);
  if (batmap === null) {
    return;
  }
  const places = new BlockPlaces(parts);
  const bitmaps = new BlockBitmaps(parts, batmap);
  for (let block = 0; block < batmap.blockCount; block++) {
    if (batmap.isWhole(block)) {
      const place = block < parts.grid.blockCount ? places.bitmapOffset(block) : -1;
      bitmaps.retell(block, place < 0 ? null : place);
    }
  }
  bitmaps.save();
}
