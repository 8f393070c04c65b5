import * as vscode from 'vscode';
import type { ActiveEditor } from '../editor/activeEditor';
import { askForImage, isImageArgument } from '../operations/chosenImage';
import type { OperationSetup } from '../operations/operationRun';
import { nameOf } from '../numbers';
import type { FamilyTracker } from '../views/familyTracker';
import { ComparePanel } from './comparePanel';

export interface CompareSurroundings {
  readonly active: ActiveEditor;
  readonly families: FamilyTracker;
  readonly setup: OperationSetup;
}

/**
 * Compares two images: those that are selected in the explorer; or the one that is named there, in a tree or in an editor, or is open, with one
 * that the user chooses.
 */
export async function compare(surroundings: CompareSurroundings, argument: unknown, selected: unknown): Promise<void> {
  const chosen = urisOf(selected);
  const first = chosen.length === 2 ? chosen[0] : await firstImage(surroundings, argument);
  if (first === undefined) return;
  const second = chosen.length === 2 ? chosen[1] : await secondImage(surroundings, first);
  if (second === undefined) return;
  const remote = [first, second].find(({ scheme }) => scheme !== 'file');
  if (remote !== undefined) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} is on a file system other than the local one, and cannot be compared.', remote.path),
    );
    return;
  }
  const paths = [first.fsPath, second.fsPath] as const;
  new ComparePanel(surroundings.setup, paths);
}

function urisOf(selected: unknown): readonly vscode.Uri[] {
  return Array.isArray(selected) ? selected.filter((uri) => uri instanceof vscode.Uri) : [];
}

async function firstImage(
  { active, families }: CompareSurroundings,
  argument: unknown,
): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri) return argument;
  if (isImageArgument(argument)) return argument.uri;
  return active.editor?.document.uri ?? (await askForImage(families, [])) ?? undefined;
}

/** The other layers of a chain come first. */
async function secondImage(
  { active, families }: CompareSurroundings,
  first: vscode.Uri,
): Promise<vscode.Uri | undefined> {
  const layers = (active.editor?.document.image?.layers ?? []).map(({ path }) => path);
  const isOfChain = layers.includes(first.fsPath);
  const title = vscode.l10n.t('Compare {0} with', nameOf(first.fsPath));
  const others = isOfChain ? layers.filter((path) => path !== first.fsPath) : [];
  return (await askForImage(families, others, title)) ?? undefined;
}
