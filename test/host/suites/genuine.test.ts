import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describeGenuine } from '../../fixtures/genuineImages';
import { browser, requireBrowser } from '../browser';
import { assertNoTrouble, closeAllEditors, hoverBlock, openImage, workspacePath } from './imageEditor';

describeGenuine('genuine images in this VS Code', (genuine) => {
  before(function () {
    requireBrowser(this);
  });
  afterEach(async () => {
    await closeAllEditors();
    await assertNoTrouble();
  });

  /** Puts files into a folder of their own, in which no others can be taken for parents. */
  function copied(paths: readonly string[], folder: string): readonly string[] {
    mkdirSync(workspacePath(folder), { recursive: true });
    return paths.map((path) => {
      const target = join(workspacePath(folder), basename(path));
      copyFileSync(path, target);
      return target;
    });
  }

  /** What the head says of the image, every kind of space as one. */
  async function headText(): Promise<string> {
    return (await browser.textOf({ area: 'editor', selector: '.facts' })).replaceAll(/\s+/g, ' ');
  }

  for (const facts of genuine.images) {
    const name = basename(facts.file, '.gz');
    it(`opens ${name}, made by ${facts.creator_app}`, async () => {
      const [path = ''] = copied([genuine.path(facts.file)], name);
      await openImage(path);
      assert.match(await headText(), new RegExp(`VHD · ${facts.type}`));
      const isParentMissing = (await browser.count({ area: 'editor', selector: '.layer.missing' })) > 0;
      assert.equal(isParentMissing, facts.type === 'differencing');
    });
  }

  for (const [name, { layers }] of Object.entries(genuine.chains)) {
    const flat = new Set(layers.map(({ file }) => file.slice(0, file.lastIndexOf('/')))).size === 1;
    if (!flat) continue;
    it(`opens the chain ${name} whole`, async () => {
      const paths = copied(genuine.chainPaths(name), `chain-${name}`);
      await openImage(paths.at(-1) ?? '');
      assert.equal(await browser.count({ area: 'editor', selector: '.chain [data-layer]' }), layers.length);
      assert.equal(await browser.count({ area: 'editor', selector: '.layer.missing' }), 0);
      if (layers.length > 5) await browser.screenshot({ name: `genuine-${name}` });
    });
  }

  it('tells the owners in a differencing disk of Windows 10', async () => {
    const [, child = ''] = copied(
      ['fat-parent.vhd', 'fat-differential.vhd'].map((file) => genuine.path(file)),
      'windows10',
    );
    await openImage(child);
    // MANIFEST: 18 bits set in its one block.
    await hoverBlock(0, [/fat-differential\.vhd 18 sectors at 0x14000/, /fat-parent\.vhd 4 078 sectors at 0x0/]);
    await hoverBlock(1, [/fat-parent\.vhd 4 096 sectors/]);
  });
});
