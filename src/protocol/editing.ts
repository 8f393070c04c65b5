import type { BytePattern } from '../engine/chain/bytePattern';
import type { Edit, EditDone, EditPreview } from '../engine/editing/edit';
import type { ByteSource } from './session';

export type { BytePattern } from '../engine/chain/bytePattern';
export type { Edit, EditDone, EditPreview, EditTarget, FieldChange, OwnerChange } from '../engine/editing/edit';

/** What the page asks about editing; the host answers all of it, some with the help of the engine. */
export interface PageEditRequests {
  /** What an edit would do. */
  previewEdit: { params: { edit: Edit }; result: EditPreview };
  /** Makes an edit; the page is told the new state by a notification `opened`, because `edited`. */
  edit: { params: { edit: Edit }; result: EditDone };
  /** Lets the user choose a file, and writes a range into it. */
  exportRange: { params: { source: ByteSource; offset: number; length: number }; result: null };
  /** Lets the user choose a file whose content takes the place of the bytes from `offset` on. */
  importRange: { params: { target: 'disk' | 'file'; offset: number }; result: null };
  /** Asks whether a layer that others stand on is to be edited all the same; answered by `opened`, because `edited`. */
  editAnyway: { params: Record<string, never>; result: null };
}

/** A search from `from` on to the end, then from the start up to there. */
export interface FindOrder {
  /** A number that no other search of any page has; a later search takes the place of the page's earlier one. */
  readonly find: number;
  readonly source: ByteSource;
  readonly pattern: BytePattern;
  /** ASCII letters are found in either case. */
  readonly ignoreCase: boolean;
  /** Bytes. */
  readonly from: number;
}

/** One more part of a search is done. */
export interface FindRun {
  readonly find: number;
  /** Bytes from the start of the source, as found, in the order of the search; matches may overlap. */
  readonly hits: readonly number[];
  /** Bytes that are searched through, holes among them, and bytes in all. */
  readonly done: number;
  readonly total: number;
  /** `limit`: there are more than 10,000, and the search has ended. */
  readonly state: 'searching' | 'done' | 'limit' | 'failed';
  /** Why it failed, for people; null where it did not. */
  readonly failure: string | null;
}
