import type { ParentPolicy } from '../engine/chain/chain';
import type { ComparePageSays } from '../protocol/compare';

/** What a thread that compares is told; it answers as the page hears it. */
export type ToCompareWorker =
  /** Opens the two images and compares the disks as of them. Told once, before anything else. */
  | {
      readonly kind: 'begin';
      readonly paths: readonly [string, string];
      readonly policies: readonly [ParentPolicy, ParentPolicy];
    }
  | ComparePageSays;
