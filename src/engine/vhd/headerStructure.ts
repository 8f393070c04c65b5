import { t } from '../l10n';
import { readCharacters, viewOf } from './bytes';
import { quoted, versionText } from './creator';
import { formatDiskId } from './diskId';
import {
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  DYNAMIC_HEADER_COOKIE,
  headerChecksum,
  locatorOffset,
  PARENT_LOCATORS_OFFSET,
} from './dynamicHeader';
import { anyCode, ID, TIME, U32, U64, VERSION } from './editKinds';
import { grouped, hexBytes, reservedText, sizeText, timeText } from './fieldText';
import { hex32, hexOffset } from './findingList';
import {
  decodeLocatorText,
  decodeParentLocator,
  decodeUtf16,
  locatorEncoding,
  MAX_LOCATOR_DATA_LENGTH,
  PARENT_LOCATOR_COUNT,
  PARENT_LOCATOR_LENGTH,
  UNUSED_LOCATOR_CODE,
  type ParentLocator,
} from './parentLocator';
import type { Sketch } from './structureTree';

const KNOWN_CODES: readonly string[] = ['W2ru', 'W2ku', 'Wi2r', 'Wi2k', 'Mac ', 'MacX'];

/** What a platform code stands for; null for an unknown one. */
function platformText(code: string): string | null {
  switch (code) {
    case 'W2ru':
      return t('relative path, Windows');
    case 'W2ku':
      return t('absolute path, Windows');
    case 'Wi2r':
      return t('relative path, deprecated');
    case 'Wi2k':
      return t('absolute path, deprecated');
    case 'Mac ':
      return t('Mac OS alias');
    case 'MacX':
      return t('file URL, Mac OS X and Xen');
    default:
      return null;
  }
}

/** What is to be known of the file around a locator's data. */
export interface LocatorData {
  /** The data; null where it is not in the file or too long. */
  read(locator: ParentLocator): Uint8Array | null;

  /** Bytes that are free for it: what the entry claims, up to the next structure. */
  room(locator: ParentLocator): number;
}

/** What is typed for the platform code of an entry that is not used, in every language. */
const NO_CODE = 'none';

/** Characters of a path that are shown beside an entry; the whole of it stands in its data. */
const MAX_HINT_LENGTH = 120;

/** A dynamic header with its fields but the locators; `bytes` are its 1,024 bytes, whatever they hold. */
export function sketchHeader(bytes: Uint8Array, offset: number, neededEntries: number): Sketch {
  const view = viewOf(bytes);
  const at = (key: string, name: string, from: number, length: number): Sketch => ({
    key,
    name,
    offset: offset + from,
    length,
  });
  const cookie = readCharacters(bytes, 0, 8);
  const isSound = cookie === DYNAMIC_HEADER_COOKIE;
  const entries = view.getUint32(28);
  const blockSize = view.getUint32(32);
  const checksum = view.getUint32(DYNAMIC_HEADER_CHECKSUM_OFFSET);
  const expectedChecksum = headerChecksum(bytes);
  const [name] = decodeUtf16(bytes.subarray(64, PARENT_LOCATORS_OFFSET), false).split('\0');
  return {
    ...at('header', 'Dynamic Disk Header', 0, bytes.length),
    below: [
      {
        ...at('cookie', 'Cookie', 0, 8),
        value: isSound ? cookie : quoted(cookie),
        expected: isSound ? null : DYNAMIC_HEADER_COOKIE,
        editableAs: anyCode(8),
      },
      {
        ...at('dataOffset', 'Data Offset', 8, 8),
        value: hexOffset(view.getBigUint64(8)),
        hint: t('not used'),
        editableAs: U64,
      },
      { ...at('tableOffset', 'Table Offset', 16, 8), value: hexOffset(view.getBigUint64(16)), editableAs: U64 },
      { ...at('version', 'Header Version', 24, 4), value: versionText(view.getUint32(24)), editableAs: VERSION },
      {
        ...at('maxTableEntries', 'Max Table Entries', 28, 4),
        value: grouped(entries),
        hint: entries > neededEntries ? t('{0} needed', grouped(neededEntries)) : null,
        expected: entries < neededEntries ? grouped(neededEntries) : null,
        editableAs: U32,
      },
      {
        ...at('blockSize', 'Block Size', 32, 4),
        value: grouped(blockSize),
        hint: sizeText(blockSize),
        expected: blockSize >= 512 && (blockSize & (blockSize - 1)) === 0 ? null : t('a power of two of at least 512'),
        editableAs: U32,
      },
      {
        ...at('checksum', 'Checksum', DYNAMIC_HEADER_CHECKSUM_OFFSET, 4),
        value: hex32(checksum),
        expected: checksum === expectedChecksum ? null : hex32(expectedChecksum),
        editableAs: U32,
      },
      {
        ...at('parentUniqueId', 'Parent Unique ID', 40, 16),
        value: formatDiskId(bytes.subarray(40, 56)),
        editableAs: ID,
      },
      {
        ...at('parentTimeStamp', 'Parent Time Stamp', 56, 4),
        value: timeText(view.getUint32(56)),
        editableAs: TIME,
      },
      reservedField(at('reserved', 'Reserved', 60, 4), bytes.subarray(60, 64)),
      {
        ...at('parentUnicodeName', 'Parent Unicode Name', 64, 512),
        value: name ?? '',
        editableAs: { kind: 'text', maximumLength: 255 },
      },
      reservedField(at('reserved2', 'Reserved', 768, bytes.length - 768), bytes.subarray(768)),
    ],
  };
}

