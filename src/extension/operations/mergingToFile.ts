import * as vscode from 'vscode';
import { imageFilters } from '../commands/openImages';
import { shortNameOf } from '../numbers';
import { tellOnlyRead } from './chosenImage';
import { showResult } from './messages';
import { showRefusals, withOperation, type OperationSetup } from './operationRun';
import { mergeToFileQuestion } from './question';

type Format = 'dynamic' | 'fixed';

/** Writes the whole disk as of an image into a new file, after one question; no other file is changed. */
export async function mergeToNewFile(setup: OperationSetup, path: string): Promise<void> {
  const format = await chooseFormat();
  const to = format === null ? null : await chooseFile(path);
  if (format === null || to === null) return;
  await withOperation(setup, path, async (run) => {
    const planned = await run.plan('mergeToFile', { path, to, format });
    if (planned === null) return;
    const { plan } = planned;
    if (plan.refusals.length > 0) {
      void showRefusals(setup.log, plan.refusals);
      return;
    }
    const button = vscode.l10n.t('Merge');
    const { message, detail } = mergeToFileQuestion(vscode.l10n, plan);
    if ((await vscode.window.showInformationMessage(message, { modal: true, detail }, button)) !== button) return;
    const result = await run.run(vscode.l10n.t('Merging {0} into {1}', shortNameOf(path), shortNameOf(to)), planned, [
      to,
    ]);
    if (result === null) return;
    const done = vscode.l10n.t(
      'Merged: {0} holds the whole disk of {1}, which is as it was. A virtual machine may use either.',
      shortNameOf(result.survivor),
      shortNameOf(path),
    );
    void showResult(setup, done, { recovered: result.recovered, use: result.survivor });
  });
}

async function chooseFormat(): Promise<Format | null> {
  const items: readonly (vscode.QuickPickItem & { readonly format: Format })[] = [
    {
      label: vscode.l10n.t('Dynamic'),
      detail: vscode.l10n.t('As large as what is on the disk; it grows as the disk is written to'),
      format: 'dynamic',
    },
    {
      label: vscode.l10n.t('Fixed'),
      detail: vscode.l10n.t('As large as the disk itself from the beginning'),
      format: 'fixed',
    },
  ];
  const title = vscode.l10n.t('Merge to New File: Kind of Image');
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.format ?? null;
}

async function chooseFile(path: string): Promise<string | null> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Merge to New File'),
    saveLabel: vscode.l10n.t('Merge Here'),
    defaultUri: vscode.Uri.file(path.replace(/(\.[^.\\/]*)?$/, ' merged.vhd')),
    filters: imageFilters(),
  });
  if (uri === undefined || uri.scheme === 'file') return uri?.fsPath ?? null;
  tellOnlyRead(uri);
  return null;
}
