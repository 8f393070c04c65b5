/** How far an operation is. It is yielded only where stopping is safe: `return` then leaves every file whole. */
export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** What is being done, for people: `Copying`. */
  readonly what: string;
}

/** Takes all steps at once. */
export function runToEnd<Result>(steps: Generator<unknown, Result, void>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}
