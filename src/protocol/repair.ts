import type { Finding } from './session';

/**
 * Ids of findings that a repair may end. Whether one does is known when the image was looked at; a test holds this list to what the engine can do.
 */
export const REPAIRABLE_FINDINGS: ReadonlySet<string> = new Set([
  'footer-missing',
  'not-an-image',
  'block-cut-off',
  'footer-checksum',
  'footer-copy-missing',
  'footer-copy-differs',
  'footer-copy-checksum',
  'unfinished-operation',
  'footer-before-padding',
  'footer-short',
  'header-elsewhere',
  'header-cookie',
  'header-checksum',
  'header-version',
  'bat-place',
  'block-size',
  'too-many-blocks',
  'bat-truncated',
  'bat-too-small',
  'bat-entry-beyond-file',
  'block-over-structure',
  'bat-entry-duplicate',
  'blocks-overlap',
  'batmap-stale',
  'batmap-absent',
  'batmap-checksum',
  'bitmap-past-end',
  'unmarked-data',
]);

/** True for what an operation of our own left when it was cut short: that is ended and not repaired. */
export function isUnfinished(findingId: string): boolean {
  return findingId === 'unfinished-save' || findingId === 'unfinished-swap' || findingId === 'unfinished-merge';
}

/** What can be put right in an open image, and what would be; nothing is changed yet. */
export interface RepairPreview {
  /** What the page names it by when it is to be done. */
  readonly number: number;
  /** In the order in which they are done; all that could be done, chosen or not. */
  readonly proposals: readonly ShownRepair[];
  /** Findings that stay, errors and warnings: why nothing can be done about them, and what can be done all the same. */
  readonly unrepairable: readonly LeftFinding[];
  /** Errors and warnings when all chosen ones are done. */
  readonly problemsAfter: number;
  /** What of the disk can be read then, for people. */
  readonly readable: string;
  /** An operation of ours was cut short: that is ended before anything else. */
  readonly isUnfinished: boolean;
  /** Bytes of the file. */
  readonly lengthBefore: number;
  readonly lengthAfter: number;
}

export interface LeftFinding {
  readonly id: Finding['id'];
  readonly offset: number;
  readonly length: number;
  readonly why: string;
  readonly remedy: string;
}

/** One thing that can be put right, in words and in bytes. */
export interface ShownRepair {
  /** What it is chosen by. */
  readonly key: string;
  /** Ids of the findings that it ends. */
  readonly findings: readonly string[];
  /** Of a place that several blocks claim: the one that gives it up, then the others; empty for anything else. */
  readonly blocks: readonly number[];
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** What cannot be known, or what is given up; null for nothing. */
  readonly doubt: string | null;
  /** False where only a person can decide. */
  readonly isDefault: boolean;
  readonly isChosen: boolean;
  /** By rising offset; the first ones where there are many. */
  readonly changes: readonly ShownChange[];
  readonly changeCount: number;
  /** Bytes that change, those of changes that are not shown too. */
  readonly changedLength: number;
  readonly lengthBefore: number;
  readonly lengthAfter: number;
}

/** Bytes of the file and what will stand there. */
export interface ShownChange {
  readonly offset: number;
  /** Bytes; the longer one of both sides. */
  readonly length: number;
  /** The first bytes, where there are many; shorter, or none, past the end of the file. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** What the page asks about repairs; the host answers with the help of the engine. */
export interface PageRepairRequests {
  /** Looks for what can be put right in the leaf. `only`: keys of what is to be done; null for what needs no decision. */
  planRepair: { params: { only: readonly string[] | null }; result: RepairPreview };
  /** Makes what a preview showed one edit that is not saved; the page is told the new state by a notification `opened`, because `edited`. */
  repair: { params: { number: number }; result: null };
}
