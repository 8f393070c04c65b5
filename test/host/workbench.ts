import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type {
  AccessibilityFault,
  Box,
  BrowserActions,
  Click,
  Evaluation,
  PageTrouble,
  Picture,
  Target,
  Wait,
  Wheel,
} from './browserActions';
import { longestTask, startTracing } from './pageTasks';

/** VS Code's own noise where it has no network, no signature module and no account. Everything else is taken for ours. */
const FOREIGN_URL =
  /\/static\/out\/vs\/code\/|\/static\/node_modules\/|\/_static\/|\/update\/check|open-vsx\.org|[?&]extensionId=vscode\./;
const FOREIGN_TEXT = 'A bad HTTP response code (404) was received when fetching the script';

function isContentSecurity(text: string): boolean {
  return /Content Security Policy|Content-Security-Policy/i.test(text);
}

/** VS Code in a browser window: what tests do with it, from inside the extension host or from outside. */
export class Workbench implements BrowserActions {
  readonly page: Page;
  readonly #pictureFolder: string;
  #troubles: PageTrouble[] = [];

  constructor(page: Page, pictureFolder: string) {
    this.page = page;
    this.#pictureFolder = pictureFolder;
    page.on('console', (message) => {
      const text = message.text();
      const { url } = message.location();
      const isTrouble = message.type() === 'error' || isContentSecurity(text);
      if (!isTrouble || FOREIGN_URL.test(url) || text.startsWith(FOREIGN_TEXT)) return;
      this.#troubles.push({ kind: isContentSecurity(text) ? 'contentSecurity' : 'console', text, url });
    });
    page.on('pageerror', (error) => {
      if (FOREIGN_URL.test(error.stack ?? '')) return;
      this.#troubles.push({ kind: 'uncaught', text: error.message, url: error.stack ?? '' });
    });
  }

