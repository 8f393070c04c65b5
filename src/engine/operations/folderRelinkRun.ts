import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { encodeJournal } from '../storage/journalFormat';
import { reversePatch, type Patch } from '../storage/patch';
import { requireUnchanged } from './fileState';
import type { FolderRelinkPlan, PlannedTie } from './folderRelink';
import { FolderRecordWriter } from './folderRelinkRecord';
import { refusalByUsers } from './grounds';
import { stampPatch, tiePatch } from './parentTie';
import type { Progress } from './progress';
import { recoverImage, recoverPlanned } from './recover';
import { refusalOf, requireNoRefusal, type Refusal } from './refusal';
import { nextUndo, saveWithUndo } from './undoFile';

export interface FolderRelinkResult {
  /** The images that were written to, and where each keeps what was replaced. */
  readonly relinked: readonly { readonly path: string; readonly undoPath: string }[];
  /** Those that were planned and are as they were, and why. */
  readonly failures: readonly Refusal[];
  /** What earlier operations had left and was ended, for people. */
  readonly recovered: readonly string[];
}

/**
 * Relinks what a plan says, image by image, parents before their children. A loss of power at any time leaves each image with its old words or the new ones;
 * stopped or cut short, it goes on when it is planned and run again, and `undoFolderRelink` takes all of it back. An image that cannot be written to is left
 * as it is and does not keep the others from being relinked.
 */
export function* runFolderRelink(
  fileSystem: FileSystem,
  { folder, images }: FolderRelinkPlan,
): Generator<Progress, FolderRelinkResult, void> {
  const runner = new FolderRunner(fileSystem, folder);
  const wanted = images.filter(({ refusals }) => refusals.length === 0);
  try {
    runner.endWhatWasCutShort();
    for (const [index, tie] of wanted.entries()) {
      yield { doneBytes: index, totalBytes: wanted.length, what: t('Relinking') };
      runner.relink(tie);
    }
    runner.finish();
    const { relinked, failures, recovered } = runner;
    return { relinked, failures, recovered };
  } finally {
    runner.close();
  }
}

class FolderRunner {
  readonly relinked: { readonly path: string; readonly undoPath: string }[] = [];
  readonly failures: Refusal[] = [];
  readonly recovered: string[] = [];
  readonly #fileSystem: FileSystem;
  readonly #record: FolderRecordWriter;
  readonly #written = new Set<string>();

  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.#record = new FolderRecordWriter(fileSystem, folder);
  }

  /** An image whose save was cut short reads as it will be: a plan finds nothing to do about it. */
  endWhatWasCutShort(): void {
    for (const path of this.#record.begin()) {
      this.#try(path, () => {
        const recovered = recoverImage(this.#fileSystem, path);
        this.recovered.push(...recovered);
        if (recovered.length > 0) {
          this.#written.add(path);
        }
      });
    }
  }

  relink(tie: PlannedTie): void {
    this.#try(tie.path, () => this.#write(tie));
  }

  finish(): void {
    this.#record.finish();
  }

  close(): void {
    this.#record.close();
  }

  #write(tie: PlannedTie): void {
    const fileSystem = this.#fileSystem;
    const { path, state, parentState } = tie;
    requireNoRefusal([refusalByUsers(fileSystem, path)].filter((refusal) => refusal !== null));
    this.recovered.push(...recoverPlanned(fileSystem, state).recovered);
    if (!this.#written.has(parentState.path)) {
      requireUnchanged(fileSystem, parentState);
    }
    const patch = this.#patchOf(tie);
    if (patch.changes.length === 0) {
      return;
    }
    const undoPath = nextUndo(fileSystem, path);
    this.#record.add(path, undoPath, encodeJournal(reversePatch(patch)));
    saveWithUndo(fileSystem, path, patch);
    this.#written.add(path);
    this.relinked.push({ path, undoPath });
  }

  /** As the parent's file is now: it may have been written to since it was planned, by this run. */
  #patchOf({ kind, path, parentPath }: PlannedTie): Patch {
    const fileSystem = this.#fileSystem;
    const modified = fileSystem.facts(parentPath)?.modified ?? 0;
    if (kind === 'time') {
      return stampPatch(fileSystem, path, modified);
    }
    const parent = openImage(fileSystem, parentPath);
    parent.close();
    return tiePatch(fileSystem, path, { path: parentPath, id: parent.id, modified });
  }

  #try(path: string, act: () => void): void {
    const failure = refusalOf(path, act);
    this.failures.push(...(failure === null ? [] : [failure]));
  }
}
