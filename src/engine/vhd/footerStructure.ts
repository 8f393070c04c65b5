import { t } from '../l10n';
import { sameBytes } from '../storage/sameBytes';
import { readCharacters, viewOf } from './bytes';
import { creatorOf, quoted, versionText } from './creator';
import { formatDiskId } from './diskId';
import { anyCode, ID, TIME, U16, U32, U64, U8, VERSION } from './editKinds';
import { flagsText, grouped, hexBytes, reservedText, sizeText, timeText } from './fieldText';
import { hex32, hexOffset } from './findingList';
import { decodeFooter, DISK_TYPE, NO_DATA_OFFSET, type FooterCookie } from './footer';
import { geometryOf, sectorsOfGeometry } from './geometry';
import type { FoundFooter } from './locateFooter';
import type { Sketch } from './structureTree';

function featureNames(): readonly string[] {
  return [t('temporary'), t('reserved')];
}

/** Without one of these it is no footer. */
const COOKIES: readonly FooterCookie[] = ['conectix', 'v_poison'];

/**
 * A footer with its fields. For the copy at the head `original` is the footer at the end: a field that differs from it has the other's
 * value as the expected one. `headerOffset`: where the dynamic header was found; null for none.
 */
export function sketchFooter(
  found: FoundFooter,
  key: string,
  name: string,
  { original, headerOffset }: { readonly original: FoundFooter | null; readonly headerOffset: number | null },
): Sketch {
  const fields = fieldsOf(found, headerOffset);
  const originals = original === null ? [] : fieldsOf(original, headerOffset);
  return {
    key,
    name,
    offset: found.offset,
    length: found.length,
    below: fields.map((field, i) => withExpected(field, found, originals[i], original)),
  };
}

function withExpected(
  field: Sketch,
  found: FoundFooter,
  wanted: Sketch | undefined,
  original: FoundFooter | null,
): Sketch {
  const isTold = (field.expected ?? null) !== null;
  if (wanted === undefined || original === null || isTold) {
    return field;
  }
  return sameBytes(bytesOf(field, found), bytesOf(wanted, original))
    ? field
    : { ...field, expected: wanted.value ?? null };
}

function bytesOf(field: Sketch, found: FoundFooter): Uint8Array {
  const from = field.offset - found.offset;
  // The reserved bytes of a footer of 511 bytes are one fewer.
  return found.bytes.subarray(from, Math.min(from + field.length, 511));
}

