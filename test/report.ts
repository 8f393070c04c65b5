import { existsSync, readFileSync } from 'node:fs';

/** How tests ended, added up. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export function addCounts(total: Counts, more: Readonly<Counts>): void {
  total.passed += more.passed;
  total.failed += more.failed;
  total.skipped += more.skipped;
}

/** The line that closes a run. */
export function countsLine(counts: Readonly<Counts>): string {
  return `${String(counts.passed)} passed, ${String(counts.failed)} failed, ${String(counts.skipped)} skipped`;
}

interface ReportEvent {
  readonly kind: 'pass' | 'fail' | 'retry' | 'skip' | 'end' | 'note';
  readonly title?: string;
  readonly error?: string;
  readonly text?: string;
}

/** Lines of an error that are told again: what was found beside what was expected, and the seed that repeats it. */
const MAX_ERROR_LINES = 40;

/** What failed in this run, wherever: told again in its last lines, since a long run's beginning is often cut off. */
const failures: string[] = [];

export function recordFailure(title: string, error: string): void {
  const why = error.trim().split('\n').slice(0, MAX_ERROR_LINES).join('\n');
  failures.push(why === '' ? title : `${title}\n${indent(why)}`);
}

export function recordedFailures(): readonly string[] {
  return failures;
}

/** What failed and is run once more: told again like failures, since one that passes then has been seen to fail all the same. */
const retries: string[] = [];

export function recordedRetries(): readonly string[] {
  return retries;
}

/** Follows what reporter.cjs writes while the tests run, printing each result, and adds it all up. */
export class ReportReader {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  /** True once every test has been run. A host that breaks down never gets there. */
  isComplete = false;
  readonly #file: string;
  readonly #print: (line: string) => void;
  readonly #verbose: boolean;
  #linesRead = 0;

  /** `verbose` prints what passed too. */
  constructor(file: string, print: (line: string) => void, verbose = true) {
    this.#file = file;
    this.#verbose = verbose;
    this.#print = print;
  }

  readOn(): void {
    if (!existsSync(this.#file)) return;
    // The last piece is an unfinished line, or nothing.
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    for (const line of lines.slice(this.#linesRead)) this.#take(JSON.parse(line) as ReportEvent);
    this.#linesRead = lines.length;
  }

  #take(event: ReportEvent): void {
    if (event.kind === 'pass') {
      this.counts.passed += 1;
      if (this.#verbose) this.#print(`  ✔ ${event.title ?? ''}`);
    } else if (event.kind === 'skip') {
      this.counts.skipped += 1;
      if (this.#verbose) this.#print(`  - ${event.title ?? ''}`);
    } else if (event.kind === 'fail') {
      this.counts.failed += 1;
      recordFailure(event.title ?? '', event.error ?? '');
      this.#print(`  ✘ ${event.title ?? ''}\n${indent(event.error ?? '')}`);
    } else if (event.kind === 'retry') {
      retries.push(event.title ?? '');
      this.#print(`  ↻ ${event.title ?? ''}, which is run once more\n${indent(event.error ?? '')}`);
    } else if (event.kind === 'note') {
      this.#print(indent(event.text ?? ''));
    } else {
      this.isComplete = true;
    }
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '      ');
}