  async hover(target: Target): Promise<void> {
    await (await this.#find(target)).hover(positionOf(target));
  }

  async click(click: Click): Promise<void> {
    await (
      await this.#find(click)
    ).click({
      ...positionOf(click),
      button: click.button ?? 'left',
      clickCount: click.clickCount ?? 1,
      modifiers: [...(click.modifiers ?? [])],
    });
  }

  async wheel(wheel: Wheel): Promise<void> {
    await this.hover(wheel);
    const modifiers = wheel.modifiers ?? [];
    for (const modifier of modifiers) await this.page.keyboard.down(modifier);
    await this.page.mouse.wheel(0, wheel.deltaY);
    for (const modifier of modifiers) await this.page.keyboard.up(modifier);
  }

  async drag(from: Target, to: Target): Promise<void> {
    await this.hover(from);
    await this.page.mouse.down();
    await this.hover(to);
    await this.page.mouse.up();
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async waitFor(wait: Wait): Promise<void> {
    await (await this.#find(wait)).waitFor({ state: wait.state ?? 'visible' });
  }

  async textOf(target: Target): Promise<string> {
    return (await this.#find(target)).innerText();
  }

  async count(target: Target): Promise<number> {
    return (await this.#all(target)).count();
  }

  async boxOf(target: Target): Promise<Box> {
    const found = await this.#find(target);
    await found.waitFor();
    const box = await found.boundingBox();
    if (box === null) throw new Error(`${target.selector} is not to be seen`);
    return box;
  }

  async evaluate(evaluation: Evaluation): Promise<unknown> {
    const root =
      evaluation.area === 'workbench'
        ? this.page.locator('html')
        : (await this.#editor(evaluation.editor)).locator('html');
    // The source is a test's own function; a string is the only form in which it comes here.
    return root.evaluate(
      (_element, [source, argument]) => {
        const body = (0, eval)(`(${source})`) as (argument: unknown) => unknown;
        return body(argument);
      },
      [evaluation.source, evaluation.argument] as const,
    );
  }

  async screenshot(picture: Picture): Promise<string> {
    const path = join(this.#pictureFolder, `${picture.name}.png`);
    await mkdir(dirname(path), { recursive: true });
    const clip = picture.of === 'editor' ? { clip: await this.#editorBox() } : {};
    await this.page.screenshot({ path, animations: 'disabled', ...clip });
    return path;
  }

  async accessibilityFaults(selector = 'body'): Promise<readonly AccessibilityFault[]> {
    await this.evaluate({ area: 'editor', source: `() => { ${axe.source}\n }`, argument: null });
    const faults = await this.evaluate({
      area: 'editor',
      source: `async (selector) => (await axe.run(selector, { resultTypes: ['violations'] })).violations.map((violation) => ({
        id: violation.id,
        impact: violation.impact ?? 'unknown',
        help: violation.help,
        elements: violation.nodes.map((node) => node.html + '\\n' + (node.failureSummary ?? '')),
      }))`,
      argument: selector,
    });
    return faults as readonly AccessibilityFault[];
  }

  takeTroubles(): Promise<readonly PageTrouble[]> {
    const troubles = this.#troubles;
    this.#troubles = [];
    return Promise.resolve(troubles);
  }

  async startTracing(): Promise<void> {
    await startTracing(this.page);
  }

  longestTask(): Promise<number> {
    return longestTask(this.page);
  }

  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
  }

  async emulate(media: Parameters<BrowserActions['emulate']>[0]): Promise<void> {
    await this.page.emulateMedia({ ...media });
  }

  /** Runs a command by its full title, `VHD Editor: Go to…`, through the palette as a user does. Waits until it is there. */
  async runCommand(title: string): Promise<void> {
    await this.#choose(`>${title}`, title);
  }

  /** Waits until the palette knows a command whose title has this. */
  async waitForCommand(title: string): Promise<void> {
    await this.#offered(`>${title}`, title, async () => this.page.keyboard.press('Escape'));
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens a file of the workspace through quick open. */
  async openFile(name: string): Promise<void> {
    await this.#choose(name, name);
  }

  async #choose(input: string, wanted: string): Promise<void> {
    await this.#offered(input, wanted, async (row) => row.click({ timeout: 2_000 }));
  }

  /**
   * Types into quick open until it offers what is wanted, and acts on that. The list is made once: what comes later shows after typing anew. And it closes
   * when an editor that has just come takes the focus.
   */
  async #offered(input: string, wanted: string, act: (row: Locator) => Promise<void>): Promise<void> {
    const box = this.page.locator('.quick-input-widget input.input');
    const row = this.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: wanted }).first();
    const end = Date.now() + 60_000;
    for (;;) {
      await this.page.keyboard.press('F1');
      try {
        // The key goes unheard while the box of before is closing.
        await box.fill(input, { timeout: 2_000 });
        await row.waitFor({ timeout: 2_000 });
        await act(row);
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async #all(target: Target): Promise<Locator> {
    const root = target.area === 'workbench' ? this.page : await this.#editor(target.editor);
    const found = root.locator(target.selector);
    return target.text === undefined ? found : found.filter({ hasText: target.text });
  }

  async #find(target: Target): Promise<Locator> {
    return (await this.#all(target)).first();
  }

  /** The frames of visible webviews, from the left. VS Code keeps hidden ones, and in an order of its own. */
  async #editorFrame(index = 0): Promise<Locator> {
    const frames = this.page.locator('iframe.webview.ready').filter({ visible: true });
    for (;;) {
      await frames.nth(index).waitFor();
      const places = await Promise.all(
        (await frames.all()).map(async (frame) => ({ frame, box: await frame.boundingBox() })),
      );
      places.sort((a, b) => (a.box?.x ?? 0) - (b.box?.x ?? 0));
      // While one editor takes another's place, what was visible a moment ago is not any more.
      const frame = places[index]?.frame;
      if (frame !== undefined) return frame;
    }
  }

  async #editor(index?: number): Promise<FrameLocator> {
    return (await this.#editorFrame(index)).contentFrame().locator('#active-frame').contentFrame();
  }

  async #editorBox(): Promise<Box> {
    const box = await (await this.#editorFrame()).boundingBox();
    if (box === null) throw new Error('there is no visible editor');
    return box;
  }
}

function positionOf(target: Target): { position?: { x: number; y: number } } {
  return target.position === undefined ? {} : { position: { ...target.position } };
}
