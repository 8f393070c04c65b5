import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import type { ComparePageSays } from '../../src/protocol/compare';
import { CompareService } from '../../src/worker/compareService';
import { builtPage, pageHtml, PAGE_ORIGIN } from './builtPage';
import { readTheme } from './themes';
import type { ThemeKind } from './themes';

const POLICY = { trusted: true, given: [], confine: null };

/** The page that compares, in a browser as it stands in VS Code, with the real engine behind it in this process. */
export class ComparePageHarness {
  readonly page: Page;
  /** Console errors, uncaught errors, violations of the policy: none in a page that works. */
  readonly problems: string[] = [];
  readonly said: ComparePageSays[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    paths: readonly [string, string],
    { theme = 'dark', width = 1400 }: { theme?: ThemeKind; width?: number } = {},
  ): Promise<ComparePageHarness> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width, height: 860 } });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const harness = new ComparePageHarness(page);
    await harness.#load(paths, theme);
    return harness;
  }

  /** A picture below `test-output/page/`, for people. */
  async picture(name: string): Promise<void> {
    const folder = resolve(__dirname, '../../test-output/page');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: resolve(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #load(paths: readonly [string, string], theme: ThemeKind): Promise<void> {
    const { page } = this;
    const files = await builtPage();
    const html = pageHtml(readTheme(theme), [], 'compare');
    const service = new CompareService({
      fileSystem: new NodeFileSystem(),
      // A page that is closed meanwhile misses it.
      post: (message) => void page.evaluate((data) => window.postMessage(data), message).catch(() => undefined),
      afterMessages: (callback) => setImmediate(callback),
      now: () => performance.now(),
    });
    service.receive({ kind: 'begin', paths, policies: [POLICY, POLICY] });
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
    await page.exposeFunction('tellHost', (message: ComparePageSays) => {
      this.said.push(message);
      service.receive(message);
    });
    // What TypeScript's loader here puts around functions with names, such as those that run in the page.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.addInitScript(() => {
      const scope = window as unknown as Record<string, unknown>;
      scope['acquireVsCodeApi'] = () => ({
        postMessage: (message: unknown) => (scope['tellHost'] as (message: unknown) => Promise<void>)(message),
      });
    });
    await page.goto(`${PAGE_ORIGIN}/`);
  }
}
