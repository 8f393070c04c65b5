import { EngineError, t, type CheckStep } from '../engine/index';
import { LongAnswer } from './longAnswer';
import type { RepairAnswer, WorkerNotification } from './wire';

/** Progress is told no oftener than that, in milliseconds. */
const TELL_INTERVAL = 100;

export interface RepairQueueEvents {
  readonly answer: (id: number, result: RepairAnswer) => void;
  readonly fail: (id: number, error: unknown) => void;
  readonly tell: (notification: WorkerNotification) => void;
}

/** Looks for what can be put right in an image, between the questions about it: the last one that was asked counts, and a change of the image ends it. */
export class RepairQueue {
  readonly #events: RepairQueueEvents;
  readonly #now: () => number;
  #asked: LongAnswer<RepairAnswer> | null = null;
  #toldAt = -Infinity;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(events: RepairQueueEvents, now: () => number) {
    this.#events = events;
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#asked === null;
  }

  /** Begins to look; what is still being looked for is answered with a failure. */
  begin(id: number, steps: Iterator<CheckStep, RepairAnswer>): void {
    this.stop();
    this.#asked = new LongAnswer(id, steps);
    this.#toldAt = this.#now();
  }

  /** The image is another one now, or something else is wanted. */
  stop(): void {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    asked.stop();
    this.#events.fail(asked.id, outdated());
  }

  work(): void {
    const asked = this.#asked;
    if (asked === null) return;
    try {
      const step = asked.work(this.#now);
      if (step.done === true) {
        this.#asked = null;
        this.#events.answer(asked.id, step.value);
      } else {
        this.#tell(step.value as CheckStep);
      }
    } catch (error) {
      this.#asked = null;
      this.#events.fail(asked.id, error);
    }
  }

  #tell({ doneBytes, totalBytes }: CheckStep): void {
    const now = this.#now();
    if (now - this.#toldAt < TELL_INTERVAL) return;
    this.#toldAt = now;
    this.#events.tell({ type: 'repairProgress', doneBytes, totalBytes });
  }
}

function outdated(): EngineError {
  return new EngineError('cancelled', {
    what: t('Looking for what can be repaired'),
    why: t('the image was changed meanwhile, or something else was asked'),
    remedy: t('look again'),
  });
}
