import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml, PAGE_ORIGIN } from '../../page/builtPage';
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

/** The map alone, in a document like VS Code's: theme, policy, style. Nothing but `window.stage` in it. */
export async function openStage(browser: Browser, options: StageOptions = {}): Promise<Page> {
  const { theme = 'dark', width = 960, height = 700, scale = 1 } = options;
  const files = await (built ??= buildStage());
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
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

/** A picture below `test-output/blockMap/`, for people. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: resolve(FOLDER, `${name}.png`) });
}

/** Red, green and blue of the map's pixel at a point in CSS pixels from the upper left corner of the canvas. */
export async function pixelAt(page: Page, x: number, y: number): Promise<readonly [number, number, number]> {
  return page.evaluate(
    ([x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.block-map-canvas')!;
      const at = [Math.floor(x * devicePixelRatio), Math.floor(y * devicePixelRatio)] as const;
      const [red, green, blue] = canvas.getContext('2d')!.getImageData(at[0], at[1], 1, 1).data;
      return [red!, green!, blue!] as const;
    },
    [x, y] as const,
  );
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
