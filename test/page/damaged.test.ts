import assert from 'node:assert/strict';
import { idOf } from '../fixtures/vhdBuilder';
import { ImageFamily } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import { openTab, says, selectBlock } from './pageWords';

describePage('the page on images that are not well', () => {
  let family: ImageFamily;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());

  it('shows what was found, and goes to the bytes and to the field', async () => {
    const path = family.chain({ editFooter: (footer) => footer.setUint32(12, 0x0001_0007) });
    const damaged = family.chain({ patches: ({ footerOffset }) => [{ offset: footerOffset + 67, bytes: [0x77] }] });
    assert.equal(path, damaged);
    const harness = await openPage({ image: damaged });
    await harness.page.locator('.findings-chip').click();
    const finding = harness.page.locator('.finding', { hasText: 'checksum' }).first();
    await finding.waitFor();
    await finding.getByRole('button', { name: 'in Structure' }).click();
    await says(harness, '.tree-row.selected', /Checksum .*0x\w+77 ≠ 0x/);
    await says(harness, '.structure-details', /Checksum 0x\w+, 4 bytes .*expected 0x/);
    await openTab(harness, 'Findings');
    await finding.locator('.link').first().click();
    await says(harness, '#room-hex', 'the file leaf.avhd');
    await says(harness, '.hex-place', 'bytes selected');
  });

  it('names a parent that is missing and lets it be located', async () => {
    const image = family.image('orphan.avhd', {
      type: 'differencing',
      virtualSize: 8 * 2 ** 20,
      id: idOf(9),
      parent: { id: idOf(8), name: 'lost.vhd', locators: [{ code: 'W2ru', text: '.\\lost.vhd' }] },
      blocks: [{ index: 1, sectors: [0, 1] }],
    });
    const harness = await openPage({ image });
    await says(harness, '.chain', /lost\.vhd Locate Parent… orphan\.avhd/);
    await harness.page.locator('.chain').getByRole('button', { name: 'Locate Parent…' }).click();
    await openTab(harness, 'Layers');
    await says(harness, '.missing-parent', 'The parent of orphan.avhd is missing');
    await harness.page.locator('.missing-parent').getByRole('button').click();
    assert.equal((await harness.askedFor('locateParent', 2)).length, 2);
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', '4 094 sectors are uncertain');
    await openTab(harness, 'Hex');
    const bytes = harness.page.locator('#room-hex .hex-view');
    for (let count = 0; count < 70; count++) await bytes.press('ArrowDown');
    await says(harness, '#room-hex .hex-place', 'the parent is missing');
  });

  it('says of which blocks the medium does not give the sector bitmaps, once', async () => {
    const harness = await openPage();
    await openTab(harness, 'Layers');
    await harness.page.locator('.layers tbody tr').first().waitFor();
    await harness.page.waitForFunction(() => document.querySelector('.layers .pending') === null);
    const layers = [{ layer: 0, blocks: 5, sectors: 7, visibleSectors: 7 }];
    const why = 'Reading leaf.avhd: the medium reported an error; check the disk';
    await harness.send({ type: 'statistics', layers, unread: { count: 2, why } });
    await says(harness, '.banner', `The sector bitmaps of 2 blocks cannot be read`);
    await harness.page.getByRole('button', { name: 'Dismiss' }).click();
    await harness.send({ type: 'statistics', layers, unread: { count: 2, why } });
    await says(harness, '#room-layers .note-line', why);
    assert.equal(await harness.page.locator('.banner').count(), 0);
  });

  it('says why an image cannot be opened, and offers the log', async () => {
    const image = family.image('empty.vhd', { type: 'fixed', virtualSize: 512, truncateTo: 100 });
    const harness = await openPage({ image });
    await says(harness, '.failure', /empty\.vhd/);
    await harness.page.getByRole('button', { name: 'Show Log' }).click();
    await harness.askedFor('showLog');
  });
});
