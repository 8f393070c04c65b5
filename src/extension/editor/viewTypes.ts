import * as vscode from 'vscode';

/**
 * One editor under two names, since VS Code knows one priority for each name. `.avhd` always is an image, so ours opens it.
 * `.vhd` is also VHDL source, so VS Code's text editor opens it, and HandOver takes the disk images from there.
 */
export const VIEW_TYPES = { vhd: 'vhdEditor.image', avhd: 'vhdEditor.snapshot' } as const;

/** The name under which our editor opens a file of this name. */
export function viewTypeFor(uri: vscode.Uri): string {
  return /\.avhd$/i.test(uri.path) ? VIEW_TYPES.avhd : VIEW_TYPES.vhd;
}

/** True for a tab of ours; of the given resource, if one is given. */
export function isOurTab(tab: vscode.Tab, uri?: vscode.Uri): boolean {
  const { input } = tab;
  if (!(input instanceof vscode.TabInputCustom) || !Object.values<string>(VIEW_TYPES).includes(input.viewType)) {
    return false;
  }
  return uri === undefined || input.uri.toString() === uri.toString();
}

/** Opens an image in our editor. */
export async function openInOurEditor(uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, viewTypeFor(uri), options);
}
