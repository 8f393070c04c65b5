import { decimal, t } from './l10n';

// One rule for all that is read: groups of digits by a narrow space and dates as in ISO 8601, in every language; the decimal sign is the language's own.
// What is copied or typed has neither groups nor that sign.

/** Between groups of three digits: narrow, and no line is broken there. */
const GROUP_SPACE = '\u202f';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A whole number with its digits in groups of three: `42 949 672 960`. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, GROUP_SPACE);
}

/** A place in a file or on a disk: `0x4DA3E00`. */
export function hexadecimal(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** A number of bytes with at most three digits that matter: `1.21 GiB`, `40 GiB`, `512 bytes`. Rounded down, so that no size is overstated. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length) {
    value /= 1024;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const factor = 10 ** decimals;
  const number = decimal(Math.floor(value * factor) / factor);
  return unit === 0 ? t('{0} bytes', number) : `${number} ${UNITS[unit - 1] ?? ''}`;
}

/** A share of a whole for people: `3.4 %`; never 0 % or 100 % by rounding. */
export function shareText(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return `< ${decimal(0.1)} %`;
  if (percent > 99.9) return `> ${decimal(99.9)} %`;
  return `${percent < 10 || percent > 99 ? decimal(percent.toFixed(1)) : percent.toFixed(0)} %`;
}

/** A time on the user's clock, to the minute: `2026-11-03 09:12`. */
export function minuteText(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The same in UTC and to the second, as the file has it: `2026-11-03 09:12:44 UTC`. */
export function utcText(milliseconds: number): string {
  return new Date(milliseconds)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
