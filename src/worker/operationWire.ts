import type { ParentPolicy } from '../engine/chain/chain';
import type { EngineErrorCode, ErrorWords } from '../engine/errors';
import type {
  CandidatePlaces,
  ChangedParent,
  CheckedImage,
  EditGrounds,
  FolderRelinkPlan,
  FolderRelinkResult,
  FolderUndoPlan,
  FolderUndoResult,
  MergePlan,
  MergeResult,
  MergeToFilePlan,
  MergeToFileResult,
  Patch,
  Progress,
  RankedParent,
  RelinkPlan,
  RelinkResult,
  RepairPlan,
  RepairResult,
  RevertPlan,
} from '../engine/index';
import type { ImageStanding } from '../engine/operations/standing';
import type { RevertResult } from '../engine/operations/revert';
import type { SnapshotPlan, SnapshotResult } from '../engine/operations/snapshot';
import type { RebuiltFolder } from './familyWire';

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
  /** `path`: the folder. */
  relinkFolder: {
    options: { readonly path: string };
    plan: FolderRelinkPlan;
    result: FolderRelinkResult;
  };
  /** Takes the last relinking of a folder back. */
  undoRelinkFolder: {
    options: { readonly path: string };
    plan: FolderUndoPlan;
    result: FolderUndoResult;
  };
  relink: {
    options: { readonly path: string; readonly parentPath: string; readonly acceptMismatch: boolean };
    plan: RelinkPlan;
    result: RelinkResult;
  };
  /** Puts right what is wrong with a file, also one that cannot be opened as an image. `only`: keys; null for what needs no decision. */
  repair: {
    options: { readonly path: string; readonly only: readonly string[] | null };
    plan: RepairPlan;
    result: RepairResult;
  };
  undoRepair: {
    options: { readonly path: string };
    plan: UndoRepairPlan;
    result: UndoRepairResult;
  };
  /** Ends what an operation left beside an image when it was cut short. */
  finish: {
    options: { readonly path: string };
    plan: FinishPlan;
    result: FinishResult;
  };
}

export interface UndoRepairPlan {
  readonly path: string;
  /** Null where nothing is kept, or all is as it was. */
  readonly patch: Patch | null;
}

export interface UndoRepairResult {
  /** False where it had been taken back already. */
  readonly isChanged: boolean;
}

export interface FinishPlan {
  readonly path: string;
  /** The merge into this image that goes on when it is run again; null where none was cut short. */
  readonly merge: { readonly path: string; readonly into: string } | null;
}

export interface FinishResult {
  /** What was done, for people. */
  readonly recovered: readonly string[];
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
  /** Looks for files that may be the parent of an image, the likeliest first. */
  | {
      readonly kind: 'rankParents';
      readonly path: string;
      readonly places: CandidatePlaces;
      readonly ground: OperationGround;
    }
  /** What speaks for and against one file as the parent; answered by `ranked` too. */
  | {
      readonly kind: 'proveParent';
      readonly path: string;
      readonly parentPath: string;
      readonly ground: OperationGround;
    }
  /** What is known of changes of an image's parents since their children were made. */
  | { readonly kind: 'changedParents'; readonly path: string; readonly ground: OperationGround }
  /** Finds the families of a folder's heap of files. */
  | { readonly kind: 'heap'; readonly folder: string; readonly ground: OperationGround }
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
  | { readonly kind: 'ranked'; readonly candidates: readonly RankedParent[] }
  | { readonly kind: 'changedParents'; readonly ties: readonly ChangedParent[] }
  | { readonly kind: 'heap'; readonly heap: RebuiltFolder }
  | { readonly kind: 'planned'; readonly number: number; readonly plan: Operations[OperationKind]['plan'] }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: Operations[OperationKind]['result'] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly trouble: OperationTrouble };
