import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { translationsInUse } from '../../src/engine/l10n';
import type {
  HostNotification,
  HostToPage,
  PageNotification,
  PageRequestName,
  PageRequests,
  PageToHost,
} from '../../src/protocol/messages';
import type { OpenedImage } from '../../src/protocol/session';
import { launchChromium } from '../host/chromium';
import { HostUnavailable } from '../host/install';
import { recordNotRun } from '../notRun';
import { eventually, PATIENCE } from '../patience';
import { pageHtml, PAGE_ORIGIN } from './builtPage';
import { cannedImage } from './cannedImage';
import { EngineHost } from './engineHost';
import type { PageHost } from './pageHost';
import { pictureOf, serveThePage } from './servedPage';
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
/** Pages that the test of now has opened. */
let opened: OpenedPage[] = [];

interface OpenedPage {
  /** Console errors, uncaught errors, violations of the policy: none in a page that works. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

/**
 * `describe` for tests that need a browser, which is closed after them. After each test its pages are closed, and must have had no
 * trouble. Where there is none, one skipped test stands for all of them and the runner names them as not run.
 */
export function describePage(title: string, body: () => void): void {
  describe(title, function () {
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
    // Behind those of the body, which may want to look at the page.
    afterEach(async () => {
      const harnesses = opened;
      opened = [];
      for (const harness of harnesses) await harness.close();
      assert.deepEqual(
        harnesses.flatMap(({ problems }) => problems),
        [],
      );
    });
  });
}

/** For pages of other kinds. Only within `describePage`. */
export async function pageBrowser(): Promise<Browser> {
  if (browser === undefined) throw new Error('the browser is only there within describePage');
  return browser;
}

/** What is opened in a test is looked at and closed when the test is over. */
export function closeAfterTest(page: OpenedPage): void {
  opened.push(page);
}

/** The page in a browser, as it stands in VS Code: its theme, its policy, its messages. Only within `describePage`. */
export async function openPage(options: PageOptions = {}): Promise<PageHarness> {
  const { width = 1400, height = 860, zoom = 1 } = options;
  const context = await (
    await pageBrowser()
  ).newContext({
    locale: 'en-US',
    timezoneId: 'UTC',
    viewport: { width: Math.floor(width / zoom), height: Math.floor(height / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const { image = cannedImage() } = options;
  const harness = new PageHarness(page, typeof image === 'string' ? new EngineHost(image) : image);
  closeAfterTest(harness);
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
  /** Settles when questions of a name may be answered. */
  readonly #held = new Map<PageRequestName, Promise<void>>();
  #image: OpenedImage | null = null;
  #shown = true;

  constructor(page: Page, host: PageHost) {
    this.page = page;
    this.host = host;
  }

  async open(options: PageOptions): Promise<void> {
    const html = pageHtml(
      readTheme(options.theme ?? 'dark'),
      options.reducedMotion === true ? ['vscode-reduce-motion'] : [],
      'image',
      translationsInUse(),
    );
    // Not awaited: a slow answer must not hold up the page's next message.
    const hear = (message: PageToHost): void => void this.#receive(message);
    await serveThePage(this.page, { html, problems: this.problems, hear });
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

  /** Questions of this name are answered when what this returns is called: a disk that is slow. */
  hold(name: PageRequestName): () => void {
    let release = (): void => undefined;
    this.#held.set(name, new Promise((done) => (release = done)));
    return release;
  }

  /** Waits until the page knows the sector bitmaps of the disk as of a layer, to the last block. */
  async grainRead(asOf: number): Promise<void> {
    await eventually(
      () => this.#grainOf.has(asOf),
      (isRead) => isRead,
      'the sector bitmaps are read',
    );
  }

  /**
   * Waits until the page has asked a question a number of times; the parameters of each. What a page says is heard some turns after it has gone on,
   * so nobody may look at `asked` to see that something was said; so with `heard` and `copied`.
   */
  async askedFor<Name extends PageRequestName>(name: Name, count = 1): Promise<PageRequests[Name]['params'][]> {
    const found = (): PageRequests[Name]['params'][] =>
      this.asked.filter((each) => each.name === name).map(({ params }) => params as PageRequests[Name]['params']);
    return eventually(found, ({ length }) => length >= count, `the page asks ${name}`);
  }

  /** Waits until the last that the page told the host of a kind is as expected. */
  async hears<Type extends PageNotification['type']>(
    type: Type,
    isExpected: (last: Extract<PageNotification, { type: Type }>) => boolean = () => true,
  ): Promise<void> {
    const isOfType = (each: PageNotification): each is Extract<PageNotification, { type: Type }> => each.type === type;
    await eventually(
      () => this.heard.filter(isOfType).at(-1),
      (last) => last !== undefined && isExpected(last),
      `the page tells ${type}`,
    );
  }

  /** What the page puts on the clipboard because of what is done, `count` texts in order. */
  async copies(act: () => Promise<void>, count = 1): Promise<string[]> {
    const before = this.copied.length;
    await act();
    return eventually(
      () => this.copied.slice(before),
      ({ length }) => length >= count,
      'the page copies',
    );
  }

  /** A picture below `test-output/page/`, for people; its path. */
  picture(name: string): Promise<string> {
    return pictureOf(this.page, name);
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
    await this.#held.get(name);
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
