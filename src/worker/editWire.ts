import type { Edit, EditDone, EditPreview, HostEdit } from '../engine/editing/edit';
import type { RelinkPlan } from '../engine/operations/relink';
import type { OpenReport } from './openReport';

/** The document after something happened to it. */
export interface EditState extends OpenReport {
  /** Whether the image differs from its file: undoing all edits since a save makes it equal again. */
  readonly isChanged: boolean;
  /** Bytes that the edits take, those that were undone too. */
  readonly memory: number;
}

/** One edit of a backup, and whether it can still be made. */
export interface KeptEdit {
  readonly label: string;
  /** Every byte that it replaces stands in the file as it did then (after the edits before it that fit). */
  readonly fits: boolean;
}

/** What came of edits that were kept when VS Code closed, or when another program changed the file under them. */
export type RestoreReport =
  | { readonly outcome: 'restored'; readonly state: EditState }
  /** The file is not the one that the edits were made for. Nothing was applied; the edits are kept until one of the other requests settles it. */
  | {
      readonly outcome: 'mismatch';
      readonly reasons: readonly string[];
      readonly edits: readonly KeptEdit[];
      /** The file without the edits. */
      readonly state: EditState;
    };

/** What the extension host asks the worker of a document about its edits. A page never asks these by itself. */
export interface EditRequests {
  /** What an edit would do; nothing is changed. */
  previewEdit: { params: { edit: Edit }; result: EditPreview };
  /** What it would change to name another parent; a mismatch of the two is told in the plan and refused by nobody yet. */
  planRelink: { params: { parentPath: string }; result: RelinkPlan };
  /** Makes an edit. `memoryLimit`: bytes that all edits of the document may take; code `too-large` where it would be more. */
  edit: {
    params: { edit: Edit | HostEdit; memoryLimit: number };
    result: { done: EditDone; state: EditState };
  };
  undoEdit: { params: { id: number }; result: EditState };
  redoEdit: { params: { id: number }; result: EditState };
  /**
   * Brings all edits into the file, atomically. Fails with code `file-changed`, nothing written, where another program has changed the file since it was
   * opened. Edits made before stay, and can be undone and redone after it.
   */
  saveEdits: { params: Record<string, never>; result: EditState };
  /** Writes the image as it is shown to a new file, whole or not at all, with the ways to its parent right for the new place. */
  saveCopy: { params: { path: string; replace: boolean }; result: null };
  /** Forgets all edits that are not saved and reads the file anew. Those that are can still be undone, unless another program has changed the file. */
  revertEdits: { params: Record<string, never>; result: EditState };
  /** All unsaved edits with a fingerprint of the file they were made for. */
  backupEdits: { params: Record<string, never>; result: { bytes: Uint8Array } };
  /** Takes a backup in, as soon as the image is open. The edits become one state without a history. One of edits that are shown already changes nothing. */
  restoreEdits: { params: { bytes: Uint8Array }; result: RestoreReport };
  /**
   * After another program changed the file: reads it anew and reports whether the edits still fit. `openChain` for an image that is open does the same before
   * all else: its edits stay, or are kept.
   */
  rebaseEdits: { params: Record<string, never>; result: RestoreReport };
  /** After a mismatch: makes those kept edits that fit, and forgets the others. */
  applyFitting: { params: Record<string, never>; result: EditState };
  /** After a mismatch, or at any time: the kept edits as a text for people, offsets and bytes before and after. */
  describeEdits: { params: Record<string, never>; result: { text: string } };
  /** After a mismatch: forgets the kept edits. */
  forgetKept: { params: Record<string, never>; result: EditState };
  /** Writes a range of bytes to a new file. */
  exportRange: {
    params: { source: { kind: 'file' | 'disk'; layer: number }; offset: number; length: number; path: string };
    result: null;
  };
}
