import type * as vscode from 'vscode';
import type { ChainFile, OpenReport } from '../../worker/openReport';
import type { LoadedFile } from '../../worker/wire';

/** Has the engine open the chain: with the files that were loaded for it, or with null where it reads them itself. */
export type OpenWith = (loaded: readonly LoadedFile[] | null) => Promise<OpenReport>;

/** Watches until it is disposed of. */
export interface FileWatch {
  dispose(): void;
}

/** Where the files of a chain come from. */
export interface ImageSource {
  /** How the engine calls the leaf. */
  readonly path: string;
  /** Why nothing can be changed, for people; null where it can. */
  readonly readOnlyReason: string | null;

  /** The address of another file of the chain. */
  uriOf(path: string): vscode.Uri;

  /**
   * Opens the chain, as often as it takes to find the parents. `given`: paths of the files that the user named for parents.
   * Rejects with words for people.
   */
  open(given: readonly string[], openWith: OpenWith): Promise<OpenReport>;

  /** Loads one file for the engine; null where it reads it itself. Rejects with words for people. */
  load(path: string): Promise<LoadedFile | null>;

  /** A file as it is now; null where it is gone or cannot be asked for. */
  factsOf(path: string): Promise<ChainFile | null>;

  /** A text that changes with what stands at a path, empty where nothing does; a link is not followed. */
  traceOf(path: string): Promise<string>;

  /** Calls back when something happens to one of the files; it may be nothing of interest. */
  watch(paths: readonly string[], happened: () => void): FileWatch;
}
