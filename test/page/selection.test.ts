import assert from 'node:assert/strict';
import { cannedImage } from './cannedImage';
import { ImageFamily, sectorText, SECTORS_PER_BLOCK } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';

describePage('choosing bytes and fields', () => {
  let family: ImageFamily;
  let harness: PageHarness;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());
  beforeEach(async () => {
    harness = await openPage({ image: family.chain() });
    await harness.page.locator('.tree-row').first().waitFor();
  });

  async function copied(): Promise<string> {
    const [text] = await harness.copies(() => harness.page.keyboard.press('Control+c'));
    return text ?? '';
  }

  it('a field selects its bytes, here and in the hex view', async () => {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Cookie' }).click();
    await page.locator('.tree').focus();
    assert.equal(await copied(), 'conectix');
    assert.equal(await page.locator('#room-structure .hex-byte.selected').count(), 8);
    await page.locator('#room-structure .hex-view').focus();
    assert.equal(await copied(), '63 6F 6E 65 63 74 69 78');
    await page.getByRole('tab', { name: 'Hex' }).click();
    // The room has its rows when it has its size.
    await page.locator('#room-hex .hex-byte.selected').nth(7).waitFor();
    assert.equal(await page.locator('#room-hex .hex-byte.selected').count(), 8);
  });

  it('a byte selects its field, by mouse and by key', async () => {
    const { page } = harness;
    const byte = page.locator('#room-structure .hex-row').nth(1).locator('.hex-byte').nth(9);
    await byte.click();
    await page.locator('.tree-row.selected', { hasText: 'Time Stamp' }).waitFor();
    assert.equal(await page.locator('#room-structure .hex-byte.selected').count(), 1);
    await page.keyboard.press('ArrowDown');
    await page.locator('.tree-row.selected', { hasText: /^\s*Original Size|^\s*Creator|Original/ }).waitFor();
  });

  it('is told in words, with what follows from it', async () => {
    const { page } = harness;
    const active = page.locator('#room-structure .hex-byte.active');
    await page.locator('#room-structure .hex-view').press('Control+Home');
    assert.equal(await active.getAttribute('aria-label'), '63, offset 0x0');
    assert.equal(
      await page.locator('#room-structure .hex-view').getAttribute('aria-activedescendant'),
      await active.getAttribute('id'),
    );
    await page.locator('#room-structure .hex-view').press('Shift+ArrowRight');
    assert.equal(await active.getAttribute('aria-label'), '6F, offset 0x1, 2 bytes selected');
  });

  it('bytes are selected by dragging in either column and copied as text, as digits and by offset', async () => {
    const { page } = harness;
    await harness.send({ type: 'goTo', step: 'accept', place: { kind: 'disk', offset: 20 * SECTORS_PER_BLOCK * 512 } });
    const row = page.locator('#room-hex .hex-row', { hasText: sectorText('leaf', 20 * SECTORS_PER_BLOCK) });
    await row.waitFor();
    const from = (await row.locator('.hex-byte').nth(0).boundingBox())!;
    const to = (await row.locator('.hex-byte').nth(3).boundingBox())!;
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 5, to.y + 5);
    await page.mouse.up();
    assert.equal(await copied(), '6C 65 61 66');
    const choose = async (inside: number, name: string): Promise<string> => {
      await row.locator('.hex-byte').nth(inside).click({ button: 'right' });
      const [text] = await harness.copies(() => page.getByRole('menuitem', { name }).click());
      return text ?? '';
    };
    assert.equal(await choose(1, 'Copy as Text'), 'leaf');
    assert.equal(await choose(1, 'Copy Offset'), '0x2800000');

    const text = (await row.locator('.hex-text').boundingBox())!;
    const width = (text.width - 7) / 16;
    await page.mouse.move(text.x + 7 + width * 5.5, text.y + 5);
    await page.mouse.down();
    await page.mouse.move(text.x + 7 + width * 9.5, text.y + 5);
    await page.mouse.up();
    assert.equal(await choose(6, 'Copy as Text'), '81920');
  });

  it('the menu opens by key, closes by Escape, and gives the focus back', async () => {
    const { page } = harness;
    const tree = page.locator('.tree');
    await tree.press('ArrowDown');
    await tree.press('ArrowDown');
    await tree.press('Shift+F10');
    await page.locator('[role=menuitem]:focus', { hasText: 'Edit…' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.tree:focus').waitFor();
    await tree.press('Shift+F10');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('#room-hex').waitFor();
  });

  it('the bytes of a disk follow the block that is chosen in the map, and the map follows the bytes', async () => {
    const { page } = harness;
    await page.getByRole('tab', { name: 'Hex' }).click();
    const map = page.locator('.block-map-surface');
    await map.press('Home');
    await map.press('ArrowRight');
    await page.locator('#room-hex .hex-place', { hasText: /LBA 4.096/ }).waitFor();
    await page.locator('#room-hex .hex-view').press('ArrowUp');
    await page.locator('#room-hex .hex-place', { hasText: /LBA 4.095/ }).waitFor();
    await page.getByRole('tab', { name: 'Block' }).click();
    await page.locator('.block-facts h2', { hasText: 'Block 0' }).waitFor();
  });
});

describePage('a page at rest', () => {
  it('draws nothing, and asks for nothing', async () => {
    const harness = await openPage({ image: cannedImage() });
    const { page } = harness;
    await page.locator('.tree-row').first().waitFor();
    await harness.grainRead(0);
    await page.evaluate(() => {
      const scope = window as unknown as { frames: number };
      scope.frames = 0;
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) => {
        scope.frames += 1;
        return request(callback);
      };
    });
    const asked = harness.asked.length;
    const frames = (): Promise<number> => page.evaluate(() => (window as unknown as { frames: number }).frames);
    // What was under way comes to an end; then a second without a single frame.
    let before = -1;
    while (before !== (await frames())) {
      before = await frames();
      await new Promise((done) => setTimeout(done, 200));
    }
    await new Promise((done) => setTimeout(done, 1000));
    assert.equal(await frames(), before);
    assert.equal(harness.asked.length, asked);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  });
});
