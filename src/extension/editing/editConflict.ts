import * as vscode from 'vscode';
import type { KeptEdit } from '../../worker/editWire';
import { nameOf } from '../numbers';

/** Unsaved edits and the file under them do not go together any more; nothing is written before the user has settled it. */
export type EditConflict =
  /** Another program changed the file while the edits were being made. */
  | { readonly kind: 'changed' }
  /** The file is not the one that the edits were made for. None of them is applied. */
  | { readonly kind: 'mismatch'; readonly reasons: readonly string[]; readonly edits: readonly KeptEdit[] };

/** `apply`: all edits to the changed file, or those that fit. `look`: as a text. `discard`: the edits are gone. */
export type Settlement = 'apply' | 'look' | 'save' | 'discard';

/** What stands between an image's edits and its file, for people. */
export function conflictText(path: string, conflict: EditConflict): string {
  const name = nameOf(path);
  return conflict.kind === 'changed'
    ? vscode.l10n.t('Another program changed {0}, which has unsaved edits. Nothing has been written.', name)
    : vscode.l10n.t('The unsaved edits of {0} were made for another state of the file. None of them is applied.', name);
}

/** Asks what becomes of the edits, in a dialog or in a notification. Null where the user leaves it open. */
export async function askHowToSettle(path: string, conflict: EditConflict, modal: boolean): Promise<Settlement | null> {
  const message = conflictText(path, conflict);
  const settlements = settlementsOf(conflict);
  const labels = settlements.map((settlement) => labelOf(settlement, !modal));
  const answer = modal
    ? await vscode.window.showWarningMessage(message, { modal, detail: detailOf(conflict) }, ...labels)
    : await vscode.window.showWarningMessage([message, ...countsOf(conflict)].join(' '), ...labels);
  return settlements.find((_, index) => labels[index] === answer) ?? null;
}

function settlementsOf(conflict: EditConflict): readonly Settlement[] {
  if (conflict.kind === 'changed') return ['apply', 'save', 'discard'];
  return conflict.edits.some(({ fits }) => fits) ? ['look', 'apply', 'save', 'discard'] : ['look', 'save', 'discard'];
}

/** A notification has room for few words. */
function labelOf(settlement: Settlement, isShort: boolean): string {
  switch (settlement) {
    case 'apply':
      return vscode.l10n.t('Apply What Fits');
    case 'look':
      return isShort ? vscode.l10n.t('Look') : vscode.l10n.t('Look at the Edits');
    case 'save':
      return isShort ? vscode.l10n.t('Save to File…') : vscode.l10n.t('Save the Edits to a File…');
    case 'discard':
      return isShort ? vscode.l10n.t('Discard') : vscode.l10n.t('Discard the Edits');
  }
}

function detailOf(conflict: EditConflict): string {
  if (conflict.kind === 'changed') {
    return vscode.l10n.t(
      'Apply What Fits: the file is read anew, and your edits are made in it where the bytes that they replace are still the same. Where some do not fit, you are asked again.\n\nDiscard the Edits: the image is shown as it is in the file.',
    );
  }
  const edits = conflict.edits.map(({ label, fits }) =>
    fits ? vscode.l10n.t('{0}: fits', label) : vscode.l10n.t('{0}: does not fit', label),
  );
  return [...conflict.reasons, ...shortened(edits), ...lossOf(conflict)].join('\n');
}

/** What the user cannot have back afterwards. */
function lossOf({ edits }: Extract<EditConflict, { readonly kind: 'mismatch' }>): readonly string[] {
  if (!edits.some(({ fits }) => fits)) return [];
  return [
    '',
    vscode.l10n.t(
      'Edits that are applied cannot be undone one by one any more, only reverted together; those that do not fit are lost unless you save them to a file first.',
    ),
  ];
}

function countsOf(conflict: EditConflict): readonly string[] {
  if (conflict.kind === 'changed' || conflict.edits.length === 0) return [];
  const fitting = conflict.edits.filter(({ fits }) => fits).length;
  return [vscode.l10n.t('{0} of {1} still fit.', fitting, conflict.edits.length)];
}

function shortened(lines: readonly string[]): readonly string[] {
  const most = 12;
  return lines.length <= most ? lines : [...lines.slice(0, most), vscode.l10n.t('and {0} more', lines.length - most)];
}
