import type { Finding, Severity } from '../finding';

/** Bytes from the start of the file. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Collects what opening an image brings up. */
export class FindingList {
  readonly findings: Finding[] = [];
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** `windowsError` is one of WINDOWS_ERRORS, or null. */
  add(
    severity: Severity,
    id: string,
    place: Place,
    words: { readonly found: string; readonly expected: string; readonly message: string },
    windowsError: string | null = null,
  ): void {
    const { offset, length } = place;
    this.findings.push({ id, severity, path: this.path, offset, length, ...words, windowsError });
  }
}

/** `0xFFFFEB12` */
export function hex32(number: number): string {
  return `0x${number.toString(16).toUpperCase().padStart(8, '0')}`;
}

/** `0x4DA3E00`, as offsets are written. */
export function hexOffset(offset: number | bigint): string {
  return `0x${offset.toString(16).toUpperCase()}`;
}
