import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { readPadded, type Storage } from '../storage/storage';
import { writeCharacters } from '../vhd/bytes';
import { checksumOf } from '../vhd/checksum';
import { decodeDynamicHeader, DYNAMIC_HEADER_LENGTH, type DynamicHeader } from '../vhd/dynamicHeader';
import { isNullId } from '../vhd/diskId';
import { decodeFooter, DISK_TYPE, FOOTER_CHECKSUM_OFFSET, FOOTER_LENGTH } from '../vhd/footer';
import { MAX_VIRTUAL_SIZE } from '../vhd/virtualSize';
import { newFooter } from './newFooter';
import { cutAfter, findFooter, isSoundHeader } from './repairFooters';
import type { Repair, RepairState } from './repairProposal';

/** How far from the end a footer is looked for that something was written behind. Bytes. */
const MAX_TRAILING = 1024 * 1024;

/** The fields of a footer end here; what follows is zeros. */
const FIELDS_LENGTH = 86;

const COOKIE = 'conectix';

/** What can be done for a file in which no footer is found. The first way that is proven is the only one that is offered. */
export function repairLost({ file, parts, facts }: RepairState): readonly Repair[] {
  if (parts !== null || file.size() < SECTOR_SIZE) {
    return [];
  }
  const proven =
    withCookie(file, file.size() - FOOTER_LENGTH, t('the footer at the end of the file')) ??
    cutOffFooter(file) ??
    footerWithTrailer(file) ??
    copyWithCookie(file);
  if (proven !== null) {
    return [proven];
  }
  const header = headerAtHead(file);
  const made = header === null ? newFixedFooter(file, facts) : newSparseFooter(file, header, facts);
  return made === null ? [] : [made];
}

/** A footer whose cookie alone is damaged, as its checksum proves. */
function withCookie(file: Storage, offset: number, name: string): Repair | null {
  if (offset < 0) {
    return null;
  }
  const bytes = readPadded(file, offset, FOOTER_LENGTH);
  writeCharacters(bytes, 0, COOKIE);
  if (decodeFooter(bytes)?.checksum !== checksumOf(bytes, FOOTER_CHECKSUM_OFFSET)) {
    return null;
  }
  return lost({
    what: t('Give {0} its first bytes again', name),
    before: t('something else than "{0}"', COOKIE),
    after: t('"{0}"; the checksum proves the rest', COOKIE),
    doubt: null,
    isDefault: true,
    apply: (to) => to.write(offset, bytes.subarray(0, 8)),
  });
}

/** The footer at the end follows from it. */
function copyWithCookie(file: Storage): Repair | null {
  const repair = withCookie(file, 0, t('the copy of the footer at the head of the file'));
  return repair === null ? null : { ...repair, key: 'footer-copy-missing' };
}

/** A full disk took the end of the footer: what is missing of it is zeros, as the checksum proves. */
function cutOffFooter(file: Storage): Repair | null {
  const length = file.size() % SECTOR_SIZE;
  const offset = file.size() - length;
  const bytes = readPadded(file, offset, FOOTER_LENGTH);
  if (length < FIELDS_LENGTH || decodeFooter(bytes)?.checksum !== checksumOf(bytes, FOOTER_CHECKSUM_OFFSET)) {
    return null;
  }
  return lost({
    what: t('Give the footer at the end of the file the bytes that were cut off'),
    before: t('{0} bytes of a footer', length),
    after: t('the whole footer; its checksum proves that the rest were zeros'),
    doubt: null,
    isDefault: true,
    apply: (to) => to.write(offset, bytes),
  });
}

/** The footer of a fixed disk where its own size says, and something behind it. */
function footerWithTrailer(file: Storage): Repair | null {
  const size = file.size();
  const from = Math.floor(Math.max(0, size - MAX_TRAILING) / SECTOR_SIZE) * SECTOR_SIZE;
  const found = findFooter(file, from, size, ({ footer, offset }) => {
    return footer.diskType === DISK_TYPE.fixed && footer.currentSize === BigInt(offset);
  });
  return found === null ? null : cutAfter(found, size, 'footer-missing');
}

function headerAtHead(file: Storage): DynamicHeader | null {
  const bytes = readPadded(file, FOOTER_LENGTH, DYNAMIC_HEADER_LENGTH);
  return isSoundHeader(bytes) ? decodeDynamicHeader(bytes) : null;
}

function newSparseFooter(file: Storage, header: DynamicHeader, facts: RepairState['facts']): Repair | null {
  const size = header.maxTableEntries * header.blockSize;
  if (size === 0 || size > MAX_VIRTUAL_SIZE) {
    return null;
  }
  const type = isNullId(header.parentUniqueId) ? DISK_TYPE.dynamic : DISK_TYPE.differencing;
  const footer = newFooter(facts, size, FOOTER_LENGTH, type);
  const offset = Math.ceil(file.size() / SECTOR_SIZE) * SECTOR_SIZE;
  return lost({
    what: t('Make a new footer and its copy, from the dynamic header'),
    before: t('no footer at the end, and no copy at the head'),
    after: t('footers of a disk of {0} bytes: as large as the table can be', size),
    doubt: t(
      'Its id, its creator and its time are not known: they are new, so images that stand on this one have to be relinked. The disk may have been smaller than its last block reaches.',
    ),
    isDefault: false,
    apply: (to) => {
      to.write(0, footer);
      to.write(offset, footer);
    },
  });
}

/** Every sector of the file is one of the disk. */
function newFixedFooter(file: Storage, facts: RepairState['facts']): Repair | null {
  const size = Math.floor(file.size() / SECTOR_SIZE) * SECTOR_SIZE;
  const first = readPadded(file, 0, SECTOR_SIZE);
  // A master boot record, or the first sector of a file system.
  const isDisk = first[510] === 0x55 && first[511] === 0xaa;
  if (!isDisk || size > MAX_VIRTUAL_SIZE) {
    return null;
  }
  return lost({
    what: t('Make a new footer of a fixed disk, from the size of the file'),
    before: t('no footer; the first sector is that of a disk'),
    after: t('a footer of a fixed disk of {0} bytes', size),
    doubt: t(
      'Its id, its creator and its time are not known: they are new, so images that stand on this one have to be relinked. The disk was larger if more than the footer was cut off.',
    ),
    isDefault: false,
    apply: (to) => to.write(size, newFooter(facts, size, null)),
  });
}

function lost(repair: Omit<Repair, 'key' | 'findings'>): Repair {
  return { key: 'footer-missing', findings: ['footer-missing', 'not-an-image'], ...repair };
}
