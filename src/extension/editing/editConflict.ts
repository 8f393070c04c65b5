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
  const choices = choicesFor(conflict);
  const message = conflictText(path, conflict);
  const labels = choices.map(([label]) => label);
  const answer = modal
    ? await vscode.window.showWarningMessage(message, { modal, detail: detailOf(conflict) }, ...labels)
    : await vscode.window.showWarningMessage([message, shortDetailOf(conflict)].join(' ').trim(), ...labels);
  return choices.find(([label]) => label === answer)?.[1] ?? null;
}

function choicesFor(conflict: EditConflict): readonly (readonly [string, Settlement])[] {
  if (conflict.kind === 'changed') {
    return [
      [vscode.l10n.t('Apply My Edits'), 'apply'],
      [vscode.l10n.t('Save My Edits to a File…'), 'save'],
      [vscode.l10n.t('Discard My Edits'), 'discard'],
    ];
  }
  const fitting: readonly (readonly [string, Settlement])[] = conflict.edits.some(({ fits }) => fits)
    ? [[vscode.l10n.t('Apply Those That Fit'), 'apply']]
    : [];
  return [
    [vscode.l10n.t('Look at the Edits'), 'look'],
    [vscode.l10n.t('Save Them to a File…'), 'save'],
    ...fitting,
    [vscode.l10n.t('Drop Them'), 'discard'],
  ];
}

function detailOf(conflict: EditConflict): string {
  if (conflict.kind === 'changed') {
    return vscode.l10n.t(
      'Apply My Edits: the file is read anew, and your edits are made in it where the bytes they replace are still the same.\n\nDiscard My Edits: the image is shown as it is in the file.',
    );
  }
  const edits = conflict.edits.map(({ label, fits }) =>
    fits ? vscode.l10n.t('{0}: fits', label) : vscode.l10n.t('{0}: does not fit', label),
  );
  return [...conflict.reasons, ...shortened(edits)].join('\n');
}

function shortDetailOf(conflict: EditConflict): string {
  if (conflict.kind === 'changed') return '';
  const fitting = conflict.edits.filter(({ fits }) => fits).length;
  const counts = vscode.l10n.t('{0} of {1} still fit.', fitting, conflict.edits.length);
  return [...conflict.reasons, ...(conflict.edits.length > 0 ? [counts] : [])].join(' ');
}

function shortened(lines: readonly string[]): readonly string[] {
  const most = 12;
  return lines.length <= most ? lines : [...lines.slice(0, most), vscode.l10n.t('and {0} more', lines.length - most)];
}
