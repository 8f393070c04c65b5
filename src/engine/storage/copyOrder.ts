import type { Storage } from './storage';

/** Bytes of a stretch at most: what one of a team copies before it looks for more. */
export const MAX_STRETCH_LENGTH = 1024 * 1024;

/** Where some bytes come from. */
export interface CopySegment {
  /** Index in `CopyOrder.sources`. */
  readonly source: number;
  /** Bytes from the start of that file, and how many. */
  readonly offset: number;
  readonly length: number;
}

/** Neighbouring bytes of the target, at most MAX_STRETCH_LENGTH, and where they come from, one after the other. */
export interface CopyStretch {
  readonly targetOffset: number;
  readonly segments: readonly CopySegment[];
}

export interface CopyOrder {
  /** Open for writing, and long enough unless it may grow by being written. Nobody else writes to the stretches until they are settled. */
  readonly target: Storage;
  readonly sources: readonly Storage[];
  /** True reads back what was written and compares it. */
  readonly verifies: boolean;
  /** True leaves out what is all zero, in grains of HOLE_GRAIN: the target has zeros there. */
  readonly skipsZeros: boolean;
  /** True where the target is brought to the medium again and again meanwhile. */
  readonly flushes: boolean;
  /** Bytes in all, roughly: tells whether helpers are worth their start. */
  readonly length: number;
}

/** Copies stretches of files into another one, in any order and perhaps several at a time. */
export interface CopyTeam {
  /** Takes a stretch on: it is copied when `settle` has returned. Does some of the work itself, so that never much waits. */
  add(stretch: CopyStretch): void;

  /** Returns when all that was taken on is done, with those stretches that could not be copied or did not read as written. */
  settle(): readonly CopyStretch[];

  /** Has the system begin to bring what stands in the target to the medium, where that goes on by itself; promises nothing. */
  startEarlyFlush(): void;

  /** Begins to bring all that stands in the target to the medium. What is written after it may come there or not. `endFlush` comes before the next. */
  startFlush(): void;

  /** True while that goes on. */
  readonly isFlushing: boolean;

  /** Returns when that is done; at once where nothing was started. Throws as `Storage.flush`. */
  endFlush(): void;

  /** True as soon as one of them failed: to go on may be in vain, as on a full disk. */
  readonly hasFailed: boolean;

  /** Bytes that were written by settled stretches. */
  readonly bytesWritten: number;

  /** Lets what is being copied end and drops what waits. Calling it twice does no harm. */
  close(): void;
}
