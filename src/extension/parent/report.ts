import * as vscode from 'vscode';

const SCHEME = 'vhd-editor-report';

/** By their addresses; an address is given once. A preview asks again whenever it is shown. */
const reports = new Map<string, string>();
const MAX_REPORTS = 50;

/** Hands VS Code the reports that `showReport` shows. */
export function registerReports(): vscode.Disposable {
  const provider = { provideTextDocumentContent: (uri: vscode.Uri) => reports.get(uri.toString()) ?? '' };
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider);
}

/** Shows a text in Markdown to be read; it cannot be changed, and need not be saved. */
export async function showReport(name: string, markdown: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: String(Date.now()) });
  reports.set(uri.toString(), markdown);
  const [oldest] = reports.keys();
  if (oldest !== undefined && reports.size > MAX_REPORTS) reports.delete(oldest);
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    // Whoever has turned VS Code's Markdown off reads it as it is.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }
}
