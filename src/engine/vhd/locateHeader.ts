import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { readCharacters, writeCharacters } from './bytes';
import { checksumOf } from './checksum';
import { versionText } from './creator';
import {
  decodeDynamicHeader,
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  DYNAMIC_HEADER_COOKIE,
  DYNAMIC_HEADER_LENGTH,
  HEADER_VERSION,
  type DynamicHeader,
} from './dynamicHeader';
import { hex32, hexOffset, type FindingList } from './findingList';
import { FOOTER_LENGTH } from './footer';
import { field } from './footerFindings';
import type { FoundFooter } from './locateFooter';
import { searchHeader, type HeaderPlace } from './searchHeader';
import { WINDOWS_ERRORS } from './windowsErrors';

/** The dynamic header found in the file. */
export interface FoundHeader extends HeaderPlace {
  /** What the checksum should be. */
  readonly expectedChecksum: number;
}

/**
 * Finds the dynamic header where the footer says it is, or elsewhere where it is not there, and reports what is wrong with it; null where it cannot be read.
 * `head` holds the first bytes of the file, which mostly have it.
 */
export function locateHeader(
  storage: Storage,
  head: Uint8Array,
  {
    footer,
    fileSize,
    virtualSize,
  }: { readonly footer: FoundFooter; readonly fileSize: number; readonly virtualSize: number },
  findings: FindingList,
): FoundHeader | null {
  const claimed = footer.footer.dataOffset;
  const isPlace = claimed >= BigInt(FOOTER_LENGTH) && claimed + BigInt(DYNAMIC_HEADER_LENGTH) <= BigInt(fileSize);
  const found =
    (isPlace ? headerAt(storage, head, Number(claimed)) : null) ?? searchHeader(storage, fileSize, virtualSize);
  if (found === null) {
    reportLost(footer, isPlace, findings);
    return null;
  }
  const header = { ...found, expectedChecksum: checksumOf(found.bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET) };
  if (BigInt(found.offset) !== claimed) {
    reportElsewhere(footer, found.offset, findings);
  }
  reportHeader(header, findings);
  return header;
}

/** The header at a place; one whose cookie alone is damaged, as the checksum proves, can be used. */
function headerAt(storage: Storage, head: Uint8Array, offset: number): HeaderPlace | null {
  const bytes = bytesAt(storage, head, offset);
  const header = decodeDynamicHeader(bytes) ?? decodeWithoutCookie(bytes);
  return header === null ? null : { header, offset, bytes };
}

function bytesAt(storage: Storage, head: Uint8Array, offset: number): Uint8Array {
  if (offset + DYNAMIC_HEADER_LENGTH <= head.length) {
    return head.slice(offset, offset + DYNAMIC_HEADER_LENGTH);
  }
  const bytes = new Uint8Array(DYNAMIC_HEADER_LENGTH);
  storage.read(offset, bytes);
  return bytes;
}

function decodeWithoutCookie(bytes: Uint8Array): DynamicHeader | null {
  const repaired = Uint8Array.from(bytes);
  writeCharacters(repaired, 0, DYNAMIC_HEADER_COOKIE);
  const header = decodeDynamicHeader(repaired);
  return header?.checksum === checksumOf(repaired, DYNAMIC_HEADER_CHECKSUM_OFFSET) ? header : null;
}

/** There is no header where the footer says, nor elsewhere. */
function reportLost(footer: FoundFooter, isPlace: boolean, findings: FindingList): void {
  const claimed = footer.footer.dataOffset;
  if (isPlace) {
    const message = t('There is no dynamic header where the footer says: no block can be found.');
    reportCookie(Number(claimed), message, findings);
    return;
  }
  findings.add(
    'error',
    'header-outside-file',
    field(footer, 16, 8),
    {
      found: hexOffset(claimed),
      expected: t('a place in the file, behind the copy of the footer'),
      message: t('The dynamic header is said to lie where it cannot be: no block can be found.'),
    },
    WINDOWS_ERRORS.headerCorrupt,
  );
}

function reportElsewhere(footer: FoundFooter, offset: number, findings: FindingList): void {
  findings.add(
    'error',
    'header-elsewhere',
    field(footer, 16, 8),
    {
      found: hexOffset(footer.footer.dataOffset),
      expected: hexOffset(offset),
      message: t(
        'The dynamic header is not where the footer says. One that fits the disk was found at byte {0} and is used.',
        offset,
      ),
    },
    WINDOWS_ERRORS.headerCorrupt,
  );
}

function reportCookie(offset: number, message: string, findings: FindingList): void {
  findings.add(
    'error',
    'header-cookie',
    { offset, length: 8 },
    { found: t('something else'), expected: `"${DYNAMIC_HEADER_COOKIE}"`, message },
    WINDOWS_ERRORS.headerCorrupt,
  );
}

function reportHeader({ header, offset, expectedChecksum, bytes }: FoundHeader, findings: FindingList): void {
  if (readCharacters(bytes, 0, DYNAMIC_HEADER_COOKIE.length) !== DYNAMIC_HEADER_COOKIE) {
    reportCookie(offset, t('The dynamic header has lost its first bytes; the rest of it is sound.'), findings);
  } else if (header.checksum !== expectedChecksum) {
    findings.add(
      'error',
      'header-checksum',
      { offset: offset + DYNAMIC_HEADER_CHECKSUM_OFFSET, length: 4 },
      {
        found: hex32(header.checksum),
        expected: hex32(expectedChecksum),
        message: t("The dynamic header's checksum does not match its content."),
      },
      WINDOWS_ERRORS.headerChecksum,
    );
  }
  if (header.headerVersion !== HEADER_VERSION) {
    findings.add(
      'warning',
      'header-version',
      { offset: offset + 24, length: 4 },
      {
        found: versionText(header.headerVersion),
        expected: '1.0',
        message: t('The dynamic header has another version than 1.0.'),
      },
      WINDOWS_ERRORS.headerVersion,
    );
  }
}
