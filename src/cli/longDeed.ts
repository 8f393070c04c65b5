import { ProgressLine } from './progressLine';
import type { Terminal } from './terminal';

/** The user can interrupt so often, in milliseconds. */
const BREATH_TIME = 50;

/** How far a long deed is. */
export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type Outcome<Result> =
  | { readonly result: Result; readonly exitCode: 0 }
  /** It was interrupted; `exitCode` is what the process is to leave. */
  | { readonly result: null; readonly exitCode: number };

/** Takes the steps of a long deed one by one, shows how far it is, and stops between two of them when the user wants it to. */
export async function driveSteps<Result>(
  terminal: Terminal,
  what: string,
  steps: Generator<Progress, Result, void>,
): Promise<Outcome<Result>> {
  const progress = new ProgressLine(terminal, what);
  const interruption: { exitCode: number | null } = { exitCode: null };
  const stopListening = terminal.onInterrupt((exitCode) => {
    interruption.exitCode = exitCode;
  });
  try {
    let lastBreath = performance.now();
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) {
        return { result: step.value, exitCode: 0 };
      }
      if (performance.now() - lastBreath >= BREATH_TIME) {
        progress.update(step.value.doneBytes, step.value.totalBytes);
        // Signals are heard only when nothing runs.
        await new Promise(setImmediate);
        lastBreath = performance.now();
      }
      if (interruption.exitCode !== null) {
        return { result: null, exitCode: interruption.exitCode };
      }
    }
  } finally {
    stopListening();
    // Where there are steps left, the deed clears up behind it.
    steps.return(undefined as never);
    progress.clear();
  }
}
