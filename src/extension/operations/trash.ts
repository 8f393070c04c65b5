import * as vscode from 'vscode';

/** Only a desktop has one: where the extension runs on another computer than the window, VS Code removes files for good. */
export function hasTrash(): boolean {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop;
}

/** Rejects where the system has no trash for this file; it stays then. */
export async function moveToTrash(path: string): Promise<void> {
  await vscode.workspace.fs.delete(vscode.Uri.file(path), { useTrash: true });
}
