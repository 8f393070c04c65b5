import type { CopySegment, CopyStretch } from './copyOrder';

/** Stretches and segments that a board holds. */
const STRETCHES = 4096;
const SEGMENTS = 16_384;

/** Numbers of a stretch on the board: offset in the target, first segment, count of segments. Of a segment: source, offset, length. */
const STRETCH_NUMBERS = 3;
const SEGMENT_NUMBERS = 3;

/**
 * Places of the counters. NEXT, END and DONE only ever grow, past the largest number to the smallest: a thread that was held up while it claimed would
 * take what others have done long since if they began again at 0. So they are compared by their difference, and a stretch's place is its number's remainder.
 */
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
  /** Its number on the board, which may be negative. */
  readonly number: number;
  readonly stretch: CopyStretch;
}

/** Where the stretch of a number lies on the board. */
function placeOf(number: number): number {
  // STRETCHES is a power of two.
  return number & (STRETCHES - 1);
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
  /** The number of the first stretch that has not been collected, and the segments in use; only the thread that posts knows them. */
  #first: number;
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
    this.#first = Atomics.load(this.#counters, END);
  }

  /** How many nobody has claimed yet. */
  get waiting(): number {
    return (Atomics.load(this.#counters, END) - Atomics.load(this.#counters, NEXT)) | 0;
  }

  /** True where a stretch that has not been collected yet has failed. */
  get hasFailures(): boolean {
    return Atomics.load(this.#counters, FAILURES) > 0;
  }

  /** Puts a stretch on the board; false where it is full. */
  post({ targetOffset, segments }: CopyStretch): boolean {
    const end = Atomics.load(this.#counters, END);
    if (((end - this.#first) | 0) === STRETCHES || this.#segmentCount + segments.length > SEGMENTS) {
      return false;
    }
    this.#stretches.set([targetOffset, this.#segmentCount, segments.length], placeOf(end) * STRETCH_NUMBERS);
    for (const { source, offset, length } of segments) {
      this.#segments.set([source, offset, length], this.#segmentCount * SEGMENT_NUMBERS);
      this.#segmentCount++;
    }
    // What was written before this is seen by whoever sees this.
    Atomics.add(this.#counters, END, 1);
    this.#tell(NEWS);
    return true;
  }

  /** Takes the next stretch; null where none waits. It is to be reported, whatever comes of it. */
  claim(): ClaimedStretch | null {
    for (;;) {
      const number = Atomics.load(this.#counters, NEXT);
      if (((Atomics.load(this.#counters, END) - number) | 0) <= 0) {
        return null;
      }
      if (Atomics.compareExchange(this.#counters, NEXT, number, number + 1) === number) {
        return { number, stretch: this.#stretch(number) };
      }
    }
  }

  /** `bytesWritten`: null where it failed. */
  report(number: number, bytesWritten: number | null): void {
    Atomics.store(this.#results, placeOf(number), bytesWritten ?? FAILED);
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
      if (done === Atomics.load(this.#counters, NEXT)) {
        return;
      }
      this.#sleep(DONE, done);
    }
  }

  /** Takes away what nobody has claimed, all of which is then as if it had never been posted. */
  withdraw(): void {
    for (let claimed = this.claim(); claimed !== null; claimed = this.claim()) {
      this.report(claimed.number, 0);
    }
  }

  /** What came of the stretches, all of which are reported; empties the board. */
  collect(): { readonly bytesWritten: number; readonly failed: readonly CopyStretch[] } {
    const failed: CopyStretch[] = [];
    let bytesWritten = 0;
    const end = Atomics.load(this.#counters, END);
    for (let number = this.#first; number !== end; number = (number + 1) | 0) {
      const result = Atomics.load(this.#results, placeOf(number));
      if (result === FAILED) {
        failed.push(this.#stretch(number));
      } else {
        bytesWritten += result;
      }
    }
    this.#first = end;
    this.#segmentCount = 0;
    Atomics.store(this.#counters, FAILURES, 0);
    return { bytesWritten, failed };
  }

  /** Sends all threads that wait away. */
  close(): void {
    Atomics.store(this.#counters, CLOSED, 1);
    this.#tell(NEWS);
  }

  #stretch(number: number): CopyStretch {
    const at = placeOf(number) * STRETCH_NUMBERS;
    const [targetOffset = 0, first = 0, count = 0] = this.#stretches.subarray(at, at + STRETCH_NUMBERS);
    const segments: CopySegment[] = [];
    for (let index = first; index < first + count; index++) {
      const from = index * SEGMENT_NUMBERS;
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
