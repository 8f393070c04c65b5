import assert from 'node:assert/strict';
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { contentOf, diskBytes, diskShows, documentOf, overwrite, tabIsDirty } from './editedImage';
import { assertNoTrouble, childOf, closeAllEditors, openImage, workspacePath } from './imageEditor';

const BASE: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * 1024 * 1024,
  id: idOf(52),
  content: stampOf(2),
  blocks: blocksOf([0]),
};

describe('an image that must not be changed', function () {
  before(function () {
    requireBrowser(this);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    await assertNoTrouble();
  });
  after(() => {
    for (const name of ['stood-on.vhd', 'standing.avhd', 'protected.vhd', 'used.vhd']) {
      rmSync(workspacePath(name), { force: true });
    }
  });

  /** Waits until the page says why, and that nothing comes of an edit. */
  async function refusesEdits(path: string, reason: RegExp): Promise<void> {
    const original = contentOf(path);
    await eventually(
      () => browser.textOf({ area: 'editor', selector: '.chip.read-only' }),
      (text) => reason.test(text.replaceAll(/\s+/g, ' ')),
      'the reason in the page',
    );
    await assert.rejects(documentOf(path).edits.edit(overwrite(0, [1])), reason);
    assert.deepEqual(contentOf(path), original);
    await tabIsDirty(path, false);
  }

  it('is a layer that others stand on, until the user edits it anyway', async () => {
    const path = workspacePath('stood-on.vhd');
    writeVhd(path, BASE);
    const child: VhdSpec = { ...childOf(51, 'stood-on.vhd'), virtualSize: BASE.virtualSize, content: stampOf(1) };
    writeVhd(workspacePath('standing.avhd'), { ...child, blocks: blocksOf([1]) });
    await openImage(path);
    await refusesEdits(path, /Other images stand on this one.*standing\.avhd.*Create a snapshot/);
    await browser.screenshot({ name: 'read-only-layer' });
    documentOf(path).access.allowAnyway();
    await browser.waitFor({ area: 'editor', selector: '.chip.read-only', state: 'detached' });
    await documentOf(path).edits.edit(overwrite(0, [1, 2]));
    await diskShows(path, 0, [1, 2]);
    await tabIsDirty(path, true);
  });

  it('is not its leaf', async () => {
    const path = workspacePath('standing.avhd');
    await openImage(path);
    await documentOf(path).edits.edit(overwrite(1024, [7]));
    assert.deepEqual(await diskBytes(path, 1024, 1), [7]);
    await tabIsDirty(path, true);
  });

  it('is a file that is write-protected, until it is not', async () => {
    const path = workspacePath('protected.vhd');
    writeVhd(path, { ...BASE, id: idOf(55) });
    chmodSync(path, 0o444);
    await openImage(path);
    await refusesEdits(path, /write-protected/);
    chmodSync(path, 0o644);
    await documentOf(path).access.check();
    await browser.waitFor({ area: 'editor', selector: '.chip.read-only', state: 'detached' });
    await documentOf(path).edits.edit(overwrite(0, [9]));
    await diskShows(path, 0, [9]);
    chmodSync(path, 0o444);
    await assert.rejects(documentOf(path).edits.save(new vscode.CancellationTokenSource().token), /write-protected/);
    await tabIsDirty(path, true);
  });

  it('is one that a program has open for writing', async () => {
    const path = workspacePath('used.vhd');
    writeVhd(path, { ...BASE, id: idOf(56) });
    const file = openSync(path, 'r+');
    try {
      await openImage(path);
      await refusesEdits(path, /in use by/);
    } finally {
      closeSync(file);
    }
    await documentOf(path).access.check();
    await browser.waitFor({ area: 'editor', selector: '.chip.read-only', state: 'detached' });
  });
});
