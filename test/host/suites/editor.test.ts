import * as vscode from 'vscode';
import { stampOf } from '../../fixtures/vhdBuilder';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import {
  assertNoTrouble,
  clickBlock,
  closeAllEditors,
  hoverBlock,
  openImage,
  tooltipOf,
  workspacePath,
  writeChain,
  type DiskChain,
} from './imageEditor';

describe('the editor of an image', function () {
  let chain: DiskChain;

  before(async function () {
    requireBrowser(this);
    chain = writeChain('editor');
    await openImage(workspacePath(chain.leaf));
  });
  after(closeAllEditors);
  afterEach(assertNoTrouble);

  const blocks: readonly { block: number; title: string; words: readonly RegExp[] }[] = [
    { block: 0, title: 'the base alone has', words: [/editor-base\.vhd 4 096 sectors/] },
    { block: 1, title: 'base and leaf share', words: [/2 layers/, /base\.vhd 4 094 sectors/, /leaf\.avhd 2 sectors/] },
    { block: 2, title: 'the leaf fills in part', words: [/partly filled/, /leaf\.avhd 1 sector /, /no layer 4 095/] },
    { block: 3, title: 'three layers share', words: [/3 layers/, /middle\.avhd 1 sector/, /leaf\.avhd 2 sectors/] },
    { block: 4, title: 'no layer has', words: [/no layer, reads as zeros/] },
    { block: 5, title: 'the middle layer alone has', words: [/middle\.avhd 4 096 sectors/] },
  ];
  for (const { block, title, words } of blocks) {
    it(`tells of a block that ${title}, when the pointer is over it`, async () => {
      const first = block * 4096;
      await hoverBlock(block, [new RegExp(`LBA ${grouped(first)} – ${grouped(first + 4095)}`), ...words]);
    });
  }

  it('shows the disk as of the layer that is chosen', async () => {
    await browser.click({ area: 'editor', selector: '[data-layer="1"]' });
    await browser.waitFor({ area: 'editor', selector: '[data-layer="1"][aria-checked="true"]' });
    await hoverBlock(2, [/no layer, reads as zeros/]);
    await hoverBlock(1, [/editor-base\.vhd 4 096 sectors/]);
    await browser.click({ area: 'editor', selector: '[data-layer="0"]' });
    await hoverBlock(1, [/2 layers/]);
  });

  it('is walked by the keyboard: cell by cell, from owner to owner, and into a block', async () => {
    await clickBlock(0);
    await browser.press('ArrowRight');
    await tooltipOf(1, [/2 layers/]);
    await browser.press('End');
    await tooltipOf(15, [/no layer/]);
    await browser.press('Control+ArrowLeft');
    await tooltipOf(6, [/no layer/]);
    await browser.press('ArrowLeft');
    await tooltipOf(5, [/middle\.avhd/]);
    await browser.press('Enter');
    await browser.waitFor({ area: 'editor', selector: '#room-block', text: 'LBA 20' });
  });

  it('goes to an LBA with a preview, comes back on Escape and stays on Enter', async () => {
    await clickBlock(0);
    await typeGoTo('lba 8201');
    await eventuallySelected(2);
    await browser.press('Escape');
    await browser.waitFor({ area: 'workbench', selector: '.quick-input-widget', state: 'hidden' });
    await eventuallySelected(0);
    await typeGoTo('lba 8201');
    await eventuallySelected(2);
    await browser.screenshot({ name: 'editor-go-to' });
    await browser.press('Enter');
    await eventually(
      positionText,
      (text) => /Block 2.*LBA 8.201.*4.198.912 \(0x401200\).*editor-leaf/.test(text),
      'status bar',
    );
  });

  it('copies offset, LBA and block of the cursor', async () => {
    for (const [command, expected] of [
      ['vhdEditor.copyOffset', '0x401200'],
      ['vhdEditor.copyLba', '8201'],
      ['vhdEditor.copyBlock', '2'],
    ] as const) {
      await vscode.env.clipboard.writeText('');
      await vscode.commands.executeCommand(command);
      await eventually(
        () => vscode.env.clipboard.readText(),
        (text) => text === expected,
        command,
      );
    }
  });

  it('shows the bytes of the disk', async () => {
    await browser.click({ area: 'editor', selector: '#tab-hex' });
    const bytes = [...stampOf(1)(8201).subarray(0, 8)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
    await eventually(
      () => browser.textOf({ area: 'editor', selector: '#room-hex .hex-row', text: '401200' }),
      (text) => text.replaceAll(/\s/g, '').includes(bytes.join('')),
      'the row of the hex view',
    );
    await browser.screenshot({ name: 'editor-hex' });
  });

  it('shows the structures and the layers', async () => {
    await browser.click({ area: 'editor', selector: '#tab-structure' });
    await browser.waitFor({ area: 'editor', selector: '[role="treeitem"]', text: 'Cookie' });
    await browser.click({ area: 'editor', selector: '#tab-layers' });
    await browser.waitFor({ area: 'editor', selector: '#room-layers', text: 'editor-middle.avhd' });
    await browser.screenshot({ name: 'editor-layers' });
  });

  it('is as it was when it is shown again', async () => {
    await browser.click({ area: 'editor', selector: '[data-layer="1"]' });
    await browser.click({ area: 'editor', selector: '#tab-block' });
    await clickBlock(3);
    await eventuallySelected(3);
    await openImage(workspacePath(chain.base));
    await openImage(workspacePath(chain.leaf));
    await eventuallySelected(3);
    await browser.waitFor({ area: 'editor', selector: '[data-layer="1"][aria-checked="true"]' });
    await browser.waitFor({ area: 'editor', selector: '#tab-block[aria-selected="true"]' });
    await browser.click({ area: 'editor', selector: '[data-layer="0"]' });
  });

  it('shows one image in two editors, each with its own view', async () => {
    await vscode.commands.executeCommand('workbench.action.splitEditorRight');
    await browser.waitFor({ area: 'editor', editor: 1, selector: 'h1.name', text: chain.leaf });
    await browser.click({ area: 'editor', editor: 1, selector: '[data-layer="2"]' });
    await browser.waitFor({ area: 'editor', editor: 1, selector: '[data-layer="2"][aria-checked="true"]' });
    await browser.waitFor({ area: 'editor', editor: 0, selector: '[data-layer="0"][aria-checked="true"]' });
    await vscode.commands.executeCommand('workbench.action.closeEditorsAndGroup');
  });
});

async function typeGoTo(words: string): Promise<void> {
  void vscode.commands.executeCommand('vhdEditor.goTo');
  await browser.waitFor({ area: 'workbench', selector: '.quick-input-widget input' });
  await browser.type(words);
}

/** What the pointer is over counts before what is selected, so it is put elsewhere. */
async function eventuallySelected(block: number): Promise<void> {
  await browser.hover({ area: 'editor', selector: '#tab-layers' });
  await eventually(
    positionText,
    (text) => text.startsWith(`Block ${String(block)} `),
    'the position in the status bar',
  );
}

function positionText(): Promise<string> {
  return browser.textOf({ area: 'workbench', selector: '.statusbar-item[id*="vhdEditor.position"]' });
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}
