import * as vscode from 'vscode';
import { nameOf } from '../numbers';
import { isFamilyElement } from '../views/familyItem';
import { merge, type WantedMerge } from '../operations/merging';
import { withOperation, type OperationSetup } from '../operations/operationRun';

/** Ends what an operation of ours left beside an image when it was cut short; a merge goes on. The user has been asked before it began. */
export async function finishOperation(setup: OperationSetup, path: string): Promise<void> {
  const left = await finishBeside(setup, path);
  if (left !== null) await merge(setup, left, null);
}

/** What a command is given: for a row of the tree that tells of something unfinished, the image beside which that is. */
export function besideRow(argument: unknown): unknown {
  const beside = isFamilyElement(argument) ? argument.row.beside : undefined;
  return beside === undefined ? argument : vscode.Uri.file(beside);
}

/** Returns the merge that was cut short, which is left alone; null where there is none. */
async function finishBeside(setup: OperationSetup, path: string): Promise<WantedMerge | null> {
  let left: WantedMerge | null = null;
  await withOperation(setup, path, async (run) => {
    const planned = await run.plan('finish', { path });
    left = planned?.plan.merge ?? null;
    if (planned === null || left !== null) return;
    const title = vscode.l10n.t('Finishing what was cut short beside {0}', nameOf(path));
    const result = await run.run(title, planned, [...new Set([path, planned.plan.path])]);
    for (const line of result?.recovered ?? []) setup.log.info(line);
    if (result === null) return;
    const message =
      result.recovered.length === 0
        ? vscode.l10n.t('Nothing is left unfinished beside {0}.', nameOf(path))
        : `${result.recovered.join('. ')}.`;
    void vscode.window.showInformationMessage(message);
  });
  return left;
}
