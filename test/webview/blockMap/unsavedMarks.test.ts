import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { readTheme, THEME_KINDS } from '../../page/themes';
import { cellOf, cellPixels, describeStage, takePicture } from './mapHarness';
import { KINDS } from './sampleMap';

/** `rrggbb` of the colour of marks. */
function foreground(kind: (typeof THEME_KINDS)[number]): string {
  return readTheme(kind).variables['foreground']!.slice(1, 7).toLowerCase();
}

async function edit(page: Page, blocks: readonly number[]): Promise<void> {
  await page.evaluate((blocks) => {
    window.stage.edit(blocks);
    return window.stage.drawn();
  }, blocks);
}

/** Pixels of the whole canvas that have a colour. */
async function count(page: Page, color: string): Promise<number> {
  return page.evaluate((color) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.block-map-canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = [0, 2, 4].map((at) => parseInt(color.slice(at, at + 2), 16));
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) found++;
    }
    return found;
  }, color);
}

/** Where the marks in the strip of the whole disk are, as shares of its width: the pixels of its middle line that have a colour. */
async function marksInStrip(page: Page, color: string): Promise<number[]> {
  return page.evaluate((color) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.block-map-overview-canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, canvas.height / 2, canvas.width, 1);
    const hex = (at: number): string => [0, 1, 2].map((i) => data[at + i]!.toString(16).padStart(2, '0')).join('');
    return Array.from({ length: canvas.width }, (_, x) => x)
      .filter((x) => hex(x * 4) === color)
      .map((x) => x / canvas.width);
  }, color);
}

describeStage('blocks that are not saved', (open) => {
  for (const kind of THEME_KINDS) {
    it(`are marked in the middle of their cells, whatever these look like, until they are saved: ${kind}`, async () => {
      const page = await open({ theme: kind, height: 300 });
      await page.evaluate((sample) => {
        window.stage.show(sample);
        window.stage.addGrain();
        return window.stage.drawn();
      }, KINDS);
      const blocks = KINDS.blocks.map((_, block) => block);
      const before = [];
      for (const block of blocks) before.push((await cellPixels(page, block)).pixels);
      await edit(page, [0, 3, 5, 7]);
      await takePicture(page, `${kind}-unsaved`);
      for (const block of blocks) {
        const { side, pixels } = await cellPixels(page, block);
        const middle = pixels[Math.floor(side / 2) * side + Math.floor(side / 2)];
        if ([0, 3, 5, 7].includes(block)) equal(middle, foreground(kind), `block ${String(block)}`);
        else deepEqual(pixels, before[block]);
        // The rest of the cell is still seen.
        deepEqual(pixels.slice(0, side), before[block]!.slice(0, side));
      }
      await edit(page, []);
      for (const block of blocks) deepEqual((await cellPixels(page, block)).pixels, before[block]);
    });
  }

  it('are found in the far view, where many blocks share a pixel, and in cells of every size', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.stage.showUsed(1_000_000, 4);
      return window.stage.drawn();
    });
    const color = foreground('dark');
    equal(await count(page, color), 0);
    await edit(page, [500_001]);
    ok((await count(page, color)) >= 8);
    await edit(page, [500_000]);
    const { left, top, side } = await cellOf(page, 500_000);
    for (let step = 0; step < 8; step++) {
      const found = await count(page, color);
      ok(found >= 8 && found < 400, `${String(found)} pixels at step ${String(step)}`);
      // The ring of a cell of one pixel is larger than the cell, and around it.
      await page.mouse.move(left + side / 2, top + side / 2);
      await page.mouse.wheel(0, -100);
      await page.evaluate(() => window.stage.drawn());
    }
  });

  for (const kind of THEME_KINDS) {
    it(`are marked in the strip that is the whole disk, to its very ends, until they are saved: ${kind}`, async () => {
      const page = await open({ theme: kind });
      await page.evaluate(() => {
        window.stage.showUsed(20_480, 4);
        return window.stage.drawn();
      });
      const color = foreground(kind);
      deepEqual(await marksInStrip(page, color), []);
      await edit(page, [0, 5120, 20_479]);
      await takePicture(page, `${kind}-unsaved-strip`);
      const marks = await marksInStrip(page, color);
      const near = (share: number): number => marks.filter((mark) => Math.abs(mark - share) < 0.01).length;
      deepEqual([near(0), near(0.25), near(1)], [4, 4, 4]);
      equal(marks.length, 12);
      await edit(page, []);
      deepEqual(await marksInStrip(page, color), []);
    });
  }

  it('are told of where the pointer is, and spoken of where the keyboard leads', async () => {
    const page = await open({ height: 300 });
    await page.evaluate((sample) => {
      window.stage.show(sample);
      return window.stage.drawn();
    }, KINDS);
    await edit(page, [2]);
    const { left, top } = await cellOf(page, 2);
    await page.mouse.move(left + 3, top + 3);
    await page.locator('.block-map-tooltip-unsaved', { hasText: 'changes here are not saved' }).waitFor();
    await takePicture(page, 'unsaved-tooltip');
    await page.evaluate(() => window.stage.view.select(1, true));
    await page.keyboard.press('Tab');
    await page.evaluate(() => window.stage.view.focus());
    await page.keyboard.press('ArrowRight');
    await page.locator('[aria-live=polite]', { hasText: 'changes here are not saved' }).waitFor({ state: 'attached' });
    await edit(page, []);
    await page.locator('.block-map-tooltip-unsaved').waitFor({ state: 'hidden' });
  });
});
