import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { idOf } from '../fixtures/vhdBuilder';
import { accessibilityProblems } from './accessibility';
import { ComparePageHarness } from './comparePage';
import { ImageFamily } from './imageFamily';
import { describePage } from './pageHarness';

describePage('the page that compares', () => {
  let family: ImageFamily;
  let leaf: string;
  let middle: string;

  before(() => {
    family = new ImageFamily();
    leaf = family.chain();
    middle = join(dirname(leaf), 'middle.avhd');
  });
  after(() => family.remove());

  async function opened(
    paths: readonly [string, string],
    options: Parameters<typeof ComparePageHarness.open>[1] = {},
  ): Promise<ComparePageHarness> {
    const harness = await ComparePageHarness.open(paths, options);
    await harness.page.getByRole('button', { name: 'Compare Again' }).waitFor();
    return harness;
  }

  it('lists the ranges that differ, and shows the bytes of both in step', async () => {
    const harness = await opened([leaf, middle]);
    const { page } = harness;
    const rows = page.locator('.compare-side .list-row');
    assert.equal(await rows.count(), 3);
    const texts = (await rows.allInnerTexts()).map((text) => text.replaceAll(/[\u202f\s]+/g, ' ').trim());
    assert.match(texts[0] ?? '', /^LBA 4 096 0x200000 16 sectors 8 KiB$/);
    assert.match(texts[1] ?? '', /^LBA 20 580 0xA0C800 1 sector 512 bytes$/);
    assert.match(texts[2] ?? '', /^LBA 81 920 0x2800000 4 096 sectors 2 MiB$/);
    const sides = page.locator('.twin-hex .hex-view');
    await sides.nth(0).locator('.hex-byte.differs').first().waitFor();
    await sides.nth(1).locator('.hex-byte.differs').first().waitFor();
    assert.equal(
      await sides.nth(0).locator('.hex-byte.differs').count(),
      await sides.nth(1).locator('.hex-byte.differs').count(),
    );
    await page.keyboard.press('F7');
    await page.locator('.compare-side .list-row.chosen', { hasText: '0xA0C800' }).waitFor();
    await page.keyboard.press('Shift+F7');
    await page.keyboard.press('Shift+F7');
    await page.locator('.compare-side .list-row.chosen', { hasText: '0x2800000' }).waitFor();
    await sides.nth(1).hover();
    await page.mouse.wheel(0, 1900);
    await page.waitForFunction(() => {
      const [one, other] = [...document.querySelectorAll('.twin-hex .hex-view')].map(
        (view) => view.querySelector('.hex-offset')?.textContent,
      );
      return one === other && one !== undefined && one > '02800000';
    });
  });

  it('says whose unsaved edits are left out', async () => {
    const harness = await opened([leaf, middle]);
    const { page } = harness;
    const tell = (names: readonly string[]): Promise<void> =>
      page.evaluate((message) => window.postMessage(message), { kind: 'unsaved', names });
    await tell(['leaf.avhd']);
    await page.locator('.compare-head .warning', { hasText: 'The unsaved edits of leaf.avhd are left out' }).waitFor();
    await tell([]);
    await page.locator('.compare-head .warning').waitFor({ state: 'detached' });
  });

  it('says so where nothing differs, where the sizes do, and where a file is none', async () => {
    const same = await opened([leaf, leaf]);
    await same.page.getByText('No sector differs.').waitFor();
    const small = family.image('small.vhd', { type: 'dynamic', id: idOf(9), virtualSize: 2 ** 20, blocks: [] });
    const sizes = await opened([leaf, small]);
    await sizes.page.getByText('The disks are of different sizes').waitFor();
    const none = await opened([leaf, join(dirname(leaf), 'none.vhd')]);
    await none.page.getByRole('alert').filter({ hasText: 'none.vhd' }).waitFor();
  });

  it('is legible and of use to everybody in each theme', async () => {
    for (const theme of ['light', 'highContrast'] as const) {
      const harness = await opened([leaf, middle], { theme });
      await harness.page.locator('.hex-byte.differs').first().waitFor();
      assert.deepEqual(await accessibilityProblems(harness.page), [], theme);
      await harness.picture(`compare-${theme}`);
    }
    const narrow = await opened([leaf, middle], { width: 700 });
    await narrow.picture('compare-narrow');
  });
});
