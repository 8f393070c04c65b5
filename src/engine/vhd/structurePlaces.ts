import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { BATMAP_HEADER_LENGTH, batmapOffset, decodeBatmap, MAX_BATMAP_LENGTH, type Batmap } from './batmap';
import { TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { quoted } from './creator';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import type { Place } from './findingList';
import type { SparseParts } from './vhdParts';

/** A structure of the file and its name, as a sentence goes on with it: `the footer`. */
export interface NamedPlace extends Place {
  readonly name: string;
  readonly isLocator: boolean;
}

/** Xen's map of whole blocks, as far as its header can be believed. */
export interface FoundBatmap {
  readonly batmap: Batmap;
  /** Of its header, in bytes from the start of the file. */
  readonly offset: number;
  /** Null where it is not in the file, or longer than any. */
  readonly map: Uint8Array | null;
}

/** Finds the batmap behind the table; null for none. */
export function locateBatmap({ storage, fileSize, header, table }: SparseParts): FoundBatmap | null {
  if (header === null || table === null) {
    return null;
  }
  const offset = batmapOffset(table.offset, header.header.maxTableEntries);
  const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
  const isInFile = offset + bytes.length <= fileSize;
  const batmap = isInFile && storage.read(offset, bytes) === bytes.length ? decodeBatmap(bytes) : null;
  return batmap === null ? null : { batmap, offset, map: readMap(storage, fileSize, batmap) };
}

function readMap(storage: Storage, fileSize: number, batmap: Batmap): Uint8Array | null {
  const length = batmap.mapSectorCount * SECTOR_SIZE;
  if (length > MAX_BATMAP_LENGTH || batmap.mapOffset + BigInt(length) > BigInt(fileSize)) {
    return null;
  }
  const map = new Uint8Array(length);
  return storage.read(Number(batmap.mapOffset), map) === length ? map : null;
}

/**
 * Everything in a dynamic or differencing image but its blocks, as far as it lies in the file, by rising offset. Of the table only the entries
 * that the disk needs: some makers claim far more.
 */
export function structurePlaces(parts: SparseParts, batmap: FoundBatmap | null): readonly NamedPlace[] {
  const { footers, header, table, fileSize } = parts;
  const places: NamedPlace[] = [];
  const add = (name: string, offset: number, length: number, isLocator = false): void =>
    void places.push({ name, offset, length, isLocator });
  if (footers.tail !== null) {
    add(t('the footer'), footers.tail.offset, footers.tail.length);
  }
  if (footers.copy !== null) {
    add(t("the footer's copy"), footers.copy.offset, footers.copy.length);
  }
  if (header !== null) {
    add(t('the dynamic header'), header.offset, DYNAMIC_HEADER_LENGTH);
    for (const { platformCode, platformDataOffset, platformDataLength } of header.header.parentLocators) {
      add(t('the parent locator {0}', quoted(platformCode)), Number(platformDataOffset), platformDataLength, true);
    }
  }
  if (table !== null) {
    add(t('the block allocation table'), table.offset, table.table.length * TABLE_ENTRY_LENGTH);
  }
  if (batmap !== null) {
    add(t("the batmap's header"), batmap.offset, BATMAP_HEADER_LENGTH);
    if (batmap.map !== null) {
      add(t('the batmap'), Number(batmap.batmap.mapOffset), batmap.map.length);
    }
  }
  return places
    .filter(({ offset, length }) => length > 0 && offset + length <= fileSize)
    .sort((one, other) => one.offset - other.offset);
}
