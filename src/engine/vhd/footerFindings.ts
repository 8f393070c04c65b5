import { t } from '../l10n';
import { sameBytes } from '../storage/sameBytes';
import { hex32, type FindingList } from './findingList';
import { FOOTER_LENGTH, FORMAT_VERSION, SHORT_FOOTER_LENGTH } from './footer';
import { hasRightChecksum, isFixed, type FoundFooter, type FoundFooters } from './locateFooter';
import { versionText } from './creator';
import { WINDOWS_ERRORS } from './windowsErrors';

/** What the specification knows of Features: temporary, and a bit that is always set. */
const TEMPORARY_FEATURE = 1;
const RESERVED_FEATURE = 2;

/** Reports what is wrong with the footers and with what the one that is believed says. */
export function reportFooters(footers: FoundFooters, fileSize: number, findings: FindingList): void {
  reportTail(footers, fileSize, findings);
  if (!isFixed(footers.best)) {
    reportCopy(footers, findings);
  }
  reportContent(footers.best, findings);
}

function reportTail({ tail, copy, best, paddingLength }: FoundFooters, fileSize: number, findings: FindingList): void {
  const isCopyUsed = best === copy;
  if (tail === null) {
    findings.add(
      'error',
      'footer-missing',
      { offset: Math.max(0, fileSize - FOOTER_LENGTH), length: Math.min(fileSize, FOOTER_LENGTH) },
      {
        found: t('no footer'),
        expected: t('a footer that begins with "conectix"'),
        message: isCopyUsed
          ? t('The file does not end in a footer; its copy at the head of the file is used instead.')
          : t('The file does not end in a footer.'),
      },
      WINDOWS_ERRORS.footerMissing,
    );
    return;
  }
  if (!hasRightChecksum(tail)) {
    findings.add(
      'error',
      'footer-checksum',
      checksumPlace(tail),
      {
        found: hex32(tail.footer.checksum),
        expected: hex32(tail.expectedChecksum),
        message: isCopyUsed
          ? t("The footer's checksum does not match its content; its copy at the head of the file is used instead.")
          : t("The footer's checksum does not match its content."),
      },
      WINDOWS_ERRORS.footerChecksum,
    );
  }
  if (paddingLength > 0) {
    findings.add(
      'warning',
      'footer-before-padding',
      { offset: tail.offset + tail.length, length: paddingLength },
      {
        found: t('{0} bytes behind the footer', paddingLength),
        expected: t('the footer at the end of the file'),
        message: t('The file was padded behind its footer; other programs may not find it.'),
      },
      WINDOWS_ERRORS.footerMissing,
    );
  } else if (tail.length === SHORT_FOOTER_LENGTH) {
    findings.add('note', 'footer-short', tail, {
      found: t('511 bytes'),
      expected: t('512 bytes'),
      message: t('The footer has 511 bytes, as Virtual PC wrote it before 2004.'),
    });
  }
}

function reportCopy({ tail, copy }: FoundFooters, findings: FindingList): void {
  if (copy === null) {
    findings.add(
      'warning',
      'footer-copy-missing',
      { offset: 0, length: FOOTER_LENGTH },
      {
        found: t('no footer'),
        expected: t('a copy of the footer'),
        message: t('The copy of the footer at the head of the file is missing.'),
      },
      WINDOWS_ERRORS.footerCorrupt,
    );
    return;
  }
  if (!hasRightChecksum(copy)) {
    findings.add(
      'warning',
      'footer-copy-checksum',
      checksumPlace(copy),
      {
        found: hex32(copy.footer.checksum),
        expected: hex32(copy.expectedChecksum),
        message: t("The checksum of the footer's copy does not match its content."),
      },
      WINDOWS_ERRORS.footerChecksum,
    );
  }
  if (tail !== null && !sameBytes(copy.bytes.subarray(0, tail.length), tail.bytes)) {
    const at = tail.bytes.findIndex((byte, i) => byte !== copy.bytes[i]);
    findings.add(
      'warning',
      'footer-copy-differs',
      { offset: at, length: 1 },
      {
        found: byteText(copy.bytes[at]),
        expected: byteText(tail.bytes[at]),
        message: t('The copy of the footer differs from the footer from its byte {0} on.', at),
      },
      WINDOWS_ERRORS.footerCorrupt,
    );
  }
}

function reportContent(found: FoundFooter, findings: FindingList): void {
  const { footer } = found;
  if (footer.cookie === 'v_poison') {
    findings.add(
      'warning',
      'unfinished-operation',
      field(found, 0, 8),
      {
        found: 'v_poison',
        expected: 'conectix',
        message: t('Xen began an operation on this image and did not finish it.'),
      },
      WINDOWS_ERRORS.footerCorrupt,
    );
  }
  if (footer.fileFormatVersion !== FORMAT_VERSION) {
    findings.add(
      'warning',
      'footer-version',
      field(found, 12, 4),
      {
        found: versionText(footer.fileFormatVersion),
        expected: '1.0',
        message: t('The footer has another version than 1.0.'),
      },
      WINDOWS_ERRORS.version,
    );
  }
  reportFeatures(found, findings);
  if (footer.savedState !== 0) {
    findings.add(
      'warning',
      'saved-state',
      field(found, 84, 1),
      {
        found: String(footer.savedState),
        expected: '0',
        message: t('A virtual machine was saved with this disk and expects it unchanged.'),
      },
      WINDOWS_ERRORS.state,
    );
  }
  if (footer.hidden !== 0) {
    findings.add('note', 'hidden', field(found, 85, 1), {
      found: String(footer.hidden),
      expected: '0',
      message: t('Xen marked this image as hidden: it is kept only as a parent, or waits to be merged.'),
    });
  }
}

function reportFeatures(found: FoundFooter, findings: FindingList): void {
  const { features } = found.footer;
  const place = field(found, 8, 4);
  const words = (message: string): Parameters<FindingList['add']>[3] => ({
    found: hex32(features),
    expected: hex32(RESERVED_FEATURE),
    message,
  });
  if ((features & ~(TEMPORARY_FEATURE | RESERVED_FEATURE)) !== 0) {
    findings.add(
      'warning',
      'features-unknown',
      place,
      words(t('The footer names features that no specification knows.')),
    );
  } else if ((features & TEMPORARY_FEATURE) !== 0) {
    findings.add(
      'note',
      'temporary',
      place,
      words(t('The image is marked as temporary: it may be deleted on shutdown.')),
    );
  } else if (features === 0 && found.length === FOOTER_LENGTH) {
    findings.add('note', 'features-reserved', place, words(t('The bit of Features that is always set is not.')));
  }
}

/** A field of a footer as a place in the file. */
export function field(found: FoundFooter, offset: number, length: number): { offset: number; length: number } {
  return { offset: found.offset + offset, length };
}

function checksumPlace(found: FoundFooter): { offset: number; length: number } {
  return field(found, 64, 4);
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? t('nothing') : `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Where the virtual size stands, for findings about it. */
export function currentSizePlace(found: FoundFooter): { offset: number; length: number } {
  return field(found, 48, 8);
}
