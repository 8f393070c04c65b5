import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { EngineHost } from './engineHost';
import { ImageFamily, sectorText, SECTORS_PER_BLOCK } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { openTab, says, saysAtCursor, selectBlock, stillPage } from './pageWords';

describePage('the page on a chain of three layers', () => {
  let family: ImageFamily;
  let engine: EngineHost;
  let harness: PageHarness;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());
  beforeEach(async () => {
    engine = new EngineHost(family.chain());
    harness = await openPage({ image: engine });
    await harness.page.locator('.block-map-legend-item').first().waitFor();
  });

  it('says at the head what the image is', async () => {
    await says(harness, '.facts', /leaf\.avhd VHD · differencing 64 MiB disk 6 MiB in this file 9\.4 % allocated/);
    await says(harness, '.facts', 'no findings');
    await says(harness, '.chain', /base\.vhd .* middle\.avhd .* leaf\.avhd .* as of now/);
  });

  it('tells of a block whose sectors it holds, and where they lie in the files', async () => {
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', /Block 1 LBA 4 096 – 8 191 bytes 0x200000 – 0x3FFFFF/);
    await says(harness, '.parts', /base\.vhd 4 064 .* leaf\.avhd 16 .* middle\.avhd 16/);
    const link = harness.page.locator('.parts tr', { hasText: 'leaf.avhd' }).locator('.link');
    await link.click();
    await says(harness, '#room-hex', 'the file leaf.avhd');
    await saysAtCursor(harness, sectorText('leaf', SECTORS_PER_BLOCK));
  });

  it('walks over the sectors by keys, and shows the bytes of each as of the chosen layer', async () => {
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    const sectors = harness.page.locator('.sector-surface');
    await says(harness, '.sector-words', /LBA 4 096 · leaf\.avhd · 0x/);
    await sectors.press('ArrowRight');
    await says(harness, '.sector-words', /LBA 4 097 · leaf\.avhd/);
    await says(harness, '#room-block .hex-row', sectorText('leaf', 4097));
    for (let count = 0; count < 19; count++) await sectors.press('ArrowRight');
    await says(harness, '.sector-words', /LBA 4 116 · middle\.avhd/);
    await says(harness, '#room-block .hex-row', sectorText('middle', 4116));
    await sectors.press('Control+End');
    await says(harness, '.sector-words', /LBA 8 191 · base\.vhd/);
    await harness.page.locator('[role=radio]', { hasText: 'middle.avhd' }).click();
    await sectors.press('Control+Home');
    await says(harness, '.sector-words', /LBA 4 096 · base\.vhd/);
    await says(harness, '#room-block .hex-row', sectorText('base', 4096));
  });

  it('opens the block and moves the focus to its sectors on Enter', async () => {
    await selectBlock(harness, 20);
    await harness.page.locator('.block-map-surface').press('Enter');
    await harness.page.locator('.sector-surface:focus').waitFor();
    await says(harness, '.block-facts', 'Block 20');
    await harness.page.keyboard.press('Enter');
    await says(harness, '#room-hex', 'the virtual disk as of leaf.avhd');
    await saysAtCursor(harness, sectorText('leaf', 20 * SECTORS_PER_BLOCK));
  });

  it('shows the disk as of a layer chosen by button, by key and by slider', async () => {
    const chosen = harness.page.locator('[role=radio][aria-checked=true]');
    await harness.page.locator('[role=radio]', { hasText: 'base.vhd' }).click();
    await says(harness, '.block-map-legend', /^base\.vhd 6 none 26$/);
    await chosen.press('ArrowRight');
    await says(harness, '[role=radio][aria-checked=true]', 'middle.avhd');
    await says(harness, '.as-of', /as of 2026-11-/);
    const slider = harness.page.getByRole('slider');
    await slider.press('End');
    await says(harness, '[role=radio][aria-checked=true]', 'leaf.avhd');
    await slider.press('Home');
    await says(harness, '[role=radio][aria-checked=true]', 'base.vhd');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^base\.vhd, 2026-/);
    await harness.hears('asOf', ({ layer }) => layer === 2);
  });

  it('counts what each layer has and how much of it is seen', async () => {
    await openTab(harness, 'Layers');
    await says(harness, '.layers tbody tr:nth-child(1)', /leaf\.avhd 3 4 113 4 113 100 %/);
    await says(harness, '.layers tbody tr:nth-child(2)', /middle\.avhd 2 4 120 4 112 99\.8 %/);
    await says(harness, '.layers tbody tr:nth-child(3)', /base\.vhd 6 24 576 20 448 83 %/);
    await says(harness, '.layers tbody tr:nth-child(3)', /relative path \(W2ru\)/);
    await harness.page.getByRole('button', { name: 'middle.avhd' }).click();
    await says(harness, '[role=radio][aria-checked=true]', 'middle.avhd');
  });

  it('copies and opens layers from their menus', async () => {
    await harness.page.locator('[role=radio]', { hasText: 'base.vhd' }).click({ button: 'right' });
    const [path] = await harness.copies(() => harness.page.getByRole('menuitem', { name: 'Copy Path' }).click());
    assert.match(path ?? '', /base\.vhd$/);
    await openTab(harness, 'Layers');
    await harness.page.locator('.layers tr', { hasText: 'middle.avhd' }).click({ button: 'right' });
    await harness.page.keyboard.press('ArrowDown');
    await harness.page.keyboard.press('ArrowDown');
    await harness.page.keyboard.press('Enter');
    await harness.page.locator('[role=menu]').waitFor({ state: 'detached' });
    const [opened] = await harness.askedFor('openImage');
    assert.match(JSON.stringify(opened), /middle\.avhd","beside":true/);
  });

  it('means the layer whose menu was opened, also where the chain has become another one meanwhile', async () => {
    await harness.page.locator('[role=radio]', { hasText: 'middle.avhd' }).click({ button: 'right' });
    const image = await engine.reopen();
    await harness.send({
      type: 'opened',
      because: 'changed-on-disk',
      image: { ...image, layers: image.layers.slice(1) },
    });
    await harness.page.locator('[role=radio]', { hasText: 'leaf.avhd' }).waitFor({ state: 'detached' });
    await harness.page.getByRole('menuitem', { name: 'Merge Snapshot…' }).click();
    assert.match(JSON.stringify(await harness.askedFor('layerCommand')), /"mergeSnapshot","path":".*middle\.avhd"/);
  });

  it('tells the status bar where the cursor is', async () => {
    await selectBlock(harness, 1);
    await harness.page.waitForFunction(() => true);
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', 'Block 1');
    await harness.page.locator('.sector-surface').press('ArrowRight');
    await says(harness, '.sector-words', /LBA 4 097/);
    const expected = { asOf: 0, block: 1, sector: 4097, offset: 4097 * 512, owner: 'base.vhd + 2' };
    await harness.hears('position', ({ position }) => isDeepStrictEqual(position, expected));
  });

  it('goes to a place while it is typed, comes back, and stays when it is accepted', async () => {
    await openTab(harness, 'Structure');
    await harness.send({ type: 'goTo', step: 'preview', place: { kind: 'disk', offset: 20 * 2 ** 21 } });
    await says(harness, '#room-hex', 'the virtual disk as of leaf.avhd');
    await harness.send({ type: 'goTo', step: 'preview', place: { kind: 'disk', offset: 5 * 2 ** 21 + 100 * 512 } });
    await says(harness, '#room-hex .hex-place', /LBA 20 580 leaf\.avhd/);
    await harness.send({ type: 'goTo', step: 'cancel', place: null });
    await harness.page.locator('#room-structure').waitFor();
    assert.equal(await harness.page.locator('#room-hex').isVisible(), false);
    await harness.send({ type: 'goTo', step: 'accept', place: { kind: 'disk', offset: 20 * 2 ** 21 } });
    await harness.page.locator('#room-hex .hex-view:focus').waitFor();
    await saysAtCursor(harness, sectorText('leaf', 20 * SECTORS_PER_BLOCK));
    await harness.send({ type: 'goTo', step: 'accept', place: { kind: 'file', offset: 0 } });
    await says(harness, '#room-hex', 'the file leaf.avhd');
    await says(harness, '#room-hex .hex-row', 'conectix');
  });

  it('answers the commands of the palette', async () => {
    await selectBlock(harness, 5);
    const copied = await harness.copies(async () => {
      for (const command of ['copyOffset', 'copyLba', 'copyBlock'] as const) {
        await harness.send({ type: 'command', command });
      }
    }, 3);
    assert.deepEqual(copied, ['0xA00000', '20480', '5']);
    await openTab(harness, 'Hex');
    await harness.send({ type: 'command', command: 'focusMap' });
    await harness.page.locator('.block-map-surface:focus').waitFor();
  });

  it('says when the file was lost, and when it was read anew', async () => {
    await harness.send({ type: 'lost', message: 'leaf.avhd cannot be read any more' });
    await says(harness, '.banner', 'leaf.avhd cannot be read any more');
    assert.equal(await harness.page.getByRole('button', { name: 'Dismiss' }).count(), 0);
    await selectBlock(harness, 5);
    await openTab(harness, 'Block');
    await says(harness, '.parts', /leaf\.avhd 1 /);
    family.chain({ blocks: [{ index: 5, sectors: 'all' }] });
    const image = await engine.reopen();
    await harness.send({ type: 'opened', because: 'changed-on-disk', image });
    await says(harness, '.banner', 'The image was changed on disk');
    await says(harness, '.parts', /leaf\.avhd 4 096 100 %/);
    await harness.page.getByRole('button', { name: 'Dismiss' }).click();
    await harness.page.locator('.banner').waitFor({ state: 'detached' });
  });

  it('is as it was when it is shown again', async () => {
    const { page } = harness;
    await page.locator('[role=radio]', { hasText: 'middle.avhd' }).click();
    await page.locator('.block-map-surface').press('+');
    await selectBlock(harness, 2);
    await openTab(harness, 'Structure');
    await page.locator('.tree-row', { hasText: 'Dynamic Disk Header' }).click();
    await page.locator('.tree').press('End');
    for (const key of ['ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
      await page.locator('.tree').press(key);
    }
    await page.locator('.splitter').first().press('ArrowLeft');
    await openTab(harness, 'Block');
    await says(harness, '.sector-words', 'LBA 8 192');
    const sectorBytes = page.locator('#room-block .hex-view');
    await sectorBytes.hover();
    await page.mouse.wheel(0, 100);
    await openTab(harness, 'Layers');
    await page.locator('.table-scroll').evaluate((table) => table.scrollTo(60, 0));
    await openTab(harness, 'Hex');
    await page.getByRole('button', { name: 'Hide the numbers' }).click();
    await page.mouse.move(0, 0);
    for (const tab of ['Hex', 'Block', 'Layers', 'Structure']) {
      await openTab(harness, tab);
      const before = await stillPage(harness, 1);
      await harness.hide();
      await harness.show();
      const after = await stillPage(harness, 1);
      const changed = after.filter((line, at) => line !== before[at]);
      assert.deepEqual(changed, [], tab);
      assert.equal(after.length, before.length, tab);
    }
  });
});
