import type { DifferingRange } from '../engine/chain/compareDisks';
import type { ByteRun } from './session';

export type { DifferingRange } from '../engine/chain/compareDisks';

/** Attribute of a page's body element: `compare` where the page compares two disks. */
export const PAGE_ATTRIBUTE = 'data-page';

/** A disk that is compared: that of an image with its parents, as they are on disk. */
export interface ComparedImage {
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly virtualSize: number;
  /** Names of the files of its chain, the image's own first. */
  readonly layerNames: readonly string[];
}

/** One more part of a comparison is done. Numbers of sectors; both disks are compared from the first one on, as far as both go. */
export interface CompareRun {
  /** In order, behind all that were told before. */
  readonly differing: readonly DifferingRange[];
  readonly done: number;
  readonly total: number;
  /** `limit`: there are more ranges than are listed, and the comparison has ended. */
  readonly state: 'comparing' | 'done' | 'stopped' | 'limit';
}

/** Which of the two: the one on the left, or the one on the right. */
export type CompareSide = 0 | 1;

/** What the page that compares is told. */
export type ComparePageHears =
  /** Everything is to be shown anew; the runs that follow begin with the first range. */
  | { readonly kind: 'opened'; readonly images: readonly [ComparedImage, ComparedImage] }
  | { readonly kind: 'compared'; readonly run: CompareRun }
  /** Names of the images that are open with unsaved edits: these are not compared. */
  | { readonly kind: 'unsaved'; readonly names: readonly string[] }
  /** The comparison failed; the message is for people. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'bytes'; readonly id: number; readonly run: ByteRun }
  | { readonly kind: 'unreadable'; readonly id: number; readonly message: string };

/** What the page that compares asks. */
export type ComparePageSays =
  /** It is loaded, and wants everything; asked again after it was hidden. */
  | { readonly kind: 'open' }
  /** Bytes of one of the disks; answered by `bytes` or `unreadable` with the same number. */
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly side: CompareSide;
      readonly offset: number;
      readonly length: number;
    }
  | { readonly kind: 'stop' }
  /** Compares from the start, the files as they are now. */
  | { readonly kind: 'again' };
