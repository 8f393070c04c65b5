import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { editedDisk } from '../editedDisk';
import {
  breakEngine,
  contentOf,
  diskBytes,
  diskShows,
  documentOf,
  openDocument,
  overwrite,
  redo,
  save,
  tabIsDirty,
  tabsOf,
  undo,
  whenAsked,
} from './editedImage';
import { assertNoTrouble, closeAllEditors, openImage, workspacePath } from './imageEditor';

/** In the first sector, which the image has. */
const OFFSET = 16;
const OLD = [...stampOf(1)(0).subarray(OFFSET, OFFSET + 3)];

describe('editing an image', function () {
  let path: string;
  let count = 0;

  before(function () {
    requireBrowser(this);
  });
  beforeEach(async () => {
    count += 1;
    path = workspacePath(`edited-${String(count)}.vhd`);
    writeVhd(path, editedDisk(50));
    await openImage(path);
  });
  afterEach(async () => {
    for (const tab of [path].flatMap(tabsOf)) if (tab.isDirty) await revert();
    await closeAllEditors();
    rmSync(path, { force: true });
    await assertNoTrouble();
  });

  async function revert(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }

  async function edit(...bytes: readonly number[]): Promise<void> {
    await documentOf(path).edits.edit(overwrite(OFFSET, bytes));
    // Answered after VS Code has heard of the edit: an undo that comes before that is of the edit before.
    await vscode.commands.executeCommand('setContext', 'vhdEditorTest.edited', true);
  }

  it('marks the tab, and undoes and redoes to the mark and back', async () => {
    const original = contentOf(path);
    await edit(1, 2, 3);
    await tabIsDirty(path, true);
    await edit(4);
    await diskShows(path, OFFSET, [4, 2, 3]);
    await undo();
    await diskShows(path, OFFSET, [1, 2, 3]);
    await undo();
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, false);
    await redo();
    await diskShows(path, OFFSET, [1, 2, 3]);
    await tabIsDirty(path, true);
    assert.deepEqual(contentOf(path), original);
  });

  it('undoes the last edit although VS Code has not heard of it yet, and goes on from there', async () => {
    await edit(1);
    await Promise.all([documentOf(path).edits.edit(overwrite(OFFSET, [2])), undo()]);
    await diskShows(path, OFFSET, [1]);
    await vscode.commands.executeCommand('setContext', 'vhdEditorTest.edited', true);
    await undo();
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, false);
    await redo();
    await diskShows(path, OFFSET, [1]);
    await tabIsDirty(path, true);
  });

  it('undoes and redoes as fast as it is asked to', async () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const byte of bytes) await edit(byte);
    await bytes.reduce((before) => before.then(undo), Promise.resolve());
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, false);
    await bytes.reduce((before) => before.then(redo), Promise.resolve());
    await diskShows(path, OFFSET, [8]);
    await tabIsDirty(path, true);
  });

  it('can still be undone after the image was read anew for another reason', async () => {
    await edit(1);
    await edit(2);
    await documentOf(path).useParent(workspacePath('no-parent-of-it.vhd'));
    await diskShows(path, OFFSET, [2]);
    await undo();
    await diskShows(path, OFFSET, [1]);
    await undo();
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, false);
  });

  it('marks in the page what is not saved, until it is', async () => {
    await browser.click({ area: 'editor', selector: '#tab-hex' });
    await browser.waitFor({ area: 'editor', selector: '#room-hex .hex-byte' });
    await edit(0xab, 0xcd);
    await browser.waitFor({ area: 'editor', selector: '#room-hex .hex-byte.unsaved', text: 'AB' });
    await browser.screenshot({ name: 'unsaved' });
    assert.equal(await browser.count({ area: 'editor', selector: '#room-hex .hex-byte.unsaved' }), 2);
    await documentOf(path).edits.edit(overwrite(28, [0x76], 'file'));
    await browser.click({ area: 'editor', selector: '#tab-structure' });
    await browser.waitFor({ area: 'editor', selector: '.tree-row.unsaved', text: 'Creator Application' });
    await browser.screenshot({ name: 'unsaved-structure' });
    await save();
    await browser.waitFor({ area: 'editor', selector: '.tree-row.unsaved', state: 'detached' });
  });

  it('saves, and undoes and redoes past what was saved', async () => {
    const original = contentOf(path);
    await edit(1, 2, 3);
    await save();
    await tabIsDirty(path, false);
    const saved = contentOf(path);
    assert.notDeepEqual(saved, original);
    await undo();
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, true);
    assert.deepEqual(contentOf(path), saved);
    await redo();
    await tabIsDirty(path, false);
    await undo();
    await save();
    await tabIsDirty(path, false);
    assert.deepEqual(contentOf(path), original);
    assert.equal(await browser.count({ area: 'editor', selector: '.banner' }), 0);
  });

  it('reverts to what was saved, which can still be undone', async () => {
    await edit(1, 2, 3);
    await save();
    await edit(9);
    await tabIsDirty(path, true);
    await revert();
    await tabIsDirty(path, false);
    await diskShows(path, OFFSET, [1, 2, 3]);
    await edit(7);
    await diskShows(path, OFFSET, [7, 2, 3]);
    await undo();
    await tabIsDirty(path, false);
    await undo();
    await diskShows(path, OFFSET, OLD);
    await tabIsDirty(path, true);
  });

  it('shows as changed after a save, an undo and another edit', async () => {
    await edit(1);
    await edit(2);
    await save();
    await tabIsDirty(path, false);
    await undo();
    await diskShows(path, OFFSET, [1]);
    await edit(3);
    await diskShows(path, OFFSET, [3]);
    await tabIsDirty(path, true);
    await undo();
    await diskShows(path, OFFSET, [1]);
    await tabIsDirty(path, true);
    await redo();
    await diskShows(path, OFFSET, [3]);
    await save();
    await tabIsDirty(path, false);
    await diskShows(path, OFFSET, [3]);
  });

  it('shows as changed after an edit while a save runs, and saves it with the next', async () => {
    await edit(1);
    await tabIsDirty(path, true);
    const editing = whenAsked('saveEdits').then(() => edit(2));
    await Promise.all([save(), editing]);
    await tabIsDirty(path, true);
    await diskShows(path, OFFSET, [2]);
    await save();
    await tabIsDirty(path, false);
    await closeAllEditors();
    await openImage(path);
    assert.deepEqual(await diskBytes(path, OFFSET, 1), [2]);
  });

  it('shows as changed after an undo while a save runs', async () => {
    await edit(1);
    await edit(2);
    await tabIsDirty(path, true);
    const undoing = whenAsked('saveEdits').then(undo);
    await Promise.all([save(), undoing]);
    await diskShows(path, OFFSET, [1]);
    await tabIsDirty(path, true);
    await save();
    await tabIsDirty(path, false);
  });

  it('leaves one state when a second save cancels the first', async () => {
    await edit(1, 2, 3);
    await tabIsDirty(path, true);
    await Promise.all([save(), save(), save()]);
    await tabIsDirty(path, false);
    await closeAllEditors();
    await openImage(path);
    assert.deepEqual(await diskBytes(path, OFFSET, 3), [1, 2, 3]);
  });

  it('shows the same state in two editors', async () => {
    await vscode.commands.executeCommand('workbench.action.splitEditorRight');
    await browser.waitFor({ area: 'editor', editor: 1, selector: 'h1.name', text: 'edited' });
    for (const editor of [0, 1]) await browser.click({ area: 'editor', editor, selector: '#tab-hex' });
    await edit(0xab, 0xcd);
    await tabIsDirty(path, true);
    for (const editor of [0, 1]) {
      await eventually(
        () => browser.textOf({ area: 'editor', editor, selector: '#room-hex' }),
        (text) => /AB\s*CD/.test(text),
        `the bytes in editor ${String(editor)}`,
      );
    }
    await browser.screenshot({ name: 'edited-in-two' });
    await undo();
    for (const editor of [0, 1]) {
      await eventually(
        () => browser.textOf({ area: 'editor', editor, selector: '#room-hex' }),
        (text) => !/AB\s*CD/.test(text),
        `the bytes in editor ${String(editor)} again`,
      );
    }
    await tabIsDirty(path, false);
  });

  it('is saved by itself where the user has set that', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('autoSave', 'afterDelay', vscode.ConfigurationTarget.Global);
    await files.update('autoSaveDelay', 200, vscode.ConfigurationTarget.Global);
    try {
      const original = contentOf(path);
      await edit(1, 2, 3);
      await eventually(
        () => contentOf(path).equals(original),
        (isOriginal) => !isOriginal,
        'the file, to be as before',
      );
      await tabIsDirty(path, false);
    } finally {
      await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
      await files.update('autoSaveDelay', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('keeps its edits when the file gets another name', async () => {
    await edit(1, 2, 3);
    await tabIsDirty(path, true);
    const renamed = workspacePath(`renamed-${String(count)}.vhd`);
    const change = new vscode.WorkspaceEdit();
    change.renameFile(vscode.Uri.file(path), vscode.Uri.file(renamed));
    await vscode.workspace.applyEdit(change);
    await eventually(
      () => openDocument(renamed),
      (document) => document !== null,
      'the renamed image',
    );
    assert.ok(!existsSync(path));
    path = renamed;
    await diskShows(path, OFFSET, [1, 2, 3]);
    await tabIsDirty(path, true);
    await save();
    await tabIsDirty(path, false);
    await closeAllEditors();
    await openImage(path);
    assert.deepEqual(await diskBytes(path, OFFSET, 3), [1, 2, 3]);
  });

  it('keeps its edits when the engine breaks down', async () => {
    await edit(1, 2, 3);
    await edit(4);
    await tabIsDirty(path, true);
    await breakEngine(path);
    await diskShows(path, OFFSET, [4, 2, 3]);
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'begun anew' });
    await tabIsDirty(path, true);
    await save();
    await tabIsDirty(path, false);
    assert.deepEqual(await diskBytes(path, OFFSET, 3), [4, 2, 3]);
  });

  it('stays what it is when it loses its name while nothing is unsaved', async () => {
    const moved = `${path}.moved`;
    renameSync(path, moved);
    await browser.waitFor({ area: 'editor', selector: '.banner.warning', text: 'is gone' });
    renameSync(moved, path);
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'was changed on disk' });
    await edit(5);
    await tabIsDirty(path, true);
  });
});
