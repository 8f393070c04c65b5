import { EngineError } from '../errors';
import { t } from '../l10n';
import { fileStateOf, requireUnchanged } from '../operations/fileState';
import { refusalByUsers } from '../operations/grounds';
import type { Progress } from '../operations/progress';
import { requireNoRefusal } from '../operations/refusal';
import type { FileSystem } from '../storage/fileSystem';
import { savePatchSteps } from '../storage/journal';
import type { OverlayStorage } from '../storage/overlayStorage';
import { sidePath } from '../storage/sideFiles';
import { endsOf } from './fingerprint';
import { isUnchanged, type LeafFile } from './openLeaf';

/**
 * Brings what an overlay changes into its file, so that a loss of power at any time leaves the old or the new one. Returns what the file is like then.
 * Throws EngineError `file-changed` where another program has changed it, `in-use` where one has it open for writing, and as `savePatch`; nothing is
 * written then. Yields between pieces; returned there, the file is as it was.
 */
export function* saveEdits(
  fileSystem: FileSystem,
  file: LeafFile,
  overlay: OverlayStorage,
): Generator<Progress, LeafFile, void> {
  const { path } = file.state;
  requireUnchanged(fileSystem, file.state);
  if (!isUnchanged(fileSystem, file)) {
    throw new EngineError('file-changed', {
      what: t('Saving {0}', path),
      why: t('another program has changed it in the meantime'),
      remedy: t('look at it again, then try again'),
    });
  }
  const users = refusalByUsers(fileSystem, path);
  requireNoRefusal(users === null ? [] : [users]);
  const patch = overlay.difference();
  if (patch.changes.length > 0 || patch.lengthBefore !== patch.lengthAfter) {
    yield* savePatchSteps(fileSystem, path, patch);
  }
  return asOfNow(fileSystem, file);
}

/**
 * After a save that failed: the file was put back, but has another time now. Returns what it is like; where it was not put back, what it was like before, so
 * that the difference shows.
 */
export function afterFailedSave(fileSystem: FileSystem, file: LeafFile): LeafFile {
  const { path, size, identity } = file.state;
  const facts = fileSystem.facts(path);
  const isPutBack =
    facts?.size === size &&
    facts.identity === identity &&
    fileSystem.facts(sidePath(path, 'journal')) === null &&
    endsOf(file.storage) === file.ends;
  return isPutBack ? asOfNow(fileSystem, file) : file;
}

function asOfNow(fileSystem: FileSystem, { storage, state }: LeafFile): LeafFile {
  return { storage, state: fileStateOf(fileSystem, state.path), ends: endsOf(storage) };
}
