import assert from 'node:assert/strict';
import { NO_LAYER } from '../../src/protocol/session';
import { cannedImage } from './cannedImage';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';

async function shareOf(harness: PageHarness): Promise<number> {
  return harness.page.evaluate(() => {
    const [map, work] = ['.map-place', '.work'].map((selector) => document.querySelector<HTMLElement>(selector)!);
    const isWide = getComputedStyle(work!).flexDirection === 'row';
    return isWide ? map!.offsetWidth / work!.offsetWidth : map!.offsetHeight / work!.offsetHeight;
  });
}

describePage('the layout of the page', () => {
  async function open(options: Parameters<typeof openPage>[0]): Promise<PageHarness> {
    const harness = await openPage(options);
    await harness.page.locator('.tree-row').first().waitFor();
    return harness;
  }

  it('leaves room for sixteen bytes a row beside the map', async () => {
    for (const width of [1150, 1400, 1920]) {
      const { page } = await open({ width });
      await page.getByRole('tab', { name: 'Hex' }).click();
      await page.locator('#room-hex .hex-row').first().waitFor();
      assert.equal(await page.locator('#room-hex .hex-row').first().locator('.hex-byte').count(), 16, String(width));
    }
  });

  it('is divided anew by mouse and by keys, and goes back by a double click or Enter', async () => {
    const shown = await open({ width: 1400 });
    const { page } = shown;
    const splitter = page.getByRole('separator', { name: 'Size of the block map' });
    const before = await shareOf(shown);
    await splitter.press('ArrowLeft');
    assert.ok((await shareOf(shown)) < before);
    assert.equal(Number(await splitter.getAttribute('aria-valuenow')), Math.round((before - 0.02) * 100));
    const box = (await splitter.boundingBox())!;
    await page.mouse.move(box.x, box.y + 300);
    await page.mouse.down();
    await page.mouse.move(420, box.y + 300);
    await page.mouse.up();
    assert.ok(Math.abs((await shareOf(shown)) - 0.3) < 0.01);
    await splitter.dblclick({ position: { x: 0, y: 300 } });
    assert.ok(Math.abs((await shareOf(shown)) - before) < 0.01);
    await splitter.press('Home');
    assert.equal(await splitter.getAttribute('aria-valuenow'), await splitter.getAttribute('aria-valuemin'));
    await splitter.press('End');
    assert.equal(await splitter.getAttribute('aria-valuenow'), await splitter.getAttribute('aria-valuemax'));
    await splitter.press('Enter');
    assert.ok(Math.abs((await shareOf(shown)) - before) < 0.01);
  });

  it('puts the map above the panel where the page is narrow', async () => {
    const { page } = await open({ width: 700 });
    const map = (await page.locator('.map-place').boundingBox())!;
    const panel = (await page.locator('.tabs').boundingBox())!;
    assert.ok(map.y + map.height <= panel.y + 1);
    const splitter = page.getByRole('separator', { name: 'Size of the block map' });
    assert.equal(await splitter.getAttribute('aria-orientation'), 'horizontal');
    await page.setViewportSize({ width: 1000, height: 860 });
    await page.waitForFunction(() => document.querySelector('.work > .splitter[aria-orientation=vertical]') !== null);
  });

  it('moves among the tabs by keys', async () => {
    const { page } = await open({});
    await page.getByRole('tab', { name: 'Structure' }).press('ArrowRight');
    await page.locator('#tab-block:focus[aria-selected=true]').waitFor();
    await page.keyboard.press('End');
    await page.locator('#tab-findings:focus[aria-selected=true]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('#tab-structure:focus[aria-selected=true]').waitFor();
    assert.equal(await page.locator('[role=tabpanel]:visible').count(), 1);
  });

  it('keeps a chain of 64 layers in one line, the chosen one in sight', async () => {
    for (const width of [600, 1400]) {
      const { page } = await open({ width, image: cannedImage({ layerCount: 64, blockCount: 2000 }) });
      const chain = page.getByRole('radiogroup');
      assert.equal(await chain.getByRole('radio').first().getAttribute('aria-setsize'), '64');
      await chain.locator('.gap').waitFor();
      assert.ok((await page.locator('.chain').boundingBox())!.height < 90);
      for (const [key, name] of [
        ['Home', 'base.vhd'],
        ['ArrowRight', 'web01_'],
        ['End', 'web01_'],
      ] as const) {
        await chain.locator('[aria-checked=true]').press(key);
        const chosen = chain.locator('[aria-checked=true]:focus', { hasText: name });
        await chosen.waitFor();
        const box = (await chosen.boundingBox())!;
        const frame = (await page.locator('.chain-scroll').boundingBox())!;
        assert.ok(box.x >= frame.x - 1 && box.x + box.width <= frame.x + frame.width + 1, `${key} at ${String(width)}`);
      }
      assert.deepEqual(await layoutProblems(page), []);
    }
  });

  it('keeps the legend, and the map below it, where they are while the blocks are counted', async () => {
    const blockCount = 20_480;
    const harness = await open({ width: 1400, image: cannedImage({ blockCount, grainBlocks: 0 }) });
    const { page } = harness;
    const places = (): Promise<number[]> =>
      page.locator('.block-map-legend-item, .block-map-surface').evaluateAll((elements) =>
        elements.flatMap((element) => {
          const { left, top, width } = element.getBoundingClientRect();
          return [left, top, width];
        }),
      );
    const before = await places();
    // All blocks turn out to hold nothing: each count is as far from what the tables said as it can be.
    const none = new Uint8Array(blockCount).fill(NO_LAYER);
    const zeros = new Uint8Array(blockCount);
    const run = { asOf: 0, firstBlock: 0, main: none, second: none, ownerCount: zeros, filled: zeros };
    await harness.send({ type: 'sectorGrain', run });
    await page.locator('.block-map-legend-item:last-child .block-map-count', { hasText: '20\u202f480' }).waitFor();
    assert.deepEqual(await places(), before);
  });
});
