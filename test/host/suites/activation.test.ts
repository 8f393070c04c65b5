import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually } from '../../patience';

interface Manifest {
  readonly contributes: {
    readonly customEditors?: readonly { readonly viewType: string }[];
    readonly commands?: readonly { readonly command: string }[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('vhd-editor.vhd-editor');
  assert.ok(found);
  return found;
}

describe('the extension in this VS Code', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('contributes the editor of disk images', () => {
    const { contributes } = extension().packageJSON as Manifest;
    const viewTypes = contributes.customEditors?.map((editor) => editor.viewType) ?? [];
    assert.ok(viewTypes.includes('vhdEditor.image'), viewTypes.join(', '));
  });

  it('registers every command that it contributes, and no other', async () => {
    const { contributes } = extension().packageJSON as Manifest;
    const contributed = (contributes.commands ?? []).map((command) => command.command).sort();
    // VS Code makes commands of its own for every view: `vhdEditor.families.focus`.
    const views = Object.values(contributes.views ?? {}).flatMap((list) => list.map((view) => `${view.id}.`));
    const isOurs = (command: string): boolean =>
      command.startsWith('vhdEditor.') && !views.some((view) => command.startsWith(view));
    await eventually(
      async () => (await vscode.commands.getCommands(true)).filter(isOurs).sort(),
      (registered) => JSON.stringify(registered) === JSON.stringify(contributed),
      'the registered commands',
    );
  });
});
