import * as vscode from 'vscode';
import { openInOurEditor } from '../editor/viewTypes';

/** Lets the user choose images and opens each in our editor. */
export async function openImages(): Promise<void> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open Virtual Hard Disk Images'),
    openLabel: vscode.l10n.t('Open'),
    canSelectMany: true,
    filters: imageFilters(),
  });
  for (const uri of uris ?? []) await openInOurEditor(uri, { preview: false });
}

/** Kinds of files for a file dialog: images, or all. */
export function imageFilters(): Record<string, string[]> {
  return {
    [vscode.l10n.t('Virtual hard disk images')]: ['vhd', 'avhd'],
    [vscode.l10n.t('All files')]: ['*'],
  };
}
