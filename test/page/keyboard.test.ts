import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { MissingParent } from '../../src/protocol/session';
import { cannedImage } from './cannedImage';
import { EngineHost } from './engineHost';
import { ImageFamily } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { editField } from './pageWords';

const TABS = ['Structure', 'Block', 'Layers', 'Hex', 'Findings'];

const MISSING: MissingParent = {
  childPath: '/vm/web01/base.vhd',
  id: '5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e',
  claimedPaths: ['.\\golden image.vhd'],
  candidates: [],
};

/** More stops than any view has. */
const MAX_STOPS = 80;

/** Source of a function for the page: what a user would call an element. */
const NAME_OF = `(element) => (element.getAttribute('aria-label') ?? element.closest('label')?.innerText ?? element.textContent).trim().replace(/\\s+/g, ' ')`;

async function nameOfFocus(page: Page): Promise<string> {
  return page.evaluate(`(${NAME_OF})(document.activeElement)`);
}

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const now = await nameOfFocus(page);
    if (name.test(now)) return;
    seen.push(now);
  }
  assert.fail(`no stop is called ${String(name)}: ${seen.join(' · ')}`);
}

/** Presses these keys, one after another. */
async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens a view by keys alone, the focus being anywhere. */
async function openTab(page: Page, name: string): Promise<void> {
  await tabTo(page, new RegExp(`^(${TABS.join('|')})( ?\\d+)?$`));
  const tried = new Set<string>();
  for (let now = await nameOfFocus(page); !now.startsWith(name); now = await nameOfFocus(page)) {
    assert.ok(!tried.has(now), `there is no tab ${name}`);
    tried.add(now);
    await page.keyboard.press('ArrowRight');
  }
}

/** Source of a list for the page: all that is seen and can be used. */
const CONTROLS = `[...document.querySelectorAll('button, a[href], input, select, textarea, [role=separator], summary')]
  .filter((element) => element.checkVisibility() && !element.disabled)`;

/**
 * Goes all the way round by Tab. Of a group of radios or tabs the arrow keys reach the others; a tree, a grid, a list and a menu have a cursor of
 * their own.
 */
async function assertAllReached(page: Page, view: string): Promise<void> {
  const names = async (source: string): Promise<readonly string[]> => page.evaluate<readonly string[]>(source);
  const groups = '[role=radiogroup], [role=tablist], [role=tree], [role=grid], [role=listbox], [role=menu]';
  const unreachable = `${CONTROLS}.filter((element) => element.tabIndex < 0 && element.closest('${groups}') === null).map(${NAME_OF})`;
  assert.deepEqual(await names(unreachable), [], view);
  const wanted = `${CONTROLS}.filter((element) => element.tabIndex >= 0)
    .map((element) => { element.dataset.swept = 'no'; return (${NAME_OF})(element); })`;
  assert.ok((await names(wanted)).length > 5, view);
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await page.keyboard.press('Tab');
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.dataset['swept'] = 'yes';
    });
  }
  const missed = `${CONTROLS}.filter((element) => element.dataset.swept === 'no').map(${NAME_OF})`;
  assert.deepEqual(await names(missed), [], view);
}

async function open(): Promise<PageHarness> {
  const harness = await openPage({ image: cannedImage({ missing: MISSING }) });
  await harness.page.locator('.tree-row').first().waitFor();
  await harness.page.locator('.block-map-legend').waitFor();
  return harness;
}

/** What a screen reader is told of an element and all within it. */
interface Spoken {
  readonly role: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The browser's own accessibility tree, without what it leaves out. */
async function spokenTree(page: Page): Promise<readonly Spoken[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Accessibility.enable');
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name, properties }) => ({
      role: String(role?.value ?? ''),
      name: String(name?.value ?? '').replaceAll(/\s+/g, ' '),
      properties: Object.fromEntries((properties ?? []).map((property) => [property.name, property.value.value])),
    }));
}

function countOf(tree: readonly Spoken[], role: string): number {
  return tree.filter((node) => node.role === role).length;
}

