import type { CopySegment, CopyStretch } from './copyOrder';

/** Stretches and segments that a board holds. */
const STRETCHES = 4096;
const SEGMENTS = 16_384;

/** Numbers of a stretch on the board: offset in the target, first segment, count of segments. Of a segment: source, offset, length. */
const STRETCH_NUMBERS = 3;
const SEGMENT_NUMBERS = 3;

/** Places of the counters. */
const NEXT = 0;
const END = 1;
const DONE = 2;
/** Changes with every stretch that comes, and at the end: what threads without work wait for. */
const NEWS = 3;
const CLOSED = 4;
const FAILURES = 5;
/** Threads that sleep, or are about to: where there is none, nobody need be woken, which is a call of the system each time. */
const SLEEPERS = 6;
const COUNTERS = 8;

const FAILED = -1;

/** A stretch that somebody has taken from the board. */
export interface ClaimedStretch {
  readonly index: number;
  readonly stretch: CopyStretch;
}

/**
 * Stretches that wait to be copied, in memory that threads share. One thread posts and clears, the others (and it) claim and report. Threads that wait sleep.
 */
export class CopyBoard {
  /** To be given to another thread, which makes its own board of it. */
  readonly memory: SharedArrayBuffer;
  readonly #counters: Int32Array;
  /** Bytes written of each stretch, or FAILED. */
  readonly #results: Int32Array;
  readonly #stretches: Float64Array;
  readonly #segments: Float64Array;
  /** Segments in use; only the thread that posts knows. */
  #segmentCount = 0;

  constructor(memory?: SharedArrayBuffer) {
    const counterBytes = COUNTERS * 4;
    const resultBytes = STRETCHES * 4;
    const stretchBytes = STRETCHES * STRETCH_NUMBERS * 8;
    this.memory =
      memory ?? new SharedArrayBuffer(counterBytes + resultBytes + stretchBytes + SEGMENTS * SEGMENT_NUMBERS * 8);
    this.#counters = new Int32Array(this.memory, 0, COUNTERS);
    this.#results = new Int32Array(this.memory, counterBytes, STRETCHES);
    this.#stretches = new Float64Array(this.memory, counterBytes + resultBytes, STRETCHES * STRETCH_NUMBERS);
    this.#segments = new Float64Array(this.memory, counterBytes + resultBytes + stretchBytes);
  }

  /** How many nobody has claimed yet. */
  get waiting(): number {
    return Atomics.load(this.#counters, END) - Atomics.load(this.#counters, NEXT);
  }

  /** True where a stretch that has not been collected yet has failed. */
  get hasFailures(): boolean {
    return Atomics.load(this.#counters, FAILURES) > 0;
  }

  /** Puts a stretch on the board; false where it is full. */
  post({ targetOffset, segments }: CopyStretch): boolean {
    const index = Atomics.load(this.#counters, END);
    if (index === STRETCHES || this.#segmentCount + segments.length > SEGMENTS) {
      return false;
    }
    this.#stretches.set([targetOffset, this.#segmentCount, segments.length], index * STRETCH_NUMBERS);
    for (const { source, offset, length } of segments) {
      this.#segments.set([source, offset, length], this.#segmentCount * SEGMENT_NUMBERS);
      this.#segmentCount++;
    }
    // What was written before this is seen by whoever sees this.
    Atomics.store(this.#counters, END, index + 1);
    this.#tell(NEWS);
    return true;
  }

  /** Takes the next stretch; null where none waits. It is to be reported, whatever comes of it. */
  claim(): ClaimedStretch | null {
    for (;;) {
      const index = Atomics.load(this.#counters, NEXT);
      if (index >= Atomics.load(this.#counters, END)) {
        return null;
      }
      if (Atomics.compareExchange(this.#counters, NEXT, index, index + 1) === index) {
        return { index, stretch: this.#stretch(index) };
      }
    }
  }

  /** `bytesWritten`: null where it failed. */
  report(index: number, bytesWritten: number | null): void {
    Atomics.store(this.#results, index, bytesWritten ?? FAILED);
    if (bytesWritten === null) {
      Atomics.add(this.#counters, FAILURES, 1);
    }
    this.#tell(DONE);
  }

  /** Claims, and sleeps until there is something to claim; null when the board was closed. */
  waitAndClaim(): ClaimedStretch | null {
    for (;;) {
      const news = Atomics.load(this.#counters, NEWS);
      if (Atomics.load(this.#counters, CLOSED) === 1) {
        return null;
      }
      const claimed = this.claim();
      if (claimed !== null) {
        return claimed;
      }
      this.#sleep(NEWS, news);
    }
  }

  /** Sleeps until all that was claimed is reported. Nothing is posted meanwhile. */
  waitForReports(): void {
    for (;;) {
      const done = Atomics.load(this.#counters, DONE);
      if (done >= Atomics.load(this.#counters, NEXT)) {
        return;
      }
      this.#sleep(DONE, done);
    }
  }

  /** Takes away what nobody has claimed, all of which is then as if it had never been posted. */
  withdraw(): void {
    for (let claimed = this.claim(); claimed !== null; claimed = this.claim()) {
      this.report(claimed.index, 0);
    }
  }

  /** What came of the stretches, all of which are reported; empties the board. */
  collect(): { readonly bytesWritten: number; readonly failed: readonly CopyStretch[] } {
    const failed: CopyStretch[] = [];
    let bytesWritten = 0;
    const count = Atomics.load(this.#counters, END);
    for (let index = 0; index < count; index++) {
      const result = Atomics.load(this.#results, index);
      if (result === FAILED) {
        failed.push(this.#stretch(index));
      } else {
        bytesWritten += result;
      }
    }
    this.#segmentCount = 0;
    // In this order nobody ever sees more to claim than there is.
    Atomics.store(this.#counters, END, 0);
    Atomics.store(this.#counters, NEXT, 0);
    Atomics.store(this.#counters, DONE, 0);
    Atomics.store(this.#counters, FAILURES, 0);
    return { bytesWritten, failed };
  }

  /** Sends all threads that wait away. */
  close(): void {
    Atomics.store(this.#counters, CLOSED, 1);
    this.#tell(NEWS);
  }

  #stretch(index: number): CopyStretch {
    const at = index * STRETCH_NUMBERS;
    const [targetOffset = 0, first = 0, count = 0] = this.#stretches.subarray(at, at + STRETCH_NUMBERS);
    const segments: CopySegment[] = [];
    for (let number = first; number < first + count; number++) {
      const from = number * SEGMENT_NUMBERS;
      const [source = 0, offset = 0, length = 0] = this.#segments.subarray(from, from + SEGMENT_NUMBERS);
      segments.push({ source, offset, length });
    }
    return { targetOffset, segments };
  }

  /** Counts on, and wakes those who sleep until it does. */
  #tell(counter: number): void {
    Atomics.add(this.#counters, counter, 1);
    // Who is not counted yet looks at the counter once more before it sleeps.
    if (Atomics.load(this.#counters, SLEEPERS) > 0) {
      Atomics.notify(this.#counters, counter);
    }
  }

  /** Until the counter stands at something else than `seen`. */
  #sleep(counter: number, seen: number): void {
    Atomics.add(this.#counters, SLEEPERS, 1);
    Atomics.wait(this.#counters, counter, seen);
    Atomics.sub(this.#counters, SLEEPERS, 1);
  }
}
