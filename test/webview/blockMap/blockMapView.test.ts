import { deepEqual, equal, match, notDeepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { ThemeKind } from '../../page/themes';
import { cellOf, describeStage } from './mapHarness';
import type { MapEvent } from './mapStage';
import { KINDS } from './sampleMap';
import type { Sample } from './sampleMap';

const SURFACE = '.block-map-surface';
const TOOLTIP = '.block-map-tooltip';

async function show(page: Page, sample: Sample): Promise<void> {
  await page.evaluate((sample) => {
    window.stage.show(sample);
    window.stage.addGrain();
    return window.stage.drawn();
  }, sample);
}

async function showUsed(page: Page, blockCount: number): Promise<void> {
  await page.evaluate((blockCount) => {
    window.stage.showUsed(blockCount, 4);
    window.stage.addGrain();
    return window.stage.drawn();
  }, blockCount);
}

async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => window.stage.drawn());
}

/** What happened since this was last asked. */
async function events(page: Page): Promise<MapEvent[]> {
  return page.evaluate(() => window.stage.events.splice(0));
}

/** What the tooltip says, a line each; null where there is none. */
async function tooltip(page: Page): Promise<string[] | null> {
  await drawn(page);
  return page.evaluate((selector) => {
    const element = document.querySelector<HTMLElement>(selector)!;
    if (!element.matches(':popover-open')) return null;
    // The parts of a row stand side by side, not below each other.
    const rows = [...element.children].flatMap((child) =>
      child.className === 'block-map-tooltip-parts' ? [...child.children] : [child],
    );
    const isShown = (row: Element): boolean => !(row as HTMLElement).hidden && row.textContent !== '';
    const texts = rows.filter(isShown).map((row) =>
      row.children.length > 2
        ? Array.from(row.children, (part) => part.textContent)
            .join(' ')
            .trim()
        : row.textContent,
    );
    return texts.map((text) => text.replaceAll('\u202f', ' '));
  }, TOOLTIP);
}

async function hover(page: Page, block: number): Promise<void> {
  const { left, top, side } = await cellOf(page, block);
  await page.mouse.move(left + side / 2, top + side / 2);
  await drawn(page);
}

async function spoken(page: Page): Promise<string> {
  await drawn(page);
  const text = await page.locator('[aria-live=polite]').textContent();
  return (text ?? '').replaceAll('\u202f', ' ');
}

async function zoomText(page: Page): Promise<string> {
  await drawn(page);
  return (await page.locator('.block-map-percent').textContent()) ?? '';
}

