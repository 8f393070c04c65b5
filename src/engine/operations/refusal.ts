import { EngineError, type EngineErrorCode } from '../errors';

/** Why an operation cannot be done, as part of its plan. */
export interface Refusal {
  readonly code: EngineErrorCode;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** The files that stand in the way. */
  readonly paths: readonly string[];
}

/** Throws what the first refusal says; an operation that is run against its plan changes nothing. */
export function requireNoRefusal(refusals: readonly Refusal[]): void {
  const [first] = refusals;
  if (first !== undefined) {
    const { what, why, remedy } = first;
    throw new EngineError(first.code, { what, why, remedy });
  }
}

/** What `ask` throws as a refusal; null where it does not throw. */
export function refusalOf(path: string, ask: () => void): Refusal | null {
  try {
    ask();
    return null;
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return { code: error.code, ...error.words, paths: [path] };
  }
}
