import { SECTOR_SIZE } from '../image';

/** Every byte with its bits in the other order. */
const REVERSED_BITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) {
    reversed |= ((byte >> bit) & 1) << (7 - bit);
  }
  return reversed;
});

/** Bytes that a block's bitmap takes in the file: a bit a sector, rounded up to whole sectors. */
export function bitmapLength(blockSize: number): number {
  return Math.ceil(bitmapUsedLength(blockSize) / SECTOR_SIZE) * SECTOR_SIZE;
}

/** Bytes of it that hold bits of sectors. */
export function bitmapUsedLength(blockSize: number): number {
  return Math.ceil(blockSize / SECTOR_SIZE / 8);
}

/** Turns a bitmap whose least significant bit comes first into one whose most significant bit does, or back. */
export function reverseBits(bitmap: Uint8Array): void {
  for (let i = 0; i < bitmap.length; i++) {
    bitmap[i] = REVERSED_BITS[bitmap[i] ?? 0] ?? 0;
  }
}

/** Sets the first `bitCount` bits and clears the rest. */
export function fillBits(bitmap: Uint8Array, bitCount: number): void {
  bitmap.fill(0xff, 0, Math.ceil(bitCount / 8));
  clearBitsFrom(bitmap, bitCount);
}

/** Clears every bit from `bitCount` on, most significant bit first. */
export function clearBitsFrom(bitmap: Uint8Array, bitCount: number): void {
  const whole = bitCount >> 3;
  const rest = bitCount & 7;
  if (rest !== 0) {
    bitmap[whole] = (bitmap[whole] ?? 0) & (0xff00 >> rest);
  }
  bitmap.fill(0, whole + (rest === 0 ? 0 : 1));
}

/** Sets the bits from `from` up to `to`, exclusive, most significant first; or clears them. */
export function setBits(bitmap: Uint8Array, from: number, to: number, value = true): void {
  for (let bit = from; bit < to;) {
    if ((bit & 7) === 0 && to - bit >= 8) {
      const whole = to >>> 3;
      bitmap.fill(value ? 0xff : 0, bit >>> 3, whole);
      bit = whole * 8;
    } else {
      const mask = 0x80 >>> (bit & 7);
      const byte = bitmap[bit >>> 3] ?? 0;
      bitmap[bit >>> 3] = value ? byte | mask : byte & ~mask;
      bit++;
    }
  }
}

/** True where the bits from `from` up to `to`, exclusive, are all set. */
export function hasAllBits(bitmap: Uint8Array, from: number, to: number): boolean {
  for (let bit = from; bit < to;) {
    const byte = bitmap[bit >>> 3] ?? 0;
    if ((bit & 7) === 0 && to - bit >= 8) {
      if (byte !== 0xff) {
        return false;
      }
      bit += 8;
    } else if ((byte & (0x80 >>> (bit & 7))) === 0) {
      return false;
    } else {
      bit++;
    }
  }
  return true;
}
