import { EngineError } from '../errors';
import { t } from '../l10n';
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
import type { FoundHeader } from '../vhd/locateHeader';
import { LocatorRoom } from '../vhd/locatorRoom';
import { UNUSED_LOCATOR, UNUSED_LOCATOR_CODE, type ParentLocator } from '../vhd/parentLocator';
import { timestampOfDate } from '../vhd/timestamp';
import { readParts, type SparseParts } from '../vhd/vhdParts';
import { locatorData, nameField } from './newLeaf';
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
        what: t('Changing the parent of {0}', path),
        why: t('it has none'),
        remedy: t('choose a differencing image'),
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
  readonly #room: LocatorRoom;
  readonly #header: DynamicHeader;

  constructor(file: OverlayStorage, parts: SparseParts, header: DynamicHeader) {
    this.#room = new LocatorRoom(file, parts);
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
      return this.#room.inPlace(old, bytes) ?? this.#room.atEnd(code, bytes);
    });
    for (const code of ['W2ru', 'W2ku'] as const) {
      const slot = locators.findIndex(({ platformCode }) => platformCode === UNUSED_LOCATOR_CODE);
      const bytes = data[code];
      if (!done.has(code) && bytes !== null && slot !== -1) {
        locators[slot] = this.#room.atEnd(code, bytes);
      }
    }
    return locators;
  }
}
