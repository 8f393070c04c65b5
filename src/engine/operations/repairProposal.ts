import type { Finding } from '../finding';
import type { OverlayStorage } from '../storage/overlayStorage';
import type { Patch } from '../storage/patch';
import type { SparseParts, VhdParts } from '../vhd/vhdParts';
import type { NewImageFacts } from './diskWriter';

/** One thing that can be put right, in words for people and as a change of the file. */
export interface Repair {
  /** What it is chosen by: the id of a finding, with a number behind it where there are several: `bat-entry-duplicate/12`. */
  readonly key: string;
  /** Ids of the findings that it ends. */
  readonly findings: readonly string[];
  /** Of a place that several blocks of the disk claim: the one that gives it up, then the others, or some of them where there are many. */
  readonly blocks?: readonly number[];
  /** What is done: `Write the footer at the end of the file again`. */
  readonly what: string;
  /** What stands there, and what will. */
  readonly before: string;
  readonly after: string;
  /** What cannot be known, or what is given up; null for nothing. */
  readonly doubt: string | null;
  /** False where only a person can decide: then it is done only when it is named. */
  readonly isDefault: boolean;
  /** Writes to the overlay. */
  readonly apply: (file: OverlayStorage) => void;
}

/** A repair as part of a plan. */
export interface RepairProposal extends Omit<Repair, 'apply'> {
  /** What it changes, when those before it that are chosen have been done. */
  readonly patch: Patch;
  readonly isChosen: boolean;
}

/** The image as far as the repairs before have brought it. */
export interface RepairState {
  readonly file: OverlayStorage;
  readonly path: string;
  /** Null where no footer can be found. */
  readonly parts: VhdParts | SparseParts | null;
  /** What a footer that has to be made anew says of the image. */
  readonly facts: NewImageFacts;
}

/** Looks for what it knows to repair. Each of its repairs is possible whether or not the others are done. */
export type Repairer = (state: RepairState) => readonly Repair[];

/** Repairs of blocks go by what a check found. */
export type BlockRepairer = (state: RepairState, findings: readonly Finding[]) => readonly Repair[];

/** True for a dynamic or differencing image. */
export function isSparse(parts: VhdParts | SparseParts | null): parts is SparseParts {
  return parts !== null && 'grid' in parts;
}
