import * as vscode from 'vscode';
import type { ActiveEditor, ImageEditor } from '../editor/activeEditor';
import { checkFolder, checkImage, type CheckFaces } from '../check/checkCommands';
import { chosenImage, imageToChange, type ChosenImage } from '../operations/chosenImage';
import { editAnyway } from '../editing/editAnyway';
import { compare } from '../compare/compareCommand';
import { showWhatASnapshotIsNot } from '../operations/messages';
import type { OperationSetup } from '../operations/operationRun';
import { createSnapshot } from './createSnapshot';
import type { FamilyTracker } from '../views/familyTracker';
import { goTo } from './goTo';
import { locateParent } from './locateParent';
import { deleteSnapshot, mergeSnapshot } from './mergeSnapshot';
import { openImages } from './openImages';
import { resumeMerge } from './resumeMerge';
import { revertToSnapshot } from './revertToSnapshot';

/** Every command of the manifest. Those that need an editor of ours do nothing where none is active: they are hidden there. */
export function registerCommands(
  active: ActiveEditor,
  families: FamilyTracker,
  checks: CheckFaces,
  setup: OperationSetup,
): readonly vscode.Disposable[] {
  const { log } = setup;
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
    'vhdEditor.locateParent': inEditor((editor) => locateParent(editor.document, log)),
    'vhdEditor.checkImage': async (argument) => {
      const image = await chosenImage(active, families, argument);
      if (image !== null) await checkImage(setup, checks, image.path);
    },
    'vhdEditor.checkFolder': (argument) => checkFolder(setup, checks, argument),
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
