import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { writeCharacters } from './bytes';
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
import { WINDOWS_ERRORS } from './windowsErrors';

/** The dynamic header found in the file. */
export interface FoundHeader {
  readonly header: DynamicHeader;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What the checksum should be. */
  readonly expectedChecksum: number;
}

/**
 * Finds the dynamic header where the footer says it is, and reports what is wrong with it; null where it cannot be read.
 * `head` holds the first bytes of the file, which mostly have it.
 */
export function locateHeader(
  storage: Storage,
  fileSize: number,
  head: Uint8Array,
  footer: FoundFooter,
  findings: FindingList,
): FoundHeader | null {
  const claimed = footer.footer.dataOffset;
  if (claimed < BigInt(FOOTER_LENGTH) || claimed + BigInt(DYNAMIC_HEADER_LENGTH) > BigInt(fileSize)) {
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
    return null;
  }
  const offset = Number(claimed);
  const bytes = bytesAt(storage, head, offset);
  const whole = decodeDynamicHeader(bytes);
  const header = whole ?? decodeWithoutCookie(bytes, offset, findings);
  if (header === null) {
    return null;
  }
  const found = { header, offset, bytes, expectedChecksum: checksumOf(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET) };
  reportHeader(found, whole !== null, findings);
  return found;
}

function bytesAt(storage: Storage, head: Uint8Array, offset: number): Uint8Array {
  if (offset + DYNAMIC_HEADER_LENGTH <= head.length) {
    return head.slice(offset, offset + DYNAMIC_HEADER_LENGTH);
  }
  const bytes = new Uint8Array(DYNAMIC_HEADER_LENGTH);
  storage.read(offset, bytes);
  return bytes;
}

/** A header whose cookie alone is damaged, as the checksum proves, can be used. */
function decodeWithoutCookie(bytes: Uint8Array, offset: number, findings: FindingList): DynamicHeader | null {
  const repaired = Uint8Array.from(bytes);
  writeCharacters(repaired, 0, DYNAMIC_HEADER_COOKIE);
  const header = decodeDynamicHeader(repaired);
  const isProven = header?.checksum === checksumOf(repaired, DYNAMIC_HEADER_CHECKSUM_OFFSET);
  findings.add(
    'error',
    'header-cookie',
    { offset, length: 8 },
    {
      found: t('something else'),
      expected: `"${DYNAMIC_HEADER_COOKIE}"`,
      message: isProven
        ? t('The dynamic header has lost its first bytes; the rest of it is sound.')
        : t('There is no dynamic header where the footer says: no block can be found.'),
    },
    WINDOWS_ERRORS.headerCorrupt,
  );
  return isProven ? header : null;
}

function reportHeader(
  { header, offset, expectedChecksum }: FoundHeader,
  hasCookie: boolean,
  findings: FindingList,
): void {
  if (hasCookie && header.checksum !== expectedChecksum) {
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
