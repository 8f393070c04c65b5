import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { HostNotification, HostToPage, PageNotification, PageToHost } from '../../src/protocol/messages';
import type { OpenedImage } from '../../src/protocol/session';
import { launchChromium } from '../host/chromium';
import { HostUnavailable } from '../host/install';
import { recordNotRun } from '../notRun';
import { builtPage, pageHtml, PAGE_ORIGIN } from './builtPage';
import { cannedImage } from './cannedImage';
import { EngineHost } from './engineHost';
import type { PageHost } from './pageHost';
import { readTheme } from './themes';
import type { ThemeKind } from './themes';

export interface PageOptions {
  /** The path of an image, for the real engine; or what answers in its place. Left out: a canned image of four layers. */
  readonly image?: string | PageHost;
  readonly theme?: ThemeKind;
  /** CSS pixels at a zoom of 1; a zoom of 2 leaves the page half of them, as VS Code's own zoom does. */
  readonly width?: number;
  readonly height?: number;
  readonly zoom?: number;
  readonly reducedMotion?: boolean;
}

let browser: Promise<Browser> | undefined;

/**
 * `describe` for tests that need a browser, which is closed after them. Where there is none, one skipped test stands for all of them and the
 * runner names them as not run.
 */
export function describePage(title: string, body: () => void): void {
  describe(title, function () {
    this.timeout(60_000);
    before(async function () {
      try {
        browser ??= launchChromium();
        await browser;
      } catch (error) {
        browser = undefined;
        if (!(error instanceof HostUnavailable)) throw error;
        recordNotRun('the page in a browser', error.message);
        this.skip();
      }
    });
    after(async () => {
      await (await browser)?.close();
      browser = undefined;
    });
    body();
  });
}

/** The page in a browser, as it stands in VS Code: its theme, its policy, its messages. Only within `describePage`. */
export async function openPage(options: PageOptions = {}): Promise<PageHarness> {
  if (browser === undefined) throw new Error('openPage is only there within describePage');
  const { width = 1400, height = 860, zoom = 1 } = options;
  const context = await (
    await browser
  ).newContext({
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: Math.floor(width / zoom), height: Math.floor(height / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const { image = cannedImage() } = options;
  const harness = new PageHarness(page, typeof image === 'string' ? new EngineHost(image) : image);
  await harness.open(options);
  return harness;
}

export class PageHarness {
  readonly page: Page;
  readonly host: PageHost;
  /** All that the page told the host, and the texts that it put on the clipboard. */
  readonly heard: PageNotification[] = [];
  readonly copied: string[] = [];
  /** Names and parameters of all questions. */
  readonly asked: Extract<PageToHost, { kind: 'request' }>[] = [];
  /** Console errors, uncaught errors, violations of the policy: none in a page that works. */
  readonly problems: string[] = [];
  /** Layers as of which the page that is shown now knows all sector bitmaps. */
  readonly #grainOf = new Set<number>();
  #image: OpenedImage | null = null;
  #shown = true;

  constructor(page: Page, host: PageHost) {
    this.page = page;
    this.host = host;
  }

  async open(options: PageOptions): Promise<void> {
    const { page } = this;
    const files = await builtPage();
    const html = pageHtml(
      readTheme(options.theme ?? 'dark'),
      options.reducedMotion === true ? ['vscode-reduce-motion'] : [],
    );
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(error.stack ?? error.message));
    await page.route(`${PAGE_ORIGIN}/**`, (route) => {
      const path = new URL(route.request().url()).pathname;
      const file = files.get(path);
      if (path === '/') return route.fulfill({ contentType: 'text/html', body: html });
      return file === undefined ? route.abort() : route.fulfill({ contentType: file.type, body: file.body });
    });
    await page.exposeFunction('tellHost', (message: PageToHost) => {
      // Not awaited: a slow answer must not hold up the page's next message.
      void this.#receive(message);
    });
    // What TypeScript's loader here puts around functions with names, such as those that run in the page.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.addInitScript(() => {
      const scope = window as unknown as Record<string, unknown>;
      const key = 'webview state';
      scope['acquireVsCodeApi'] = () => ({
        postMessage: (message: unknown) => (scope['tellHost'] as (message: unknown) => Promise<void>)(message),
        // Kept as text, as VS Code keeps it: what is not plain data does not come back.
        getState: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') as unknown,
        setState: (state: unknown) => sessionStorage.setItem(key, JSON.stringify(state)),
      });
    });
    await this.show();
  }

  /** Loads the page anew, as VS Code does when a hidden editor is shown again: only its state is left. */
  async show(): Promise<void> {
    this.#shown = true;
    this.#grainOf.clear();
    await this.page.goto(`${PAGE_ORIGIN}/`);
    await this.page.locator('.page').waitFor();
  }

  /** What is sent to a hidden page is lost. */
  async hide(): Promise<void> {
    this.#shown = false;
    await this.page.goto('about:blank');
  }

  /** A message from the extension host. */
  async send(notification: HostNotification): Promise<void> {
    await this.#post({ kind: 'notification', notification });
    if (notification.type !== 'sectorGrain') return;
    const { asOf, firstBlock, main } = notification.run;
    if (firstBlock + main.length === this.#image?.layers[asOf]?.blockCount) this.#grainOf.add(asOf);
  }

  /** Waits until the page knows the sector bitmaps of the disk as of a layer, to the last block. */
  async grainRead(asOf: number): Promise<void> {
    while (!this.#grainOf.has(asOf)) await new Promise((done) => setTimeout(done, 5));
  }

  /** A picture below `test-output/page/`, for people; its path. */
  async picture(name: string): Promise<string> {
    const folder = resolve(__dirname, '../../test-output/page');
    mkdirSync(folder, { recursive: true });
    const path = resolve(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #receive(message: PageToHost): Promise<void> {
    if (message.kind === 'notification') {
      this.heard.push(message.notification);
      this.host.hear(message.notification, (notification) => this.send(notification));
      return;
    }
    this.asked.push(message);
    const { id, name, params } = message;
    if (name === 'copyText') this.copied.push((params as { text: string }).text);
    try {
      const result = await this.host.answer(name, params);
      if (name === 'open') this.#image = result as OpenedImage;
      await this.#post({ kind: 'answer', id, result });
    } catch (error) {
      await this.#post({ kind: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #post(message: HostToPage): Promise<void> {
    if (!this.#shown || this.page.isClosed()) return;
    try {
      await this.page.evaluate((data) => window.postMessage(data), message);
    } catch {
      // The page was closed or hidden while the message was on its way.
    }
  }
}
