import { appendFileSync } from 'node:fs';

/** Something that could not be had here, in words for people. */
export interface NotRun {
  readonly what: string;
  readonly why: string;
}

/**
 * Tells the test runner that something could not be had here, so that its last lines can name it.
 * `VHD_TEST_NOT_RUN` names the file that collects it, one JSON object a line; without it (a single test run by hand) nothing is kept.
 */
export function recordNotRun(what: string, why: string): void {
  const file = process.env['VHD_TEST_NOT_RUN'];
  if (file === undefined) return;
  const notRun: NotRun = { what, why };
  appendFileSync(file, `${JSON.stringify(notRun)}\n`);
}
