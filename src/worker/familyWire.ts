import type { ParentPolicy } from '../engine/chain/chain';
import type { Family } from '../engine/chain/family';
import type { OtherFile } from '../engine/chain/familyFiles';
import type { Heap } from '../engine/chain/familyHeap';

/** What is to be looked at; the families of images that were told of before are known still. */
export interface FamilyOrder {
  /** Files with an image's name that came, changed or went. Absolute paths. */
  readonly images: readonly string[];
  /** All files that an operation of ours may have left, by their names. */
  readonly sideFiles: readonly string[];
  /** True where nothing that was known before counts any more. */
  readonly anew: boolean;
  readonly policy: ParentPolicy;
}

/** An operation that was cut short. */
export interface UnfinishedWork {
  /** The image that it stands beside. */
  readonly path: string;
  /** The merge that can go on; null for anything else. */
  readonly merge: { readonly path: string; readonly into: string } | null;
}

/** All that is known of the images of a workspace. */
export interface KnownFamilies extends Heap {
  readonly families: readonly Family[];
  /** Files with an image's name that cannot be opened as one; source code is not among them. */
  readonly unreadable: readonly OtherFile[];
  readonly unfinished: readonly UnfinishedWork[];
}

/** The families that a folder's heap of files is. A parent that only one image can be counts as found, wherever it lies. */
export interface RebuiltFolder extends KnownFamilies {
  /** Absolute, with every link followed. */
  readonly folder: string;
  /** False where there were more names than are looked at. */
  readonly isWhole: boolean;
}

export interface ToFamilyWorker {
  readonly id: number;
  readonly order: FamilyOrder;
}

export type FromFamilyWorker =
  { readonly id: number; readonly known: KnownFamilies } | { readonly id: number; readonly error: string };
