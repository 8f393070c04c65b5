import assert from 'node:assert/strict';
import { accessibilityProblems } from './accessibility';
import { ImageFamily, sectorText } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';

describePage('finding bytes', () => {
  let family: ImageFamily;
  let harness: PageHarness;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());
  beforeEach(async () => {
    harness = await openPage({ image: family.chain() });
    await harness.page.locator('.tree-row').first().waitFor();
    await harness.send({ type: 'command', command: 'find' });
    await harness.page.locator('.find-input').waitFor();
  });

  const place = (): Promise<string> => harness.page.locator('.hex-place .mono').first().innerText();

  async function count(text: string | RegExp): Promise<void> {
    await harness.page.locator('.find-count', { hasText: text }).waitFor();
  }

  it('goes to what is typed, and from one place to the next and back, around the ends', async () => {
    const { page } = harness;
    await page.getByLabel('What is typed').selectOption('text');
    await page.locator('.find-input').fill('LEAF 4');
    await page.keyboard.press('Enter');
    const wanted = [4096, 4097, 4098, 4099, 4100, 4101, 4102, 4103, 4104, 4105, 4106, 4107, 4108, 4109, 4110, 4111];
    const leafs = [...wanted, ...Array.from({ length: 4096 }, (_, at) => 20 * 4096 + at)].filter((lba) =>
      sectorText('leaf', lba).startsWith('leaf 4'),
    );
    assert.equal(leafs.length, 16);
    await count(/^1 of 16$/);
    assert.equal(await place(), '0x200000');
    await page.keyboard.press('Enter');
    await count(/^2 of 16$/);
    assert.equal(await place(), '0x200200');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.press('Shift+Enter');
    await count(/^16 of 16$/);
    await page.keyboard.press('F3');
    await count(/^1 of 16$/);
    assert.equal(await page.locator('#room-hex .hex-byte.selected').count(), 6);
    await page.getByRole('button', { name: 'Match Case' }).click();
    await count('No results');
  });

  it('lists the places, and shows the one that is chosen', async () => {
    const { page } = harness;
    await page.getByLabel('What is typed').selectOption('text');
    await page.locator('.find-input').fill('middle 4');
    await count(/^1 of 16$/);
    await page.getByRole('button', { name: 'List of places found' }).click();
    await page.locator('.list-row').nth(2).click();
    await count(/^3 of 16$/);
    assert.equal(await place(), `0x${((4096 + 16 + 2) * 512).toString(16).toUpperCase()}`);
    await page.locator('.find .row-list').press('End');
    await count(/^16 of 16$/);
    assert.equal(
      await page
        .locator('.list-row.chosen')
        .innerText()
        .then((text) => /LBA\s4\D?127/.test(text)),
      true,
    );
    await harness.picture('find');
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  it('looks through the file where that is shown, and says so at once when what is typed is wrong', async () => {
    const { page } = harness;
    await page.locator('#room-hex .bar-field select').selectOption('1');
    await page.locator('.find-input').fill('63 6f 6e 65 63 74 69 ??');
    await count(/^1 of 2$/);
    assert.equal(await place(), '0x0');
    await page.locator('.find-input').fill('63 6');
    await page.getByRole('alert').filter({ hasText: 'odd number of digits' }).waitFor();
    assert.equal(await page.locator('.find-input').getAttribute('aria-invalid'), 'true');
  });

  it('looks for the bytes that are selected', async () => {
    const { page } = harness;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Home');
    for (let count = 0; count < 5; count++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+f');
    await page.waitForFunction(
      (value) => document.querySelector<HTMLInputElement>('.find-input')?.value === value,
      Buffer.from('base 0')
        .toString('hex')
        .toUpperCase()
        .replaceAll(/(..)(?=.)/g, '$1 '),
    );
    await count(/^1 of 1$/);
  });

  it('gives the focus back to the bytes when it is closed', async () => {
    const { page } = harness;
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.find').isVisible(), false);
    assert.equal(await page.locator('#room-hex .hex-view').evaluate((view) => view === document.activeElement), true);
    await page.keyboard.press('Control+f');
    assert.equal(await page.locator('.find-input').evaluate((input) => input === document.activeElement), true);
  });
});

describePage('finding bytes in the largest disk', () => {
  it('can be stopped, and leaves what it has found', async () => {
    const family = new ImageFamily();
    const harness = await openPage({ image: family.giant() });
    try {
      const { page } = harness;
      await page.locator('.tree-row').first().waitFor();
      await harness.send({ type: 'command', command: 'find' });
      await page.locator('.find-input').fill('67 69 61 6e 74 20 34 30');
      await page.getByRole('button', { name: 'Stop searching' }).waitFor();
      await page.locator('.find-count', { hasText: /^1 of \d+\+$/ }).waitFor();
      await page.getByRole('button', { name: 'Stop searching' }).click();
      await page.getByRole('button', { name: 'Stop searching' }).waitFor({ state: 'detached' });
      await harness.hears('stopFind');
    } finally {
      family.remove();
    }
  });
});
