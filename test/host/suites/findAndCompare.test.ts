import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { assertNoTrouble, closeAllEditors, openImage, workspacePath, writeChain, type DiskChain } from './imageEditor';

describe('finding bytes and comparing images', function () {
  let chain: DiskChain;

  before(function () {
    requireBrowser(this);
    chain = writeChain('compared', 45);
  });
  afterEach(async () => {
    await closeAllEditors();
    await assertNoTrouble();
  });

  it('finds bytes from the palette, and goes on by Enter', async () => {
    await openImage(workspacePath(chain.leaf));
    await vscode.commands.executeCommand('vhdEditor.findBytes');
    await browser.click({ area: 'editor', selector: '.find-input' });
    await browser.type('00 ?? 00');
    await browser.press('Enter');
    const count = (): Promise<string> => browser.textOf({ area: 'editor', selector: '.find-count' });
    await eventually(count, (text) => /^1 of 10.000\+$/.test(text), 'the number of places');
    await browser.press('Enter');
    await eventually(count, (text) => /^2 of 10.000\+$/.test(text), 'the number of places');
    await browser.screenshot({ name: 'find' });
    await browser.press('Escape');
    await browser.waitFor({ area: 'editor', selector: '.find', state: 'hidden' });
  });

  it('compares two images that are selected in the explorer, and their bytes', async () => {
    const uris = [chain.leaf, chain.middle].map((name) => vscode.Uri.file(workspacePath(name)));
    await vscode.commands.executeCommand('vhdEditor.compare', uris[0], uris);
    await browser.waitFor({ area: 'editor', selector: '.compare-bar', text: 'Compare Again' });
    // What the leaf has: sectors 5 and 6 of block 1, 9 of block 2, 7 and 8 of block 3.
    const texts = async (): Promise<string> => {
      const text = await browser.textOf({ area: 'editor', selector: '.compare-side .row-list' });
      return text.replaceAll(/\s+/g, ' ');
    };
    const words = [/LBA 4 101 0x200A00 2 sectors/, /LBA 8 201 0x401200 1 sector/, /LBA 12 295 0x600E00 2 sectors/];
    await eventually(texts, (text) => words.every((word) => word.test(text)), 'the ranges that differ');
    await browser.waitFor({ area: 'editor', selector: '.hex-byte.differs' });
    await browser.press('F7');
    await browser.screenshot({ name: 'compare' });
    assert.deepEqual(await browser.accessibilityFaults(), []);
    const [tab] = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    assert.equal(tab?.label, `Compare ${chain.leaf} \u2194 ${chain.middle}`);
  });

  it('compares the image that is open with another layer of its chain, which is offered first', async () => {
    await openImage(workspacePath(chain.leaf));
    const compared = vscode.commands.executeCommand('vhdEditor.compare');
    await browser.waitFor({ area: 'workbench', selector: '.quick-input-widget', text: chain.middle });
    await browser.type(chain.base);
    await browser.press('Enter');
    await compared;
    await browser.waitFor({ area: 'editor', selector: '.compare-names', text: chain.base });
    await browser.waitFor({ area: 'editor', selector: '.compare-bar', text: 'Compare Again' });
  });
});