/** What is said of the part of a grid or tree that its cursor is on. */
async function spokenCursor(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const id = document.activeElement.getAttribute('aria-activedescendant');
    const cursor = id === null ? null : document.getElementById(id);
    return cursor === null ? '' : (${NAME_OF})(cursor);
  })()`);
}

describePage('by keys alone', () => {
  it('every button, link and input of every view is reached', async () => {
    const harness = await open();
    const { page } = harness;
    await tabTo(page, /[Bb]lock map/);
    await press(page, 'Home', 'ArrowRight');
    for (const tab of TABS) {
      await openTab(page, tab);
      if (tab === 'Block') await page.locator('.block-facts h2').waitFor();
      if (tab === 'Hex') await page.locator('.hex-place .mono').waitFor();
      await assertAllReached(page, tab);
    }
    await harness.send({ type: 'command', command: 'find' });
    await page.getByRole('search').waitFor();
    await assertAllReached(page, 'Find');
  });

  it('every button and input of the forms in which something is edited is reached', async () => {
    const family = new ImageFamily();
    try {
      const harness = await openPage({ image: new EngineHost(family.chain()) });
      const { page } = harness;
      await page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
      await editField(harness, 'Creator Application');
      await page.locator('.field-form').waitFor();
      await assertAllReached(page, 'the form of a field');
      await press(page, 'Escape');
      await openTab(page, 'Hex');
      await tabTo(page, /^Bytes$/);
      await press(page, 'Alt+Insert');
      await page.getByRole('form', { name: 'Fill Range' }).waitFor();
      await assertAllReached(page, 'the form of a range');
    } finally {
      family.remove();
    }
  });

  it('nothing that answers to the pointer is out of reach of the focus', async () => {
    const { page } = await open();
    for (const tab of TABS) {
      await openTab(page, tab);
      // The overview moves the map, which its keys do as well.
      const hidden = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('*')]
        .filter((element) => element.checkVisibility() && getComputedStyle(element).cursor === 'pointer')
        .filter((element) => element.closest('button, a[href], input, select, label, summary, [tabindex], .block-map-overview') === null)
        .map((element) => element.outerHTML.slice(0, 120))`);
      assert.deepEqual(hidden, [], tab);
    }
  });

  it('a layer is chosen, and its menu opened, gone through and left', async () => {
    const harness = await open();
    const { page } = harness;
    await tabTo(page, /open.*(MiB|GiB)|web01_.*avhd,/);
    await press(page, 'ArrowLeft');
    await page.locator('[role=radio][data-layer="1"][aria-checked=true]:focus').waitFor();
    await press(page, 'Shift+F10');
    await page.locator('[role=menuitem]:focus').waitFor();
    const items = await page.locator('[role=menuitem]').allInnerTexts();
    const walked: string[] = [];
    while (walked.length < items.length) {
      walked.push(await page.locator('[role=menuitem]:focus').innerText());
      await press(page, 'ArrowDown');
    }
    assert.deepEqual(walked, items);
    await harness.copies(() => press(page, 'End', 'ArrowUp', 'Enter'));
    await page.locator('[role=radio][data-layer="1"]:focus').waitFor();
    await press(page, 'Shift+F10', 'Escape');
    await page.locator('[role=radio][data-layer="1"]:focus').waitFor();
    await press(page, 'Shift+F10', 'ArrowDown', 'Enter');
    await harness.askedFor('openImage');
  });

  it('the way leads from the map to a block, to a sector and to its bytes', async () => {
    const { page } = await open();
    await tabTo(page, /[Bb]lock map/);
    await press(page, 'Home', 'ArrowRight', 'ArrowDown', '+', '+', '-', '0', 'Enter');
    await page.locator('#tab-block[aria-selected=true]').waitFor();
    await tabTo(page, /Sectors of the block/);
    await press(page, 'ArrowRight', 'ArrowRight', 'Enter');
    await page.locator('#tab-hex[aria-selected=true]').waitFor();
  });

  it('a layer of the table and the place of a finding are gone to', async () => {
    const { page } = await open();
    await openTab(page, 'Layers');
    await tabTo(page, /base\.vhd$/);
    await press(page, 'Enter');
    await page.locator('tr[aria-current=true]').filter({ hasText: 'base.vhd' }).waitFor();
    await press(page, 'Shift+F10');
    await page.locator('[role=menuitem]:focus').waitFor();
    await press(page, 'Escape');
    await openTab(page, 'Findings');
    await tabTo(page, /^\S+ at 0x[0-9A-F]+$/);
    await press(page, 'Enter');
    await page.locator('#tab-hex[aria-selected=true]').waitFor();
  });
});

