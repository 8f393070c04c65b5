import type { Storage } from '../storage/storage';
import { checksumOf } from './checksum';
import {
  decodeFooter,
  DISK_TYPE,
  FOOTER_CHECKSUM_OFFSET,
  FOOTER_LENGTH,
  SHORT_FOOTER_LENGTH,
  type Footer,
} from './footer';

/** A footer found in the file. */
export interface FoundFooter {
  readonly footer: Footer;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** 512 or 511. */
  readonly length: number;
  readonly bytes: Uint8Array;
  /** What the checksum should be. */
  readonly expectedChecksum: number;
}

export interface FoundFooters {
  /** The footer at the end of the file; null where there is none. */
  readonly tail: FoundFooter | null;
  /** Bytes behind `tail`, all of one value. */
  readonly paddingLength: number;
  /** The copy at the head; null where there is none, or where the content of a fixed disk begins. */
  readonly copy: FoundFooter | null;
  /** The one to believe. */
  readonly best: FoundFooter;
}

/** How much padding may stand behind a footer, in bytes. A bound of ours: files are padded to clusters, which have at most 64 KiB. */
const MAX_PADDING = 0x1_0000;

/**
 * Finds a file's footers: at the end, 512 or 511 bytes long, or before padding; and the copy at the head. Null where there is none.
 * `head` holds the first bytes of the file, 512 of them where it is so long.
 */
export function locateFooters(storage: Storage, fileSize: number, head: Uint8Array): FoundFooters | null {
  const first = footerAt(head.subarray(0, FOOTER_LENGTH), 0);
  const last = footerAtEnd(storage, fileSize) ?? footerBeforePadding(storage, fileSize);
  // A fixed disk has no copy: what looks like one is its first sector. A lone footer at the head of anything else is the copy.
  const tail = last !== null && (last.offset > 0 || isFixed(last)) ? last : null;
  const isContent = first === null || isFixed(first) || (tail !== null && isFixed(tail) && hasRightChecksum(tail));
  const copy = isContent ? null : first;
  const best = [tail, copy].find((found) => found !== null && hasRightChecksum(found)) ?? tail ?? copy;
  if (best === null) {
    return null;
  }
  return { tail, copy, best, paddingLength: tail === null ? 0 : fileSize - tail.offset - tail.length };
}

export function hasRightChecksum(found: FoundFooter): boolean {
  return found.footer.checksum === found.expectedChecksum;
}

export function isFixed(found: FoundFooter): boolean {
  return found.footer.diskType === DISK_TYPE.fixed;
}

function footerAt(bytes: Uint8Array, offset: number): FoundFooter | null {
  const footer = decodeFooter(bytes);
  if (footer === null) {
    return null;
  }
  const expectedChecksum = checksumOf(bytes, FOOTER_CHECKSUM_OFFSET);
  return { footer, offset, length: bytes.length, bytes, expectedChecksum };
}

function footerAtEnd(storage: Storage, fileSize: number): FoundFooter | null {
  const bytes = new Uint8Array(Math.min(FOOTER_LENGTH, fileSize));
  storage.read(fileSize - bytes.length, bytes);
  const short = bytes.subarray(bytes.length - SHORT_FOOTER_LENGTH);
  return footerAt(bytes, fileSize - bytes.length) ?? footerAt(short, fileSize - short.length);
}

/**
 * Looks sector by sector, from the end towards the head, for a sound footer with nothing but bytes of one value behind it:
 * what stands before other data is the footer of an older, shorter file.
 */
function footerBeforePadding(storage: Storage, fileSize: number): FoundFooter | null {
  const from = Math.floor(Math.max(0, fileSize - MAX_PADDING - FOOTER_LENGTH) / FOOTER_LENGTH) * FOOTER_LENGTH;
  const bytes = new Uint8Array(fileSize - from);
  storage.read(from, bytes);
  const padding = bytes.at(-1);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === padding) {
    end--;
  }
  const lowest = Math.max(0, end - FOOTER_LENGTH);
  for (let at = Math.floor(bytes.length / FOOTER_LENGTH) * FOOTER_LENGTH; at >= lowest; at -= FOOTER_LENGTH) {
    for (const length of [FOOTER_LENGTH, SHORT_FOOTER_LENGTH]) {
      const found = at + length < end ? null : footerAt(bytes.slice(at, at + length), from + at);
      if (found !== null && hasRightChecksum(found)) {
        return found;
      }
    }
  }
  return null;
}
