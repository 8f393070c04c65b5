import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { boxProblems } from './boxProblems';
import { cannedImage } from './cannedImage';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import { openTab } from './pageWords';

const LAYERS = 64;

/** Numbers of the layers whose buttons in the head are wholly in view. */
async function layersInView(page: Page): Promise<number[]> {
  return page.locator('.chain-scroll').evaluate((scroller) => {
    const room = scroller.getBoundingClientRect();
    return [...scroller.querySelectorAll<HTMLElement>('[data-layer]')]
      .filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        return left >= room.left && right <= room.right + 1;
      })
      .map((each) => Number(each.dataset['layer']));
  });
}

describePage('a chain of many layers', () => {
  for (const width of [1200, 600, 320]) {
    it(`is whole in the head: its ends, the chosen layer and how many are between, ${String(width)} pixels wide`, async () => {
      const { page } = await openPage({
        width,
        height: 700,
        image: cannedImage({ layerCount: LAYERS, blockCount: 6000 }),
      });
      await page.locator('.block-map-legend').waitFor();
      for (const chosen of [0, 1, 30, LAYERS - 1]) {
        await page.locator('.as-of input').fill(String(LAYERS - 1 - chosen));
        await page.locator(`[data-layer="${String(chosen)}"][aria-checked=true]`).waitFor();
        const shown = await layersInView(page);
        for (const layer of [0, chosen, LAYERS - 1]) assert.ok(shown.includes(layer), `layer ${String(layer)}`);
        const counts = await page.locator('.chain .gap').allInnerTexts();
        const hidden = counts.reduce((sum, text) => sum + parseInt(text.replaceAll(/\D/g, ''), 10), 0);
        assert.equal(shown.length + hidden, LAYERS);
        assert.deepEqual(
          [...(await layoutProblems(page)), ...(await boxProblems(page))],
          [],
          `as of ${String(chosen)}`,
        );
      }
    });
  }

  it('opens by the keyboard, and folds with Escape or when a layer is chosen', async () => {
    const { page } = await openPage({ width: 900, image: cannedImage({ layerCount: LAYERS, blockCount: 6000 }) });
    const gap = page.locator('.chain .gap');
    await gap.focus();
    await page.keyboard.press('Enter');
    await gap.waitFor({ state: 'detached' });
    assert.equal(await page.locator('.chain [data-layer]').count(), LAYERS);
    // The first that came to light has the focus, and is in view.
    const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['layer']);
    assert.ok((await layersInView(page)).includes(Number(focused)), `layer ${String(focused)}`);
    await page.keyboard.press('Escape');
    await gap.waitFor();
    assert.ok(await page.locator('.chain [aria-checked=true]').evaluate((each) => each === document.activeElement));
    await gap.click();
    await page.locator('[data-layer="40"]').click();
    await page.locator('[data-layer="40"][aria-checked=true]').waitFor();
    assert.equal(await gap.count(), 2);
    // Arrows go on to layers that were left out.
    await page.locator('[data-layer="40"]').focus();
    for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowRight');
    await page.locator('[data-layer="28"][aria-checked=true]:focus').waitFor();
  });

  it('shows the layer that has the block under the pointer, in the head and in the legend, and moves nothing for it', async () => {
    const { page } = await openPage({ width: 900, image: cannedImage({ layerCount: LAYERS, blockCount: 6000 }) });
    const legend = page.locator('.block-map-fold');
    await legend.waitFor();
    const [head, words] = [page.locator('.chain .gap'), legend];
    const before = [await head.boundingBox(), await words.boundingBox()];
    const surface = (await page.locator('.block-map-surface').boundingBox())!;
    let hasOwner = false;
    for (let x = 10; x < 300 && !hasOwner; x += 3) {
      await page.mouse.move(surface.x + x, surface.y + 12);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      hasOwner = (await head.locator('.swatch').count()) === 1 && (await words.locator('.swatch').count()) === 1;
    }
    assert.ok(hasOwner);
    assert.deepEqual([await head.boundingBox(), await words.boundingBox()], before);
    await page.mouse.move(0, 0);
    await head.locator('.swatch').waitFor({ state: 'detached' });
    await words.locator('.swatch').waitFor({ state: 'detached' });
  });

  it('has a legend with its base, which names all layers when asked', async () => {
    const { page } = await openPage({ image: cannedImage({ layerCount: LAYERS, blockCount: 6000 }) });
    const items = page.locator('.block-map-legend-item');
    await page.locator('.block-map-fold').waitFor();
    assert.match((await items.first().textContent()) ?? '', /base\.vhd/);
    assert.equal(await items.count(), 17);
    await page.locator('.block-map-fold').press('Enter');
    await items.nth(LAYERS).waitFor();
    assert.equal(await items.count(), LAYERS + 1);
    // All blocks are counted under one of them.
    const texts = await page.locator('.block-map-legend .block-map-count').allTextContents();
    const sum = texts.reduce((total, text) => total + Number(text.replaceAll(/\D/g, '')), 0);
    assert.equal(sum, 6000);
    assert.deepEqual(await layoutProblems(page), []);
  });

  it('has a table whose head and chosen layer stay while it is scrolled', async () => {
    const harness = await openPage({ image: cannedImage({ layerCount: LAYERS, blockCount: 6000 }) });
    const { page } = harness;
    await openTab(harness, 'Layers');
    await page.locator('.layers .layer-button').nth(20).click();
    const scroller = page.locator('.table-scroll');
    for (const top of [0, 600, 100_000]) {
      await scroller.evaluate((each, top) => each.scrollTo(0, top), top);
      const room = (await scroller.boundingBox())!;
      for (const part of ['thead th', 'tr.chosen th']) {
        const box = (await page.locator(`.layers ${part}`).first().boundingBox())!;
        assert.ok(box.y >= room.y - 1 && box.y + box.height <= room.y + room.height + 1, `${part} at ${String(top)}`);
      }
    }
  });
});
