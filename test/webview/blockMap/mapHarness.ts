import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../host/chromium';
import { HostUnavailable } from '../../host/install';
import { recordNotRun } from '../../notRun';
import { pageHtml, PAGE_ORIGIN } from '../../page/builtPage';
import { PATIENCE } from '../../patience';
import { readTheme } from '../../page/themes';
import type { ThemeKind } from '../../page/themes';

export interface StageOptions {
  readonly theme?: ThemeKind;
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Device pixels for a CSS pixel. */
  readonly scale?: number;
}

const FOLDER = resolve(__dirname, '../../../test-output/blockMap');

let built: Promise<ReadonlyMap<string, Buffer>> | undefined;

/** `describe` for tests that need a browser, which is handed to them and closed after them; skipped, and said so, where there is none. */
export function describeStage(title: string, body: (open: (options?: StageOptions) => Promise<Page>) => void): void {
  describe(title, function () {
    let browser: Browser | undefined;
    // One for each scale, since a page takes a second to open.
    const pages = new Map<number, Page>();
    before(async function () {
      try {
        browser = await launchChromium();
      } catch (error) {
        if (!(error instanceof HostUnavailable)) throw error;
        recordNotRun('the block map in a browser', error.message);
        this.skip();
      }
    });
    after(async () => browser?.close());
    body(async (options = {}) => {
      if (browser === undefined) throw new Error('There is no browser.');
      const { scale = 1 } = options;
      const page = pages.get(scale) ?? (await openStage(browser, options));
      pages.set(scale, page);
      await clear(page, options);
      return page;
    });
  });
}

/** A new map on an open page, as on a new page. */
async function clear(page: Page, { theme = 'dark', width = 960, height = 700 }: StageOptions): Promise<void> {
  await page.mouse.move(0, 0);
  await page.emulateMedia({ forcedColors: null });
  await page.setViewportSize({ width, height });
  await changeTheme(page, theme);
  await page.evaluate(() => window.restart());
}

/** The map alone, in a document like VS Code's: theme, policy, style. Nothing but `window.stage` in it. */
export async function openStage(browser: Browser, options: StageOptions = {}): Promise<Page> {
  const { theme = 'dark', width = 960, height = 700, scale = 1 } = options;
  const files = await (built ??= buildStage());
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  // A mistake in the page fails the test that made it.
  page.on('pageerror', (error) => {
    throw error;
  });
  // What TypeScript's loader puts around functions with names, such as those that run in the page.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.route(`${PAGE_ORIGIN}/**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    const body = path === '/' ? Buffer.from(pageHtml(readTheme(theme), [])) : files.get(path);
    return body === undefined ? route.abort() : route.fulfill({ contentType: typeOf(path), body });
  });
  await page.goto(`${PAGE_ORIGIN}/`);
  await page.locator('.block-map').waitFor();
  return page;
}

/** Puts another theme on an open page, as VS Code does. */
export async function changeTheme(page: Page, kind: ThemeKind): Promise<void> {
  const theme = readTheme(kind);
  await page.evaluate(({ bodyClass, variables }) => {
    document.documentElement.removeAttribute('style');
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = bodyClass;
  }, theme);
}

/** A picture below `test-output/blockMap/`, for people; its path. */
export async function takePicture(page: Page, name: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const path = resolve(FOLDER, `${name}.png`);
  await page.screenshot({ path });
  return path;
}

/** Where a block's cell lies in the page: the drawn part without the gap, CSS pixels. */
export interface Cell {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** The pixels of a block's cell, row by row, as `rrggbb`; `side` device pixels wide. */
export async function cellPixels(page: Page, block: number): Promise<{ side: number; pixels: string[] }> {
  const cell = await cellOf(page, block);
  return page.evaluate(({ left, top, side }) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.block-map-canvas')!;
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    const [x, y, size] = [(left - box.left) * scale, (top - box.top) * scale, side * scale].map(Math.round);
    const { data } = canvas.getContext('2d')!.getImageData(x!, y!, size!, size!);
    const pixels = [];
    for (let at = 0; at < data.length; at += 4) {
      pixels.push(Array.from(data.slice(at, at + 3), (byte) => byte.toString(16).padStart(2, '0')).join(''));
    }
    return { side: size!, pixels };
  }, cell);
}

/** By selecting the block: its ring tells where the cell is. The selection is put back. */
export async function cellOf(page: Page, block: number): Promise<Cell> {
  return page.evaluate(async (block) => {
    const { stage } = window;
    const { selected } = stage.view;
    stage.view.select(block, true);
    await stage.drawn();
    const ring = document.querySelector('.block-map-ring-selected')!.getBoundingClientRect();
    stage.view.select(selected, false);
    await stage.drawn();
    // The ring reaches over the cell by two pixels on every side.
    return { left: ring.left + 2, top: ring.top + 2, side: ring.width - 4 };
  }, block);
}

function typeOf(path: string): string {
  if (path.endsWith('.js')) return 'text/javascript';
  if (path.endsWith('.css')) return 'text/css';
  return path.endsWith('.ttf') ? 'font/ttf' : 'text/html';
}

async function buildStage(): Promise<ReadonlyMap<string, Buffer>> {
  const { outputFiles } = await build({
    absWorkingDir: __dirname,
    entryPoints: { page: 'mapStage.ts', style: 'stage.css' },
    outdir: 'stage',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome132',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/')), Buffer.from(contents)]));
}
