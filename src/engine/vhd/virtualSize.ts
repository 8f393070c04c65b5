import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { FindingList } from './findingList';
import { currentSizePlace } from './footerFindings';
import type { FoundFooter } from './locateFooter';
import { WINDOWS_ERRORS } from './windowsErrors';

/** The largest virtual disk: 2040 GiB (FORMAT 1.2). Bytes. */
export const MAX_VIRTUAL_SIZE = 0xff00_0000 * SECTOR_SIZE;

/**
 * The size of the virtual disk in bytes, a whole number of sectors from 0 to MAX_VIRTUAL_SIZE: Current Size, whoever made the image.
 * (Programs that count by the geometry find less, and cut off what Windows and Virtual PC show.)
 */
export function virtualSizeOf(found: FoundFooter, findings: FindingList): number {
  const claimed = found.footer.currentSize;
  const place = currentSizePlace(found);
  const words = (expected: string, message: string): Parameters<FindingList['add']>[3] => ({
    found: t('{0} bytes', claimed),
    expected,
    message,
  });
  if (claimed > BigInt(MAX_VIRTUAL_SIZE)) {
    const expected = t('at most {0} bytes', MAX_VIRTUAL_SIZE);
    const message = t('The virtual disk is said to be larger than 2040 GiB; only so much of it is shown.');
    findings.add('error', 'virtual-size-too-large', place, words(expected, message), WINDOWS_ERRORS.virtualSize);
    return MAX_VIRTUAL_SIZE;
  }
  const size = Math.floor(Number(claimed) / SECTOR_SIZE) * SECTOR_SIZE;
  if (size === 0) {
    const message = t('The virtual disk has no sector.');
    findings.add(
      'error',
      'virtual-size-zero',
      place,
      words(t('at least 512 bytes'), message),
      WINDOWS_ERRORS.virtualSize,
    );
  } else if (BigInt(size) !== claimed) {
    const message = t('The virtual disk is not a whole number of sectors; the rest is left out.');
    findings.add(
      'warning',
      'virtual-size-uneven',
      place,
      words(t('{0} bytes', size), message),
      WINDOWS_ERRORS.virtualSize,
    );
  }
  return size;
}
