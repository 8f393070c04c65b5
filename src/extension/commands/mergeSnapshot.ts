import * as vscode from 'vscode';
import type { ChosenImage } from '../operations/chosenImage';
import { chooseLayer, chooseMergeTarget } from '../operations/layerChoice';
import { mergeUnder } from '../operations/merging';
import { mergeToNewFile } from '../operations/mergingToFile';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import { deleteQuestion, mergeQuestion } from '../operations/question';

/** Merges a layer into one below it or into a new file, as the user chooses. */
export async function mergeSnapshot(setup: OperationSetup, image: ChosenImage): Promise<void> {
  const question = {
    of: (plan: Parameters<typeof mergeQuestion>[1]) => mergeQuestion(vscode.l10n, plan),
    button: vscode.l10n.t('Merge'),
  };
  await withOperation(setup, image.path, async (run) => {
    const standing = await run.standing(image.path);
    if (standing === null) return;
    const layers = standing.layers;
    const snapshots = layers.filter((layer) => layer.type === 'differencing');
    const title = vscode.l10n.t('Merge Which Snapshot?');
    const top = image.isNamed || snapshots.length === 0 ? layers[0] : await chooseLayer(title, snapshots);
    if (top === null || top === undefined) return;
    const fromTop = layers.slice(layers.indexOf(top));
    // The engine says what is wrong with an image that has nothing below it.
    const target = fromTop.length === 1 ? fromTop[0] : await chooseMergeTarget(fromTop);
    if (target === null || target === undefined) return;
    if (target === 'newFile') await mergeToNewFile(setup, top.path);
    else await mergeUnder(setup, run, { path: top.path, into: target === top ? null : target.path }, question);
  });
}

/** Takes a layer out of its chain: its changes go into its parent, and its children move over. */
export async function deleteSnapshot(setup: OperationSetup, image: ChosenImage): Promise<void> {
  const question = {
    of: (plan: Parameters<typeof deleteQuestion>[1]) => deleteQuestion(vscode.l10n, plan),
    button: vscode.l10n.t('Delete'),
  };
  await withOperation(setup, image.path, async (run) => {
    let { path } = image;
    if (!image.isNamed) {
      const snapshots = (await run.standing(path))?.layers.filter((layer) => layer.type === 'differencing');
      if (snapshots === undefined) return;
      const title = vscode.l10n.t('Delete Which Snapshot?');
      const chosen = snapshots.length === 0 ? undefined : await chooseLayer(title, snapshots);
      if (chosen === null) return;
      path = chosen?.path ?? path;
    }
    await mergeUnder(setup, run, { path, into: null }, question);
  });
}
