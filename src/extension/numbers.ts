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
  return `${String(Math.ceil((bytes / (1024 * 1024)) * 10) / 10)} MiB`;
}

/** `2026-11-03 09:12:44 UTC`; milliseconds since 1970. */
export function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
