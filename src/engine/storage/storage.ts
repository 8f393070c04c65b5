/** Where the bytes of one file come from and go to. The engine never learns what stands behind it. */
export interface Storage {
  /** True when `write`, `truncate` and `flush` throw. */
  readonly readOnly: boolean;

  /** Length in bytes, as of now. */
  size(): number;

  /**
   * Reads into `target` from `offset` on (bytes, a safe integer >= 0).
   * Returns the number of bytes read: `target.length`, or less where the file ends before. The rest of `target` is left as it was.
   * Throws EngineError `file-access` when the system refuses.
   */
  read(offset: number, target: Uint8Array): number;

  /** Writes all of `bytes` at `offset`; a gap past the old end reads as zero. Throws EngineError `file-access`. */
  write(offset: number, bytes: Uint8Array): void;

  /** Sets the length in bytes; what is added reads as zero. */
  truncate(length: number): void;

  /** Returns when all that was written is on the medium. */
  flush(): void;

  /** Lets go of the file. Calling it twice does no harm. */
  close(): void;
}

/** Reads exactly `length` bytes, zeros standing in for what lies past the end of the file. `length` has been checked by the caller. */
export function readPadded(storage: Storage, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  storage.read(offset, bytes);
  return bytes;
}
