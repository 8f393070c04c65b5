import { MAX_VIRTUAL_SIZE } from '../vhd/virtualSize';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import { checksumOf, withChecksum } from '../vhd/checksum';
import { DYNAMIC_HEADER_CHECKSUM_OFFSET, DYNAMIC_HEADER_LENGTH } from '../vhd/dynamicHeader';
import { hex32 } from '../vhd/findingList';
import { decodeFooter, FOOTER_CHECKSUM_OFFSET, FOOTER_LENGTH, SHORT_FOOTER_LENGTH } from '../vhd/footer';
import { wasHiddenLate } from '../vhd/footerCheck';
import { roundUp } from '../vhd/growth';
import { hasRightChecksum, isFixed, type FoundFooter } from '../vhd/locateFooter';
import { endOfBlocks } from './repairEnd';
import { isSparse, type Repair, type RepairState } from './repairProposal';
import { writeCharacters } from '../vhd/bytes';
import type { SparseParts, VhdParts } from '../vhd/vhdParts';

/** How far behind the content a footer is looked for that something was written behind. Bytes. */
const MAX_TRAILING = 1024 * 1024;

/** Features of the specification. */
const KNOWN_FEATURES = 3;

const COOKIE = 'conectix';

/** The footer at the end of the file. */
export function repairTail({ file, parts }: RepairState): readonly Repair[] {
  if (parts === null) {
    return [];
  }
  const { tail, copy } = parts.footers;
  if (tail === null) {
    return isSparse(parts) && copy !== null ? [lostTail(parts, copy)] : [];
  }
  const repairs: Repair[] = [];
  if (wasHiddenLate(tail)) {
    // The copy may not be hidden yet: it is not to be believed in that.
    repairs.push({ ...withRightChecksum(tail, parts), isDefault: false });
  } else if (!hasRightChecksum(tail)) {
    repairs.push(copy !== null && hasRightChecksum(copy) ? fromCopy(tail, copy) : withRightChecksum(tail, parts));
  } else if (tail.footer.cookie === 'v_poison') {
    repairs.push(withoutPoison(tail));
  }
  if (parts.footers.paddingLength > 0) {
    repairs.push(cutAfter(tail, file.size(), 'footer-before-padding'));
  } else if (tail.length === SHORT_FOOTER_LENGTH) {
    repairs.push(longFooter(tail));
  }
  return repairs;
}

/** The copy of the footer, of an image whose footer is sound. */
export function repairCopy({ parts }: RepairState): readonly Repair[] {
  const tail = parts?.footers.tail ?? null;
  const copy = parts?.footers.copy ?? null;
  if (parts === null || tail === null || isFixed(tail) || !hasRightChecksum(tail)) {
    return [];
  }
  const bytes = wholeFooter(tail);
  if (copy?.bytes.every((byte, at) => byte === bytes[at]) === true) {
    return [];
  }
  const key =
    copy === null ? 'footer-copy-missing' : hasRightChecksum(copy) ? 'footer-copy-differs' : 'footer-copy-checksum';
  return [
    {
      key,
      findings: ['footer-copy-missing', 'footer-copy-differs', 'footer-copy-checksum'],
      what: t('Write the copy of the footer at the head of the file again, from the footer at its end'),
      before: copy === null ? t('no footer') : t('a footer that differs from the one at the end'),
      after: t('the same bytes as the footer'),
      doubt:
        copy !== null && hasRightChecksum(copy)
          ? t('Both footers are whole; programs believe the one at the end.')
          : null,
      isDefault: true,
      apply: (file) => file.write(0, bytes),
    },
  ];
}

/** The footer is gone and its copy is there. */
function lostTail(parts: SparseParts, copy: FoundFooter): Repair {
  const isSound = hasRightChecksum(copy);
  const contentEnd = endOfBlocks(parts);
  const older = footerBehind(parts, contentEnd, copy);
  const common = {
    key: 'footer-missing',
    findings: ['footer-missing', 'block-cut-off', 'footer-checksum', 'footer-copy-checksum'],
    isDefault: isSound || isPlausible(copy, parts),
  };
  if (older !== null) {
    const { apply, ...words } = cutAfter(older, parts.fileSize, 'footer-missing');
    return { ...words, ...common, apply };
  }
  // Where it stood there is room for it; what was there is garbage of the same size.
  const { fileSize } = parts;
  const isInPlace = fileSize % SECTOR_SIZE === 0 && contentEnd <= fileSize - FOOTER_LENGTH && fileSize > FOOTER_LENGTH;
  const offset = isInPlace ? fileSize - FOOTER_LENGTH : roundUp(Math.max(fileSize, contentEnd), SECTOR_SIZE);
  const missing = Math.max(0, contentEnd - fileSize);
  return {
    ...common,
    what: t('Write the footer at the end of the file, from its copy at the head'),
    before: isInPlace ? t('a last sector that is no footer') : t('a file of {0} bytes without a footer', fileSize),
    after: t('a footer at byte {0}', offset),
    doubt:
      missing > 0
        ? t('The file was cut off: the last {0} bytes of its last block are lost and read as zeros.', missing)
        : isSound
          ? null
          : t('The checksum of the copy is wrong too; its fields can be, and are taken as they stand.'),
    apply: (file) => {
      if (offset + FOOTER_LENGTH > file.size()) {
        file.truncate(offset + FOOTER_LENGTH);
      }
      file.write(offset, withChecksum(copy.bytes, FOOTER_CHECKSUM_OFFSET));
    },
  };
}

