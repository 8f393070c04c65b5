import type { OpenedImage } from '../protocol/session';

/** A file of the chain as it was when it was opened: tells whether another program has written to it since. */
export interface ChainFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970 UTC. */
  readonly modified: number;
}

export interface OpenReport {
  readonly image: OpenedImage;
  /** From the leaf on. */
  readonly files: readonly ChainFile[];
  /** Another number when no edit of before can be undone or redone any more; a thread never says one twice of different edits. */
  readonly history: number;
}
