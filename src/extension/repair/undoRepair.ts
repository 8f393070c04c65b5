import * as vscode from 'vscode';
import { openInOurEditor } from '../editor/viewTypes';
import { nameOf } from '../numbers';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import { undoRepairQuestion } from './repairQuestion';

/** The name of a file in which a repair has kept what it replaced. */
const UNDO_NAME = /\.vhd-editor-undo(?:-\d+)?$/;

/** Takes the last repair or relink back that was written into a file at once. `path`: of the image, or of the file beside it that holds what was replaced. */
export async function undoRepair(setup: OperationSetup, chosen: string): Promise<void> {
  const path = chosen.replace(UNDO_NAME, '');
  await withOperation(setup, path, async (run) => {
    const planned = await run.plan('undoRepair', { path });
    if (planned === null) return;
    const { patch } = planned.plan;
    const name = nameOf(path);
    if (patch === null) {
      const message = vscode.l10n.t(
        'Nothing that a repair replaced is kept beside {0}. What was repaired in the editor is taken back there, by Undo.',
        name,
      );
      void vscode.window.showInformationMessage(message);
      return;
    }
    const { message, detail } = undoRepairQuestion(vscode.l10n, path, patch);
    const undo = vscode.l10n.t('Undo Repair');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, undo)) !== undo) return;
    const result = await run.run(vscode.l10n.t('Undoing the repair of {0}', name), planned, [path]);
    if (result !== null) void tellUndone(setup, path);
  });
}

async function tellUndone({ log }: OperationSetup, path: string): Promise<void> {
  const message = vscode.l10n.t('{0} is as it was before its last repair.', nameOf(path));
  log.info(message);
  const open = vscode.l10n.t('Open Image');
  if ((await vscode.window.showInformationMessage(message, open)) !== open) return;
  await openInOurEditor(vscode.Uri.file(path), { preview: false });
}
