import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Planned } from '../../worker/operationClient';
import { shortNameOf } from '../numbers';
import type { ChosenImage } from '../operations/chosenImage';
import { chooseLayer, choosePath } from '../operations/layerChoice';
import { showResult } from '../operations/messages';
import { showRefusals, withOperation, type OperationRun, type OperationSetup } from '../operations/operationRun';
import { revertQuestion, type UnneededLayer } from '../operations/question';
import { hasTrash, moveToTrash } from '../operations/trash';

type RevertPlan = Planned<'revert'>['plan'];

/** Which leaf is thrown away, and the layer that the new one stands on. */
interface WantedRevert {
  readonly leaf: string;
  readonly to: string | null;
}

/** Puts a new, empty leaf in the place of the old one, on a layer that the user chooses, after one question. */
export async function revertToSnapshot(setup: OperationSetup, image: ChosenImage): Promise<void> {
  await withOperation(setup, image.path, async (run) => {
    const wanted = await wantedRevert(run, image);
    if (wanted === null) return;
    const plans = await plansOf(run, wanted);
    if (plans === null) return;
    const { planned, pruning, unneeded } = plans;
    if (planned.plan.refusals.length > 0) {
      void showRefusals(setup.log, planned.plan.refusals);
      return;
    }
    const revert = vscode.l10n.t('Revert');
    const revertAndRemove = vscode.l10n.t('Revert and Remove Unneeded Layers');
    const { message, detail } = revertQuestion(
      vscode.l10n,
      planned.plan,
      { unneeded, undoFiles: pruning.plan.undoFiles },
      hasTrash(),
    );
    const canRemove = unneeded.length > 0 && pruning.plan.refusals.length === 0;
    const buttons = [revert, ...(canRemove ? [revertAndRemove] : [])];
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
    if (answer === undefined) return;
    const isPruning = answer === revertAndRemove;
    const title = vscode.l10n.t('Reverting {0}', shortNameOf(wanted.leaf));
    const touched = [wanted.leaf, ...unneeded.map(({ path }) => path)];
    const result = await run.run(title, isPruning && !hasTrash() ? pruning : planned, touched);
    if (result === null) return;
    const undoFilesOf = (path: string): string[] => {
      return pruning.plan.undoFiles.filter(({ of }) => of === path).map((file) => file.path);
    };
    const layers = isPruning ? unneeded.map(({ path }) => ({ path, undoFiles: undoFilesOf(path) })) : [];
    const old = result.keptAs === null ? [] : [{ path: result.keptAs, undoFiles: result.keptUndoFiles }, ...layers];
    const left = await moveAllToTrash(setup, run, old);
    const done = vscode.l10n.t(
      'Reverted: a virtual machine goes on with {0}, which is as {1} was.',
      shortNameOf(result.leaf),
      shortNameOf(result.parent),
    );
    const stays = left.map((path) =>
      vscode.l10n.t('{0} could not be moved to the trash and stays.', shortNameOf(path)),
    );
    void showResult(setup, done, { recovered: [...result.recovered, ...stays], use: result.leaf });
  });
}

/** A leaf was chosen to lose its changes, or a layer to go back to. Null where the user leaves. */
async function wantedRevert(run: OperationRun, { path, leafPath }: ChosenImage): Promise<WantedRevert | null> {
  const standing = await run.standing(path);
  if (standing === null) return null;
  const { layers, leafs } = standing;
  const [chosen, ...below] = layers;
  if (chosen === undefined) return null;
  if (leafs.length > 0) {
    const title = vscode.l10n.t('Revert Which Image to {0}?', shortNameOf(path));
    const leaf = leafPath !== null && leafs.includes(leafPath) ? leafPath : await choosePath(title, leafs);
    return leaf === null ? null : { leaf, to: path };
  }
  // The engine says what is wrong with an image that stands on nothing.
  if (below.length === 0) return { leaf: path, to: null };
  const to = await chooseLayer(vscode.l10n.t('Revert {0} to Which Layer?', shortNameOf(path)), below);
  return to === null ? null : { leaf: path, to: to.path };
}

interface Plans {
  readonly planned: Planned<'revert'>;
  /** Where also the layers that only the old leaf needed are removed. */
  readonly pruning: Planned<'revert'>;
  readonly unneeded: readonly UnneededLayer[];
}

/** What goes to the trash is kept under another name first: at no moment it is neither here nor there. */
async function plansOf(run: OperationRun, { leaf, to }: WantedRevert): Promise<Plans | null> {
  const keepAs = hasTrash() ? keptName(leaf, new Date()) : null;
  const planned = await run.plan('revert', { path: leaf, to, keepAs, prune: false });
  const pruning = planned === null ? null : await run.plan('revert', { path: leaf, to, keepAs: null, prune: true });
  if (planned === null || pruning === null) return null;
  const standing = pruning.plan.remove.length === 0 ? null : await run.standing(leaf);
  return { planned, pruning, unneeded: unneededOf(pruning.plan, standing?.layers ?? []) };
}

function unneededOf(
  { remove }: RevertPlan,
  layers: readonly { readonly path: string; readonly fileSize: number }[],
): readonly UnneededLayer[] {
  return remove.map(({ path }) => ({ path, size: layers.find((layer) => layer.path === path)?.fileSize ?? 0 }));
}

/** `web01 before revert 2026-11-22 19.30.05.avhd`, in the same folder. */
function keptName(path: string, now: Date): string {
  const extension = extname(path);
  const time = now.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return join(dirname(path), `${basename(path, extension)} before revert ${time}${extension}`);
}

/** An image, and what is kept of its changes. */
interface OldImage {
  readonly path: string;
  readonly undoFiles: readonly string[];
}

/** Children before their parents. Returns what could not be moved, and stays; from the first one on, so that nobody loses a parent. */
async function moveAllToTrash(
  { log }: OperationSetup,
  run: OperationRun,
  images: readonly OldImage[],
): Promise<readonly string[]> {
  for (const [index, { path, undoFiles }] of images.entries()) {
    const left = images.slice(index).map((image) => image.path);
    try {
      // Somebody may have built on it meanwhile.
      const standing = await run.standing(path);
      if (standing === null || standing.leafs.length > 0) return left;
      for (const each of [path, ...undoFiles]) {
        await moveToTrash(each);
        log.info(`${each}: moved to the trash`);
      }
    } catch (error) {
      log.warn(`${path}: ${String(error)}`);
      return left;
    }
  }
  return [];
}