function fieldsOf(found: FoundFooter, headerOffset: number | null): Sketch[] {
  const { bytes, offset, expectedChecksum } = found;
  const view = viewOf(bytes);
  const at = (key: string, name: string, from: number, length: number): Sketch => ({
    key,
    name,
    offset: offset + from,
    length,
  });
  const footer = decodeFooter(bytes);
  const creator = footer === null ? null : creatorOf(footer);
  const cookie = readCharacters(bytes, 0, 8);
  const dataOffset = view.getBigUint64(16);
  const checksum = view.getUint32(64);
  const diskType = view.getUint32(60);
  return [
    {
      ...at('cookie', 'Cookie', 0, 8),
      value: cookie,
      hint: cookie === 'v_poison' ? t('Xen did not finish an operation') : null,
      expected: cookie === 'conectix' ? null : 'conectix',
      editableAs: { kind: 'code', length: 8, among: COOKIES, empty: null },
    },
    {
      ...at('features', 'Features', 8, 4),
      value: hex32(view.getUint32(8)),
      hint: flagsText(view.getUint32(8), featureNames()),
      editableAs: { kind: 'flags', names: featureNames() },
    },
    { ...at('version', 'File Format Version', 12, 4), value: versionText(view.getUint32(12)), editableAs: VERSION },
    {
      ...at('dataOffset', 'Data Offset', 16, 8),
      value: hexOffset(dataOffset),
      hint: dataOffset === NO_DATA_OFFSET ? t('no dynamic header') : null,
      expected: headerOffset === null || BigInt(headerOffset) === dataOffset ? null : hexOffset(headerOffset),
      editableAs: U64,
    },
    { ...at('timeStamp', 'Time Stamp', 24, 4), value: timeText(view.getUint32(24)), editableAs: TIME },
    {
      ...at('creatorApplication', 'Creator Application', 28, 4),
      value: quoted(readCharacters(bytes, 28, 4)),
      hint: creator?.application ?? null,
      editableAs: anyCode(4),
    },
    { ...at('creatorVersion', 'Creator Version', 32, 4), value: versionText(view.getUint32(32)), editableAs: VERSION },
    {
      ...at('creatorHostOs', 'Creator Host OS', 36, 4),
      value: quoted(readCharacters(bytes, 36, 4)),
      hint: creator?.hostOs ?? null,
      editableAs: anyCode(4),
    },
    sizeField(at('originalSize', 'Original Size', 40, 8), view.getBigUint64(40)),
    sizeField(at('currentSize', 'Current Size', 48, 8), view.getBigUint64(48)),
    geometryField(at, view),
    {
      ...at('diskType', 'Disk Type', 60, 4),
      value: String(diskType),
      hint: diskTypeText(diskType),
      editableAs: {
        kind: 'choice',
        choices: Object.values(DISK_TYPE).map((value) => ({ value, name: diskTypeText(value) })),
      },
    },
    {
      ...at('checksum', 'Checksum', 64, 4),
      value: hex32(checksum),
      expected: checksum === expectedChecksum ? null : hex32(expectedChecksum),
      editableAs: U32,
    },
    { ...at('uniqueId', 'Unique Id', 68, 16), value: formatDiskId(bytes.subarray(68, 84)), editableAs: ID },
    {
      ...at('savedState', 'Saved State', 84, 1),
      value: String(view.getUint8(84)),
      hint: view.getUint8(84) === 0 ? null : t('a virtual machine was saved with this disk'),
      editableAs: U8,
    },
    {
      ...at('hidden', 'Hidden', 85, 1),
      value: String(view.getUint8(85)),
      hint: view.getUint8(85) === 0 ? t('used by Xen only') : t('hidden by Xen'),
      editableAs: U8,
    },
    {
      ...at('reserved', 'Reserved', 86, bytes.length - 86),
      value: reservedText(bytes.subarray(86)),
      editableAs: { kind: 'bytes', length: bytes.length - 86 },
      editText: hexBytes(bytes.subarray(86)),
    },
  ];
}

function diskTypeText(type: number): string {
  switch (type) {
    case 0:
      return t('none');
    case DISK_TYPE.fixed:
      return t('fixed');
    case DISK_TYPE.dynamic:
      return t('dynamic');
    case DISK_TYPE.differencing:
      return t('differencing');
    case 1:
    case 5:
    case 6:
      return t('reserved');
    default:
      return t('unknown');
  }
}

function sizeField(field: Sketch, size: bigint): Sketch {
  return { ...field, value: grouped(size), hint: sizeText(size), editableAs: U64 };
}

function geometryField(
  at: (key: string, name: string, from: number, length: number) => Sketch,
  view: DataView,
): Sketch {
  const geometry = { cylinders: view.getUint16(56), heads: view.getUint8(58), sectorsPerTrack: view.getUint8(59) };
  const wanted = geometryOf(Number(view.getBigUint64(48) / 512n));
  const isWanted = sectorsOfGeometry(geometry) === sectorsOfGeometry(wanted);
  return {
    ...at('geometry', 'Disk Geometry', 56, 4),
    value: `${geometry.cylinders} / ${geometry.heads} / ${geometry.sectorsPerTrack}`,
    // Makers choose their own; it says no more than how old systems would address the disk.
    hint: isWanted
      ? null
      : t('by the specification {0} / {1} / {2}', wanted.cylinders, wanted.heads, wanted.sectorsPerTrack),
    editableAs: { kind: 'geometry' },
    below: [
      { ...at('cylinders', 'Cylinder', 56, 2), value: String(geometry.cylinders), editableAs: U16 },
      { ...at('heads', 'Heads', 58, 1), value: String(geometry.heads), editableAs: U8 },
      { ...at('sectorsPerTrack', 'Sectors per track', 59, 1), value: String(geometry.sectorsPerTrack), editableAs: U8 },
    ],
  };
}
