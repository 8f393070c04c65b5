import * as vscode from 'vscode';
import { isOurTab, openInOurEditor } from '../editor/viewTypes';

/** Shows an image where our editors of removed ones are, and closes these. Never rejects: what cannot be closed says itself that it is gone. */
export async function replaceEditors(
  removed: readonly string[],
  by: string,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const gone = removed.map((path) => vscode.Uri.file(path));
  const isGone = (tab: vscode.Tab): boolean => gone.some((uri) => isOurTab(tab, uri));
  try {
    for (const { tabs, viewColumn } of vscode.window.tabGroups.all) {
      if (tabs.some((tab) => tab.isActive && isGone(tab))) {
        await openInOurEditor(vscode.Uri.file(by), { viewColumn, preview: false, preserveFocus: true });
      }
    }
    // Asked for anew: VS Code may put new objects in the place of the tabs that it gave us.
    const left = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isGone));
    await vscode.window.tabGroups.close(left, true);
  } catch (error) {
    log.warn(`Closing editors of ${removed.join(', ')}: ${String(error)}`);
  }
}
