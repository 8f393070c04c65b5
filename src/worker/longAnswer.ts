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
  'previewEdit',
  'backupEdits',
  'describeEdits',
  'inspect',
]);

export function isHarmless(name: WorkerRequestName): boolean {
  return HARMLESS.has(name);
}

/** A question whose answer takes a while: it is worked on in slices, between others. */
export class LongAnswer {
  readonly id: number;
  readonly #steps: Iterator<unknown, unknown>;

  constructor(id: number, steps: Iterator<unknown, unknown>) {
    this.id = id;
    this.#steps = steps;
  }

  /** Goes on for some 10 ms; true once it is done. Throws what the work throws. `now`: milliseconds of a clock that never goes back. */
  work(now: () => number): boolean {
    const end = now() + SLICE_TIME;
    do {
      if (this.#steps.next().done === true) return true;
    } while (now() < end);
    return false;
  }
}
