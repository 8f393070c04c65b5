import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { builtPage, PAGE_ORIGIN } from './builtPage';

/** What a document is served to, and what it is to be told of. */
export interface PageService<Said> {
  readonly html: string;
  /** Takes console errors, uncaught errors and violations of the policy: none in a page that works. */
  readonly problems: string[];
  readonly hear: (message: Said) => void;
}

/** Milliseconds until the host hears what a page says. Every test of the page is to pass with 60 of them too: there are disks that answer slowly. */
const HOST_DELAY = Number(process.env['VHD_TEST_HOST_DELAY'] ?? 0);

/** Makes `page` find the product's files at PAGE_ORIGIN, with VS Code's API for webviews in it. Nothing is loaded yet. */
export async function serveThePage<Said>(page: Page, { html, problems, hear }: PageService<Said>): Promise<void> {
  const files = await builtPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  await page.route(`${PAGE_ORIGIN}/**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    const file = files.get(path);
    if (path === '/') return route.fulfill({ contentType: 'text/html', body: html });
    return file === undefined ? route.abort() : route.fulfill({ contentType: file.type, body: file.body });
  });
  // Not in a task of its own where nothing is to be waited for: as fast as it can be is a case too.
  const later = (message: Said): void => void setTimeout(() => hear(message), HOST_DELAY);
  await page.exposeFunction('tellHost', HOST_DELAY > 0 ? later : hear);
  // What TypeScript's loader here puts around functions with names, such as those that run in the page.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(() => {
    const scope = window as unknown as { openQuestions: number; [name: string]: unknown };
    const key = 'webview state';
    scope.openQuestions = 0;
    window.addEventListener('message', ({ data }: MessageEvent<{ kind: string }>) => {
      if (data.kind === 'answer' || data.kind === 'failure') {
        scope.openQuestions -= 1;
      }
    });
    scope['acquireVsCodeApi'] = () => ({
      postMessage: (message: { kind: string }) => {
        if (message.kind === 'request') scope.openQuestions += 1;
        void (scope['tellHost'] as (message: unknown) => Promise<void>)(message);
      },
      // Kept as text, as VS Code keeps it: what is not plain data does not come back.
      getState: () => JSON.parse(sessionStorage.getItem(key) ?? 'null') as unknown,
      setState: (state: unknown) => sessionStorage.setItem(key, JSON.stringify(state)),
    });
  });
}

/** A picture below `test-output/page/`, for people; its path. */
export async function pictureOf(page: Page, name: string): Promise<string> {
  const path = resolve(__dirname, `../../test-output/page/${name}.png`);
  await page.screenshot({ path });
  return path;
}
