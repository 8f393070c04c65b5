import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { translationsInUse, useTranslations } from '../../src/engine/l10n';
import { translationsIn } from '../l10n/keys';
import { cannedImage } from './cannedImage';
import { ComparePageHarness } from './comparePage';
import { EngineHost } from './engineHost';
import { ImageFamily } from './imageFamily';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { says, selectBlock } from './pageWords';

const ENGLISH = translationsInUse();
const TEXTS = translationsIn('l10n/bundle.l10n.de.json');
const TABS = ['structure', 'block', 'layers', 'hex', 'findings'];
const MISSING = {
  childPath: '/vm/web01/base.vhd',
  id: '5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e',
  claimedPaths: ['C:\\ClusterStorage\\Volume1\\web01\\golden image of the whole house.vhd', '.\\golden image.vhd'],
  candidates: [],
};

/** Texts of the page that stand in it as they are in English: what people read, and what is read to them. */
function englishTexts(page: Page): Promise<string[]> {
  const keys = Object.keys(TEXTS).filter((key) => TEXTS[key] !== key);
  return page.evaluate((keys) => {
    const english = new Set(keys);
    const found = new Set<string>();
    const look = (text: string | null | undefined): void => {
      const plain = text?.trim() ?? '';
      if (english.has(plain)) found.add(plain);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) look(walker.currentNode.nodeValue);
    for (const element of document.querySelectorAll('body *')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'aria-roledescription']) {
        look(element.getAttribute(name));
      }
    }
    return [...found];
  }, keys);
}

/** Nothing is cut off, nothing lies upon another, and all of it is German. */
async function looksWhole(harness: { readonly page: Page; picture(name: string): Promise<string> }, name: string) {
  await harness.picture(`german-${name}`);
  assert.deepEqual(await layoutProblems(harness.page), [], name);
  assert.deepEqual(await englishTexts(harness.page), [], name);
}

async function openTab({ page }: PageHarness, tab: string): Promise<void> {
  await page.locator(`#tab-${tab}`).click();
  if (tab === 'structure') {
    await page.locator('.tree').press('ArrowDown');
    await page.locator('.structure-details b').waitFor();
  }
  if (tab === 'block') await page.locator('.block-facts h2').waitFor();
  if (tab === 'hex') await page.locator('.hex-place .mono').waitFor();
}

describePage('the page in German', () => {
  let family: ImageFamily;

  before(() => {
    family = new ImageFamily();
    useTranslations({ language: 'de', texts: TEXTS });
  });
  after(() => {
    useTranslations(ENGLISH);
    family.remove();
  });

  for (const [name, size] of [
    ['600', { width: 600, height: 900 }],
    ['1400', { width: 1400, height: 900 }],
  ] as const) {
    it(`has room for every word at ${name} pixels`, async () => {
      const harness = await openPage({ ...size, image: family.chain() });
      await harness.page.locator('.block-map-legend').waitFor();
      await selectBlock(harness, 2);
      for (const tab of TABS) {
        await openTab(harness, tab);
        await looksWhole(harness, `${name}-${tab}`);
        if (tab === 'structure') await says(harness, '.tree', 'Footer-Kopie');
      }
    });
  }

  it('tells findings and structures in the words of the engine', async () => {
    const damaged = family.chain({ patches: ({ footerOffset }) => [{ offset: footerOffset + 67, bytes: [0x77] }] });
    const harness = await openPage({ image: damaged, width: 600 });
    await harness.page.locator('.findings-chip').click();
    await says(harness, '.finding', 'Die Prüfsumme des Footers passt nicht zu seinem Inhalt');
    await looksWhole(harness, 'damaged-findings');
    await harness.page.getByRole('button', { name: 'Image reparieren…' }).click();
    await says(harness, '#room-findings', 'Footer neu schreiben, aus der Kopie am Anfang');
    await looksWhole(harness, 'repair');
    await openTab(harness, 'structure');
    await looksWhole(harness, 'damaged-structure');
  });

  it('has room in its forms, and numbers as Germans write them', async () => {
    const harness = await openPage({ image: new EngineHost(family.chain()), width: 600, height: 900 });
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
    await says(harness, '.facts-list', /\d,\d %/);
    const tree = page.locator('.tree');
    await tree.press('Home');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'F2']) await tree.press(key);
    await page.locator('.field-form').waitFor();
    await looksWhole(harness, 'field-form');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('zu viel für dieses Feld');
    await page.keyboard.press('Enter');
    await says(harness, '.field-form .problem', 'Das passt nicht in das Feld');
    await looksWhole(harness, 'field-refused');
    await page.keyboard.press('Escape');

    await openTab(harness, 'hex');
    await harness.send({ type: 'command', command: 'find' });
    await page.locator('.find-input').fill('00');
    await page.keyboard.press('Enter');
    await says(harness, '.find-count', / von /);
    await looksWhole(harness, 'find');
    await page.keyboard.press('Escape');
    await page.locator('#room-hex .hex-view').press('Alt+Insert');
    await page.locator('#room-hex .edit-form').waitFor();
    await looksWhole(harness, 'fill-form');
    await page.keyboard.press('Escape');
    await page.locator('#room-hex .hex-view').press('Shift+F10');
    await page.locator('.menu').waitFor();
    // A menu lies upon what is below it.
    await harness.picture('german-hex-menu');
    assert.deepEqual(await englishTexts(page), []);
  });

  it('says that a parent is missing', async () => {
    const harness = await openPage({ width: 600, image: cannedImage({ missing: MISSING }) });
    await openTab(harness, 'layers');
    await says(harness, '.missing-parent', 'Der Parent von base.vhd fehlt');
    await harness.picture('german-missing');
    assert.deepEqual(await layoutProblems(harness.page), []);
  });

  it('compares two images', async () => {
    const leaf = family.chain();
    const harness = await ComparePageHarness.open([leaf, join(dirname(leaf), 'middle.avhd')], { width: 600 });
    await harness.page.locator('.compare-side .list-row').first().waitFor();
    await looksWhole(harness, 'compare');
  });
});
