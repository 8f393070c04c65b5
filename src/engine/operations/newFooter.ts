import { SECTOR_SIZE } from '../image';
import { withChecksum } from '../vhd/checksum';
import { DISK_TYPE, encodeFooter, FOOTER_CHECKSUM_OFFSET, FORMAT_VERSION, NO_DATA_OFFSET } from '../vhd/footer';
import { geometryOf } from '../vhd/geometry';
import { timestampOfDate } from '../vhd/timestamp';
import type { NewImageFacts } from './diskWriter';

/** Bit 1 is reserved and always set. */
const FEATURES = 2;

/**
 * The footer of a new image. `dataOffset`: where the dynamic header stands, in bytes; null for a fixed image.
 *
 * It names Windows 10 as its creator: other programs decide by that whether the size or the geometry, which rounds down, is the disk's
 * size (FORMAT 1.2), and take the geometry from a creator that they do not know.
 */
export function newFooter(
  facts: NewImageFacts,
  virtualSize: number,
  dataOffset: number | null,
  sparseType: number = DISK_TYPE.dynamic,
): Uint8Array {
  const footer = encodeFooter({
    cookie: 'conectix',
    features: FEATURES,
    fileFormatVersion: FORMAT_VERSION,
    dataOffset: dataOffset === null ? NO_DATA_OFFSET : BigInt(dataOffset),
    timeStamp: timestampOfDate(facts.created),
    creatorApplication: 'win ',
    creatorVersion: 0x000a_0000,
    creatorHostOs: 'Wi2k',
    originalSize: BigInt(virtualSize),
    currentSize: BigInt(virtualSize),
    geometry: geometryOf(virtualSize / SECTOR_SIZE),
    diskType: dataOffset === null ? DISK_TYPE.fixed : sparseType,
    checksum: 0,
    uniqueId: facts.id,
    savedState: 0,
    hidden: 0,
    reserved: new Uint8Array(426),
  });
  return withChecksum(footer, FOOTER_CHECKSUM_OFFSET);
}