function reservedField(field: Sketch, bytes: Uint8Array): Sketch {
  const editableAs = { kind: 'bytes', length: bytes.length } as const;
  return { ...field, value: reservedText(bytes), editableAs, editText: hexBytes(bytes) };
}

/** The eight locator entries of a dynamic header, each with its data; `headerOffset` in bytes from the start of the file. */
export function sketchLocators(bytes: Uint8Array, headerOffset: number, around: LocatorData): Sketch {
  const below = Array.from({ length: PARENT_LOCATOR_COUNT }, (_, slot) =>
    sketchLocator(bytes, headerOffset, slot, around),
  );
  const used = below.filter((_, slot) => isUsed(decodeParentLocator(bytes, locatorOffset(slot)))).length;
  return {
    key: 'locators',
    name: 'Parent Locators',
    offset: headerOffset + PARENT_LOCATORS_OFFSET,
    length: PARENT_LOCATOR_COUNT * PARENT_LOCATOR_LENGTH,
    hint: t('{0} of {1}', used, PARENT_LOCATOR_COUNT),
    below,
  };
}

function sketchLocator(bytes: Uint8Array, headerOffset: number, slot: number, around: LocatorData): Sketch {
  const locator = decodeParentLocator(bytes, locatorOffset(slot));
  const offset = headerOffset + locatorOffset(slot);
  const code = locator.platformCode;
  const data = isUsed(locator) ? sketchData(locator, around) : null;
  const isEmpty = data === null && locator.platformDataLength === 0;
  const at = (key: string, name: string, from: number, length: number): Sketch => ({
    key,
    name,
    offset: offset + from,
    length,
  });
  const isText = !isUsed(locator) || locatorEncoding(code) !== 'blob';
  return {
    ...at(String(slot), t('Entry {0}', slot + 1), 0, PARENT_LOCATOR_LENGTH),
    value: isUsed(locator) ? locatorTitle(code) : t('not used'),
    hint: isUsed(locator) && isText ? shortened(data?.value ?? null) : null,
    below: [
      {
        ...at('platformCode', 'Platform Code', 0, 4),
        value: isUsed(locator) ? locatorTitle(code) : t('none'),
        editText: isUsed(locator) ? locatorTitle(code) : NO_CODE,
        hint: platformText(code),
        editableAs: anyCode(4, NO_CODE),
      },
      {
        ...at('platformDataSpace', 'Platform Data Space', 4, 4),
        value: grouped(locator.platformDataSpace),
        hint: isUsed(locator) ? (locator.platformDataSpace < 512 ? t('sectors') : t('bytes')) : null,
        editableAs: U32,
      },
      {
        ...at('platformDataLength', 'Platform Data Length', 8, 4),
        value: grouped(locator.platformDataLength),
        hint: t('bytes'),
        editableAs: U32,
      },
      {
        ...at('reserved', 'Reserved', 12, 4),
        value: hex32(locator.reserved),
        expected: locator.reserved === 0 ? null : hex32(0),
        editableAs: U32,
      },
      {
        ...at('platformDataOffset', 'Platform Data Offset', 16, 8),
        value: hexOffset(locator.platformDataOffset),
        expected: isUsed(locator) && locator.platformDataLength > 0 && data === null ? t('a place in the file') : null,
        editableAs: U64,
      },
      ...(data === null ? [] : [data]),
      ...(isEmpty && isText ? [sketchNewPath(at('data', 'Platform Data', PARENT_LOCATOR_LENGTH, 0), code)] : []),
    ],
  };
}

function isUsed({ platformCode }: ParentLocator): boolean {
  return platformCode !== UNUSED_LOCATOR_CODE;
}

function locatorTitle(code: string): string {
  return KNOWN_CODES.includes(code) ? code : quoted(code);
}

function shortened(text: string | null): string | null {
  return text !== null && text.length > MAX_HINT_LENGTH ? `${text.slice(0, MAX_HINT_LENGTH)}…` : text;
}

/** A path that is not there yet: it gets its place, and an unused entry its code, when it is typed. */
function sketchNewPath(place: Sketch, code: string): Sketch {
  const unitLength = code === UNUSED_LOCATOR_CODE || locatorEncoding(code) === 'utf-16le' ? 2 : 1;
  const editableAs = { kind: 'path', maximumLength: Math.floor(MAX_LOCATOR_DATA_LENGTH / unitLength) } as const;
  return { ...place, value: '', hint: t('no path yet'), editableAs };
}

/** What a locator's entry points to, outside the header. */
function sketchData(locator: ParentLocator, around: LocatorData): Sketch | null {
  const data = around.read(locator);
  if (data === null) {
    return null;
  }
  const text = decodeLocatorText(locator.platformCode, data);
  const room = around.room(locator);
  const unitLength = locatorEncoding(locator.platformCode) === 'utf-16le' ? 2 : 1;
  return {
    key: 'data',
    name: 'Platform Data',
    offset: Number(locator.platformDataOffset),
    length: data.length,
    value: text ?? t('{0} bytes', data.length),
    hint: t('room for {0} bytes', grouped(room)),
    editableAs:
      text === null ? null : { kind: 'path', maximumLength: Math.floor(MAX_LOCATOR_DATA_LENGTH / unitLength) },
  };
}
