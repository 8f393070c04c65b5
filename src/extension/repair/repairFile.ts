import * as vscode from 'vscode';
import type { RepairPlan, RepairProposal } from '../../engine/index';
import { openInOurEditor } from '../editor/viewTypes';
import { nameOf } from '../numbers';
import { showRefusals, type OperationRun, type OperationSetup } from '../operations/operationRun';
import { repairQuestion } from './repairQuestion';

interface RepairItem extends vscode.QuickPickItem {
  readonly key: string;
}

/** Repairs a file that cannot be opened as an image: what is replaced is kept beside it, since no editor can undo it. Throws OperationFailure. */
export async function repairFile(setup: OperationSetup, run: OperationRun, path: string): Promise<void> {
  const looked = await run.plan('repair', { path, only: null });
  const keys = looked === null ? null : await chooseRepairs(path, looked.plan);
  const planned = keys === null ? null : await run.plan('repair', { path, only: keys });
  if (planned === null) return;
  const { plan } = planned;
  if (plan.refusals.length > 0) {
    void showRefusals(setup.log, plan.refusals);
    return;
  }
  const { message, detail } = repairQuestion(vscode.l10n, plan);
  const repair = vscode.l10n.t('Repair');
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, repair)) !== repair) return;
  const title = vscode.l10n.t('Repairing {0}', nameOf(path));
  const result = await run.run(title, planned, [...new Set([path, plan.path])]);
  if (result !== null) void tellRepaired(setup, path, plan, result);
}

/** Null where the user leaves, or chooses nothing. One way alone is not asked for: the question before it says all of it. */
async function chooseRepairs(path: string, { proposals }: RepairPlan): Promise<readonly string[] | null> {
  const [first] = proposals;
  if (proposals.length === 1 && first !== undefined) return [first.key];
  const chosen = await vscode.window.showQuickPick(proposals.map(itemOf), {
    title: vscode.l10n.t('Repair {0}', nameOf(path)),
    placeHolder: vscode.l10n.t('What is to be done. Nothing is changed yet.'),
    canPickMany: true,
    matchOnDetail: true,
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ key }) => key);
}

function itemOf({ key, what, before, after, doubt, isChosen }: RepairProposal): RepairItem {
  const change = vscode.l10n.t('{0} → {1}', before, after);
  return {
    key,
    label: what,
    description: key,
    detail: doubt === null ? change : `${change}. ${doubt}`,
    picked: isChosen,
  };
}

async function tellRepaired(
  { log }: OperationSetup,
  path: string,
  { findingsAfter }: RepairPlan,
  { recovered, undoPath }: { readonly recovered: readonly string[]; readonly undoPath: string | null },
): Promise<void> {
  for (const line of recovered) log.info(line);
  const left = findingsAfter.filter(({ severity }) => severity !== 'note').length;
  const parts = [
    vscode.l10n.t('{0} is repaired and can be opened as an image.', nameOf(path)),
    left === 0
      ? null
      : left === 1
        ? vscode.l10n.t('1 finding is left.')
        : vscode.l10n.t('{0} findings are left.', left),
    undoPath === null ? null : vscode.l10n.t('What was replaced is kept in {0}.', nameOf(undoPath)),
  ];
  const message = parts.filter((part) => part !== null).join(' ');
  log.info(message);
  const open = vscode.l10n.t('Open Image');
  const undo = vscode.l10n.t('Undo Repair…');
  const uri = vscode.Uri.file(path);
  const answer = await vscode.window.showInformationMessage(message, open, ...(undoPath === null ? [] : [undo]));
  if (answer === open) await openInOurEditor(uri, { preview: false });
  if (answer === undo) await vscode.commands.executeCommand('vhdEditor.undoRepair', uri);
}
