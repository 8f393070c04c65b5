import type { Finding } from '../finding';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { checksumOf } from './checksum';
import { hex32, hexOffset, type FindingList } from './findingList';
import { FOOTER_CHECKSUM_OFFSET, NO_DATA_OFFSET } from './footer';
import { field } from './footerFindings';
import { sectorsOfGeometry } from './geometry';
import { isNullId } from './diskId';
import { isFixed, type FoundFooter, type FoundFooters } from './locateFooter';
import { dateOfTimestamp } from './timestamp';
import { WINDOWS_ERRORS } from './windowsErrors';

/** Clocks differ; vhd-util allows so much too. Milliseconds. */
const CLOCK_SLACK = 1_800_000;

/** 65,535 cylinders, 16 heads, 255 sectors. Bytes. */
const MAX_GEOMETRY_SIZE = 65_535 * 16 * 255 * SECTOR_SIZE;

/** The specification prints it for fixed images; real ones have 64 bits (FORMAT 1.1). */
const NO_DATA_OFFSET_32 = 0xffff_ffffn;

/** Fields of a footer that are compared, with the names of the structure view. The checksum follows from the others. */
const FIELDS: readonly (readonly [name: string, offset: number, length: number])[] = [
  ['Cookie', 0, 8],
  ['Features', 8, 4],
  ['File Format Version', 12, 4],
  ['Data Offset', 16, 8],
  ['Time Stamp', 24, 4],
  ['Creator Application', 28, 4],
  ['Creator Version', 32, 4],
  ['Creator Host OS', 36, 4],
  ['Original Size', 40, 8],
  ['Current Size', 48, 8],
  ['Disk Geometry', 56, 4],
  ['Disk Type', 60, 4],
  ['Checksum', 64, 4],
  ['Unique Id', 68, 16],
  ['Saved State', 84, 1],
  ['Hidden', 85, 1],
  ['Reserved', 86, 426],
];

/** True where the time lies in the future. */
export function isInFuture(stamp: number, now: number): boolean {
  return (dateOfTimestamp(stamp)?.getTime() ?? 0) > now + CLOCK_SLACK;
}

/** What the footer says that opening the image does not look at. */
export function checkFooter(footers: FoundFooters, virtualSize: number, now: number, findings: FindingList): void {
  const { best, tail, copy } = footers;
  checkFields(best, virtualSize, now, findings);
  if (tail !== null && tail.offset % SECTOR_SIZE !== 0) {
    findings.add('warning', 'footer-unaligned', tail, {
      found: t('byte {0}', tail.offset),
      expected: t('a multiple of 512 bytes'),
      message: t('The footer does not begin at a sector of the file.'),
    });
  }
  if (tail !== null && copy !== null && !isFixed(best)) {
    checkCopy(tail, copy, findings);
  }
}

function checkFields(best: FoundFooter, virtualSize: number, now: number, findings: FindingList): void {
  const { footer } = best;
  const { dataOffset } = footer;
  if (isFixed(best) && dataOffset !== NO_DATA_OFFSET && dataOffset !== NO_DATA_OFFSET_32) {
    findings.add('note', 'footer-data-offset', field(best, 16, 8), {
      found: hexOffset(dataOffset),
      expected: hexOffset(NO_DATA_OFFSET),
      message: t('The footer of a fixed image names a dynamic header; there is none.'),
    });
  }
  if (isInFuture(footer.timeStamp, now)) {
    findings.add('note', 'footer-time-future', field(best, 24, 4), {
      found: dateOfTimestamp(footer.timeStamp)?.toISOString() ?? '0',
      expected: t('a time that has been'),
      message: t('The image says that it was made in the future; a clock was wrong.'),
    });
  }
  if (footer.creatorApplication === 'tap\0' && (footer.creatorVersion === 0 || footer.creatorVersion > 0x0001_0003)) {
    findings.add('note', 'creator-version', field(best, 32, 4), {
      found: hex32(footer.creatorVersion),
      expected: t('at most 1.3'),
      message: t("Xen's tools are not known to have had this version."),
    });
  }
  const geometrySize = sectorsOfGeometry(footer.geometry) * SECTOR_SIZE;
  // Makers give the largest geometry to a disk that is to be counted by its size.
  if (geometrySize > virtualSize && geometrySize < MAX_GEOMETRY_SIZE) {
    findings.add(
      'warning',
      'geometry-too-large',
      field(best, 56, 4),
      {
        found: t('{0} bytes', geometrySize),
        expected: t('at most {0} bytes', virtualSize),
        message: t(
          'The geometry is larger than the virtual disk; programs that count by it see sectors that are not there.',
        ),
      },
      WINDOWS_ERRORS.footerCorrupt,
    );
  }
  if (isNullId(footer.uniqueId)) {
    findings.add(
      'warning',
      'id-null',
      field(best, 68, 16),
      {
        found: t('an id of zeros'),
        expected: t('an id'),
        message: t('The image has no id: no differencing image can name it as its parent.'),
      },
      WINDOWS_ERRORS.footerCorrupt,
    );
  }
  if (footer.reserved.some((byte) => byte !== 0)) {
    findings.add('note', 'footer-reserved', field(best, 86, footer.reserved.length), {
      found: t('bytes that are not 0'),
      expected: t('zeros'),
      message: t('Something stands in the bytes of the footer that are reserved.'),
    });
  }
}

/** The two footers field by field. */
function checkCopy(tail: FoundFooter, copy: FoundFooter, findings: FindingList): void {
  for (const [name, offset, length] of FIELDS) {
    const [original, other] = [tail, copy].map(({ bytes }) => bytes.subarray(offset, offset + length)) as [
      Uint8Array,
      Uint8Array,
    ];
    const isSame = original.every((byte, at) => byte === other[at]);
    if (!isSame) {
      findings.add(
        'warning',
        'footer-copy-differs',
        field(copy, offset, length),
        {
          found: bytesText(other),
          expected: bytesText(original),
          message: t('The copy of the footer has another {0} than the footer.', name),
        },
        WINDOWS_ERRORS.footerCorrupt,
      );
    }
  }
}

/** `63 6F 6E 65`, at most 16 of them. */
function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
  return bytes.length > 16 ? `${shown} ...` : shown;
}

/**
 * Findings of opening the image as a check reports them: the copy's differences come field by field instead, and a checksum that Xen 1.1 left behind
 * when it hid the image is common and harmless (FORMAT 1.6).
 */
export function refineOpening(footers: FoundFooters, opening: readonly Finding[]): readonly Finding[] {
  const hiddenLate = new Set(
    [footers.tail, footers.copy]
      .filter((found) => found !== null && wasHiddenLate(found))
      .map((found) => found?.offset),
  );
  return opening
    .filter(({ id }) => id !== 'footer-copy-differs')
    .map((finding) => {
      const isChecksum = finding.id === 'footer-checksum' || finding.id === 'footer-copy-checksum';
      return isChecksum && hiddenLate.has(finding.offset - FOOTER_CHECKSUM_OFFSET)
        ? {
            ...finding,
            severity: 'note' as const,
            message: t('{0} Xen hid the image and left the checksum as it was.', finding.message),
          }
        : finding;
    });
}

/** True where the checksum is right but for the byte that hides the image. */
export function wasHiddenLate({ footer, bytes }: FoundFooter): boolean {
  if (footer.hidden === 0 || footer.creatorApplication !== 'tap\0') {
    return false;
  }
  const shown = Uint8Array.from(bytes);
  shown[85] = 0;
  return checksumOf(shown, FOOTER_CHECKSUM_OFFSET) === footer.checksum;
}
