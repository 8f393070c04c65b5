/** Stable codes; scripts may rely on them. */
export type EngineErrorCode =
  | 'file-not-found'
  | 'file-exists'
  | 'file-access'
  | 'not-a-file'
  | 'not-an-image'
  | 'unsupported-format'
  | 'unsupported-version'
  | 'damaged-image'
  | 'parent-not-found'
  | 'chain-cycle'
  | 'chain-too-deep'
  | 'out-of-range'
  | 'bad-value'
  | 'read-only'
  | 'outside-confinement'
  | 'unreadable-sectors'
  | 'too-large'
  | 'no-space'
  | 'in-use'
  | 'file-changed'
  | 'has-children'
  | 'unfinished-operation'
  | 'not-possible'
  | 'cancelled';

/** What an error tells a person: what failed, why, and what they can do about it. No full stops at the ends. */
export interface ErrorWords {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** Every failure that the engine foresees. Anything else that is thrown is a mistake of ours. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly words: ErrorWords;

  constructor(code: EngineErrorCode, words: ErrorWords, cause?: unknown) {
    super(`${words.what}: ${words.why}; ${words.remedy}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.words = words;
  }

  /** True for an EngineError, of the given code if one is given. */
  static is(error: unknown, code?: EngineErrorCode): error is EngineError {
    return error instanceof EngineError && (code === undefined || error.code === code);
  }
}
