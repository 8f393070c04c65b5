import * as vscode from 'vscode';
import { shortNameOf } from '../numbers';
import type { ChosenImage } from '../operations/chosenImage';
import { showResult, showWhatASnapshotIsNot } from '../operations/messages';
import { showRefusals, withOperation, type OperationSetup } from '../operations/operationRun';
import { snapshotQuestion } from '../operations/question';

/** Freezes an image by a new, empty one above it, after one question. */
export async function createSnapshot(setup: OperationSetup, { path }: ChosenImage): Promise<void> {
  await withOperation(setup, path, async (run) => {
    const planned = await run.plan('snapshot', { path, keepName: false });
    const kept = planned === null ? null : await run.plan('snapshot', { path, keepName: true });
    if (planned === null || kept === null) return;
    const { plan } = planned;
    if (plan.refusals.length > 0) {
      void showRefusals(setup.log, plan.refusals);
      return;
    }
    const canKeep = kept.plan.refusals.length === 0;
    const create = vscode.l10n.t('Create Snapshot');
    const keepName = vscode.l10n.t('Keep the Name');
    const explain = vscode.l10n.t('What a Snapshot Is Not');
    const { message, detail } = snapshotQuestion(vscode.l10n, plan, canKeep ? kept.plan : null);
    const buttons = [create, ...(canKeep ? [keepName] : []), explain];
    const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, ...buttons);
    if (answer === explain) await showWhatASnapshotIsNot(setup);
    if (answer !== create && answer !== keepName) return;
    const title = vscode.l10n.t('Creating a snapshot of {0}', shortNameOf(path));
    const chosen = answer === create ? planned : kept;
    const result = await run.run(title, chosen, [path, chosen.plan.leaf, chosen.plan.parent]);
    if (result === null) return;
    void showResult(
      setup,
      answer === create
        ? vscode.l10n.t(
            'The snapshot is there: a virtual machine must now use {0}. {1} is frozen.',
            shortNameOf(result.leaf),
            shortNameOf(result.parent),
          )
        : vscode.l10n.t(
            'The snapshot is there: a virtual machine goes on with {0}. What it held before is frozen as {1}.',
            shortNameOf(result.leaf),
            shortNameOf(result.parent),
          ),
      { recovered: result.recovered, use: result.leaf },
    );
  });
}
