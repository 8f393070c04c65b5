import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFileSystem, openChain, closeChain, DiskReader } from '../../../src/engine/index';
import { idOf, writeVhd } from '../../fixtures/vhdBuilder';
import { eventually } from '../../patience';
import type { PackagedWorkbench } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInExplorer,
  chooseInPage,
  chooseInQuickPick,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';
import { baseSpec, childSpec } from './diskChain';

const MIB = 1024 * 1024;

/** The whole disk as of an image. */
function diskOf(path: string): Uint8Array {
  const chain = openChain(new NodeFileSystem(), path, { trusted: true, given: [], confine: null });
  const reader = new DiskReader(chain, 0);
  const bytes = new Uint8Array(reader.size);
  reader.read(0, bytes, () => assert.fail('it cannot be read'));
  closeChain(chain);
  return bytes;
}

export function mergeSnapshotTests(opened: () => PackagedWorkbench): void {
  const path = (name: string): string => join(opened().folder, name);

  it('says what a merge into the parent will do, does it, and shows the survivor in the editor', async () => {
    const vscode = opened();
    writeVhd(path('one-base.vhd'), baseSpec(12, [0, 4096]));
    writeVhd(path('one-leaf.avhd'), childSpec(11, 'one-base.vhd', [1, 2, 8192]));
    const before = diskOf(path('one-leaf.avhd'));
    await vscode.openFile('one-leaf.avhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'one-leaf.avhd' });
    await vscode.workbench.runCommand('VHD Editor: Merge Snapshot…');
    await chooseInQuickPick(vscode, 'Into the parent, one-base.vhd', 'merge-snapshot-target');
    const text = await questionText(vscode, 'Merge one-leaf.avhd into one-base.vhd?');
    await vscode.workbench.screenshot({ name: 'merge-snapshot-question' });
    for (const words of [
      /3 sectors \(1\.5 KiB\) are read, and [\d.]+ KiB are written to one-base\.vhd, which grows by 2 MiB to 6 MiB\./,
      /deleted for good: one-leaf\.avhd \([\d.]+ MiB\)\./,
      /A virtual machine must then use one-base\.vhd\./,
      /The disk as it was as of one-base\.vhd is gone then\. This cannot be undone\./,
    ]) {
      assert.match(text, words);
    }
    await answerDialog(vscode, 'Merge');
    await notificationWith(vscode, 'A virtual machine must now use one-base.vhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'one-base.vhd' });
    await vscode.workbench.screenshot({ name: 'merge-snapshot-done' });
    assert.ok(!existsSync(path('one-leaf.avhd')));
    assert.deepEqual(diskOf(path('one-base.vhd')), before);
  });

  it('refuses to write below another image, and merges into a new file instead', async () => {
    const vscode = opened();
    writeVhd(path('two-base.vhd'), baseSpec(22, [0]));
    writeVhd(path('two-leaf.avhd'), childSpec(21, 'two-base.vhd', [1, 8192]));
    const sibling = { ...childSpec(21, 'two-base.vhd', [5]), id: idOf(29) };
    writeVhd(path('two-other.avhd'), sibling);
    const before = ['two-base.vhd', 'two-leaf.avhd', 'two-other.avhd'].map((name) => readFileSync(path(name)));
    await chooseInExplorer(vscode, 'two-leaf.avhd', 'Merge Snapshot…');
    await chooseInQuickPick(vscode, 'Into the parent, two-base.vhd');
    const refusal = await notificationWith(vscode, 'Merging into');
    assert.match(refusal, /two-other\.avhd stands on .*two-base\.vhd/);
    assert.doesNotMatch(refusal, /--to/);
    await vscode.workbench.screenshot({ name: 'merge-snapshot-refused' });
    await pressInNotification(vscode, 'Merge to New File…');
    await chooseInQuickPick(vscode, 'Dynamic');
    const dialog = vscode.page.locator('.quick-input-widget input.input');
    // The quick pick before it has the same input.
    await eventually(
      () => dialog.inputValue(),
      (value) => value.endsWith('two-leaf merged.vhd'),
      'the name that is proposed',
    );
    await dialog.fill(path('two-merged.vhd'));
    await vscode.page.keyboard.press('Enter');
    const text = await questionText(vscode, 'Merge two-leaf.avhd into the new file two-merged.vhd?');
    assert.match(text, /3 sectors \(1\.5 KiB\) are read from two-leaf\.avhd, two-base\.vhd\./);
    assert.match(text, /No other file is changed\./);
    await vscode.workbench.screenshot({ name: 'merge-to-file-question' });
    await answerDialog(vscode, 'Merge');
    await notificationWith(vscode, 'two-merged.vhd holds the whole disk of two-leaf.avhd');
    assert.deepEqual(diskOf(path('two-merged.vhd')), diskOf(path('two-leaf.avhd')));
    assert.deepEqual(
      ['two-base.vhd', 'two-leaf.avhd', 'two-other.avhd'].map((name) => readFileSync(path(name))),
      before,
    );
  });

  it('deletes a snapshot in the middle from the chain of the editor, and the leaf reads as before', async () => {
    const vscode = opened();
    writeVhd(path('mid-base.vhd'), baseSpec(33, [0]));
    writeVhd(path('mid-one.avhd'), childSpec(32, 'mid-base.vhd', [1, 4096]));
    writeVhd(path('mid-leaf.avhd'), childSpec(31, 'mid-one.avhd', [2]));
    const before = diskOf(path('mid-leaf.avhd'));
    await vscode.openFile('mid-leaf.avhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'mid-base.vhd' });
    await chooseInPage(vscode, '[data-layer="1"]', 'Delete Snapshot…', 'delete-snapshot-menu');
    const text = await questionText(vscode, 'Delete the snapshot mid-one.avhd?');
    await vscode.workbench.screenshot({ name: 'delete-snapshot-question' });
    assert.match(text, /No change is lost: what mid-one\.avhd holds goes into mid-base\.vhd first\./);
    assert.match(text, /mid-leaf\.avhd will stand on mid-base\.vhd, with the same content as now\./);
    assert.match(text, /A virtual machine goes on with mid-leaf\.avhd\./);
    await answerDialog(vscode, 'Delete');
    await notificationWith(vscode, 'A virtual machine goes on with mid-leaf.avhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'mid-base.vhd' });
    await vscode.workbench.screenshot({ name: 'delete-snapshot-done' });
    assert.equal(await vscode.workbench.count({ area: 'editor', selector: '[data-layer="2"]' }), 0);
    assert.ok(!existsSync(path('mid-one.avhd')));
    assert.deepEqual(diskOf(path('mid-leaf.avhd')), before);
  });

  const filled = new Uint8Array(512).fill(0x5a);

  /** Writes `P-base.vhd` and `P-leaf.avhd`, which take some seconds to be merged where that is fast, and begins with it. */
  const beginLongMerge = async (prefix: string, number: number): Promise<void> => {
    const vscode = opened();
    const [base, leaf] = [`${prefix}-base.vhd`, `${prefix}-leaf.avhd`];
    const virtualSize = 4096 * MIB;
    writeVhd(path(base), baseSpec(number + 1, [0], virtualSize));
    // Sectors of zeros are data too, and a file of them is quickly written.
    const blocks = Array.from({ length: 1500 }, (_, index) => ({
      ...{ index, sectors: 'all' as const },
      content: index % 133 === 0 ? () => filled : null,
    }));
    writeVhd(path(leaf), { ...childSpec(number, base, [], virtualSize), blocks });
    await vscode.openFile(leaf);
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: base });
    await chooseInExplorer(vscode, leaf, 'Merge Snapshot…');
    await chooseInQuickPick(vscode, `Into the parent, ${base}`);
    await questionText(vscode, `Merge ${leaf} into ${base}?`);
    await answerDialog(vscode, 'Merge');
  };

  it('stops in the middle where the user cancels, and goes on where it stopped', async () => {
    const vscode = opened();
    await beginLongMerge('long', 41);
    const progress = await notificationWith(
      vscode,
      /Merging long-leaf\.avhd into long-base\.vhd: ([1-9]|\d\d)% · .*\/s/,
    );
    // However fast the machine is, the click comes before the end.
    const held = vscode.holdExtension();
    await vscode.workbench.screenshot({ name: 'merge-snapshot-progress' });
    assert.match(progress, /% · [\d.]+ [KMG]iB\/s/);
    await pressInNotification(vscode, 'Cancel');
    held.goOn();
    const stopped = await notificationWith(vscode, 'was stopped');
    assert.match(stopped, /long-leaf\.avhd and all above it read as before; long-base\.vhd must not be used/);
    await vscode.workbench.waitFor({ area: 'editor', selector: '.page', text: '1 finding' });
    await vscode.workbench.screenshot({ name: 'merge-snapshot-stopped' });
    assert.ok(existsSync(path('long-leaf.avhd')));
    assert.ok(existsSync(path('long-base.vhd.vhd-editor-merge')));
    const size = statSync(path('long-base.vhd')).size;
    await pressInNotification(vscode, 'Resume');
    await notificationWith(vscode, 'A virtual machine must now use long-base.vhd');
    assert.ok(!existsSync(path('long-leaf.avhd')));
    assert.ok(!existsSync(path('long-base.vhd.vhd-editor-merge')));
    assert.ok(statSync(path('long-base.vhd')).size >= size);
    const chain = openChain(new NodeFileSystem(), path('long-base.vhd'), { trusted: true, given: [], confine: null });
    const sector = new Uint8Array(512);
    for (const lba of [0, 4096 * 133 + 17, 4096 * 399 + 4095]) {
      new DiskReader(chain, 0).read(lba * 512, sector, () => assert.fail());
      assert.deepEqual(sector, filled);
    }
    closeChain(chain);
  });

  it('is found again when the window was loaded anew meanwhile, and goes on', async () => {
    const vscode = opened();
    await beginLongMerge('cut', 51);
    await notificationWith(vscode, /Merging cut-leaf\.avhd into cut-base\.vhd: ([1-9]|\d\d)%/);
    // However fast the machine is, the window goes before the end, and the merge with it.
    const held = vscode.holdExtension();
    const isGone = vscode.page.waitForEvent('domcontentloaded');
    const reloaded = vscode.reload();
    await isGone;
    held.end();
    await reloaded;
    const text = await notificationWith(vscode, 'was cut short when the window closed');
    assert.match(text, /The merge of cut-leaf\.avhd into cut-base\.vhd was cut short/);
    await vscode.workbench.screenshot({ name: 'merge-snapshot-found-again' });
    assert.ok(existsSync(path('cut-leaf.avhd')));
    await pressInNotification(vscode, 'Resume');
    await notificationWith(vscode, 'A virtual machine must now use cut-base.vhd');
    assert.ok(!existsSync(path('cut-leaf.avhd')));
    assert.ok(!existsSync(path('cut-base.vhd.vhd-editor-merge')));
    // Whether VS Code had kept in mind which editors were open is its own matter.
    await pressInNotification(vscode, 'Open Image');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'cut-base.vhd' });
  });
}
