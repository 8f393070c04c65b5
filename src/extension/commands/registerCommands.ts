import * as vscode from 'vscode';
import type { ActiveEditor, ImageEditor } from '../editor/activeEditor';
import { checkFolder, checkImage, type CheckFaces } from '../check/checkCommands';
import { chosenImage, imageToChange, type ChosenImage } from '../operations/chosenImage';
import { editAnyway } from '../editing/editAnyway';
import { compare } from '../compare/compareCommand';
import { besideRow, finishOperation } from '../repair/finishOperation';
import { repairImage } from '../repair/repairImage';
import { undoRepair } from '../repair/undoRepair';
import { familyCommands } from '../families/familyCommands';
import type { RebuiltView } from '../families/rebuiltView';
import { mergeToNewFile } from '../operations/mergingToFile';
import { showWhatASnapshotIsNot } from '../operations/messages';
import type { OperationSetup } from '../operations/operationRun';
import { createSnapshot } from './createSnapshot';
import { explainChangedParent } from '../parent/explainChangedParent';
import { locateParent } from '../parent/locateParent';
import type { FamilyTracker } from '../views/familyTracker';
import { goTo } from './goTo';
import { deleteSnapshot, mergeSnapshot } from './mergeSnapshot';
import { openImages } from './openImages';
import { resumeMerge } from './resumeMerge';
import { revertToSnapshot } from './revertToSnapshot';

/** Every command of the manifest. Those that need an editor of ours do nothing where none is active: they are hidden there. */
export function registerCommands(
  active: ActiveEditor,
  families: FamilyTracker,
  checks: CheckFaces,
  rebuilt: RebuiltView,
  setup: OperationSetup,
): readonly vscode.Disposable[] {
  const parents = { active, families, documents: checks.documents, setup };
  const inEditor = (act: (editor: ImageEditor) => void | Promise<void>) => async (): Promise<void> => {
    if (active.editor !== null) await act(active.editor);
  };
  const onImage =
    (act: (setup: OperationSetup, image: ChosenImage) => Promise<void>) =>
    async (argument?: unknown): Promise<void> => {
      const image = await imageToChange(active, families, argument);
      if (image !== null) await act(setup, image);
    };
  const commands: Readonly<Record<string, (argument?: unknown, selected?: unknown) => Promise<void>>> = {
    'vhdEditor.open': openImages,
    'vhdEditor.goTo': inEditor(goTo),
    'vhdEditor.findBytes': inEditor((editor) => editor.notify({ type: 'command', command: 'find' })),
    'vhdEditor.copyOffset': inEditor((editor) => editor.notify({ type: 'command', command: 'copyOffset' })),
    'vhdEditor.copyLba': inEditor((editor) => editor.notify({ type: 'command', command: 'copyLba' })),
    'vhdEditor.copyBlock': inEditor((editor) => editor.notify({ type: 'command', command: 'copyBlock' })),
    'vhdEditor.exportRange': inEditor((editor) => editor.notify({ type: 'command', command: 'exportRange' })),
    'vhdEditor.importRange': inEditor((editor) => editor.notify({ type: 'command', command: 'importRange' })),
    'vhdEditor.editAnyway': inEditor((editor) => editAnyway(editor.document)),
    'vhdEditor.compare': (argument, selected) => compare({ active, families, setup }, argument, selected),
    'vhdEditor.locateParent': (argument) => locateParent(parents, argument),
    'vhdEditor.explainChangedParent': (argument) => explainChangedParent(parents, argument),
    'vhdEditor.checkImage': async (argument) => {
      const image = await chosenImage(active, families, argument);
      if (image !== null) await checkImage(setup, checks, image.path);
    },
    'vhdEditor.checkFolder': (argument) => checkFolder(setup, checks, argument),
    'vhdEditor.repairImage': onImage((_, { path }) => repairImage(setup, checks.documents, path)),
    'vhdEditor.undoRepair': onImage((_, { path }) => undoRepair(setup, path)),
    'vhdEditor.finishOperation': (argument) =>
      onImage((_, { path }) => finishOperation(setup, path))(besideRow(argument)),
    ...familyCommands({ setup, rebuilt }),
    'vhdEditor.mergeToNewFile': onImage((_, { path }) => mergeToNewFile(setup, path)),
    'vhdEditor.createSnapshot': onImage(createSnapshot),
    'vhdEditor.mergeSnapshot': onImage(mergeSnapshot),
    'vhdEditor.revertToSnapshot': onImage(revertToSnapshot),
    'vhdEditor.deleteSnapshot': onImage(deleteSnapshot),
    'vhdEditor.aboutSnapshots': () => showWhatASnapshotIsNot(setup),
    'vhdEditor.resumeMerge': (row) => resumeMerge(setup, row),
    'vhdEditor.refreshFamilies': () => {
      families.refresh();
      return Promise.resolve();
    },
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
