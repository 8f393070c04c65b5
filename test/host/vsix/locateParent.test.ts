import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { closeChain, NodeFileSystem, openChain } from '../../../src/engine/index';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { packagedVsCode } from '../packagedWorkbench';
import {
  answerDialog,
  chooseFolder,
  chooseInQuickPick,
  closeNotifications,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';
import { writeDiskChain } from './diskChain';
import type { PackagedWorkbench } from '../packagedWorkbench';

const MIB = 1024 * 1024;
const POLICY = { trusted: true, given: [], confine: null };
const COMMAND = 'VHD Editor: Locate Parent…';
const BASE: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * MIB,
  id: idOf(2),
  content: stampOf(2),
  blocks: blocksOf([4096]),
};
const LEAF: VhdSpec = {
  type: 'differencing',
  virtualSize: 32 * MIB,
  id: idOf(1),
  parent: { id: idOf(2), name: 'base.vhd', locators: [{ code: 'W2ru', text: '.\\base.vhd' }] },
  content: stampOf(1),
  blocks: blocksOf([0]),
};

describe('a parent that is missing, in the packaged extension', () => {
  const opened = packagedVsCode();

  /** Opens a leaf whose parent is not where it says. */
  async function openLeaf(name: string): Promise<PackagedWorkbench> {
    const vscode = opened();
    writeVhd(join(vscode.folder, name), LEAF);
    await vscode.openFile(name);
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: name });
    await vscode.workbench.waitFor({ area: 'editor', selector: '.layer.missing', text: 'base.vhd' });
    return vscode;
  }

  /** Asks for a file instead of one of the candidates, and answers the file dialog, which comes in the place of their list. */
  async function chooseFile(workbench: PackagedWorkbench['workbench'], leaf: string, path: string): Promise<void> {
    await workbench.waitFor({ area: 'workbench', selector: '.quick-input-title', text: `Parent of ${leaf}` });
    const row = { area: 'workbench', selector: '.quick-input-widget .monaco-list-row' } as const;
    // It stands below all that was found.
    await workbench.page.locator('.quick-input-widget input.input').fill('Choose a File');
    await workbench.click({ ...row, text: 'Choose a File…' });
    await workbench.waitFor({
      area: 'workbench',
      selector: '.quick-input-widget .monaco-button',
      text: 'Use as Parent',
    });
    // Before it has listed a folder, it hears neither words nor keys.
    await workbench.waitFor({ ...row, text: leaf });
    await workbench.page.locator('.quick-input-widget input.input').fill(path);
    await workbench.waitFor({ ...row, text: basename(path) });
    await workbench.click({ area: 'workbench', selector: '.quick-input-widget .monaco-button', text: 'Use as Parent' });
  }

  it('is taken without a question where the user names the right file', async () => {
    const folder = join(opened().folder, 'elsewhere');
    mkdirSync(folder);
    const path = join(folder, 'renamed.bin');
    writeVhd(path, BASE);
    const { workbench } = await openLeaf('right.avhd');
    await workbench.runCommand(COMMAND);
    await chooseFile(workbench, 'right.avhd', path);
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'renamed.bin' });
    assert.equal(await workbench.count({ area: 'editor', selector: '.layer.missing' }), 0);
    assert.equal(await workbench.count({ area: 'workbench', selector: '.monaco-dialog-box' }), 0);
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('is a candidate with its proof where the id is another, and taken only on the word of the user', async () => {
    const path = join(opened().folder, 'base.vhd');
    writeVhd(path, { ...BASE, id: idOf(7) });
    const before = readFileSync(path);
    const { workbench } = await openLeaf('wrong.avhd');
    await workbench.click({ area: 'editor', selector: '.layer.missing button' });
    const row = { area: 'workbench', selector: '.quick-input-widget .monaco-list-row', text: 'base.vhd' } as const;
    await workbench.waitFor(row);
    const words = (await workbench.textOf(row)).replaceAll(/\s+/g, ' ');
    for (const word of ['base.vhd', '✗ id', '✓ size', '33 554 432 bytes']) {
      assert.ok(words.includes(word), `${words} lacks ${word}`);
    }
    await workbench.screenshot({ name: 'locate-parent' });
    await workbench.click(row);
    const dialog = { area: 'workbench', selector: '.monaco-dialog-box' } as const;
    await workbench.waitFor({ ...dialog, text: 'base.vhd is not the parent that wrong.avhd names' });
    await workbench.screenshot({ name: 'locate-parent-other-id' });
    await workbench.click({ ...dialog, selector: '.monaco-dialog-box .monaco-button', text: 'Cancel' });
    await workbench.waitFor({ ...dialog, state: 'detached' });
    await workbench.waitFor({ area: 'editor', selector: '.layer.missing' });

    await workbench.click({ area: 'editor', selector: '.layer.missing button' });
    await workbench.click(row);
    await workbench.click({
      ...dialog,
      selector: '.monaco-dialog-box .monaco-button',
      text: 'Use Although Data May Not Fit',
    });
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'base.vhd' });
    await workbench.click({ area: 'editor', selector: '#tab-findings' });
    await workbench.waitFor({ area: 'editor', selector: '#room-findings', text: 'CHILD_PARENT_ID_MISMATCH' });
    await workbench.screenshot({ name: 'located-parent' });
    assert.deepEqual(readFileSync(path), before);
    rmSync(path);
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('is looked for in a folder that the user names, and used for now', async () => {
    const vscode = opened();
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-elsewhere-'));
    writeVhd(join(folder, 'archived.vhd'), BASE);
    const { workbench } = await openLeaf('searched.avhd');
    const before = readFileSync(join(vscode.folder, 'searched.avhd'));
    await workbench.runCommand(COMMAND);
    await chooseInQuickPick(vscode, 'Search a Folder…');
    await chooseFolder(vscode, folder);
    await chooseInQuickPick(vscode, 'archived.vhd', 'locate-parent-in-folder');
    const words = await questionText(vscode, 'Take archived.vhd as the parent of searched.avhd?');
    assert.ok(words.includes('Use for now: no file is changed'), words);
    await answerDialog(vscode, 'Use for Now');
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'archived.vhd' });
    assert.deepEqual(readFileSync(join(vscode.folder, 'searched.avhd')), before);
    rmSync(folder, { recursive: true });
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('was changed after its child was made: what is offered leads to a new file, and to the question of relinking', async () => {
    const vscode = opened();
    const { workbench } = vscode;
    const made = 740_000_000;
    const [leaf, base] = [join(vscode.folder, 'older.avhd'), join(vscode.folder, 'changed.vhd')];
    writeVhd(base, { ...BASE, id: idOf(62), timestamp: made });
    const locators = [{ code: 'W2ru', text: '.\\changed.vhd' }];
    writeVhd(leaf, {
      ...LEAF,
      id: idOf(61),
      timestamp: made,
      parent: { id: idOf(62), name: 'changed.vhd', timestamp: made, locators },
    });
    const before = readFileSync(leaf);
    await vscode.openFile('older.avhd');
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'changed.vhd' });

    await workbench.runCommand('VHD Editor: Explain Changed Parent');
    await notificationWith(vscode, 'changed.vhd may have been changed after older.avhd was made on it.');
    await pressInNotification(vscode, 'Relink…');
    const words = await questionText(vscode, 'Take changed.vhd as the parent of older.avhd?');
    assert.match(words, /Time stamp: .* → /);
    await answerDialog(vscode, 'Cancel');
    assert.deepEqual(readFileSync(leaf), before);

    // The report lies over the image now.
    await vscode.openFile('older.avhd');
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'changed.vhd' });
    await workbench.runCommand('VHD Editor: Explain Changed Parent');
    await notificationWith(vscode, 'changed.vhd may have been changed after older.avhd was made on it.');
    await workbench.waitFor({ area: 'editor', selector: 'h1', text: 'changed.vhd, the parent of older.avhd' });
    await pressInNotification(vscode, 'Merge into a New File…');
    await chooseInQuickPick(vscode, 'Fixed');
    await workbench.waitFor({ area: 'workbench', selector: '.quick-input-title', text: 'Merge to New File' });
    await workbench.press('Escape');
    await closeNotifications(vscode);
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('is named in the leaf when the user wants that, as an edit that is saved', async () => {
    const folder = join(opened().folder, 'bases');
    mkdirSync(folder);
    const path = join(folder, 'base.vhd');
    writeVhd(path, BASE);
    const { workbench } = await openLeaf('relinked.avhd');
    await workbench.click({ area: 'editor', selector: '.layer.missing button' });
    const row = { area: 'workbench', selector: '.quick-input-widget .monaco-list-row', text: 'base.vhd' } as const;
    await workbench.click({ ...row, text: '✓ id' });
    const dialog = { area: 'workbench', selector: '.monaco-dialog-box' } as const;
    await workbench.waitFor({ ...dialog, text: 'Take base.vhd as the parent of relinked.avhd?' });
    const words = await workbench.textOf(dialog);
    assert.ok(words.includes('W2ru: .\\base.vhd → .\\bases\\base.vhd'), words);
    await workbench.screenshot({ name: 'relink-question' });
    await workbench.click({ ...dialog, selector: '.monaco-dialog-box .monaco-button', text: 'Relink' });
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'base.vhd' });
    await workbench.waitFor({ area: 'workbench', selector: '.tab.dirty', text: 'relinked.avhd' });
    await workbench.press('Control+S');
    await workbench.waitFor({ area: 'workbench', selector: '.tab.dirty', state: 'detached' });
    const chain = openChain(new NodeFileSystem(), join(opened().folder, 'relinked.avhd'), POLICY);
    assert.deepEqual([chain.layers[1]?.image.path, chain.layers[1]?.foundBy], [path, 'W2ru']);
    closeChain(chain);
    rmSync(folder, { recursive: true });
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('of a layer below is written into that layer at once, and the leaf that is open follows', async () => {
    const vscode = opened();
    const { workbench } = vscode;
    writeDiskChain(vscode.folder, 'deep', 11);
    const moved = join(vscode.folder, 'deep', 'deep-base.vhd');
    mkdirSync(join(vscode.folder, 'deep'));
    renameSync(join(vscode.folder, 'deep-base.vhd'), moved);
    await vscode.openFile('deep-leaf.avhd');
    await workbench.waitFor({ area: 'editor', selector: '.layer.missing', text: 'deep-base.vhd' });
    await workbench.click({ area: 'editor', selector: '.layer.missing button' });
    await chooseInQuickPick(vscode, 'deep-base.vhd');
    const words = await questionText(vscode, 'Take deep-base.vhd as the parent of deep-middle.avhd?');
    assert.ok(words.includes('Relink: deep-middle.avhd is written at once.'), words);
    await answerDialog(vscode, 'Relink');
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'deep-base.vhd' });
    await notificationWith(vscode, 'deep-middle.avhd names deep-base.vhd as its parent now.');
    const chain = openChain(new NodeFileSystem(), join(vscode.folder, 'deep-middle.avhd'), POLICY);
    assert.deepEqual([chain.layers[1]?.image.path, chain.layers[1]?.foundBy], [moved, 'W2ru']);
    closeChain(chain);
    await closeNotifications(vscode);
    assert.deepEqual(await workbench.takeTroubles(), []);
  });

  it('is refused in words where the file is no image', async () => {
    const path = join(opened().folder, 'text.txt');
    writeFileSync(path, 'entity counter is\n');
    const { workbench } = await openLeaf('text.avhd');
    await workbench.runCommand(COMMAND);
    await chooseFile(workbench, 'text.avhd', path);
    await workbench.waitFor({ area: 'workbench', selector: '.notification-toast', text: 'text file' });
    await workbench.waitFor({ area: 'editor', selector: '.layer.missing' });
  });
});
