/** How far a check is, yielded where stopping is safe. */
export interface CheckStep {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** What is being done, for people: `Reading bitmaps`. */
  readonly what: string;
}

/** What a check is told beside the image. */
export interface CheckOptions {
  /** Times later than this are in the future. Milliseconds since 1970. */
  readonly now: number;
}
