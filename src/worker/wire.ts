import type { ParentPolicy } from '../engine/chain/chain';
import type { EngineErrorCode } from '../engine/errors';
import type { ImageType } from '../engine/image';
import type { Patch, Progress } from '../engine/index';
import type { FindOrder } from '../protocol/editing';
import type { EngineRequests, HostNotification } from '../protocol/messages';
import type { RepairPreview } from '../protocol/repair';
import type { EditRequests } from './editWire';
import type { OpenReport } from './openReport';

/** A file that was loaded whole because no thread can read it in parts. */
export interface LoadedFile {
  /** Absolute, in posix style. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970 UTC. */
  readonly modified: number;
}

/** What is to be opened. A later order takes the place of an earlier one. */
export interface OpenOrder {
  /** Absolute path of the leaf. */
  readonly path: string;
  /** The files to look at instead of this computer's; null for this computer's. */
  readonly loaded: readonly LoadedFile[] | null;
  readonly policy: ParentPolicy;
  /** Passed on into `OpenedImage.editability`. */
  readonly readOnlyReason: string | null;
}

/** What one image says of itself, without its parents: the proof that a parent is shown with. */
export interface ImageFacts {
  readonly path: string;
  readonly type: ImageType;
  readonly id: string;
  /** Bytes of virtual disk. */
  readonly virtualSize: number;
  /** Milliseconds since 1970 UTC; null where the image names none. */
  readonly created: number | null;
}

/** What can be put right in what is shown. */
export interface RepairAnswer {
  readonly preview: Omit<RepairPreview, 'number'>;
  /** What all chosen ones change together. */
  readonly patch: Patch;
}

/** What the worker is asked: the page's questions, and those of the host. */
export interface WorkerRequests extends EngineRequests, EditRequests {
  openChain: { params: OpenOrder; result: OpenReport };
  /** Looks into one file, on the user's word; `loaded` is null for a file of this computer. */
  inspect: { params: { path: string; loaded: LoadedFile | null }; result: ImageFacts };
  /** See `PageRepairRequests`. A later one, and every change of the image, ends it with the code `cancelled`. */
  planRepair: { params: { only: readonly string[] | null }; result: RepairAnswer };
}

export type WorkerRequestName = keyof WorkerRequests;

/** What the worker tells unasked. */
export type WorkerNotification = Extract<
  HostNotification,
  { type: 'sectorGrain' | 'statistics' | 'found' | 'repairProgress' }
>;

export type ToWorker =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly name: WorkerRequestName;
      readonly params: WorkerRequests[WorkerRequestName]['params'];
    }
  /** Nobody wants the answer to a question any more that takes a while: where it is not given yet, it fails with the code `cancelled`, and nothing is changed. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** Reads the sector bitmaps of the disk as of a layer, from block 0 on; another scan waits until this one is done. */
  | { readonly kind: 'scan'; readonly asOf: number }
  /** Looks for bytes, beside any other search, and tells what it finds; `stopFind` ends it without a word. */
  | { readonly kind: 'find'; readonly order: FindOrder }
  | { readonly kind: 'stopFind'; readonly find: number };

export interface Failure {
  /** For people. */
  readonly message: string;
  /** Null where it is a mistake of ours; then `stack` tells where. */
  readonly code: EngineErrorCode | null;
  readonly stack: string | null;
}

export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly result: WorkerRequests[WorkerRequestName]['result'] }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  /** How far the answer to a question is that takes a while. */
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'notification'; readonly notification: WorkerNotification }
  /** The background scan came to grief; what was asked is still answered. */
  | { readonly kind: 'scanFailed'; readonly failure: Failure };
