import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import {
  assertNoTrouble,
  clickBlock,
  closeAllEditors,
  openImage,
  workspacePath,
  writeChain,
  type DiskChain,
} from './imageEditor';

const TABS = ['structure', 'block', 'layers', 'hex', 'findings'];

/** Of the page, in its own frame: pixels that it is too wide by, and controls that reach over its right edge. */
const TOO_WIDE = `() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const over = [...document.querySelectorAll('button, input, select, canvas')].filter((each) => {
    const { width, right } = each.getBoundingClientRect();
    return width > 0 && right > clientWidth + 1 && each.checkVisibility() && each.closest('.chain-scroll, .table-scroll, .unseen') === null;
  });
  return [scrollWidth - clientWidth, over.map((each) => each.className || each.textContent)];
}`;

describe('the editor of an image, by the conventions of VS Code', () => {
  let chain: DiskChain | null = null;

  before(async function () {
    requireBrowser(this);
    chain = writeChain('conventions', 0x900);
    await openImage(workspacePath(chain.leaf));
  });
  after(async () => {
    if (chain === null) return;
    await closeAllEditors();
    for (const name of [chain.leaf, chain.middle, chain.base]) rmSync(workspacePath(name), { force: true });
  });
  afterEach(async () => {
    if (chain !== null) await assertNoTrouble();
  });

  async function fits(editor: number, what: string): Promise<void> {
    for (const tab of TABS) {
      await browser.click({ area: 'editor', editor, selector: `#tab-${tab}` });
      await browser.waitFor({ area: 'editor', editor, selector: `#tab-${tab}[aria-selected="true"]` });
      const found = await browser.evaluate({ area: 'editor', editor, source: TOO_WIDE, argument: null });
      assert.deepEqual(found, [0, []], `${what}: ${tab}`);
    }
  }

  it('lets its page run its own script, and load its own files, and nothing else', async () => {
    const source = `() => document.querySelector('meta[http-equiv=Content-Security-Policy]').content`;
    const policy = String(await browser.evaluate({ area: 'editor', source, argument: null }));
    const directives = policy.split(';').map((each) => each.trim().split(' '));
    const names = directives.map(([name]) => name);
    assert.deepEqual(names, ['default-src', 'script-src', 'style-src', 'img-src', 'font-src']);
    assert.deepEqual(directives[0], ['default-src', "'none'"]);
    assert.match(directives[1]?.join(' ') ?? '', /^script-src 'nonce-[\w-]{22}'$/);
    assert.doesNotMatch(policy, /unsafe|\*(?!\.)|data:|blob:/);
  });

  it('leads from the status bar to a place', async () => {
    await clickBlock(1);
    const selector = '.statusbar-item[id*="vhdEditor.position"]';
    await browser.waitFor({ area: 'workbench', selector, text: 'Block 1' });
    assert.equal(await browser.count({ area: 'workbench', selector: '.statusbar-item[id*="vhd-editor"]' }), 1);
    await browser.click({ area: 'workbench', selector });
    await browser.waitFor({ area: 'workbench', selector: '.quick-input-widget input' });
    await browser.press('Escape');
    await browser.waitFor({ area: 'workbench', selector: '.quick-input-widget', state: 'hidden' });
  });

  it('moves nothing where the user wants no motion', async () => {
    const workbench = vscode.workspace.getConfiguration('workbench');
    await workbench.update('reduceMotion', 'on', vscode.ConfigurationTarget.Global);
    try {
      await browser.waitFor({ area: 'editor', selector: 'body.vscode-reduce-motion', state: 'attached' });
      await browser.click({ area: 'editor', selector: '#tab-layers' });
      const source = '() => document.getAnimations().length';
      assert.equal(await browser.evaluate({ area: 'editor', source, argument: null }), 0);
    } finally {
      await workbench.update('reduceMotion', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('fits into a window 600 pixels wide', async () => {
    await browser.resize(600, 900);
    try {
      await fits(0, '600 pixels');
      await browser.screenshot({ name: 'conventions-600' });
    } finally {
      await browser.resize(1400, 900);
    }
  });

  it('fits beside another editor', async () => {
    await vscode.commands.executeCommand('workbench.action.splitEditorRight');
    await browser.waitFor({ area: 'editor', editor: 1, selector: 'h1.name', text: 'conventions-leaf.avhd' });
    await fits(0, 'on the left');
    await fits(1, 'on the right');
    await browser.screenshot({ name: 'conventions-side-by-side' });
    await vscode.commands.executeCommand('workbench.action.closeEditorsAndGroup');
    await eventually(
      () => vscode.window.tabGroups.all.length,
      (count) => count === 1,
      'the groups of editors',
    );
  });
});
