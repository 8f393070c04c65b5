import assert from 'node:assert/strict';
import type { PageHarness } from './pageHarness';

/** The text of an element, its spaces made plain ones. */
async function textOf(harness: PageHarness, selector: string): Promise<string> {
  const text = await harness.page.locator(selector).first().innerText();
  return text.replaceAll(/[\s\u202f]+/g, ' ').trim();
}

/** Waits until an element says something; fails with what it says instead. */
export async function says(harness: PageHarness, selector: string, expected: string | RegExp): Promise<void> {
  const pattern = typeof expected === 'string' ? expected : expected.source;
  const found = harness.page.waitForFunction(
    ({ selector, pattern, isText }) => {
      const element = [...document.querySelectorAll<HTMLElement>(selector)].find((each) => each.checkVisibility());
      const text = element?.innerText.replaceAll(/[\s\u202f]+/g, ' ').trim() ?? '';
      return isText ? text.includes(pattern) : new RegExp(pattern).test(text);
    },
    { selector, pattern, isText: typeof expected === 'string' },
  );
  await found.catch(async () => assert.fail(`${selector} says: ${await textOf(harness, selector)}`));
}

export async function openTab(harness: PageHarness, name: string): Promise<void> {
  await harness.page.getByRole('tab', { name }).click();
}

/** The block whose number is chosen by walking there. */
export async function selectBlock(harness: PageHarness, block: number): Promise<void> {
  const map = harness.page.locator('.block-map-surface');
  await map.press('Home');
  for (let count = 0; count < block; count++) await map.press('ArrowRight');
}

/** Waits until the row under the cursor of the hex view has a text. */
export async function saysAtCursor(harness: PageHarness, text: string): Promise<void> {
  const { page } = harness;
  await page
    .locator('#room-hex .hex-row', { has: page.locator('.active') })
    .filter({ hasText: text })
    .waitFor();
}

/** Everything that can be seen, when all has arrived: each element with its place and its words, each canvas with its pixels. */
export async function stillPage(harness: PageHarness, asOf: number): Promise<string[]> {
  const { page } = harness;
  await harness.grainRead(asOf);
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  for (let before = ''; ;) {
    await page.waitForFunction(() => (window as unknown as { openQuestions: number }).openQuestions === 0);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const after = await page.evaluate(() => {
      const hash = (text: string): number =>
        Array.from(text).reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, 0);
      // What was said to screen readers last is not said again.
      return [...document.querySelectorAll('.page :not(.block-map-unseen)')]
        .filter((element) => element.checkVisibility())
        .map((element) => {
          const { left, top, width, height } = element.getBoundingClientRect();
          const box = [left, top, width, height].map(Math.round).join(' ');
          const words = [...element.childNodes].map((node) => (node instanceof Text ? node.data.trim() : '')).join('');
          const pixels = element instanceof HTMLCanvasElement ? hash(element.toDataURL()) : '';
          return `${element.tagName} ${element.className} ${box} ${words} ${pixels}`;
        })
        .join('\n');
    });
    if (after === before && !after.includes('pending')) return after.split('\n');
    before = after;
  }
}

/** Walks to a row of the tree by keys, from the selected one on. */
export async function walkToRow(harness: PageHarness, name: string): Promise<void> {
  const { page } = harness;
  const selected = page.locator('.tree-row.selected .tree-name:not(.pending)');
  const tree = page.locator('.tree');
  await tree.press('ArrowDown');
  for (let count = 0; (await selected.innerText()) !== name; count++) {
    assert.ok(count < 60, `no row ${name}`);
    await tree.press('ArrowDown');
    await selected.waitFor();
  }
}

/** Selects a field of an open structure and begins to edit it, by keys alone. */
export async function editField(harness: PageHarness, name: string): Promise<void> {
  await harness.page.locator('.tree').press('Home');
  await walkToRow(harness, name);
  await harness.page.locator('.tree').press('F2');
}
