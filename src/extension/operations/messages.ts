import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { openInOurEditor } from '../editor/viewTypes';
import type { OperationSetup } from './operationRun';

/** The heading in README.md under which it is said what a snapshot is not. */
const README_ANCHOR = 'what-a-snapshot-is-not';

/** Says what came of an operation, and offers to open the image that a virtual machine must now use. */
export async function showResult(
  { log }: OperationSetup,
  message: string,
  { recovered, use }: { readonly recovered: readonly string[]; readonly use: string },
): Promise<void> {
  for (const line of recovered) log.info(line);
  log.info(message);
  const open = vscode.l10n.t('Open Image');
  const copy = vscode.l10n.t('Copy Path');
  const answer = await vscode.window.showInformationMessage([message, ...recovered].join(' '), open, copy);
  if (answer === open) await openInOurEditor(vscode.Uri.file(use), { preview: false });
  if (answer === copy) await vscode.env.clipboard.writeText(use);
}

/** Opens the documentation at the place where it explains that. */
export async function showWhatASnapshotIsNot({ extensionUri }: OperationSetup): Promise<void> {
  // The package has the name in small letters.
  const names = ['README.md', 'readme.md'].map((name) => vscode.Uri.joinPath(extensionUri, name));
  const readme = names.find((uri) => existsSync(uri.fsPath));
  if (readme === undefined) return;
  await vscode.commands.executeCommand('markdown.showPreview', readme.with({ fragment: README_ANCHOR }));
}
