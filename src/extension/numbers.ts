import { decimal, t } from '../engine/index';

// The rule of the page's numbers.ts holds here too.

/** Between groups of three digits: narrow, and no line is broken there. */
const GROUP_SPACE = '\u202f';

/** A whole number with its digits in groups of three: `42 949 672 960`. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, GROUP_SPACE);
}

/** A place in a file or on a disk: `0x4DA3E00`. */
export function hexadecimal(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** Mebibytes, rounded up to one decimal: no file seems smaller than it is. */
export function mebibytes(bytes: number): string {
  return `${decimal(Math.ceil((bytes / (1024 * 1024)) * 10) / 10)} MiB`;
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `40 GiB`, `1.21 GiB`, `512 bytes`: three digits at most, rounded down; no line is broken within. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return (bytes === 1 ? t('1 byte') : t('{0} bytes', bytes)).replace(' ', '\u00a0');
  const power = Math.min(UNITS.length, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  const scale = value >= 100 ? 1 : value >= 10 ? 10 : 100;
  return `${decimal(Math.floor(value * scale) / scale)}\u00a0${UNITS[power - 1] ?? ''}`;
}

/** The last part of a path of any system. */
export function nameOf(path: string): string {
  return /[^\\/]*$/.exec(path)?.[0] ?? path;
}

/**
 * As `nameOf`, short enough for a line: `web01_1CE6964B….avhd`. The first group of an id tells the files of a family from each other; who has to
 * know the whole name finds it in a question's first line, in a tooltip, and on the clipboard.
 */
export function shortNameOf(path: string): string {
  return nameOf(path).replaceAll(/([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '$1…');
}
