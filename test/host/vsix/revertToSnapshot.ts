import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeDiskChain } from './diskChain';
import type { PackagedWorkbench } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInExplorer,
  chooseInPage,
  chooseInQuickPick,
  notificationWith,
  questionText,
} from './dialogs';

export function revertToSnapshotTests(opened: () => PackagedWorkbench): void {
  const path = (name: string): string => join(opened().folder, name);

  it('throws the changes of the open leaf away, from the palette, and the editor shows the empty one', async () => {
    const vscode = opened();
    writeDiskChain(vscode.folder, 'a', 10);
    const middle = readFileSync(path('a-middle.avhd'));
    await vscode.openFile('a-leaf.avhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'a-base.vhd' });
    await vscode.workbench.runCommand('VHD Editor: Revert to Snapshot…');
    await chooseInQuickPick(vscode, 'a-middle.avhd', 'revert-layer');
    const text = await questionText(vscode, 'Revert a-leaf.avhd to a-middle.avhd?');
    await vscode.workbench.screenshot({ name: 'revert-question' });
    assert.match(text, /The disk becomes as it was as of a-middle\.avhd/);
    assert.match(text, /A new, empty a-leaf\.avhd on a-middle\.avhd takes the place of the old one/);
    assert.match(
      text,
      /The old a-leaf\.avhd \(2 MiB\) is deleted for good: there is no trash here\. This cannot be undone\./,
    );
    await answerDialog(vscode, 'Revert');
    await notificationWith(vscode, 'a virtual machine goes on with a-leaf.avhd, which is as a-middle.avhd was');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="0"] .layer-size', text: '80 KiB' });
    await vscode.workbench.screenshot({ name: 'revert-done' });
    assert.deepEqual(readFileSync(path('a-middle.avhd')), middle);
    assert.deepEqual(
      readdirSync(vscode.folder).filter((name) => name.startsWith('a-')),
      ['a-base.vhd', 'a-leaf.avhd', 'a-middle.avhd'],
    );
  });

  it('goes back to a layer of the chain in the editor, and removes the layers that nobody needs then', async () => {
    const vscode = opened();
    writeDiskChain(vscode.folder, 'b', 20);
    await vscode.openFile('b-leaf.avhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'b-base.vhd' });
    await chooseInPage(vscode, '[data-layer="2"]', 'Revert to Snapshot…');
    const text = await questionText(vscode, 'Revert b-leaf.avhd to b-base.vhd?');
    assert.match(
      text,
      /No other image needs b-middle\.avhd \(2 MiB\) then\. It stays as it is unless you remove it too\./,
    );
    await vscode.workbench.screenshot({ name: 'revert-remove-question' });
    await answerDialog(vscode, 'Revert and Remove Unneeded Layers');
    await notificationWith(vscode, 'a virtual machine goes on with b-leaf.avhd, which is as b-base.vhd was');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'b-base.vhd' });
    assert.ok(!existsSync(path('b-middle.avhd')));
  });

  it('goes back to a file of the explorer, and leaves all as it is where the user cancels', async () => {
    const vscode = opened();
    writeDiskChain(vscode.folder, 'c', 30);
    const before = readFileSync(path('c-leaf.avhd'));
    await chooseInExplorer(vscode, 'c-base.vhd', 'Revert to Snapshot…');
    await questionText(vscode, 'Revert c-leaf.avhd to c-base.vhd?');
    await answerDialog(vscode, 'Cancel');
    assert.deepEqual(readFileSync(path('c-leaf.avhd')), before);
  });

  it('says why a base cannot be reverted', async () => {
    const vscode = opened();
    writeDiskChain(vscode.folder, 'd', 40, ['base']);
    await chooseInExplorer(vscode, 'd-base.vhd', 'Revert to Snapshot…');
    const text = await notificationWith(vscode, 'it stands on no other image');
    assert.match(
      text,
      /Reverting .*d-base\.vhd: it stands on no other image, so there is nothing to go back to\. Choose/,
    );
  });
}
