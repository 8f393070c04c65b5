import type { FileSystem } from '../storage/fileSystem';
import { savePatch } from '../storage/journal';
import { stampPatch, tiePatch, type NewParent } from './parentTie';
import { recoverImage } from './recover';

/**
 * Has an image stand on another one, unless it does already: its header is changed by way of a journal, so that a loss of power leaves it on the
 * old parent or on the new one. Returns what was ended first, for people.
 */
export function tieChild(fileSystem: FileSystem, childPath: string, parent: NewParent): readonly string[] {
  const recovered = recoverImage(fileSystem, childPath);
  const patch = tiePatch(fileSystem, childPath, parent);
  if (patch.changes.length > 0) {
    savePatch(fileSystem, childPath, patch);
  }
  return recovered;
}

/** Gives an image the time at which its parent's file was changed last, unless it has it already. Returns as `tieChild`. */
export function stampChild(fileSystem: FileSystem, childPath: string, parentPath: string): readonly string[] {
  const recovered = recoverImage(fileSystem, childPath);
  const modified = fileSystem.facts(parentPath)?.modified;
  const patch = modified === undefined ? null : stampPatch(fileSystem, childPath, modified);
  if (patch !== null && patch.changes.length > 0) {
    savePatch(fileSystem, childPath, patch);
  }
  return recovered;
}
