import * as vscode from 'vscode';
import { isOurTab, openInOurEditor } from '../editor/viewTypes';

/** Shows an image where our editors of removed ones are, and closes these. */
export async function replaceEditors(removed: readonly string[], by: string): Promise<void> {
  const gone = removed.map((path) => vscode.Uri.file(path));
  for (const { tabs, viewColumn } of vscode.window.tabGroups.all) {
    const ours = tabs.filter((tab) => gone.some((uri) => isOurTab(tab, uri)));
    if (ours.some((tab) => tab.isActive)) {
      await openInOurEditor(vscode.Uri.file(by), { viewColumn, preview: false, preserveFocus: true });
    }
    await vscode.window.tabGroups.close(ours, true);
  }
}
