import * as vscode from 'vscode';
import type { ActiveEditor, ImageEditor } from '../editor/activeEditor';
import { goTo } from './goTo';
import { locateParent } from './locateParent';
import { openImages } from './openImages';

/** Every command of the manifest. Those that need an editor of ours do nothing where none is active: they are hidden there. */
export function registerCommands(active: ActiveEditor, log: vscode.LogOutputChannel): readonly vscode.Disposable[] {
  const inEditor = (act: (editor: ImageEditor) => void | Promise<void>) => async (): Promise<void> => {
    if (active.editor !== null) await act(active.editor);
  };
  const commands: Readonly<Record<string, () => Promise<void>>> = {
    'vhdEditor.open': openImages,
    'vhdEditor.goTo': inEditor(goTo),
    'vhdEditor.copyOffset': inEditor((editor) => editor.notify({ type: 'command', command: 'copyOffset' })),
    'vhdEditor.copyLba': inEditor((editor) => editor.notify({ type: 'command', command: 'copyLba' })),
    'vhdEditor.copyBlock': inEditor((editor) => editor.notify({ type: 'command', command: 'copyBlock' })),
    'vhdEditor.locateParent': inEditor((editor) => locateParent(editor.document, log)),
  };
  return Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
}
