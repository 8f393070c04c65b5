import type { ParentClaim, ParentPlace } from '../image';
import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { DISK_ID_LENGTH, formatDiskId } from './diskId';
import { locatorOffset, PARENT_ID_OFFSET, parentName } from './dynamicHeader';
import { quoted } from './creator';
import { hexOffset, type FindingList } from './findingList';
import type { FoundHeader } from './locateHeader';
import {
  decodeLocatorText,
  locatorEncoding,
  MAX_LOCATOR_DATA_LENGTH,
  PARENT_LOCATOR_LENGTH,
  readLocatorData,
  type ParentLocator,
} from './parentLocator';
import { dateOfTimestamp } from './timestamp';

/** In which the places are tried (FORMAT 1.8); `name` is Parent Unicode Name. */
const ORDER = ['W2ru', 'W2ku', 'name', 'Wi2r', 'Wi2k', 'MacX'];

/**
 * What a differencing image says of its parent; nothing but the image itself is read. A damaged header claims nothing.
 */
export function parentClaimOf(
  storage: Storage,
  fileSize: number,
  found: FoundHeader | null,
  findings: FindingList,
): ParentClaim {
  if (found === null) {
    const id = formatDiskId(new Uint8Array(DISK_ID_LENGTH));
    return { id, idOffset: 0, idLength: 0, modified: null, places: [] };
  }
  const { header, offset } = found;
  const places: ParentPlace[] = [];
  for (const [slot, locator] of header.parentLocators.entries()) {
    const entryOffset = offset + locatorOffset(slot);
    const data = claimedData(storage, fileSize, locator, entryOffset, findings);
    const text = data === null ? null : decodeLocatorText(locator.platformCode, data);
    if (text !== null && text !== '') {
      places.push({ source: locator.platformCode, text });
    }
  }
  const name = parentName(header);
  if (name !== '') {
    places.push({ source: 'name', text: name });
  }
  // The sort is stable: of two locators with the same code the first comes first.
  places.sort((one, other) => ORDER.indexOf(one.source) - ORDER.indexOf(other.source));
  return {
    id: formatDiskId(header.parentUniqueId),
    idOffset: offset + PARENT_ID_OFFSET,
    idLength: DISK_ID_LENGTH,
    modified: dateOfTimestamp(header.parentTimeStamp),
    places,
  };
}

/** The bytes of a locator that names a path; null where it names none, or where its claims cannot be. */
function claimedData(
  storage: Storage,
  fileSize: number,
  locator: ParentLocator,
  entryOffset: number,
  findings: FindingList,
): Uint8Array | null {
  const { platformCode, platformDataLength: length, platformDataOffset } = locator;
  if (locatorEncoding(platformCode) === 'blob' || length === 0) {
    return null;
  }
  const data = readLocatorData(storage, fileSize, locator);
  if (data === null) {
    findings.add(
      'warning',
      'locator-data',
      { offset: entryOffset, length: PARENT_LOCATOR_LENGTH },
      {
        found: t('{0} bytes at {1}', length, hexOffset(platformDataOffset)),
        expected: t('at most {0} bytes, within the file', MAX_LOCATOR_DATA_LENGTH),
        message: t(
          'The parent locator {0} names a place that cannot hold a path; it is left out.',
          quoted(platformCode),
        ),
      },
    );
  }
  return data;
}