/** A sound footer of the same disk between the content and the end of the file, where something was written behind it. */
function footerBehind({ storage, fileSize }: SparseParts, contentEnd: number, copy: FoundFooter): FoundFooter | null {
  const from = Math.max(FOOTER_LENGTH, roundUp(contentEnd, SECTOR_SIZE));
  return findFooter(storage, from, Math.min(fileSize, from + MAX_TRAILING), (found) =>
    found.footer.uniqueId.every((byte, at) => byte === copy.footer.uniqueId[at]),
  );
}

/** The first sound footer at a sector from `from` up to `end`, exclusive, that `accept` takes. */
export function findFooter(
  storage: { read(offset: number, target: Uint8Array): number },
  from: number,
  end: number,
  accept: (found: FoundFooter) => boolean,
): FoundFooter | null {
  const stretch = new Uint8Array(Math.max(0, end - from));
  storage.read(from, stretch);
  for (let at = 0; at + FOOTER_LENGTH <= stretch.length; at += SECTOR_SIZE) {
    const bytes = stretch.slice(at, at + FOOTER_LENGTH);
    const footer = decodeFooter(bytes);
    if (footer !== null) {
      const expectedChecksum = checksumOf(bytes, FOOTER_CHECKSUM_OFFSET);
      const found = { footer, bytes, offset: from + at, length: FOOTER_LENGTH, expectedChecksum };
      if (hasRightChecksum(found) && accept(found)) {
        return found;
      }
    }
  }
  return null;
}

function fromCopy(tail: FoundFooter, copy: FoundFooter): Repair {
  const count = tail.bytes.filter((byte, at) => byte !== copy.bytes[at]).length;
  return {
    key: 'footer-checksum',
    findings: ['footer-checksum', 'footer-copy-differs'],
    what: t('Write the footer again, from its copy at the head'),
    before: t('a footer of which {0} bytes differ from the copy, and whose checksum is wrong', count),
    after: t('the bytes of the copy, whose checksum is right'),
    doubt: null,
    isDefault: true,
    apply: (file) => file.write(tail.offset, copy.bytes),
  };
}

function withRightChecksum(tail: FoundFooter, parts: VhdParts): Repair {
  const isSure = isPlausible(tail, parts);
  return {
    key: 'footer-checksum',
    findings: ['footer-checksum'],
    what: t("Put the footer's checksum right"),
    before: hex32(tail.footer.checksum),
    after: hex32(tail.expectedChecksum),
    doubt: isSure
      ? t('Every field of the footer can be as it stands; which byte was changed cannot be known.')
      : t('Some field of the footer cannot be as it stands: the checksum would vouch for damage.'),
    isDefault: isSure,
    apply: (file) => file.write(tail.offset, withChecksum(tail.bytes, FOOTER_CHECKSUM_OFFSET)),
  };
}

/** True where every field that leads to the content fits the file. */
function isPlausible({ footer, offset }: FoundFooter, parts: VhdParts): boolean {
  const { currentSize } = footer;
  const isSize =
    currentSize > 0n && currentSize <= BigInt(MAX_VIRTUAL_SIZE) && currentSize % BigInt(SECTOR_SIZE) === 0n;
  const isKnown = footer.fileFormatVersion === 0x0001_0000 && (footer.features & ~KNOWN_FEATURES) === 0;
  if (!isSize || !isKnown) {
    return false;
  }
  if (!isSparse(parts)) {
    return BigInt(offset) === currentSize;
  }
  const { header, table } = parts;
  return header !== null && table !== null && BigInt(header.offset) === footer.dataOffset;
}

function withoutPoison(tail: FoundFooter): Repair {
  const bytes = Uint8Array.from(wholeFooter(tail));
  writeCharacters(bytes, 0, COOKIE);
  return {
    key: 'unfinished-operation',
    findings: ['unfinished-operation'],
    what: t("Take Xen's mark of an unfinished operation away"),
    before: 'v_poison',
    after: COOKIE,
    doubt: t(
      "Xen sets the mark while it resizes an image or gives it a new parent: size, table and parent may be half of the old and half of the new. Xen's own tools end a resize by its journal; take the mark away only where that is gone, and check the guest's file system.",
    ),
    isDefault: false,
    apply: (file) => file.write(tail.offset, withChecksum(bytes, FOOTER_CHECKSUM_OFFSET)),
  };
}

/** Cuts off what stands behind a footer. */
export function cutAfter(footer: FoundFooter, fileSize: number, id: string): Repair {
  const end = footer.offset + footer.length;
  return {
    key: id,
    findings: [id],
    what: t('Cut off what stands behind the footer'),
    before: t('{0} bytes behind the footer', fileSize - end),
    after: t('the footer at the end of the file'),
    doubt: null,
    isDefault: true,
    apply: (file) => file.truncate(end),
  };
}

function longFooter(tail: FoundFooter): Repair {
  return {
    key: 'footer-short',
    findings: ['footer-short'],
    what: t('Give the footer its last byte'),
    before: t('511 bytes'),
    after: t('512 bytes, the last one 0'),
    doubt: t('Virtual PC wrote such footers before 2004 and reads them; other programs may not.'),
    isDefault: false,
    apply: (file) => file.write(tail.offset, wholeFooter(tail)),
  };
}

/** With the byte that a footer of 511 bytes lacks: 0, so that its checksum stays right. */
function wholeFooter({ bytes }: FoundFooter): Uint8Array {
  const whole = new Uint8Array(FOOTER_LENGTH);
  whole.set(bytes);
  return whole;
}

/** True where the bytes, 1,024 of them, have the right checksum of a dynamic header. */
export function isSoundHeader(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (
    bytes.length === DYNAMIC_HEADER_LENGTH &&
    view.getUint32(DYNAMIC_HEADER_CHECKSUM_OFFSET) === checksumOf(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET)
  );
}
