import * as vscode from 'vscode';

/** Shows unsaved edits as a text of its own, beside nothing else. */
export async function showEdits(text: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: text, language: 'plaintext' });
  await vscode.window.showTextDocument(document, { preview: false });
}

/** Lets the user choose a file for unsaved edits as a text. True where it is written. Rejects where it cannot be. */
export async function saveEditsToFile(image: vscode.Uri, text: string): Promise<boolean> {
  const name = image.path.replace(/^.*\//, '');
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Unsaved Edits'),
    defaultUri: vscode.Uri.joinPath(image, '..', `${name} edits.txt`),
    filters: { [vscode.l10n.t('Text')]: ['txt'] },
  });
  if (uri === undefined) return false;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return true;
}
