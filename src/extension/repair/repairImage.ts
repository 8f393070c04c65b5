import * as vscode from 'vscode';
import type { ImageDocuments } from '../editor/imageDocuments';
import { openInOurEditor } from '../editor/viewTypes';
import { tellFailure, withOperation, type OperationSetup } from '../operations/operationRun';
import { repairFile } from './repairFile';

/**
 * Shows what can be put right in an image, in its editor, where what is chosen becomes an edit. A file that no editor can open as an image is repaired where
 * it lies, after a question. `path` is absolute.
 */
export async function repairImage(setup: OperationSetup, documents: ImageDocuments, path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  await withOperation(setup, path, async (run) => {
    // What an editor shows may have been read before another program spoilt the file. With unsaved edits it is the image all the same.
    const isEdited = documents.find(uri)?.edits.isChanged === true;
    const opens = isEdited || (await run.opens(path));
    if (opens === null) return;
    if (!opens) {
      await repairFile(setup, run, path);
      return;
    }
    await openInOurEditor(uri, { preview: false });
    documents.find(uri)?.showRepairs();
  });
}

/** Says that a file cannot be opened as an image, and offers to look whether that can be put right. */
export async function offerRepair({ log }: OperationSetup, path: string, error: unknown): Promise<void> {
  const repair = vscode.l10n.t('Repair…');
  if ((await tellFailure(log, error, repair)) === repair) {
    await vscode.commands.executeCommand('vhdEditor.repairImage', vscode.Uri.file(path));
  }
}
