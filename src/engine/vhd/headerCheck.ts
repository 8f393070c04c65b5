import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import { quoted } from './creator';
import { isNullId } from './diskId';
import { locatorOffset, PARENT_ID_OFFSET, parentName, PARENT_LOCATORS_OFFSET } from './dynamicHeader';
import { hexOffset, type FindingList } from './findingList';
import { isInFuture } from './footerCheck';
import { NO_DATA_OFFSET } from './footer';
import type { FoundHeader } from './locateHeader';
import {
  decodeLocatorText,
  locatorRoom,
  PARENT_LOCATOR_LENGTH,
  readLocatorData,
  UNUSED_LOCATOR_CODE,
  type ParentLocator,
} from './parentLocator';
import { dateOfTimestamp } from './timestamp';
import type { SparseParts } from './vhdParts';

/** Xen's tools and some others refuse larger blocks. Bytes. */
const USUAL_MAX_BLOCK_SIZE = 2 * 1024 * 1024;

/** UTF-16 units. */
const MAX_NAME_LENGTH = 255;

const KNOWN_CODES = ['W2ru', 'W2ku', 'Wi2r', 'Wi2k', 'MacX', 'Mac '];

/** What the dynamic header says that opening the image does not look at. */
export function checkHeader(parts: SparseParts, isDifferencing: boolean, now: number, findings: FindingList): void {
  const found = parts.header;
  if (found === null) {
    return;
  }
  const { header, offset } = found;
  const at = (from: number, length: number): { offset: number; length: number } => ({ offset: offset + from, length });
  if (header.dataOffset !== NO_DATA_OFFSET) {
    findings.add('note', 'header-next', at(8, 8), {
      found: hexOffset(header.dataOffset),
      expected: hexOffset(NO_DATA_OFFSET),
      message: t('The dynamic header names a next structure; none is known.'),
    });
  }
  if (header.reserved !== 0 || header.reserved2.some((byte) => byte !== 0)) {
    findings.add('note', 'header-reserved', at(header.reserved === 0 ? 768 : 60, header.reserved === 0 ? 256 : 4), {
      found: t('bytes that are not 0'),
      expected: t('zeros'),
      message: t('Something stands in the bytes of the dynamic header that are reserved.'),
    });
  }
  if (header.tableOffset % BigInt(SECTOR_SIZE) !== 0n) {
    findings.add('warning', 'bat-unaligned', at(16, 8), {
      found: hexOffset(header.tableOffset),
      expected: t('a multiple of 512 bytes'),
      message: t(
        'The block allocation table does not begin at a sector of the file; other programs may refuse the image.',
      ),
    });
  }
  if (header.blockSize > USUAL_MAX_BLOCK_SIZE) {
    findings.add('note', 'block-size-unusual', at(32, 4), {
      found: t('{0} bytes', header.blockSize),
      expected: t('at most {0} bytes', USUAL_MAX_BLOCK_SIZE),
      message: t("The blocks are larger than 2 MiB; Xen's tools refuse that."),
    });
  }
  checkTableSize(parts, found, findings);
  if (isDifferencing) {
    checkParent(found, now, findings);
    checkLocators(parts, found, findings);
  } else {
    checkNoParent(found, findings);
  }
}

function checkTableSize(parts: SparseParts, { header, offset }: FoundHeader, findings: FindingList): void {
  const { maxTableEntries } = header;
  const { blockCount } = parts.grid;
  if (maxTableEntries > blockCount && parts.table !== null) {
    const end = parts.table.offset + maxTableEntries * TABLE_ENTRY_LENGTH;
    findings.add(
      'note',
      'bat-larger-than-disk',
      { offset: offset + 28, length: 4 },
      {
        found: t('{0} entries', maxTableEntries),
        expected: t('{0} entries', blockCount),
        message:
          end > parts.fileSize
            ? t(
                'The block allocation table has more entries than the virtual disk has blocks, and more than the file has room for; 7-Zip refuses that.',
              )
            : t('The block allocation table has more entries than the virtual disk has blocks; 7-Zip refuses that.'),
      },
    );
  }
}

