import { EngineError } from '../errors';
import type { Finding } from '../finding';
import type { ParentClaim } from '../image';
import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { versionText } from './creator';
import { DYNAMIC_HEADER_LENGTH, HEADER_VERSION } from './dynamicHeader';
import { FindingList } from './findingList';
import { DISK_TYPE, FOOTER_LENGTH, FORMAT_VERSION } from './footer';
import { reportFooters } from './footerFindings';
import { hasRightChecksum, isFixed, locateFooters, type FoundFooter, type FoundFooters } from './locateFooter';
import { locateHeader, type FoundHeader } from './locateHeader';
import { blockGridOf, locateTable, substituteGrid, type BlockGrid, type FoundTable } from './locateTable';
import { parentClaimOf } from './parentClaim';
import { virtualSizeOf } from './virtualSize';
import { WINDOWS_ERRORS } from './windowsErrors';

/** What an image has beside its data, found and read at opening. */
export interface VhdParts {
  readonly path: string;
  readonly storage: Storage;
  /** Bytes. */
  readonly fileSize: number;
  readonly virtualSize: number;
  readonly footers: FoundFooters;
  /** Null for a fixed image, and where it cannot be read. */
  readonly header: FoundHeader | null;
  /** Null for a fixed image, and where it cannot be read. */
  readonly table: FoundTable | null;
  readonly parent: ParentClaim | null;
  readonly findings: readonly Finding[];
}

/** Parts of a dynamic or differencing image, with the blocks that its disk is divided into. */
export interface SparseParts extends VhdParts {
  readonly grid: BlockGrid;
}

/** Mostly the copy of the footer and the dynamic header. Bytes. */
const HEAD_LENGTH = FOOTER_LENGTH + DYNAMIC_HEADER_LENGTH;

/**
 * Finds and reads everything but the data: four or five reads for a sound image, bounded ones for any.
 * Throws EngineError `not-an-image`, `unsupported-version`, `unsupported-format` or `damaged-image`.
 */
export function readParts(storage: Storage, path: string): VhdParts | SparseParts {
  const fileSize = storage.size();
  const head = new Uint8Array(Math.min(HEAD_LENGTH, fileSize));
  storage.read(0, head);
  const footers = locateFooters(storage, fileSize, head);
  if (footers === null) {
    throw new EngineError('not-an-image', {
      what: t('Opening {0}', path),
      why: t('there is no VHD footer at its end, and no copy of one at its head'),
      remedy: t('choose a virtual hard disk image'),
    });
  }
  const { best } = footers;
  checkSupported(best, path);
  const findings = new FindingList(path);
  reportFooters(footers, fileSize, findings);
  const virtualSize = virtualSizeOf(best, findings);
  const common = { path, storage, fileSize, virtualSize, footers };
  if (isFixed(best)) {
    reportFixedContent(footers, virtualSize, fileSize, findings);
    return { ...common, header: null, table: null, parent: null, findings: findings.findings };
  }
  const header = locateHeader(storage, head, { footer: best, fileSize, virtualSize }, findings);
  if (header !== null) {
    checkHeaderSupported(header, path);
  }
  const grid = header === null ? null : blockGridOf(header, virtualSize, findings);
  const table = header === null || grid === null ? null : locateTable(storage, fileSize, header, grid, findings);
  const isDifferencing = best.footer.diskType === DISK_TYPE.differencing;
  const parent = isDifferencing ? parentClaimOf(storage, fileSize, header, findings) : null;
  return { ...common, grid: grid ?? substituteGrid(virtualSize), header, table, parent, findings: findings.findings };
}

function checkSupported(found: FoundFooter, path: string): void {
  const { footer } = found;
  const what = t('Opening {0}', path);
  // With a wrong checksum an odd version is damage, and no reason to show nothing.
  if (isOtherMajor(footer.fileFormatVersion, FORMAT_VERSION) && hasRightChecksum(found)) {
    throw unsupportedVersion(
      what,
      t('its footer has version {0}, and 1.0 is known', versionText(footer.fileFormatVersion)),
    );
  }
  const types: readonly number[] = Object.values(DISK_TYPE);
  if (!types.includes(footer.diskType)) {
    const why = t(
      'its footer names disk type {0}; known are 2 (fixed), 3 (dynamic) and 4 (differencing)',
      footer.diskType,
    );
    throw hasRightChecksum(found)
      ? new EngineError('unsupported-format', { what, why, remedy: t('convert it with the program that made it') })
      : new EngineError('damaged-image', { what, why, remedy: t('restore the footer from a copy of the image') });
  }
}

function checkHeaderSupported({ header, expectedChecksum }: FoundHeader, path: string): void {
  if (isOtherMajor(header.headerVersion, HEADER_VERSION) && header.checksum === expectedChecksum) {
    const why = t('its dynamic header has version {0}, and 1.0 is known', versionText(header.headerVersion));
    throw unsupportedVersion(t('Opening {0}', path), why);
  }
}

function isOtherMajor(version: number, known: number): boolean {
  return version >>> 16 !== known >>> 16;
}

function unsupportedVersion(what: string, why: string): EngineError {
  return new EngineError('unsupported-version', { what, why, remedy: t('open it with the program that made it') });
}

/** The content of a fixed disk reaches from the head of the file to the footer. */
function reportFixedContent(footers: FoundFooters, virtualSize: number, fileSize: number, findings: FindingList): void {
  const contentLength = footers.tail?.offset ?? fileSize;
  if (contentLength < virtualSize) {
    findings.add(
      'error',
      'fixed-too-short',
      { offset: contentLength, length: fileSize - contentLength },
      {
        found: t('{0} bytes before the footer', contentLength),
        expected: t('{0} bytes', virtualSize),
        message: t('The file is shorter than its virtual disk: the end of the disk is missing.'),
      },
      WINDOWS_ERRORS.fileSize,
    );
  } else if (contentLength - virtualSize >= FOOTER_LENGTH) {
    findings.add(
      'note',
      'fixed-gap',
      { offset: virtualSize, length: contentLength - virtualSize },
      {
        found: t('{0} bytes before the footer', contentLength),
        expected: t('{0} bytes', virtualSize),
        message: t('There is room between the end of the virtual disk and the footer.'),
      },
    );
  }
}
