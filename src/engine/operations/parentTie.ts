import { EngineError } from '../errors';
import type { FileSystem } from '../storage/fileSystem';
import { OverlayStorage } from '../storage/overlayStorage';
import type { Patch } from '../storage/patch';
import { withChecksum } from '../vhd/checksum';
import { parseDiskId } from '../vhd/diskId';
import {
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  encodeDynamicHeader,
  parentName,
  type DynamicHeader,
} from '../vhd/dynamicHeader';
import { FOOTER_LENGTH } from '../vhd/footer';
import type { FoundHeader } from '../vhd/locateHeader';
import { locatorRoom, UNUSED_LOCATOR, UNUSED_LOCATOR_CODE, type ParentLocator } from '../vhd/parentLocator';
import { freeRoomAt, type TakenPlace } from '../vhd/takenPlaces';
import { timestampOfDate } from '../vhd/timestamp';
import { readParts, type SparseParts } from '../vhd/vhdParts';
import { locator, locatorData, nameField } from './newLeaf';
import { parentPathTexts, type ParentPathTexts } from './parentPath';

/** An image that another is to stand on. */
export interface NewParent {
  /** Absolute. */
  readonly path: string;
  /** As `Image.id`. */
  readonly id: string;
  /** When its file was changed last: milliseconds since 1970. */
  readonly modified: number;
}

/** Codes whose data we write; of the others only blobs of old Macintoshes and deprecated ANSI paths are known, which would lead astray. */
const WRITTEN_CODES = ['W2ru', 'W2ku', 'MacX'] as const;
const DROPPED_CODES = ['Wi2r', 'Wi2k', 'Mac '];

type WrittenCode = (typeof WRITTEN_CODES)[number];

/** Room for a path that gets a new place, in whole units of so many bytes. */
const ROOM_UNIT = 512;

/**
 * The patch that ties a child to another parent: id, time stamp, name, paths, checksum. A path that does not fit where the old one stands gets a
 * place before the footer, which moves. A time stamp of 0, as Windows 10 writes it, stays. Throws EngineError where the child cannot be
 * opened or is no differencing image.
 */
export function tiePatch(fileSystem: FileSystem, childPath: string, parent: NewParent): Patch {
  return patchOf(fileSystem, childPath, (file, parts, found) => {
    const texts = parentPathTexts(fileSystem, childPath, parent.path);
    const id = parseDiskId(parent.id);
    if (id === null) {
      throw new RangeError(`No id: ${parent.id}`);
    }
    writeHeader(file, found, {
      ...found.header,
      parentUniqueId: id,
      parentTimeStamp: stampOf(found.header, parent.modified),
      parentUnicodeName: nameField(nameOf(found.header, texts)),
      parentLocators: new LocatorWriter(file, parts, found.header).write(texts),
    });
  });
}

/** The patch that gives a child the time at which its parent's file was changed last; milliseconds since 1970. */
export function stampPatch(fileSystem: FileSystem, childPath: string, modified: number): Patch {
  return patchOf(fileSystem, childPath, (file, _parts, found) => {
    writeHeader(file, found, { ...found.header, parentTimeStamp: stampOf(found.header, modified) });
  });
}

/** True where a child names the time of its parent's file, and names it right. */
export function hasStamp(fileSystem: FileSystem, childPath: string, modified: number): boolean {
  const file = fileSystem.open(childPath, 'read');
  try {
    const stamp = readParts(file, childPath).header?.header.parentTimeStamp ?? 0;
    return stamp !== 0 && stamp === timestampOfDate(new Date(modified));
  } finally {
    file.close();
  }
}

function patchOf(
  fileSystem: FileSystem,
  path: string,
  change: (file: OverlayStorage, parts: SparseParts, header: FoundHeader) => void,
): Patch {
  const file = new OverlayStorage(fileSystem.open(path, 'read'));
  try {
    const parts = readParts(file, path);
    if (!('grid' in parts) || parts.header === null || parts.parent === null) {
      const words = {
        what: `Changing the parent of ${path}`,
        why: 'it has none',
        remedy: 'choose a differencing image',
      };
      throw new EngineError('not-possible', words);
    }
    const { header } = parts;
    return file.transaction(() => change(file, parts, header));
  } finally {
    file.close();
  }
}

function writeHeader(file: OverlayStorage, { offset }: FoundHeader, header: DynamicHeader): void {
  file.write(offset, withChecksum(encodeDynamicHeader(header), DYNAMIC_HEADER_CHECKSUM_OFFSET));
}