function checkParent({ header, offset }: FoundHeader, now: number, findings: FindingList): void {
  if (isNullId(header.parentUniqueId)) {
    findings.add(
      'note',
      'parent-id-null',
      { offset: offset + PARENT_ID_OFFSET, length: 16 },
      {
        found: t('an id of zeros'),
        expected: t("the parent's id"),
        message: t(
          'The image names no id for its parent, as Xen does for one that is no VHD: nothing proves which file it is.',
        ),
      },
    );
  }
  if (isInFuture(header.parentTimeStamp, now)) {
    findings.add(
      'note',
      'parent-time-future',
      { offset: offset + 56, length: 4 },
      {
        found: dateOfTimestamp(header.parentTimeStamp)?.toISOString() ?? '0',
        expected: t('a time that has been'),
        message: t('The parent is said to have been changed in the future; a clock was wrong.'),
      },
    );
  }
}

/** What names a parent in an image that has none. */
function checkNoParent({ header, offset }: FoundHeader, findings: FindingList): void {
  const named: readonly (readonly [boolean, string, string, number, number])[] = [
    [
      !isNullId(header.parentUniqueId),
      t("a parent's id"),
      t("The image has no parent, and yet a parent's id stands in it; it is not used."),
      PARENT_ID_OFFSET,
      16,
    ],
    [
      header.parentTimeStamp !== 0,
      t("a parent's time stamp"),
      t("The image has no parent, and yet a parent's time stamp stands in it; it is not used."),
      56,
      4,
    ],
    [
      parentName(header) !== '',
      t("a parent's name"),
      t("The image has no parent, and yet a parent's name stands in it; it is not used."),
      64,
      512,
    ],
    [
      header.parentLocators.some(({ platformCode }) => platformCode !== UNUSED_LOCATOR_CODE),
      t("a parent's locators"),
      t("The image has no parent, and yet a parent's locators stands in it; it is not used."),
      PARENT_LOCATORS_OFFSET,
      8 * PARENT_LOCATOR_LENGTH,
    ],
  ];
  for (const [isThere, what, message, from, length] of named) {
    if (isThere) {
      findings.add(
        'note',
        'parent-of-dynamic',
        { offset: offset + from, length },
        { found: what, expected: t('zeros'), message },
      );
    }
  }
}

function checkLocators(parts: SparseParts, found: FoundHeader, findings: FindingList): void {
  const seen = new Set<string>();
  const name = parentName(found.header);
  for (const [slot, locator] of found.header.parentLocators.entries()) {
    const code = locator.platformCode;
    if (code === UNUSED_LOCATOR_CODE) {
      continue;
    }
    const place = { offset: found.offset + locatorOffset(slot), length: PARENT_LOCATOR_LENGTH };
    const note = (id: string, what: string, expected: string, message: string): void =>
      findings.add('note', id, place, { found: what, expected, message });
    if (!KNOWN_CODES.includes(code)) {
      note(
        'locator-code',
        quoted(code),
        KNOWN_CODES.join(', '),
        t('A parent locator has the unknown code {0}.', quoted(code)),
      );
    }
    if (seen.has(code)) {
      note(
        'locator-twice',
        quoted(code),
        t('each code once'),
        t('Two parent locators have the code {0}.', quoted(code)),
      );
    }
    seen.add(code);
    checkLocator(parts, locator, name, note);
  }
}

function checkLocator(
  { storage, fileSize }: SparseParts,
  locator: ParentLocator,
  name: string,
  note: (id: string, what: string, expected: string, message: string) => void,
): void {
  const { platformCode, platformDataLength, platformDataSpace, reserved } = locator;
  const shown = quoted(platformCode);
  if (locatorRoom(locator) < platformDataLength) {
    const message = t('The parent locator {0} is longer than the room that it names for itself.', shown);
    note('locator-space', `${platformDataSpace}`, t('room for {0} bytes', platformDataLength), message);
  }
  if (reserved !== 0) {
    note(
      'locator-reserved',
      String(reserved),
      '0',
      t('Something stands in the reserved bytes of the parent locator {0}.', shown),
    );
  }
  const data = readLocatorData(storage, fileSize, locator);
  const text = data === null ? null : decodeLocatorText(platformCode, data);
  // A name that fills its field was cut off.
  if (text !== null && name !== '' && !isSameFile(lastPart(text), lastPart(name), name.length >= MAX_NAME_LENGTH)) {
    const message = t('The parent locator {0} names another file than Parent Unicode Name does.', shown);
    note('locator-name', text, lastPart(name), message);
  }
}

function isSameFile(one: string, other: string, isCut: boolean): boolean {
  return isCut ? one.startsWith(other) : one === other;
}

/** The file's name of a path, however it is written; percent signs of URLs taken out. */
function lastPart(path: string): string {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  try {
    return decodeURIComponent(last).toLowerCase();
  } catch {
    return last.toLowerCase();
  }
}
