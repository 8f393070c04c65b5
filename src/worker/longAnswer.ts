import type { WorkerRequestName } from './wire';

/** How long a copy holds the thread before questions are let through, in milliseconds. */
const SLICE_TIME = 10;

/** Questions that are answered while a copy is made; whatever would change what is copied waits until it is done. */
const HARMLESS: ReadonlySet<WorkerRequestName> = new Set([
  'blockMap',
  'blockDetail',
  'readBytes',
  'structureRoots',
  'structureChildren',
  'structureAt',
  'structureOfBlock',
  'previewEdit',
  'planRelink',
  'planRepair',
  'backupEdits',
  'describeEdits',
  'inspect',
]);

export function isHarmless(name: WorkerRequestName): boolean {
  return HARMLESS.has(name);
}

/** A question whose answer takes a while: it is worked on in slices, between others. */
export class LongAnswer<Result = unknown> {
  readonly id: number;
  readonly #steps: Iterator<unknown, Result>;

  constructor(id: number, steps: Iterator<unknown, Result>) {
    this.id = id;
    this.#steps = steps;
  }

  /** Goes on for some 10 ms, or to the end; returns the last step. Throws what the work throws. `now`: milliseconds of a clock that never goes back. */
  work(now: () => number): IteratorResult<unknown, Result> {
    const end = now() + SLICE_TIME;
    for (;;) {
      const step = this.#steps.next();
      if (step.done === true || now() >= end) return step;
    }
  }

  /** Nobody wants the answer any more; what is worked on is left whole. */
  stop(): void {
    this.#steps.return?.();
  }
}
