import { EngineError } from '../../../src/engine/errors';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { RecordingFileSystem } from '../../crash/recordingFileSystem';

/** What happens to an operation at the change of the disk with some number, 0 = its first. */
export interface Fault {
  /** The program is gone, and no further change is made; or there is no room for this one change, what frees room aside. */
  readonly kind: 'killed' | 'full';
  readonly change: number;
}

class Killed extends Error {}

/** Runs an operation that meets a fault. Returns null where that ended it, its result where it came to its end before. */
export function runWithFault<Result>(
  fileSystem: RecordingFileSystem,
  steps: Generator<unknown, Result, void>,
  { kind, change }: Fault,
): Result | null {
  let number = 0;
  fileSystem.beforeChange = (_, takesRoom) => {
    const at = number++;
    if (kind === 'killed' && at >= change) throw new Killed('killed');
    if (kind === 'full' && at === change && takesRoom) {
      throw new EngineError('no-space', { what: 'Writing', why: 'the disk is full', remedy: 'free some space' });
    }
  };
  try {
    return runToEnd(steps);
  } catch (error) {
    if (error instanceof Killed || EngineError.is(error, 'no-space')) return null;
    throw error;
  } finally {
    fileSystem.beforeChange = () => undefined;
  }
}
