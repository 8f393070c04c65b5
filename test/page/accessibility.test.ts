import assert from 'node:assert/strict';
import type { MissingParent } from '../../src/protocol/session';
import { accessibilityProblems } from './accessibility';
import { cannedImage } from './cannedImage';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { THEME_KINDS } from './themes';

const TABS = ['Structure', 'Block', 'Layers', 'Hex', 'Findings'];

const MISSING: MissingParent = {
  childPath: '/vm/web01/base.vhd',
  id: '5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e',
  claimedPaths: ['C:\\ClusterStorage\\Volume1\\web01\\golden image of the whole house.vhd', '.\\golden image.vhd'],
  candidates: [],
};

/** Goes through every view, with a block, a field and a finding chosen. */
async function eachView(harness: PageHarness, look: (tab: string) => Promise<void>): Promise<void> {
  const { page } = harness;
  await page.locator('.block-map-legend').waitFor();
  const map = page.locator('.block-map-surface');
  await map.focus();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await map.press(key);
  for (const tab of TABS) {
    await page.getByRole('tab', { name: tab }).click();
    if (tab === 'Structure') {
      await page.locator('.tree').press('ArrowDown');
      await page.locator('.structure-details b').waitFor();
    }
    if (tab === 'Block') await page.locator('.block-facts h2').waitFor();
    if (tab === 'Hex') await page.locator('.hex-place .mono').waitFor();
    await look(tab);
  }
}

describePage('everybody can use the page', () => {
  for (const theme of THEME_KINDS) {
    it(`in a ${theme} theme: axe finds nothing, and it looks whole`, async () => {
      const image = cannedImage({
        layerCount: 12,
        missing: MISSING,
        readOnlyReason: 'The image is on a remote file system.',
      });
      const harness = await openPage({ theme, image });
      await eachView(harness, async (tab) => {
        assert.deepEqual(await accessibilityProblems(harness.page), [], tab);
        assert.deepEqual(await layoutProblems(harness.page), [], tab);
        await harness.picture(`${theme}-${tab.toLowerCase()}`);
      });
    });
  }

  for (const [name, size] of [
    ['600 pixels wide', { width: 600, height: 900 }],
    ['at a zoom of 200 %', { width: 1400, height: 900, zoom: 2 }],
    ['2560 pixels wide', { width: 2560, height: 1300 }],
  ] as const) {
    it(`${name}: nothing is cut off, nothing lies upon another`, async () => {
      const harness = await openPage({ ...size, image: cannedImage({ missing: MISSING }) });
      await eachView(harness, async (tab) => {
        assert.deepEqual(await layoutProblems(harness.page), [], tab);
        await harness.picture(`${name.replaceAll(/\W+/g, '-')}-${tab.toLowerCase()}`);
      });
    });
  }

  it('reaches everything by the keyboard, each grid and tree being one stop', async () => {
    const harness = await openPage();
    const { page } = harness;
    await page.locator('.tree-row').first().waitFor();
    const stops: string[] = [];
    for (let count = 0; count < 25; count++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const at = document.activeElement;
        if (at === null || at === document.body) return '';
        return at.getAttribute('aria-label') ?? at.closest('label')?.innerText ?? at.textContent.trim();
      });
      if (stop === '') break;
      stops.push(stop.replaceAll(/\s+/g, ' '));
    }
    const expected = [
      /2 findings/,
      /web01_\w+\.avhd, .*open/,
      /as of now/,
      /Zoom|Fit/,
      /[Bb]lock map/,
      /Size of the block map/,
      /Structure$/,
      /Structures of/,
      /Structures of the file/,
      /Height of the structures/,
      /Bytes of the file/,
    ];
    for (const [at, pattern] of expected.entries()) {
      assert.ok(
        stops.some((stop) => pattern.test(stop)),
        `stop ${String(at)}, ${String(pattern)}, of ${stops.join(' · ')}`,
      );
    }
    assert.ok(stops.length < 20, stops.join(' · '));
  });
});
