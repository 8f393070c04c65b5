import * as vscode from 'vscode';
import type { ImageDocument } from '../editor/imageDocument';
import { nameOf } from '../numbers';

/** More names are not told; the others are counted. */
const MAX_NAMES = 10;

/** Asks once whether a layer that others stand on is to be edited all the same. */
export async function editAnyway({ access, source }: ImageDocument): Promise<void> {
  await access.known();
  if (!access.editability.waysOut.includes('editAnyway')) return;
  const { dependents } = access;
  const names = dependents.slice(0, MAX_NAMES).map(nameOf);
  const more = dependents.length > MAX_NAMES ? [vscode.l10n.t('and {0} more', dependents.length - MAX_NAMES)] : [];
  const name = nameOf(source.path);
  const detail = vscode.l10n.t(
    'These images stand on it:\n{0}\n\nThey hold only what differs from {1}. Wherever they have nothing of their own, they read as what you write here, and a file system in them is likely ruined. To write without that, create a snapshot and write into the new image.',
    [...names, ...more].join('\n'),
    name,
  );
  const edit = vscode.l10n.t('Edit Anyway');
  const message = vscode.l10n.t('Edit {0} although other images stand on it?', name);
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, edit)) === edit) access.allowAnyway();
}
