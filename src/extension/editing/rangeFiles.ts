import * as vscode from 'vscode';
import type { ByteSource } from '../../protocol/session';
import type { EditTarget } from '../../protocol/editing';
import type { ImageDocument } from '../editor/imageDocument';
import { hexadecimal, nameOf, sizeText } from '../numbers';
import { tellOnlyRead } from '../operations/chosenImage';

/** Lets the user choose a file, and writes a range of bytes into it. Rejects with words for people. */
export async function exportRange(
  document: ImageDocument,
  range: { readonly source: ByteSource; readonly offset: number; readonly length: number },
): Promise<void> {
  const name = nameOf(document.source.path);
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export {0} of {1}', sizeText(range.length), name),
    saveLabel: vscode.l10n.t('Export'),
    defaultUri: vscode.Uri.joinPath(document.uri, '..', `${name} ${hexadecimal(range.offset)}.bin`),
  });
  const path = uri === undefined ? null : localPath(uri);
  if (path === null) return;
  await unlessCancelled(document.edits.exportRange({ ...range, path }));
}

/** Lets the user choose a file whose content takes the place of the bytes from `offset` on. Rejects with words for people. */
export async function importRange(
  document: ImageDocument,
  { target, offset }: { readonly target: EditTarget; readonly offset: number },
): Promise<void> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import a File at Offset {0}', hexadecimal(offset)),
    openLabel: vscode.l10n.t('Import'),
    defaultUri: vscode.Uri.joinPath(document.uri, '..'),
  });
  const path = uris?.[0] === undefined ? null : localPath(uris[0]);
  if (path === null) return;
  await unlessCancelled(document.edits.edit({ kind: 'import', target, offset, path }));
}

/** Who has cancelled something need not be told that it failed. */
async function unlessCancelled(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) throw error;
  }
}

/** Null where it is on another file system: the user is told. */
function localPath(uri: vscode.Uri): string | null {
  if (uri.scheme === 'file') return uri.fsPath;
  tellOnlyRead(uri);
  return null;
}
