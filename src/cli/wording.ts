const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `40 GiB`, `1.5 MiB`, `512 bytes`: three digits at most, as people say it. */
export function sizeForPeople(bytes: number): string {
  if (bytes < 1024) {
    return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  }
  let value = bytes;
  let unit = '';
  for (const next of UNITS) {
    if (value < 1024 && unit !== '') {
      break;
    }
    value /= 1024;
    unit = next;
  }
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  // Rounded down: a file that misses a byte of 40 GiB is not 40 GiB large.
  const scale = 10 ** digits;
  return `${Math.floor(value * scale) / scale} ${unit}`;
}

/** `1,044,480` */
export function countForPeople(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `40 GiB (42,949,672,960 bytes)`; the bytes alone where they say it all. */
export function sizeInFull(bytes: number): string {
  const short = sizeForPeople(bytes);
  return bytes < 1024 ? short : `${short} (${countForPeople(bytes)} bytes)`;
}

/** `2020-10-14 10:23:18 UTC` */
export function timeForPeople(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `45 s`, `3 min`, `2 h 5 min` */
export function durationForPeople(seconds: number): string {
  if (seconds < 60) {
    return `${Math.ceil(seconds)} s`;
  }
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Control characters, line ends and marks that turn the direction of writing: in a name that a stranger chose they would draw on the
 * user's terminal, or make one line look like another.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A text that may hold anything, safe to show on one line. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
