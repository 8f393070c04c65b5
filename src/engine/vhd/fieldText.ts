import { decimal, t, utcText } from '../l10n';
import { dateOfTimestamp } from './timestamp';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** `42 949 672 960`: digits in groups, as people read them. */
export function grouped(number: number | bigint): string {
  return number.toString().replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `40 GiB`, `1.5 MiB`; at most two decimals, rounded down. `2040 GiB` stays whole, since two decimals of a TiB would not say it. */
export function sizeText(bytes: number | bigint): string {
  let unit = 0;
  let size = Number(bytes);
  while (size >= 1024 && unit < UNITS.length) {
    const isTold = Number.isInteger((size / 1024) * 100);
    if (Number.isInteger(size) && size < 10_000 && !isTold) {
      break;
    }
    size /= 1024;
    unit++;
  }
  const number = decimal(Math.floor(size * 100) / 100);
  return unit === 0 ? t('{0} bytes', number) : `${number} ${UNITS[unit - 1] ?? ''}`;
}

/** `2026-11-03 09:12:44 UTC`, or that there is none. */
export function timeText(timestamp: number): string {
  const date = dateOfTimestamp(timestamp);
  return date === null ? t('not set') : utcText(date.getTime());
}

/** The names of the bits that are set, `bit 5` for one without a name; null where none is. */
export function flagsText(flags: number, names: readonly string[]): string | null {
  const set: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    if (((flags >>> bit) & 1) === 1) {
      set.push(names[bit] ?? t('bit {0}', bit));
    }
  }
  return set.length === 0 ? null : set.join(', ');
}

/** Bytes in pairs of hexadecimal digits, zeros at the end left out: `01 AB`, or `all zero`. */
export function hexBytes(bytes: Uint8Array): string {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const pairs = Array.from(bytes.subarray(0, end), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return pairs.length === 0 ? 'all zero' : pairs.join(' ');
}

/** What stands in a stretch that should hold nothing. */
export function reservedText(bytes: Uint8Array): string {
  const used = bytes.reduce((count, byte) => count + (byte === 0 ? 0 : 1), 0);
  return used === 0 ? t('all zero') : t('{0} of {1} bytes not zero', used, bytes.length);
}
