import type { Page } from 'playwright-core';
import { translationsInUse } from '../../src/engine/l10n';
import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import type { ComparePageSays } from '../../src/protocol/compare';
import { CompareService } from '../../src/worker/compareService';
import { PATIENCE } from '../patience';
import { pageHtml, PAGE_ORIGIN } from './builtPage';
import { closeAfterTest, pageBrowser } from './pageHarness';
import { pictureOf, serveThePage } from './servedPage';
import { readTheme } from './themes';
import type { ThemeKind } from './themes';

const POLICY = { trusted: true, given: [], confine: null };

/** The page that compares, in a browser as it stands in VS Code, with the real engine behind it in this process. Only within `describePage`. */
export class ComparePageHarness {
  readonly page: Page;
  /** Console errors, uncaught errors, violations of the policy: none in a page that works. */
  readonly problems: string[] = [];
  readonly said: ComparePageSays[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    paths: readonly [string, string],
    { theme = 'dark', width = 1400, height = 860 }: { theme?: ThemeKind; width?: number; height?: number } = {},
  ): Promise<ComparePageHarness> {
    const context = await (await pageBrowser()).newContext({ locale: 'en-US', viewport: { width, height } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const harness = new ComparePageHarness(page);
    closeAfterTest(harness);
    await harness.#load(paths, theme);
    return harness;
  }

  /** A picture below `test-output/page/`, for people; its path. */
  picture(name: string): Promise<string> {
    return pictureOf(this.page, name);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  async #load(paths: readonly [string, string], theme: ThemeKind): Promise<void> {
    const { page } = this;
    const html = pageHtml(readTheme(theme), [], 'compare', translationsInUse());
    const service = new CompareService({
      fileSystem: new NodeFileSystem(),
      // A page that is closed meanwhile misses it.
      post: (message) => void page.evaluate((data) => window.postMessage(data), message).catch(() => undefined),
      afterMessages: (callback) => setImmediate(callback),
      now: () => performance.now(),
    });
    service.receive({ kind: 'begin', paths, policies: [POLICY, POLICY] });
    const hear = (message: ComparePageSays): void => {
      this.said.push(message);
      service.receive(message);
    };
    await serveThePage(page, { html, problems: this.problems, hear });
    await page.goto(`${PAGE_ORIGIN}/`);
  }
}