describeStage('the block map', (open) => {
  describe('under the pointer', () => {
    it('tells of a block at once from the allocation tables, and of its sectors when they are counted', async () => {
      const page = await open();
      await show(page, KINDS);
      await page.evaluate(() => {
        window.stage.holdsAnswers = true;
      });
      await hover(page, 3);
      deepEqual(await tooltip(page), [
        'Block 3 · 2 layers',
        'LBA 12 288 – 16 383',
        'bytes 0x600000 – 0x7FFFFF',
        'base.vhd …',
        'web01_0CE6964B.avhd …',
      ]);
      await page.evaluate(() => window.stage.answer());
      deepEqual((await tooltip(page))?.slice(3), [
        'base.vhd 2 784 sectors at 0x30000000',
        'web01_0CE6964B.avhd 1 312 sectors at 0x10000000',
      ]);
    });

    it('says what every kind of block is', async () => {
      const page = await open();
      await show(page, KINDS);
      const said = [];
      for (let block = 0; block < 6; block++) {
        await hover(page, block);
        said.push((await tooltip(page))?.[0]);
      }
      deepEqual(said, [
        'Block 0 · no layer, reads as zeros',
        'Block 1',
        'Block 2',
        'Block 3 · 2 layers',
        'Block 4 · partly filled',
        'Block 5 · 3 layers',
      ]);
    });

    it('is never cut off, whatever edge the block is at, and lies beside its block', async () => {
      const page = await open({ width: 520, height: 330 });
      await showUsed(page, 3000);
      for (const [x, y] of [
        [16, 40],
        [500, 40],
        [16, 235],
        [480, 235],
        [260, 130],
      ] as const) {
        await page.mouse.move(x, y);
        await drawn(page);
        const [tip, ring] = await page.evaluate(() => {
          const box = (selector: string): DOMRect => document.querySelector(selector)!.getBoundingClientRect();
          return [box('.block-map-tooltip'), box('.block-map-ring-hovered')];
        });
        ok(tip.left >= 0 && tip.top >= 0 && tip.right <= 520 && tip.bottom <= 330, JSON.stringify([x, y, tip]));
        const covers = tip.left < ring.right && tip.right > ring.left && tip.top < ring.bottom && tip.bottom > ring.top;
        ok(!covers, JSON.stringify([x, y]));
      }
    });

    it('goes with the pointer, and with Escape without losing the selection', async () => {
      const page = await open();
      await show(page, KINDS);
      await hover(page, 2);
      await page.mouse.down();
      await page.mouse.up();
      ok((await tooltip(page)) !== null);
      await page.keyboard.press('Escape');
      equal(await tooltip(page), null);
      equal(await page.evaluate(() => window.stage.view.selected), 2);
      await page.keyboard.press('Escape');
      equal(await page.evaluate(() => window.stage.view.selected), null);
      await hover(page, 3);
      ok((await tooltip(page)) !== null);
      await page.mouse.move(480, 690);
      equal(await tooltip(page), null);
      deepEqual((await events(page)).filter(([kind]) => kind === 'hover').at(-1), ['hover', null]);
    });

    it('does not take the focus', async () => {
      const page = await open();
      await show(page, KINDS);
      await hover(page, 2);
      ok((await tooltip(page)) !== null);
      equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY');
    });

    it('selects with a click, activates with a double click, and selects for a menu', async () => {
      const page = await open();
      await show(page, KINDS);
      await hover(page, 4);
      await events(page);
      const cell = await cellOf(page, 4);
      const point = [cell.left + 5, cell.top + 5] as const;
      await page.mouse.click(...point);
      await page.mouse.dblclick(...point);
      const cell5 = await cellOf(page, 5);
      await page.mouse.click(cell5.left + 5, cell5.top + 5, { button: 'right' });
      const told = (await events(page)).filter(([kind]) => kind === 'select' || kind === 'activate');
      deepEqual(told, [
        ['select', 4],
        ['activate', 4],
        ['select', 5],
      ]);
    });

    it('zooms with the wheel at the pointer: the block there stays there', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.mouse.move(402, 303);
      const before = (await tooltip(page))?.[0];
      match(before ?? '', /^Block/);
      for (let notch = 0; notch < 9; notch++) {
        await page.mouse.wheel(0, -100);
        equal((await tooltip(page))?.[0], before);
      }
      notDeepEqual(await zoomText(page), '31\u202f%');
      for (let notch = 0; notch < 12; notch++) await page.mouse.wheel(0, 100);
      equal(await page.evaluate(() => window.stage.view.viewState.fitted), true);
    });

    it('zooms by pinching on a touchpad, which comes in small pieces', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.mouse.move(402, 303);
      const before = await zoomText(page);
      await page.keyboard.down('Control');
      for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -2.5);
      await page.keyboard.up('Control');
      notDeepEqual(await zoomText(page), before);
    });

    it('scrolls with Shift and the wheel', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.mouse.move(402, 303);
      for (let notch = 0; notch < 4; notch++) await page.mouse.wheel(0, -100);
      const before = await page.evaluate(() => window.stage.view.viewState.firstBlock);
      await page.keyboard.down('Shift');
      await page.mouse.wheel(0, 100);
      await page.keyboard.up('Shift');
      ok((await page.evaluate(() => window.stage.view.viewState.firstBlock)) > before);
    });

    it('drags the map: the grabbed block comes along, and nothing is selected', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.mouse.move(402, 303);
      for (let notch = 0; notch < 6; notch++) await page.mouse.wheel(0, -100);
      const grabbed = (await tooltip(page))?.[0];
      await events(page);
      await page.mouse.down();
      await page.mouse.move(380, 260, { steps: 4 });
      equal(await tooltip(page), null);
      await page.mouse.move(300, 200, { steps: 4 });
      await page.mouse.up();
      equal((await tooltip(page))?.[0], grabbed);
      ok((await events(page)).every(([kind]) => kind !== 'select'));
    });
  });

  describe('by keyboard', () => {
    it('is one tab stop with a name, and shows its focus', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      const names = [];
      for (let i = 0; i < 5; i++) {
        await page.keyboard.press('Tab');
        names.push(
          await page.evaluate(
            () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
          ),
        );
      }
      deepEqual(names.slice(0, 4), ['Zoom Out', 'Zoom In', 'Fit', 'Block map, 20\u202f480 blocks']);
      await page.locator(SURFACE).focus();
      await page.keyboard.press('ArrowRight');
      const border = await page.evaluate(
        (selector) => getComputedStyle(document.querySelector(selector)!, '::after').borderTopStyle,
        SURFACE,
      );
      equal(border, 'solid');
    });

    it('walks over the blocks, selects each, shows it and speaks of it', async () => {
      const page = await open();
      await show(page, KINDS);
      await page.locator(SURFACE).focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
      deepEqual(
        (await events(page)).filter(([kind]) => kind === 'select'),
        [
          ['select', 0],
          ['select', 1],
          ['select', 2],
          ['select', 1],
        ],
      );
      match((await tooltip(page))?.[0] ?? '', /^Block 1/);
      match(await spoken(page), /^Block 1, LBA 4 096 – 8 191, owner base.vhd/);
      await page.keyboard.press('End');
      match(await spoken(page), /^Block 7, .*owner base.vhd.*, 2 layers, partly filled$/);
      await page.keyboard.press('Home');
      match(await spoken(page), /^Block 0, LBA 0 – 4 095, no layer/);
      await page.keyboard.press('Enter');
      deepEqual((await events(page)).at(-1), ['activate', 0]);
    });

    it('speaks from the map where sectors take long to be counted, and once more when they are', async () => {
      const page = await open();
      await show(page, KINDS);
      await page.keyboard.press('Tab');
      await page.evaluate(() => {
        window.stage.view.select(2, true);
        window.stage.view.focus();
        window.stage.holdsAnswers = true;
      });
      await page.keyboard.press('ArrowRight');
      const live = page.locator('[aria-live=polite]');
      await live
        .filter({ hasText: /^Block 3, .*, owner base\.vhd, web01_0CE6964B\.avhd, 2 layers$/ })
        .waitFor({ state: 'attached' });
      await page.evaluate(() => window.stage.answer());
      match(
        await spoken(page),
        /^Block 3, .*, owner base\.vhd 2 784 sectors, web01_0CE6964B\.avhd 1 312 sectors, 2 layers$/,
      );
    });

    it('leaps to where the owner changes with Ctrl or Shift', async () => {
      const page = await open();
      const [, base, leaf] = KINDS.blocks;
      await show(page, { layerCount: 3, blocks: [base!, base!, base!, leaf!, leaf!, base!] });
      await page.locator(SURFACE).focus();
      for (const key of ['Home', 'Control+ArrowRight', 'Shift+ArrowRight', 'Control+ArrowLeft', 'Shift+ArrowUp']) {
        await page.keyboard.press(key);
      }
      const selected = (await events(page)).filter(([kind]) => kind === 'select').map(([, block]) => block);
      deepEqual(selected, [0, 3, 5, 3, 0]);
    });

    it('keeps the selected block in view by rows, pages and at any zoom', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.locator(SURFACE).focus();
      await page.keyboard.press('Home');
      for (const key of [
        '+',
        '+',
        '+',
        '+',
        '+',
        '+',
        'ArrowDown',
        'PageDown',
        'PageDown',
        'ArrowUp',
        'PageUp',
        '-',
        'End',
        '+',
      ]) {
        await page.keyboard.press(key);
        await drawn(page);
        const [ring, surface] = await page.evaluate((selector) => {
          const box = (name: string): DOMRect => document.querySelector(name)!.getBoundingClientRect();
          return [box('.block-map-ring-selected'), box(selector)];
        }, SURFACE);
        ok(ring.top >= surface.top - 3 && ring.bottom <= surface.bottom + 3, key);
      }
      await page.keyboard.press('0');
      await drawn(page);
      equal(await page.evaluate(() => window.stage.view.viewState.fitted), true);
    });

    it('leaves other keys to the page', async () => {
      const page = await open();
      await show(page, KINDS);
      await page.locator(SURFACE).focus();
      const taken = await page.evaluate((selector) => {
        const press = (init: KeyboardEventInit): boolean =>
          !document.querySelector(selector)!.dispatchEvent(new KeyboardEvent('keydown', { ...init, cancelable: true }));
        return [
          press({ key: 'ArrowRight' }),
          press({ key: 'Tab' }),
          press({ key: '+', ctrlKey: true }),
          press({ key: 'PageDown', ctrlKey: true }),
          press({ key: 'ArrowLeft', altKey: true }),
          press({ key: 'c', ctrlKey: true }),
        ];
      }, SURFACE);
      deepEqual(taken, [true, false, false, false, false, false]);
    });

    it('keeps the selection for a menu that the keyboard opens', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.locator(SURFACE).focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Shift+F10');
      equal(await page.evaluate(() => window.stage.view.selected), 20_479);
    });

    it('hides its tooltip when the focus goes', async () => {
      const page = await open();
      await show(page, KINDS);
      await page.locator(SURFACE).focus();
      await page.keyboard.press('ArrowRight');
      ok((await tooltip(page)) !== null);
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      equal(await tooltip(page), null);
    });
  });

  describe('around it', () => {
    it('counts the blocks of each layer, base first, and of none', async () => {
      const page = await open();
      await show(page, KINDS);
      const legend = await page.locator('.block-map-legend-item').allTextContents();
      deepEqual(legend, ['base.vhd3', 'web01_1CE6964B.avhd2', 'web01_0CE6964B.avhd1', 'none2']);
      equal(await page.locator('.block-map-total').textContent(), '8 blocks');
    });

    it('tells the zoom, and offers no zoom beyond the last', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      const [out, into, fit] = ['Zoom Out', 'Zoom In', 'Fit'].map((name) => page.getByRole('button', { name }));
      const first = await zoomText(page);
      equal(await out!.getAttribute('aria-disabled'), 'true');
      for (let i = 0; i < 20; i++) await into!.click({ force: true });
      equal(await zoomText(page), '300\u202f%');
      equal(await into!.getAttribute('aria-disabled'), 'true');
      equal(await out!.getAttribute('aria-disabled'), 'false');
      await fit!.click();
      equal(await zoomText(page), first);
    });

    it('shows in the overview what part is in view, and goes where that is dragged', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      for (let i = 0; i < 8; i++) await page.getByRole('button', { name: 'Zoom In' }).click({ force: true });
      await drawn(page);
      const frame = page.locator('.block-map-overview-frame');
      const strip = (await page.locator('.block-map-overview').boundingBox())!;
      const share = async (): Promise<number> => {
        await drawn(page);
        const box = (await frame.boundingBox())!;
        return (box.x + box.width / 2 - strip.x) / strip.width;
      };
      ok(Math.abs((await share()) - 0.5) < 0.05);
      await page.mouse.click(strip.x + strip.width * 0.8, strip.y + 10);
      ok(Math.abs((await share()) - 0.8) < 0.02);
      const first = await page.evaluate(() => window.stage.view.viewState.firstBlock);
      ok(Math.abs(first / 20_480 - 0.8) < 0.1);
      await page.mouse.move(strip.x + strip.width * 0.8 + 2, strip.y + 10);
      await page.mouse.down();
      await page.mouse.move(strip.x + strip.width * 0.3 + 2, strip.y + 10, { steps: 5 });
      await page.mouse.up();
      ok(Math.abs((await share()) - 0.3) < 0.02);
    });
  });

  describe('when things change', () => {
    it('keeps view and selection when the same disk is shown as of another layer', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.evaluate(() => window.stage.view.select(7000, true));
      await page.mouse.move(402, 303);
      for (let notch = 0; notch < 5; notch++) await page.mouse.wheel(0, -100);
      const before = await page.evaluate(() => window.stage.view.viewState);
      await showUsed(page, 20_480);
      deepEqual(await page.evaluate(() => window.stage.view.viewState), before);
      equal(await page.evaluate(() => window.stage.view.selected), 7000);
      await events(page);
      await show(page, KINDS);
      equal(await page.evaluate(() => window.stage.view.selected), null);
      deepEqual(
        (await events(page)).find(([kind]) => kind === 'select'),
        ['select', null],
      );
    });

    it('takes a kept view back before its map comes, and after', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      await page.mouse.move(402, 303);
      for (let notch = 0; notch < 7; notch++) await page.mouse.wheel(0, -100);
      const kept = await page.evaluate(() => JSON.stringify(window.stage.view.viewState));
      await page.evaluate((kept) => {
        window.restart();
        window.stage.view.viewState = JSON.parse(kept);
      }, kept);
      equal(await page.evaluate(() => JSON.stringify(window.stage.view.viewState)), kept);
      await showUsed(page, 20_480);
      equal(await page.evaluate(() => JSON.stringify(window.stage.view.viewState)), kept);
      await page.evaluate(() => {
        window.stage.view.viewState = 'nonsense';
      });
      equal(await page.evaluate(() => JSON.stringify(window.stage.view.viewState)), kept);
    });

    it('fits anew when the window changes, and keeps the place of what is zoomed', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      const fitted = await zoomText(page);
      await page.setViewportSize({ width: 1500, height: 900 });
      notDeepEqual(await zoomText(page), fitted);
      await page.mouse.move(402, 303);
      for (let notch = 0; notch < 5; notch++) await page.mouse.wheel(0, -100);
      const first = await page.evaluate(() => window.stage.view.viewState.firstBlock);
      await page.setViewportSize({ width: 800, height: 600 });
      await drawn(page);
      equal(await page.evaluate(() => window.stage.view.viewState.firstBlock), first);
    });

    it('leaves out what the bitmaps say of another chosen layer', async () => {
      const page = await open();
      await show(page, KINDS);
      const counts = await page.locator('.block-map-legend-item').allTextContents();
      await page.evaluate(() => {
        const wrong = new Uint8Array(8).fill(0);
        window.stage.view.addSectorGrain({
          asOf: 1,
          firstBlock: 0,
          main: wrong,
          second: wrong,
          ownerCount: wrong,
          filled: wrong,
        });
      });
      await drawn(page);
      deepEqual(await page.locator('.block-map-legend-item').allTextContents(), counts);
    });

    it('selects and reveals from outside without telling the one who asked', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      for (let i = 0; i < 9; i++) await page.getByRole('button', { name: 'Zoom In' }).click({ force: true });
      await events(page);
      await page.evaluate(() => window.stage.view.select(20_000, true));
      const { top, side } = await cellOf(page, 20_000);
      ok(top > 0 && top + side < 700);
      deepEqual(
        (await events(page)).filter(([kind]) => kind === 'select'),
        [],
      );
      for (const wrong of [20_480, -1, 1.5, NaN]) {
        await page.evaluate((wrong) => window.stage.view.select(wrong, true), wrong);
        equal(await page.evaluate(() => window.stage.view.selected), null);
      }
    });

    it('draws no frame at rest, nor for a pointer that stays on its block', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      for (let i = 0; i < 9; i++) await page.getByRole('button', { name: 'Zoom In' }).click({ force: true });
      await page.mouse.move(402, 303);
      await drawn(page);
      const before = await page.evaluate(() => window.stage.frames);
      await page.mouse.move(403, 303);
      for (let i = 0; i < 10; i++) await drawn(page);
      equal(await page.evaluate(() => window.stage.frames), before);
      await page.mouse.wheel(0, -100);
      await drawn(page);
      ok((await page.evaluate(() => window.stage.frames)) > before);
    });

    it('draws once for many changes in one frame', async () => {
      const page = await open();
      await showUsed(page, 20_480);
      const frames = await page.evaluate(async () => {
        const before = window.stage.frames;
        for (let first = 0; first < 20_480; first += 512) window.stage.addGrain(first, 512);
        await window.stage.drawn();
        return window.stage.frames - before;
      });
      equal(frames, 1);
    });

    it('is gone without a trace when disposed of', async () => {
      const page = await open();
      await show(page, KINDS);
      const frames = await page.evaluate(async () => {
        const { stage } = window;
        stage.view.dispose();
        const before = stage.frames;
        document.body.classList.toggle('another');
        stage.addGrain();
        await stage.drawn();
        return stage.frames - before;
      });
      equal(await page.locator('.block-map').count(), 0);
      equal(frames, 0);
    });
  });

  describe('of any size', () => {
    it('says so where a disk has no blocks', async () => {
      const page = await open();
      await show(page, { layerCount: 1, blocks: [] });
      equal(await page.locator('.block-map-note').isVisible(), true);
      await page.locator(SURFACE).focus();
      for (const key of ['ArrowRight', 'End', '+', '-', '0', 'Enter', 'Control+ArrowRight']) {
        await page.keyboard.press(key);
      }
      await page.mouse.move(300, 300);
      await page.mouse.wheel(0, -100);
      await page.mouse.click(300, 300);
      equal(await tooltip(page), null);
      deepEqual(await events(page), []);
    });

    it('shows a single block', async () => {
      const page = await open();
      await show(page, { layerCount: 1, blocks: [{ layers: [0], sectors: [4096] }] });
      await hover(page, 0);
      deepEqual((await tooltip(page))?.slice(0, 2), ['Block 0', 'LBA 0 – 4 095']);
      equal(await page.locator('.block-map-overview').isVisible(), false);
    });

    it('shows four million blocks, and finds the last', async () => {
      const page = await open();
      await page.evaluate(async () => {
        window.stage.showUsed(4_194_304, 4);
        await window.stage.drawn();
      });
      await page.locator(SURFACE).focus();
      await page.keyboard.press('End');
      match((await tooltip(page))?.[0] ?? '', /^Block 4 194 303/);
      for (let i = 0; i < 30; i++) await page.keyboard.press('+');
      equal(await zoomText(page), '300\u202f%');
      match((await tooltip(page))?.[0] ?? '', /^Block 4 194 303/);
    });

    it('says how many blocks a point stands for where they share one', async () => {
      const page = await open();
      await page.evaluate(async () => {
        window.stage.showUsed(2_000_000, 4);
        await window.stage.drawn();
      });
      await page.mouse.move(300, 300);
      match((await tooltip(page))?.at(-1) ?? '', /^The first of 4 blocks/);
    });
  });

  describe('for everybody', () => {
    const axe = readFileSync(require.resolve('axe-core'), 'utf8');
    for (const theme of ['dark', 'light', 'highContrast', 'highContrastLight'] satisfies ThemeKind[]) {
      it(`breaks no rule of accessibility: ${theme}`, async () => {
        const page = await open({ theme });
        await show(page, KINDS);
        await page.locator(SURFACE).focus();
        await page.keyboard.press('End');
        await drawn(page);
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          interface Axe {
            run(scope: Element): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
          }
          const { axe } = window as unknown as { axe: Axe };
          const { violations } = await axe.run(document.querySelector('.block-map')!);
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        });
        deepEqual(violations, []);
      });
    }
  });
});
