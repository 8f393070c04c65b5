import type { ParentPolicy } from '../engine/chain/chain';
import type { EngineErrorCode, ErrorWords } from '../engine/errors';
import type { ImageType } from '../engine/image';
import type {
  CheckedImage,
  EditGrounds,
  MergePlan,
  MergeResult,
  MergeToFilePlan,
  MergeToFileResult,
  Progress,
  RevertPlan,
} from '../engine/index';
import type { RevertResult } from '../engine/operations/revert';
import type { SnapshotPlan, SnapshotResult } from '../engine/operations/snapshot';

/** What is planned, by kind: how it is asked for, what the plan is like, and what comes of it when it is run. Paths are absolute. */
export interface Operations {
  snapshot: {
    options: { readonly path: string; readonly keepName: boolean };
    plan: SnapshotPlan;
    result: SnapshotResult;
  };
  revert: {
    options: {
      readonly path: string;
      readonly to: string | null;
      readonly keepAs: string | null;
      readonly prune: boolean;
    };
    plan: RevertPlan;
    result: RevertResult;
  };
  merge: {
    options: { readonly path: string; readonly into: string | null };
    plan: MergePlan;
    result: MergeResult;
  };
  mergeToFile: {
    options: { readonly path: string; readonly to: string; readonly format: 'dynamic' | 'fixed' };
    plan: MergeToFilePlan;
    result: MergeToFileResult;
  };
}

export type OperationKind = keyof Operations;

/** What every operation is told beside the images that it is about. */
export interface OperationGround {
  readonly policy: ParentPolicy;
  /** Folders in which further members of the family may lie. */
  readonly familyFolders: readonly string[];
}

export interface OperationOrder<Kind extends OperationKind = OperationKind> {
  readonly kind: Kind;
  readonly options: Operations[Kind]['options'];
  readonly ground: OperationGround;
}

/** Where an image stands: enough to let a person choose a layer. */
export interface ImageStanding {
  /** From the image to its base. */
  readonly layers: readonly StandingLayer[];
  /** The images above it that no other one stands on; empty where it is one itself. */
  readonly leafs: readonly string[];
  /** True where a parent is missing: there are more layers than these. */
  readonly isCut: boolean;
}

export interface StandingLayer {
  readonly path: string;
  readonly type: ImageType;
  /** Bytes. */
  readonly fileSize: number;
  /** Milliseconds since 1970 UTC; null where the image names none. */
  readonly created: number | null;
}

/** One thing is done at a time: whoever asks waits for the end of it before asking for more. */
export type ToOperationWorker =
  | { readonly kind: 'standing'; readonly path: string; readonly ground: OperationGround }
  /** `withFamily`: false where only the file itself is looked at. */
  | {
      readonly kind: 'editGrounds';
      readonly path: string;
      readonly withFamily: boolean;
      readonly ground: OperationGround;
    }
  /** Finds what is wrong with images. `withParents`: of one image, its parents and all that ties them together too. */
  | {
      readonly kind: 'check';
      readonly paths: readonly string[];
      readonly withParents: boolean;
      readonly ground: OperationGround;
    }
  | { readonly kind: 'plan'; readonly order: OperationOrder }
  /** Runs a plan by the number that it was given. */
  | { readonly kind: 'run'; readonly plan: number }
  /** Stops what is being done, at the next step where that is safe. */
  | { readonly kind: 'cancel' };

export interface OperationTrouble {
  /** For people. */
  readonly message: string;
  /** The message in its parts; null for a mistake of ours. */
  readonly words: ErrorWords | null;
  readonly code: EngineErrorCode | null;
  /** Where in the worker a mistake of ours happened. */
  readonly stack: string | null;
}

export type FromOperationWorker =
  | { readonly kind: 'standing'; readonly standing: ImageStanding }
  | { readonly kind: 'editGrounds'; readonly grounds: EditGrounds }
  | { readonly kind: 'checked'; readonly images: readonly CheckedImage[] }
  | { readonly kind: 'planned'; readonly number: number; readonly plan: Operations[OperationKind]['plan'] }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: Operations[OperationKind]['result'] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly trouble: OperationTrouble };
