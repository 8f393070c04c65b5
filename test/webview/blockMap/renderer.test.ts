import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { readTheme, THEME_KINDS } from '../../page/themes';
import type { ThemeKind } from '../../page/themes';
import { cellPixels, changeTheme, describeStage } from './mapHarness';
import { KINDS, SECTORS_PER_BLOCK } from './sampleMap';
import type { Sample } from './sampleMap';

/** One block of each of eight layers, each wholly its own. */
const EACH_LAYER: Sample = {
  layerCount: 8,
  blocks: Array.from({ length: 8 }, (_, layer) => ({ layers: [layer], sectors: [SECTORS_PER_BLOCK] })),
};

/** `rrggbb` of the contributed colour of a layer, counted from the base, 1 to 8. */
function themeColor(kind: ThemeKind, number: number): string {
  return readTheme(kind).variables[`vhdEditor-layer${String(number)}`]!.slice(1).toLowerCase();
}

async function show(page: Page, sample: Sample, grainBlocks = sample.blocks.length): Promise<void> {
  await page.evaluate(
    ([sample, grainBlocks]) => {
      window.stage.show(sample);
      window.stage.addGrain(0, grainBlocks);
      return window.stage.drawn();
    },
    [sample, grainBlocks] as const,
  );
}

async function pixelsOfKinds(page: Page): Promise<string[][]> {
  const cells = [];
  for (let block = 0; block < KINDS.blocks.length; block++) cells.push((await cellPixels(page, block)).pixels);
  return cells;
}

/** The colour that most pixels have. */
function commonest(pixels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]![0];
}

/** How bright a pixel looks, 0 to 255. */
function brightness(pixel: string): number {
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(pixel.slice(at, at + 2), 16));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

describeStage('cells on the canvas', (open) => {
  for (const kind of THEME_KINDS) {
    it(`have the colours of the theme: ${kind}`, async () => {
      const page = await open({ theme: kind, height: 300 });
      await show(page, KINDS, 7);
      const [, base, leaf, split, partly] = await pixelsOfKinds(page);
      const side = Math.sqrt(base!.length);
      equal(new Set(base).size, 1);
      equal(base![0], themeColor(kind, 1));
      equal(commonest(leaf!), themeColor(kind, 3));
      // The base owns most of the split block: its upper left half; the leaf's is the lower right one.
      equal(split![side + 1], themeColor(kind, 1));
      equal(commonest(split!.slice(-side)), themeColor(kind, 3));
      // A quarter is filled, from the bottom.
      equal(commonest(partly!.slice(-3 * side)), themeColor(kind, 2));
      const unfilled = partly!.slice(side, side * Math.floor(side / 2));
      ok(!unfilled.includes(commonest(partly!.slice(-3 * side))) || kind.startsWith('high'));
    });

    it(`look different for every kind of block: ${kind}`, async () => {
      const page = await open({ theme: kind, height: 300 });
      await show(page, KINDS, 7);
      const cells = await pixelsOfKinds(page);
      // Nobody owns a sector of blocks 0 and 6.
      deepEqual(cells[0], cells[6]);
      const kinds = cells.filter((_, block) => block !== 6);
      kinds.forEach((cell, i) => kinds.slice(i + 1).forEach((other) => notDeepEqual(cell, other)));
    });

    it(`tell eight layers apart without colour: ${kind}`, async () => {
      const page = await open({ theme: kind, height: 300 });
      await show(page, EACH_LAYER);
      const masks = new Set<string>();
      for (let block = 0; block < 8; block++) {
        const { pixels } = await cellPixels(page, block);
        const color = commonest(pixels);
        const inks = pixels.filter((pixel) => pixel !== color);
        masks.add(pixels.map((pixel) => (pixel === color ? ' ' : '#')).join(''));
        // The strokes are to be seen, and more so in high contrast.
        const least = kind.startsWith('high') ? 60 : 18;
        for (const ink of inks) ok(Math.abs(brightness(ink) - brightness(color)) > least, `${ink} on ${color}`);
      }
      equal(masks.size, 8);
    });
  }

  it('stand back a little until their bitmaps are read, and are plain then', async () => {
    const page = await open({ height: 300 });
    await show(page, KINDS, 0);
    const unread = await cellPixels(page, 3);
    equal(commonest(unread.pixels), themeColor('dark', 3));
    notDeepEqual(unread.pixels[unread.pixels.length - 1], unread.pixels[0]);
    await page.evaluate(() => {
      window.stage.addGrain();
      return window.stage.drawn();
    });
    notDeepEqual((await cellPixels(page, 3)).pixels, unread.pixels);
  });

  it('change with the theme, at once and by themselves', async () => {
    const page = await open({ height: 300 });
    await show(page, KINDS);
    for (const kind of THEME_KINDS) {
      await changeTheme(page, kind);
      await page.evaluate(() => window.stage.drawn());
      equal((await cellPixels(page, 1)).pixels[0], themeColor(kind, 1));
    }
  });

  it('are whole device pixels at any scale', async () => {
    for (const scale of [1, 1.25, 1.5, 2]) {
      const page = await open({ scale, height: 300 });
      await show(page, KINDS);
      const canvas = await page.evaluate(() => {
        const { width, height } = document.querySelector<HTMLCanvasElement>('.block-map-canvas')!;
        const box = document.querySelector('.block-map-surface')!.getBoundingClientRect();
        return { width, height, cssWidth: box.width, cssHeight: box.height };
      });
      ok(Math.abs(canvas.width - canvas.cssWidth * scale) <= 1);
      ok(Math.abs(canvas.height - canvas.cssHeight * scale) <= 1);
      const { pixels } = await cellPixels(page, 1);
      deepEqual([...new Set(pixels)], [themeColor('dark', 1)]);
    }
  });

  it('are single pixels in the colours of their layers, and no others, for a million blocks', async () => {
    const page = await open();
    const colors = await page.evaluate(async () => {
      window.stage.showUsed(1_000_000, 4);
      await window.stage.drawn();
      const canvas = document.querySelector<HTMLCanvasElement>('.block-map-canvas')!;
      const { data } = canvas.getContext('2d')!.getImageData(3, 3, canvas.width - 6, 200);
      const seen = new Set<string>();
      for (let at = 0; at < data.length; at += 4) {
        seen.add(Array.from(data.slice(at, at + 3), (byte) => byte.toString(16).padStart(2, '0')).join(''));
      }
      return [...seen];
    });
    for (let number = 1; number <= 4; number++) ok(colors.includes(themeColor('dark', number)));
    // Each of them also dimmed (not read yet) and by the share of its cell that is owned, and one for empty cells.
    ok(colors.length <= 4 * 2 * 8 + 2, `${String(colors.length)} colours`);
  });

  it('keep their own colours where the system forces its own', async () => {
    const page = await open({ height: 300 });
    await page.emulateMedia({ forcedColors: 'active' });
    await show(page, KINDS);
    equal((await cellPixels(page, 1)).pixels[0], themeColor('dark', 1));
    notDeepEqual((await cellPixels(page, 0)).pixels, (await cellPixels(page, 1)).pixels);
  });
});
