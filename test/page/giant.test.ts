import assert from 'node:assert/strict';
import { eventually } from '../patience';
import { EngineHost } from './engineHost';
import { ImageFamily, sectorText } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';

const LAST_BLOCK = 1_044_479;
/** Behind the copy of the footer and the header. */
const TABLE_OFFSET = 512 + 1024;
const SIZE = 2040 * 2 ** 30;

describePage('the page on a dynamic image of 2040 GiB with every block in use', () => {
  let family: ImageFamily;
  let harness: PageHarness;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());
  beforeEach(async () => {
    harness = await openPage({ image: new EngineHost(family.giant(), { scans: false }) });
    await harness.page.locator('.tree-row').first().waitFor();
  });
  afterEach(async () => {
    assert.ok((await harness.page.locator('*').count()) < 5000, 'elements of the whole page');
  });

  function view(): ReturnType<PageHarness['page']['locator']> {
    return harness.page.locator('#room-hex .hex-view');
  }

  /** The offset of the byte under the cursor, as a screen reader hears it. */
  async function cursor(): Promise<number> {
    const label = (await harness.page.locator('#room-hex .hex-byte.active').getAttribute('aria-label')) ?? '';
    return Number(/offset (0x[0-9A-F]+)/.exec(label)?.[1]);
  }

  async function rowOf(offset: number): Promise<string> {
    const digits = offset.toString(16).toUpperCase().padStart(11, '0');
    const row = harness.page.locator('#room-hex .hex-row', { hasText: digits });
    await row.waitFor();
    return row.innerText();
  }

  it('reaches the last byte by a key, and moves by bytes, rows and pages there', async () => {
    await harness.page.getByRole('tab', { name: 'Hex' }).click();
    await view().press('Control+End');
    await rowOf(SIZE - 16);
    assert.equal(await cursor(), SIZE - 1);
    await view().press('ArrowLeft');
    await view().press('ArrowUp');
    assert.equal(await cursor(), SIZE - 2 - 16);
    await view().press('Home');
    assert.equal(await cursor(), SIZE - 32);
    const before = await cursor();
    await view().press('PageUp');
    const pageLength = before - (await cursor());
    assert.ok(pageLength > 16 * 10 && pageLength % 16 === 0);
    await view().press('Control+Home');
    assert.equal(await cursor(), 0);
    await harness.page.locator('#room-hex .hex-row', { hasText: sectorText('giant', 0) }).waitFor();
  });

  it('is typed into, and read anew only where it is looked at', async () => {
    const { page, host } = harness;
    await page.getByRole('tab', { name: 'Hex' }).click();
    await view().press('Control+End');
    await rowOf(SIZE - 16);
    const asked = harness.asked.length;
    for (const key of 'deadbeef') await view().press(key);
    // The end of the disk ends the way of the cursor, so the last byte is typed over.
    await page.locator('#room-hex .hex-byte.active', { hasText: 'EF' }).waitFor();
    const source = { kind: 'disk', layer: 0 } as const;
    await eventually(
      async () => (await host.answer('readBytes', { source, offset: SIZE - 1, length: 1 })).bytes[0],
      (last) => last === 0xef,
      'the last byte is stored',
    );
    const reads = harness.asked.slice(asked).filter(({ name }) => name === 'readBytes');
    assert.ok(reads.every(({ params }) => (params as { length: number }).length <= 16 * 1024));
    assert.equal(await cursor(), SIZE - 1);
  });

  it('scrolls by wheel row by row, and by its scroll bar from end to end', async () => {
    const { page } = harness;
    await page.getByRole('tab', { name: 'Hex' }).click();
    await view().press('Control+End');
    const box = (await view().boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.wheel(0, -19 * 3);
    const first = page.locator('#room-hex .hex-offset').first();
    await page.waitForFunction(
      (end) => {
        const offset = document.querySelector('#room-hex .hex-offset')?.textContent ?? '';
        const rows = document.querySelectorAll('#room-hex .hex-row').length;
        const hidden = (end - Number(`0x${offset}`)) / 16 - rows;
        return hidden >= 2 && hidden <= 4;
      },
      SIZE,
      { timeout: 5000 },
    );
    const thumb = (await page.locator('#room-hex .hex-view .scroller-thumb').boundingBox())!;
    await page.mouse.move(thumb.x + 5, thumb.y + 5);
    await page.mouse.down();
    await page.mouse.move(thumb.x + 5, box.y + box.height / 2);
    await page.waitForFunction(() => {
      const offset = Number(`0x${document.querySelector('#room-hex .hex-offset')?.textContent ?? ''}`);
      return offset > 900 * 2 ** 30 && offset < 1140 * 2 ** 30;
    });
    await page.mouse.move(thumb.x + 5, box.y - 300);
    await page.waitForFunction(() => /^0+$/.test(document.querySelector('#room-hex .hex-offset')?.textContent ?? ''));
    await page.mouse.up();
    assert.match((await first.textContent()) ?? '', /^0+$/);
  });

  it('asks for what is seen only, however far one scrolls', async () => {
    const { page } = harness;
    await page.getByRole('tab', { name: 'Hex' }).click();
    await view().press('Control+End');
    await rowOf(SIZE - 16);
    harness.asked.length = 0;
    const box = (await view().boundingBox())!;
    await page.mouse.move(box.x + box.width - 5, box.y + box.height - 5);
    await page.mouse.down();
    for (let step = 0; step < 60; step++) await page.mouse.move(box.x + box.width - 5, box.y + box.height - step * 8);
    await page.mouse.up();
    await page.waitForFunction(() => document.querySelector('#room-hex .pending') === null);
    const reads = harness.asked.filter(({ name }) => name === 'readBytes');
    assert.ok(reads.length > 0 && reads.length <= 130, String(reads.length));
    for (const { params } of reads) assert.equal((params as { length: number }).length, 16 * 1024);
  });

  it('shows a million table entries as a tree, and finds the field of a byte among them', async () => {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Block Allocation Table' }).click();
    const tree = page.locator('.tree');
    await tree.press('End');
    await tree.press('ArrowUp');
    await tree.press('ArrowUp');
    await page.locator('.tree-row.selected', { hasText: /Block 1.044.479/ }).waitFor();
    assert.equal(await page.locator('.tree-row.selected').getAttribute('aria-posinset'), String(LAST_BLOCK + 1));
    assert.equal(await page.locator('.tree-row.selected').getAttribute('aria-setsize'), String(LAST_BLOCK + 1));
    const reads = harness.asked.filter(({ name }) => name === 'structureChildren');
    assert.ok(reads.length <= 6, `${String(reads.length)} reads to reach the end`);

    // Back by the bytes: the entry 16 bytes before is the fourth one up.
    const bytes = page.locator('#room-structure .hex-view');
    await bytes.press('ArrowUp');
    await page.locator('.tree-row.selected', { hasText: /Block 1.044.47[57]/ }).waitFor();
    await tree.press('ArrowLeft');
    await page.locator('.tree-row.selected', { hasText: 'Block Allocation Table' }).waitFor();
    await tree.press('ArrowLeft');
    await page.locator('.tree-row.selected[aria-expanded=false]').waitFor();
  });

  it('selects the bytes of a field that was chosen before it was read', async () => {
    const { page } = harness;
    const answer = harness.hold('structureChildren');
    await page.locator('.tree-row', { hasText: 'Block Allocation Table' }).click();
    const tree = page.locator('.tree');
    await tree.press('End');
    await tree.press('ArrowUp');
    await tree.press('ArrowUp');
    await page.locator('.tree-row.selected .pending').waitFor();
    answer();
    await page.locator('.tree-row.selected', { hasText: /Block 1.044.479/ }).waitFor();
    const lastEntry = TABLE_OFFSET + LAST_BLOCK * 4;
    await page
      .locator(`#room-structure .hex-byte.active[aria-label*="0x${lastEntry.toString(16).toUpperCase()}"]`)
      .waitFor();
  });

  it('keeps its place among a million rows when it is hidden', async () => {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Block Allocation Table' }).click();
    for (const key of ['End', 'PageUp', 'PageUp']) await page.locator('.tree').press(key);
    await page.waitForFunction(() => document.querySelector('.tree-row .pending') === null);
    const selected = await page.locator('.tree-row.selected .tree-name').innerText();
    const first = await page.locator('.tree-row .tree-name').first().innerText();
    await harness.hide();
    await harness.show();
    await page.locator('.tree-row.selected', { hasText: selected }).waitFor();
    assert.equal(await page.locator('.tree-row .tree-name').first().innerText(), first);
  });
});
