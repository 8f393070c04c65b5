import type { FileSystem } from '../storage/fileSystem';
import type { Patch } from '../storage/patch';
import { recoverImage, recoverPlanned } from './recover';
import { requireNoRefusal } from './refusal';
import type { RepairPlan } from './repairPlan';
import { planUndo, saveWithUndo, undoLast } from './undoFile';

export interface RepairResult {
  /** What earlier operations had left and was ended, for people. */
  readonly recovered: readonly string[];
  /** The file beside the image that holds what was replaced; null where nothing was changed. */
  readonly undoPath: string | null;
}

/**
 * Does what a plan has chosen, so that a loss of power at any time leaves the old image or the new one; what it replaces is kept beside the image.
 * Throws EngineError: a refusal of the plan, `file-changed`, or what the system refuses; the image is then as it was.
 */
export function runRepair(fileSystem: FileSystem, plan: RepairPlan): RepairResult {
  requireNoRefusal(plan.refusals);
  const { recovered } = recoverPlanned(fileSystem, plan.state);
  const isEmpty = plan.patch.changes.length === 0 && plan.patch.lengthBefore === plan.patch.lengthAfter;
  return { recovered, undoPath: isEmpty ? null : saveWithUndo(fileSystem, plan.path, plan.patch) };
}

/** What `undoRepair` would do to the file; null where nothing is left to be done. Throws alike. */
export function planUndoRepair(fileSystem: FileSystem, path: string): Patch | null {
  return planUndo(fileSystem, fileSystem.realPath(path) ?? path);
}

/** Takes the last repair or relink back, to the byte. Returns what it did to the file; null where that had been done already. Throws as `undoLast`. */
export function undoRepair(fileSystem: FileSystem, path: string): Patch | null {
  const realPath = fileSystem.realPath(path) ?? path;
  recoverImage(fileSystem, realPath);
  return undoLast(fileSystem, realPath);
}
