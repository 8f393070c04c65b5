export type Severity = 'error' | 'warning' | 'note';

/** One fact that looking at an image brought up. Fields as in the command line's contract. */
export interface Finding {
  /** Stable, in kebab-case: `footer-checksum`, `bat-entry-beyond-file`. */
  readonly id: string;
  readonly severity: Severity;
  /** Absolute path of the image it concerns. */
  readonly path: string;
  /** Where in that file, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** What stands there, and what was expected, as a person would write it. */
  readonly found: string;
  readonly expected: string;
  /** Name and code as in winerror.h, `ERROR_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH (0xC03A0002)`; null where Windows has none. */
  readonly windowsError: string | null;
  /** One sentence for people. */
  readonly message: string;
}
