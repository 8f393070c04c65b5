import * as vscode from 'vscode';

const SCHEME = 'vhd-editor-edits';

/** The texts that are shown, by their addresses; an address is given once. */
const texts = new Map<string, string>();

/** Hands VS Code the texts that `showEdits` shows. */
export function registerEditsAsText(): vscode.Disposable {
  const provider = { provideTextDocumentContent: (uri: vscode.Uri) => texts.get(uri.toString()) ?? '' };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
  );
}

/** Shows the unsaved edits of an image as a text that cannot be changed, and need not be saved. */
export async function showEdits(image: vscode.Uri, text: string): Promise<void> {
  const name = image.path.replace(/^.*\//, '');
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name} edits.txt`, query: String(Date.now()) });
  texts.set(uri.toString(), text);
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
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
