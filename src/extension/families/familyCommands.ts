import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { askForFolder } from '../operations/chosenFolder';
import { tellOnlyRead } from '../operations/chosenImage';
import type { OperationSetup } from '../operations/operationRun';
import { isFamilyElement } from '../views/familyItem';
import type { RebuiltView } from './rebuiltView';
import { relinkFolder, undoRelinkFolder } from './relinkFolder';

/** What the commands about a folder of images work with. */
export interface FamilySurroundings {
  readonly setup: OperationSetup;
  readonly rebuilt: RebuiltView;
}

/** The commands about a folder of images, by their ids. */
export function familyCommands({
  setup,
  rebuilt,
}: FamilySurroundings): Readonly<Record<string, (argument?: unknown) => Promise<void>>> {
  const inFolder =
    (title: () => string, label: () => string, act: (folder: string) => Promise<void>) =>
    async (argument?: unknown): Promise<void> => {
      const shown = rebuilt.folder === null ? undefined : vscode.Uri.file(rebuilt.folder);
      const folder = folderOf(argument, rebuilt) ?? (await askForFolder(title(), label(), shown));
      if (folder === null) return;
      if (folder.scheme === 'file') await act(folder.fsPath);
      else tellOnlyRead(folder);
    };
  return {
    'vhdEditor.rebuildFamily': inFolder(
      () => vscode.l10n.t('Choose a Folder of Images'),
      () => vscode.l10n.t('Rebuild Families'),
      (folder) => rebuilt.rebuild(folder),
    ),
    'vhdEditor.relinkFolder': inFolder(
      () => vscode.l10n.t('Choose the Folder That Was Moved'),
      () => vscode.l10n.t('Relink'),
      (folder) => relinkFolder(setup, folder),
    ),
    'vhdEditor.undoRelinkFolder': inFolder(
      () => vscode.l10n.t('Choose the Folder That Was Relinked'),
      () => vscode.l10n.t('Undo Relink'),
      (folder) => undoRelinkFolder(setup, folder),
    ),
    'vhdEditor.refreshRebuilt': () => rebuilt.refresh(),
    'vhdEditor.closeRebuilt': () => rebuilt.close(),
  };
}

/** A folder of the explorer; of a row the folder that its view shows, else that of its image. Null where none is named. */
function folderOf(argument: unknown, rebuilt: RebuiltView): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return argument;
  if (!isFamilyElement(argument)) return null;
  if (rebuilt.isShowing(argument)) return rebuilt.folder === null ? null : vscode.Uri.file(rebuilt.folder);
  return argument.uri === null ? null : vscode.Uri.file(dirname(argument.uri.fsPath));
}
