import * as vscode from 'vscode';

/** A folder that the user chooses, `first` being proposed; null where they leave. */
export async function askForFolder(title: string, openLabel: string, first?: vscode.Uri): Promise<vscode.Uri | null> {
  const proposed = first === undefined ? {} : { defaultUri: first };
  const options = { title, openLabel, canSelectFiles: false, canSelectFolders: true, ...proposed };
  return (await vscode.window.showOpenDialog(options))?.[0] ?? null;
}