describePage('to a screen reader', () => {
  it('tables are tables, trees are trees, and grids are grids', async () => {
    const { page } = await open();
    await page.locator('.tree-row', { hasText: 'Original Size' }).waitFor();
    const structure = await spokenTree(page);
    assert.equal(countOf(structure, 'tree'), 1);
    assert.ok(countOf(structure, 'treeitem') > 10);
    assert.ok(
      structure.some(({ role, name }) => role === 'treeitem' && name.includes('Original Size +40 42949672960 40 GiB')),
    );
    assert.equal(countOf(structure, 'tab'), TABS.length);
    assert.equal(countOf(structure, 'radiogroup'), 1);
    assert.ok(structure.some(({ role, properties }) => role === 'separator' && properties['focusable'] === true));
    await openTab(page, 'Layers');
    const layers = await spokenTree(page);
    assert.equal(countOf(layers, 'table'), 1);
    assert.equal(countOf(layers, 'columnheader'), 9);
    assert.equal(countOf(layers, 'rowheader'), 4);
    assert.equal(countOf(layers, 'row'), 5);
    await openTab(page, 'Hex');
    await page.locator('.hex-place .mono').waitFor();
    // The place is there before the bytes of it are.
    await page.locator('#room-hex .hex-row [role=gridcell]:visible').nth(100).waitFor();
    const hex = await spokenTree(page);
    assert.ok(hex.some(({ role, name }) => role === 'grid' && name !== ''));
    assert.ok(countOf(hex, 'gridcell') > 100);
    assert.ok(hex.some(({ role, name }) => role === 'rowheader' && /^0+10$/.test(name)));
  });

  it('the map tells of the block under its cursor: its number, its place and whose it is', async () => {
    const { page } = await open();
    await tabTo(page, /[Bb]lock map/);
    await press(page, 'Home', 'ArrowRight');
    const live = page.locator('[aria-live=polite], [role=status]').filter({ hasText: /Block 1\b/ });
    await live.first().waitFor({ state: 'attached' });
    const text = (await live.first().textContent()) ?? '';
    assert.match(text, /LBA 4.096/);
    assert.match(text, /base\.vhd|web01_|no layer/);
  });

  it('the bytes tell of the one under the cursor: its value, its place and whose it is', async () => {
    const { page } = await open();
    await openTab(page, 'Hex');
    await tabTo(page, /^Bytes of/);
    const grid = page.locator('#room-hex [role=grid]');
    await grid.focus();
    await press(page, 'Control+Home', 'ArrowRight', 'ArrowRight');
    await page.locator('#room-hex .hex-byte.active:not(.pending)').waitFor();
    const spoken = await spokenCursor(page);
    assert.match(spoken, /^[0-9A-F]{2}\b/);
    assert.match(spoken, /offset 0x2\b/);
    assert.match(spoken, /base\.vhd|web01_|no layer/);
  });

  it('the sectors of a block tell of the one under the cursor', async () => {
    const { page } = await open();
    await tabTo(page, /[Bb]lock map/);
    await press(page, 'Home', 'ArrowRight', 'Enter');
    await page.locator('.sector-surface:focus').waitFor();
    await tabTo(page, /Sectors of the block/);
    await press(page, 'Home', 'ArrowRight');
    const words = page.locator('.sector-words');
    await words.filter({ hasText: /\d/ }).waitFor();
    assert.match((await words.textContent()) ?? '', /LBA 4.097/);
  });
});
