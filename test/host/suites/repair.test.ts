import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { encodeJournal } from '../../../src/engine/storage/journalFormat';
import { callCli } from '../../cli/callCli';
import { buildVhd, idOf, layoutOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { contentOf, redo, save, tabIsDirty, tabsOf, undo } from './editedImage';
import { assertNoTrouble, closeAllEditors, openImage, workspacePath } from './imageEditor';

const MIB = 1024 * 1024;
const DISK: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * MIB,
  content: stampOf(1),
  blocks: blocksOf([0, 4096 + 3, 2 * 4096 + 9, 5 * 4096]),
};

/** Ids of what stands in the Problems panel about a file. */
function problemsOf(path: string): readonly unknown[] {
  return vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ code }) => code);
}

async function check(path: string): Promise<readonly unknown[]> {
  await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(path));
  return problemsOf(path);
}

async function pageSays(selector: string, text: string): Promise<void> {
  await browser.waitFor({ area: 'editor', selector, text });
}

async function click(selector: string, text: string): Promise<void> {
  await browser.click({ area: 'editor', selector, text });
}

describe('repairing an image', function () {
  let path: string;
  let copy: string;

  before(function () {
    requireBrowser(this);
  });
  afterEach(async () => {
    if (tabsOf(path).some((tab) => tab.isDirty)) await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    await vscode.commands.executeCommand('notifications.clearAll');
    for (const each of [path, copy, `${copy}.vhd-editor-undo`]) rmSync(each, { force: true });
    await assertNoTrouble();
  });

  function damaged(name: string, spec: VhdSpec): void {
    path = workspacePath(`${name}.vhd`);
    // No name of an image: the copy is nobody's relative.
    copy = workspacePath(`${name}.repaired`);
    writeVhd(path, spec);
    copyFileSync(path, copy);
  }

  /** The file as the command line repairs it. */
  async function byCommandLine(...keys: readonly string[]): Promise<Buffer> {
    const { exitCode, error } = await callCli(['repair', copy, ...keys.flatMap((key) => ['--only', key])]);
    assert.deepEqual([exitCode, error], [0, '']);
    return contentOf(copy);
  }

  /** Takes what the page shows, undoes and redoes it, and saves it: nothing reaches the file before that. */
  async function repair(expected: Buffer, findings: readonly string[]): Promise<void> {
    const before = contentOf(path);
    await browser.waitFor({ area: 'editor', selector: '.repair-bar .button:not(.secondary):enabled' });
    await browser.click({ area: 'editor', selector: '.repair-bar .button:not(.secondary)' });
    await pageSays('.banner', 'not saved yet');
    await tabIsDirty(path, true);
    assert.ok(contentOf(path).equals(before));
    await undo();
    await tabIsDirty(path, false);
    for (const id of findings) await pageSays('.finding-id', id);
    await redo();
    await tabIsDirty(path, true);
    await save();
    await tabIsDirty(path, false);
    assert.ok(contentOf(path).equals(expected), 'the file, to be as the command line repairs it');
    assert.deepEqual(await check(path), []);
    await pageSays('#room-findings', 'Nothing was found to be wrong.');
  }

  it('whose footer a full disk took', async () => {
    const spec = { ...DISK, id: idOf(81) };
    damaged('full-disk', { ...spec, truncateTo: layoutOf(spec).footerOffset });
    await openImage(path);
    await pageSays('.findings-chip', '1 finding');
    assert.deepEqual(problemsOf(path), ['footer-missing']);
    assert.deepEqual(await check(path), ['footer-missing']);
    await browser.click({ area: 'editor', selector: '.findings-chip' });
    await pageSays('.finding-message', 'The file does not end in a footer');
    await click('.finding .way', 'Repair…');
    await pageSays('.repair-item', 'Write the footer at the end of the file, from its copy at the head');
    await pageSays('.byte-row.after', 'conectix');
    await browser.screenshot({ name: 'repair-full-disk' });
    const expected = await byCommandLine();
    assert.ok(expected.equals(buildVhd(spec)));
    await repair(expected, ['footer-missing']);
  });

  it('that was copied while it was still growing', async () => {
    const spec = { ...DISK, id: idOf(82) };
    const { blockOffsets, bitmapLength } = layoutOf(spec);
    // The table is of before or after, the copy ends within a block, and one more is said to lie behind it.
    damaged('growing', { ...spec, truncateTo: (blockOffsets.get(2) ?? 0) + bitmapLength + MIB });
    await vscode.commands.executeCommand('vhdEditor.repairImage', vscode.Uri.file(path));
    await pageSays('.repair-item', 'Write the footer at the end of the file');
    await pageSays('.doubt', 'The file was cut off');
    const decision = { area: 'editor', selector: '.repair-item', text: 'Take block 5 for absent' } as const;
    await browser.waitFor(decision);
    await browser.screenshot({ name: 'repair-growing' });
    await browser.click({ ...decision, selector: '.repair-what', text: 'Take block 5 for absent' });
    await pageSays('.repair-words', 'Nothing will be found to be wrong then.');
    const key = await browser.textOf({ area: 'editor', selector: '.repair-item:nth-child(2) .finding-id' });
    await repair(await byCommandLine('footer-missing', key), ['footer-missing']);
  });

  it('in which two blocks lie at one place', async () => {
    const spec = { ...DISK, id: idOf(83) };
    const place = (layoutOf(spec).blockOffsets.get(1) ?? 0) / 512;
    damaged('twins', { ...spec, entries: { 7: place } });
    await openImage(path);
    assert.deepEqual(problemsOf(path), []);
    assert.deepEqual(await check(path), ['bat-entry-duplicate']);
    await browser.click({ area: 'editor', selector: '.findings-chip' });
    await pageSays('.finding-message', 'Blocks 1 and 7 are said to lie at the same place');
    await click('.finding .way', 'Repair…');
    await pageSays('.contest-choice', 'Blocks 1 and 7 claim the same place');
    await pageSays('.contest-side', 'Block 1');
    await pageSays('.contest-side', 'Block 7');
    await pageSays('.contest', 'Both are read from the same bytes of the file');
    assert.deepEqual(await browser.accessibilityFaults('#room-findings'), []);
    await click('.contest-choice .check', 'Leave the place to block 1');
    await pageSays('.repair-item', 'block 7 reads as zeros');
    await browser.screenshot({ name: 'repair-twins' });
    const expected = await byCommandLine('bat-entry-duplicate/7');
    assert.ok(expected.equals(buildVhd(spec)));
    await repair(expected, []);
  });

  it('whose save was cut short is ended on a word', async () => {
    const spec = { ...DISK, id: idOf(86) };
    damaged('cut-short', spec);
    const whole = contentOf(path);
    const at = (layoutOf(spec).blockOffsets.get(0) ?? 0) + layoutOf(spec).bitmapLength;
    const [before, after] = [whole.subarray(at, at + 3), Uint8Array.of(7, 8, 9)];
    const { length } = whole;
    const patch = { lengthBefore: length, lengthAfter: length, changes: [{ offset: at, before, after }] };
    const journal = `${path}.vhd-editor-journal`;
    writeFileSync(journal, encodeJournal(patch));
    await openImage(path);
    assert.deepEqual(problemsOf(path), ['unfinished-save']);
    await browser.click({ area: 'editor', selector: '.findings-chip' });
    await click('.finding .way', 'Finish It Now');
    await pageSays('#room-findings', 'Nothing was found to be wrong.');
    assert.ok(!existsSync(journal));
    whole.set(after, at);
    assert.ok(contentOf(path).equals(whole));
    assert.deepEqual(problemsOf(path), []);
  });

  it('that others stand on goes no further than the view', async () => {
    const spec = { ...DISK, id: idOf(85), tailFooter: false };
    damaged('stood-on-and-damaged', spec);
    const child = workspacePath('standing-on-damaged.avhd');
    const locators = [{ code: 'W2ru', text: '.\\stood-on-and-damaged.vhd' }];
    const parent = { id: idOf(85), name: 'stood-on-and-damaged.vhd', locators };
    writeVhd(child, {
      type: 'differencing',
      virtualSize: DISK.virtualSize,
      id: idOf(84),
      parent,
      blocks: blocksOf([1]),
    });
    try {
      await vscode.commands.executeCommand('vhdEditor.repairImage', vscode.Uri.file(path));
      await pageSays('.repair-refusal', 'Other images stand on this one');
      await browser.waitFor({ area: 'editor', selector: '.repair-bar .button:not(.secondary):disabled' });
      await browser.waitFor({ area: 'editor', selector: '.repair-refusal .way', text: 'Edit Anyway…' });
      await eventually(
        () => browser.count({ area: 'editor', selector: '.repair-item' }),
        (count) => count === 1,
        'what can be repaired',
      );
    } finally {
      rmSync(child);
    }
  });
});
