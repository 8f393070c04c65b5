import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { boxProblems } from './boxProblems';
import { cannedImage } from './cannedImage';
import { ComparePageHarness } from './comparePage';
import { ImageFamily } from './imageFamily';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import { openTab, selectBlock } from './pageWords';

/** A window of 640 pixels leaves 320 at a zoom of 200 %; the second size is that of an editor beside another on a small screen. */
const SIZES = [
  ['600 pixels wide', { width: 600, height: 900 }],
  ['320 pixels wide', { width: 320, height: 700 }],
  ['1400 pixels wide at a zoom of 200 %', { width: 1400, height: 900, zoom: 2 }],
] as const;

const MISSING = {
  childPath: '/vm/web01/base.vhd',
  id: '5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e',
  claimedPaths: ['C:\\ClusterStorage\\Volume1\\web01\\golden image of the whole house.vhd', '.\\golden image.vhd'],
  candidates: [],
};

describePage('a page with little room', () => {
  let family: ImageFamily;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());

  for (const [name, size] of SIZES) {
    const picture = name.replaceAll(/\W+/g, '-');

    async function isWhole(page: Page, what: string): Promise<void> {
      assert.deepEqual([...(await layoutProblems(page)), ...(await boxProblems(page))], [], what);
    }

    it(`${name}: every room can be read and reached`, async () => {
      const readOnlyReason = 'The image is on a remote file system.';
      const harness = await openPage({
        ...size,
        image: cannedImage({ layerCount: 12, missing: MISSING, readOnlyReason }),
      });
      const { page } = harness;
      await page.locator('.block-map-legend').waitFor();
      await selectBlock(harness, 2);
      for (const tab of ['Structure', 'Block', 'Layers', 'Hex', 'Findings']) {
        await openTab(harness, tab);
        if (tab === 'Structure') {
          await page.locator('.tree').press('ArrowDown');
          await page.locator('.structure-details b').waitFor();
        }
        if (tab === 'Block') await page.locator('.block-facts h2').waitFor();
        if (tab === 'Hex') await page.locator('.hex-place .mono').waitFor();
        await harness.picture(`narrow-${picture}-${tab.toLowerCase()}`);
        await isWhole(page, tab);
      }
    });

    it(`${name}: what is found, asked for and pointed at can be read and reached`, async () => {
      const harness = await openPage({ ...size, image: family.chain() });
      const { page } = harness;
      await page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
      await page.locator('.block-map-surface').hover({ position: { x: 20, y: 8 } });
      await page.locator('[role=tooltip]').waitFor();
      await harness.picture(`narrow-${picture}-tooltip`);
      await isWhole(page, 'tooltip');
      await page.mouse.move(0, 0);
      await page.locator('.tree').press('Home');
      await page.locator('.tree').press('ArrowDown');
      await page.locator('.tree').press('ArrowDown');
      await page.locator('.tree').press('F2');
      await page.locator('.field-form').waitFor();
      await harness.picture(`narrow-${picture}-field`);
      await isWhole(page, 'field');
      await page.keyboard.press('Escape');
      await harness.send({ type: 'command', command: 'find' });
      await page.getByLabel('What is typed').selectOption('text');
      await page.locator('.find-input').fill('leaf 4');
      await page.locator('.find-count', { hasText: '1 of 16' }).waitFor();
      await page.getByRole('button', { name: 'List of places found' }).click();
      await page.locator('.list-row').first().waitFor();
      await harness.picture(`narrow-${picture}-find`);
      await isWhole(page, 'find');
      await page.locator('.find-input').press('Escape');
      await page.locator('#room-hex .hex-view').press('Alt+Insert');
      await page.locator('#room-hex .edit-form').waitFor();
      await harness.picture(`narrow-${picture}-fill`);
      await isWhole(page, 'fill');
      await page.keyboard.press('Escape');
      await page.locator('#room-hex .hex-view').press('Shift+F10');
      await page.locator('[role=menu]').waitFor();
      await harness.picture(`narrow-${picture}-menu`);
      // It lies upon the page, and is meant to.
      assert.deepEqual(await boxProblems(page), [], 'menu');
    });

    it(`${name}: two disks can be compared`, async () => {
      const leaf = family.chain();
      const zoom = 'zoom' in size ? size.zoom : 1;
      const room = { width: size.width / zoom, height: size.height / zoom };
      const harness = await ComparePageHarness.open([leaf, join(dirname(leaf), 'middle.avhd')], room);
      await harness.page.getByRole('button', { name: 'Compare Again' }).waitFor();
      await harness.page.locator('.hex-byte.differs').first().waitFor();
      await harness.picture(`narrow-${picture}-compare`);
      await isWhole(harness.page, 'compare');
    });
  }
});