function stampOf({ parentTimeStamp }: DynamicHeader, modified: number): number {
  return parentTimeStamp === 0 ? 0 : timestampOfDate(new Date(modified));
}

/** A name that was a full path, as Hyper-V writes it, stays one where it can. */
function nameOf(header: DynamicHeader, texts: ParentPathTexts): string {
  const wasPath = parentName(header).includes('\\');
  const fits = texts.absolute.length < nameField('').length;
  return wasPath && fits && texts.absolute.includes('\\') ? texts.absolute : texts.name;
}

/** Puts the paths of a new parent into the locators of a child. */
class LocatorWriter {
  readonly #file: OverlayStorage;
  readonly #parts: SparseParts;
  readonly #header: DynamicHeader;
  /** Where paths have been written in place: two entries may claim the same room. */
  readonly #written: TakenPlace[] = [];
  /** Where the footer has come to stand, in bytes; null while it has not moved. */
  #footerOffset: number | null = null;

  constructor(file: OverlayStorage, parts: SparseParts, header: DynamicHeader) {
    this.#file = file;
    this.#parts = parts;
    this.#header = header;
  }

  /** Writes the paths and returns the eight entries that name them. Codes that we do not know are left alone. */
  write(texts: ParentPathTexts): readonly ParentLocator[] {
    const data: Record<WrittenCode, Uint8Array | null> = {
      W2ru: texts.relative === null ? null : locatorData('W2ru', texts.relative),
      W2ku: locatorData('W2ku', texts.absolute),
      MacX: locatorData('MacX', texts.url),
    };
    const done = new Set<string>();
    const locators = this.#header.parentLocators.map((old) => {
      const code = WRITTEN_CODES.find((each) => each === old.platformCode);
      if (code === undefined) {
        return DROPPED_CODES.includes(old.platformCode) ? UNUSED_LOCATOR : old;
      }
      const bytes = data[code];
      if (bytes === null || done.has(code)) {
        return UNUSED_LOCATOR;
      }
      done.add(code);
      return this.#inPlace(old, bytes) ?? this.#atEnd(code, bytes);
    });
    for (const code of ['W2ru', 'W2ku'] as const) {
      const slot = locators.findIndex(({ platformCode }) => platformCode === UNUSED_LOCATOR_CODE);
      const bytes = data[code];
      if (!done.has(code) && bytes !== null && slot !== -1) {
        locators[slot] = this.#atEnd(code, bytes);
      }
    }
    return locators;
  }

  /** Over the old path, as far as its room really goes; null where the new one does not fit. */
  #inPlace(old: ParentLocator, bytes: Uint8Array): ParentLocator | null {
    const offset = Number(old.platformDataOffset);
    const place = { offset, length: old.platformDataLength };
    const room = Math.min(freeRoomAt(this.#parts, offset, place), Math.max(locatorRoom(old), place.length));
    const isShared = this.#written.some(
      (each) => each.offset < offset + bytes.length && offset < each.offset + each.length,
    );
    if (bytes.length > room || isShared) {
      return null;
    }
    this.#written.push({ offset, length: bytes.length });
    const cleared = new Uint8Array(Math.min(room, Math.max(bytes.length, place.length)));
    cleared.set(bytes);
    this.#file.write(offset, cleared);
    return { ...old, platformDataLength: bytes.length };
  }

  /** Where the footer stands; it moves behind, and the length of the file stays the multiple that it was. */
  #atEnd(code: WrittenCode, bytes: Uint8Array): ParentLocator {
    const footer = this.#parts.footers.best.bytes;
    const size = this.#file.size();
    const unit = size % 4096 === 0 ? 4096 : FOOTER_LENGTH;
    // Padding behind the footer and a footer of 511 bytes are left behind: the copy at the new end is whole.
    const offset = roundUp(this.#tailOffset(), ROOM_UNIT);
    const room = roundUp(bytes.length, ROOM_UNIT);
    const end = Math.max(size, roundUp(offset + room + FOOTER_LENGTH, unit));
    const stretch = new Uint8Array(end - offset);
    stretch.set(bytes);
    stretch.set(footer, stretch.length - FOOTER_LENGTH);
    this.#file.write(offset, stretch);
    this.#footerOffset = end - FOOTER_LENGTH;
    return locator(code, bytes, offset, room);
  }

  #tailOffset(): number {
    return this.#footerOffset ?? this.#parts.footers.tail?.offset ?? this.#file.size();
  }
}

function roundUp(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}
