/** Where a call's words end up; the tests have one of their own. */
export interface Terminal {
  /** Absolute path of the folder that relative paths count from. */
  readonly workingFolder: string;
  /** True where a person watches standard error, so that a line may be redrawn there. */
  readonly isWatched: boolean;
  /** Bytes to standard output. Throws OutputClosed where nobody reads on. */
  write(bytes: Uint8Array): void;
  /** Text to standard error. */
  writeError(text: string): void;
  /**
   * Has `listener` called instead of the process being ended when the user or the system asks for it; `exitCode` is what the process
   * is then to leave. Returns the way back.
   */
  onInterrupt(listener: (exitCode: number) => void): () => void;
}

/** Who read our output has read enough, as `head` does: no failure, and nothing more to say. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}
