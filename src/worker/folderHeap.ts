import { describeHeap, joinMoved, scanFamilies, type OperationRequest, type Progress, t } from '../engine/index';
import type { RebuiltFolder } from './familyWire';
import { mayBeImage } from './mayBeImage';
import { unfinishedAt } from './unfinishedWork';

/** Finds what a folder's heap of files is, those of the folders below it too. Changes nothing. Throws EngineError `file-not-found` for no folder. */
export function* readHeap(
  { fileSystem, policy }: OperationRequest,
  folder: string,
): Generator<Progress, RebuiltFolder, void> {
  const steps = scanFamilies(fileSystem, { folders: [folder], files: [] }, policy);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done !== true) {
      yield { doneBytes: step.value, totalBytes: 0, what: t('Looking for images') };
      continue;
    }
    const { families, others, unfinished, isWhole } = step.value;
    const heap = describeHeap(fileSystem, families);
    const isDamaged = new Set(others.filter(({ path }) => mayBeImage(fileSystem, path)));
    const strangers = others.filter((file) => !isDamaged.has(file));
    return {
      ...heap,
      misnamed: [...heap.misnamed, ...strangers.map(({ path }) => ({ path, is: t('no disk image') }))],
      folder: fileSystem.realPath(folder) ?? folder,
      families: joinMoved(families),
      unreadable: [...isDamaged],
      unfinished: unfinished.map(({ path }) => unfinishedAt(fileSystem, path)).filter((work) => work !== null),
      isWhole,
    };
  }
}
