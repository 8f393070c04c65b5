import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import type { PackagedWorkbench } from '../packagedWorkbench';
import { answerDialog, chooseInExplorer, chooseInQuickPick, notificationWith, questionText } from './dialogs';

const DISK: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * 1024 * 1024,
  id: idOf(1),
  content: stampOf(1),
  blocks: blocksOf([0, 4096]),
};

export function createSnapshotTests(opened: () => PackagedWorkbench): void {
  /** The names of the folder's files that begin with this. */
  const names = (prefix: string): readonly string[] =>
    readdirSync(opened().folder).filter((name) => name.startsWith(prefix));

  it('asks once, naming the files and the bytes, and then says which file a virtual machine must use', async () => {
    const vscode = opened();
    const path = join(vscode.folder, 'web01.vhd');
    writeVhd(path, DISK);
    const before = readFileSync(path);
    await vscode.openFile('web01.vhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'web01.vhd' });
    await vscode.workbench.runCommand('VHD Editor: Create Snapshot…');
    const text = await questionText(vscode, 'Create a snapshot of web01.vhd?');
    for (const words of [
      `web01.vhd (${String(Math.floor((statSync(path).size / 1024 / 1024) * 100) / 100)} MiB) is frozen`,
      /the new image is web01_[0-9A-F]{8}…\.avhd, \d+ KiB large\. A virtual machine must be set to use it/,
      /Keep the Name: web01\.vhd is renamed to web01_[0-9A-F]{8}…\.vhd/,
      'A snapshot is no backup: it lies on the same volume',
    ]) {
      assert.ok(typeof words === 'string' ? text.includes(words) : words.test(text), `${text} lacks ${String(words)}`);
    }
    await vscode.workbench.screenshot({ name: 'create-snapshot-question' });
    await answerDialog(vscode, 'Create Snapshot');
    await notificationWith(vscode, 'a virtual machine must now use web01_');
    await vscode.workbench.screenshot({ name: 'create-snapshot-done' });
    const [leaf] = names('web01_');
    assert.deepEqual(names('web01'), ['web01.vhd', leaf]);
    assert.deepEqual(readFileSync(path), before);
    await vscode.workbench.click({
      area: 'workbench',
      selector: '.notification-toast .monaco-button',
      text: 'Open Image',
    });
    await vscode.workbench.waitFor({ area: 'workbench', selector: '.tab.active', text: leaf ?? '' });
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'web01.vhd' });
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: leaf ?? '' });
  });

  it('lets the new image take the name of the old one, from the context menu of the explorer', async () => {
    const vscode = opened();
    writeVhd(join(vscode.folder, 'kept.vhd'), { ...DISK, id: idOf(2) });
    await vscode.openFile('kept.vhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'kept.vhd' });
    await chooseInExplorer(vscode, 'kept.vhd', 'Create Snapshot…');
    await questionText(vscode, 'Create a snapshot of kept.vhd?');
    await answerDialog(vscode, 'Keep the Name');
    await notificationWith(vscode, 'a virtual machine goes on with kept.vhd');
    assert.equal(names('kept').length, 2);
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'kept_' });
    assert.equal(await vscode.workbench.count({ area: 'editor', selector: '.banner' }), 0);
  });

  it('changes nothing where the user cancels', async () => {
    const vscode = opened();
    writeVhd(join(vscode.folder, 'left.vhd'), { ...DISK, id: idOf(3) });
    await chooseInExplorer(vscode, 'left.vhd', 'Create Snapshot…');
    await questionText(vscode, 'Create a snapshot of left.vhd?');
    await answerDialog(vscode, 'Cancel');
    assert.deepEqual(names('left'), ['left.vhd']);
  });

  it('asks for an image where none is open, and shows what a snapshot is not', async () => {
    const vscode = opened();
    await vscode.workbench.runCommand('View: Close All Editors');
    await vscode.page.locator('iframe.webview').first().waitFor({ state: 'detached' });
    await vscode.workbench.runCommand('VHD Editor: Create Snapshot…');
    await chooseInQuickPick(vscode, 'left.vhd', 'create-snapshot-choose');
    await questionText(vscode, 'Create a snapshot of left.vhd?');
    await answerDialog(vscode, 'What a Snapshot Is Not');
    await vscode.workbench.waitFor({ area: 'workbench', selector: '.tab', text: 'readme' });
    assert.deepEqual(names('left'), ['left.vhd']);
  });
}
