import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { blockDetail, closeChain, NodeFileSystem, openChain } from '../../../src/engine/index';
import { makeDemoFamily } from '../../fixtures/demoFamily';
import { browser, requireBrowser } from '../browser';
import { assertNoTrouble, clickBlock, closeAllEditors, hoverBlock, openImage, workspacePath } from './imageEditor';

/** The pictures of the README: copied from `test-output/current/` into `media/readme/` when the look has changed. */
describe('the pictures of the README', function () {
  let leaf: string;

  before(async function () {
    requireBrowser(this);
    const folder = workspacePath('web01');
    mkdirSync(folder);
    await makeDemoFamily(folder);
    leaf = leafOfLongestChain(folder);
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await openImage(leaf);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    await closeAllEditors();
    await assertNoTrouble();
  });

  it('show a chain, its map and a structure', async () => {
    await browser.click({ area: 'editor', selector: '#tab-structure' });
    await browser.waitFor({ area: 'editor', selector: '[role="treeitem"]', text: 'Cookie' });
    await browser.screenshot({ name: 'readme-editor', of: 'editor' });
  });

  it('show who owns a block that several layers share', async () => {
    const block = mostSharedBlock(leaf);
    await browser.click({ area: 'editor', selector: '#tab-block' });
    await clickBlock(block);
    await hoverBlock(block, [/\d layers/, /base\.vhd [\d ]+ sectors/]);
    await browser.screenshot({ name: 'readme-hover', of: 'editor' });
  });
});

function chainOf<T>(path: string, use: (chain: ReturnType<typeof openChain>) => T): T {
  const chain = openChain(new NodeFileSystem(), path, { trusted: true, given: [], confine: null });
  try {
    return use(chain);
  } finally {
    closeChain(chain);
  }
}

function leafOfLongestChain(folder: string): string {
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const depths = paths.map((path) => chainOf(path, (chain) => chain.layers.length));
  const leaf = paths[depths.indexOf(Math.max(...depths))];
  assert.ok(leaf);
  return leaf;
}

/** The block with most owners of which each has a good part. */
function mostSharedBlock(path: string): number {
  return chainOf(path, (chain) => {
    const { blockCount } = chain.layers[0].image;
    const worth = Array.from({ length: blockCount }, (_, block) => {
      const { parts } = blockDetail(chain, block);
      return parts.length * 10_000 + (parts.at(-1)?.sectorCount ?? 0);
    });
    return worth.indexOf(Math.max(...worth));
  });
}
