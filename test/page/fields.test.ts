import assert from 'node:assert/strict';
import { accessibilityProblems } from './accessibility';
import { EngineHost } from './engineHost';
import { ImageFamily, SECTORS_PER_BLOCK } from './imageFamily';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { editField, openTab, says, selectBlock, walkToRow } from './pageWords';
import { THEME_KINDS } from './themes';

/** Forms that axe looks at: those with all the kinds of words and inputs in one theme, of the others those with all the colours. */
const SPEAKING = ['refused', 'bits', 'fill', 'typing'];
const COLOURED = ['refused', 'fill'];

async function retype(harness: PageHarness, text: string): Promise<void> {
  await harness.page.locator('.field-form .field-input:focus').waitFor();
  await harness.page.keyboard.press('Control+a');
  await harness.page.keyboard.type(text);
}

function labels(engine: EngineHost): string[] {
  return engine.made.map(({ label }) => label);
}

describePage('editing fields and sector bitmaps', () => {
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
    await harness.page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
  });

  it('a field is changed by keys, and shows before what follows from it', async () => {
    const { page } = harness;
    await editField(harness, 'Creator Application');
    assert.equal(await page.locator('.field-input').inputValue(), '"win "');
    await retype(harness, 'abcd');
    await says(
      harness,
      '.consequences',
      /These fields follow: Footer Copy, Checksum 0x[\dA-F]+ → 0x[\dA-F]+ Footer, Creator Application/,
    );
    await page.keyboard.press('Enter');
    await page.locator('.tree:focus').waitFor();
    await says(harness, '.tree-row.selected', 'Creator Application +28 "abcd"');
    assert.deepEqual(labels(engine), ['Change Creator Application']);
    await says(harness, '.findings-chip', 'no findings');
    await engine.undo();
    await says(harness, '.tree-row.selected', 'Creator Application +28 "win "');
  });

  it('a value that does not fit is refused with the reason, and Escape leaves', async () => {
    const { page } = harness;
    await editField(harness, 'Unique Id');
    await retype(harness, 'no id');
    await says(harness, '.field-form .problem', 'it does not fit into the field');
    assert.equal(await page.locator('.field-input').getAttribute('aria-invalid'), 'true');
    await page.keyboard.press('Enter');
    await page.locator('.field-form').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.tree:focus').waitFor();
    assert.equal(await page.locator('.field-form').count(), 0);
    assert.deepEqual(labels(engine), []);
  });

  it('each kind of field has its input', async () => {
    const { page } = harness;
    await editField(harness, 'Features');
    await page.getByRole('checkbox', { name: 'temporary' }).check();
    await page.keyboard.press('Enter');
    await says(harness, '.tree-row.selected', /0x00000003 ?temporary, reserved/);
    await editField(harness, 'Time Stamp');
    await page.locator('.field-input').fill('2026-11-03T09:12:44');
    await page.keyboard.press('Enter');
    await says(harness, '.tree-row.selected', '2026-11-03 09:12:44 UTC');
    await editField(harness, 'Saved State');
    await retype(harness, '0x1');
    await says(harness, '.field-form button[type=submit]', 'Change Anyway');
    await page.keyboard.press('Enter');
    await says(harness, '.tree-row.selected', /Saved State \+84 1/);
    await editField(harness, 'Disk Type');
    await page.locator('select.field-input').selectOption({ label: '4 differencing' });
    await page.keyboard.press('Escape');
    assert.equal(engine.made.length, 3);
  });

  it('what depends on a field is left alone on request, which has to be confirmed, and put right afterwards', async () => {
    const { page } = harness;
    await editField(harness, 'Hidden');
    await retype(harness, '7');
    await page.getByRole('checkbox', { name: 'Leave what depends on it alone' }).check();
    await says(harness, '.consequences .problem', /checksum/i);
    await says(harness, '.field-form button[type=submit]', 'Change Anyway');
    await page.locator('.field-input').press('Enter');
    await page.locator('.tree-row .wrong').first().waitFor();
    await says(harness, '.findings-chip', /finding/);
    await page.locator('.tree').press('Home');
    await page.getByRole('button', { name: 'Make Consistent…' }).click();
    await says(harness, '.consequences', 'These fields change: Footer Copy, Hidden 7 → 0');
    await page.getByRole('button', { name: 'Make Consistent', exact: true }).click();
    await page.locator('.field-form').waitFor({ state: 'detached' });
    await page.locator('.tree-row .wrong').first().waitFor({ state: 'detached' });
    assert.equal(engine.made.length, 2);
    await page.locator('.tree').press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Make Consistent…' }).click();
    await says(harness, '.field-form', 'All in it that follows from other fields is right.');
    await page.keyboard.press('Enter');
    await page.locator('.tree:focus').waitFor();
  });

  it('an entry of the allocation table shows whose its sectors become', async () => {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Block Allocation Table' }).click();
    await editField(harness, 'Block 20');
    await retype(harness, 'absent');
    await says(harness, '.consequences', /4 096 sectors change their owner: LBA 81 920 – 86 015 leaf\.avhd → no layer/);
    await page.keyboard.press('Enter');
    await says(harness, '.tree-row.selected', /Block 20 \+80 absent/);
    await says(harness, '.block-map-legend', /^base\.vhd 5 middle\.avhd 1 leaf\.avhd 1 none 25$/);
    await engine.undo();
    await says(harness, '.block-map-legend', /^base\.vhd 5 middle\.avhd 1 leaf\.avhd 2 none 24$/);
  });

  it('sectors are marked absent and present in the leaf, after it is shown whose they become', async () => {
    const { page } = harness;
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    const grid = page.locator('.sector-surface');
    await says(harness, '.sector-words', 'LBA 4 096');
    for (let count = 0; count < 11; count++) await grid.press('Shift+ArrowRight');
    await says(harness, '.sector-words', /LBA 4 107 .* 12 sectors selected/);
    await grid.press('Delete');
    await says(
      harness,
      '#room-block .consequences',
      /12 sectors change their owner: LBA 4 096 – 4 103 leaf\.avhd → base\.vhd LBA 4 104 – 4 107 leaf\.avhd → middle\.avhd/,
    );
    await page.keyboard.press('Escape');
    await page.locator('.sector-surface:focus').waitFor();
    assert.equal(engine.made.length, 0);
    await grid.press('Delete');
    await says(harness, '#room-block .consequences', '12 sectors');
    await page.keyboard.press('Enter');
    await says(harness, '.parts', /base\.vhd 4 072 .*middle\.avhd 20 .*leaf\.avhd 4 /);
    await page.locator('.sector-surface:focus').waitFor();
    await says(harness, '.sector-words', /LBA 4 107 .* 12 sectors selected/);
    await grid.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Mark Present in This Image…' }).click();
    await says(harness, '#room-block .consequences', '12 sectors');
    await page.keyboard.press('Enter');
    await says(harness, '.parts', /leaf\.avhd 16 /);
    assert.equal(engine.made.length, 2);
    await selectBlock(harness, 0);
    await says(harness, '.block-facts', 'Block 0');
    await grid.press('Insert');
    await says(harness, '#room-block .form-words .problem', /./);
    await page.keyboard.press('Enter');
    assert.equal(engine.made.length, 2);
  });

  it('the sectors of a block are typed as ranges in its bitmap, after it is shown whose they become', async () => {
    const { page } = harness;
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    await page.getByRole('button', { name: 'Edit Sector Bitmap…' }).click();
    assert.equal(await page.locator('.field-form .field-input').inputValue(), '0-15');
    await retype(harness, '0-3, 4096');
    await says(harness, '.field-form .problem', 'not sectors of the block');
    await retype(harness, '0-3, 40');
    await says(harness, '.consequences', /12 sectors change their owner|13 sectors change their owner/);
    await says(harness, '.field-form button[type=submit]', 'Change Anyway');
    await harness.picture('block-bitmap');
    await page.keyboard.press('Enter');
    await page.locator('.field-form').waitFor({ state: 'detached' });
    await says(harness, '.parts', /leaf\.avhd 5 /);
    await says(harness, '.block-facts', /13 sectors are not saved/);
    assert.deepEqual(labels(engine), ['Change Sector Bitmap']);
    await harness.picture('block-unsaved');
    await engine.undo();
    await says(harness, '.parts', /leaf\.avhd 16 /);
  });

  it('the entry of a block in the allocation table is edited from the block as well', async () => {
    const { page } = harness;
    await selectBlock(harness, 20);
    await openTab(harness, 'Block');
    await page.getByRole('button', { name: 'Edit Its Entry in Block Allocation Table…' }).click();
    await retype(harness, 'absent');
    await says(harness, '.consequences', /4 096 sectors change their owner/);
    await says(harness, '.field-form button[type=submit]', 'Change Anyway');
    await page.keyboard.press('Enter');
    await page.locator('.field-form').waitFor({ state: 'detached' });
    await says(harness, '.block-facts', /0 of 4 096 present/);
    assert.deepEqual(labels(engine), ['Change Block 20']);
  });

  it('an edit flickers nowhere, and leaves selection, scroll and what is open as they are', async () => {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Data Blocks' }).click();
    await walkToRow(harness, 'Block 20');
    await page.locator('.tree').press('ArrowRight');
    await page.locator('.tree').press('ArrowDown');
    await says(harness, '.tree-row.selected', 'Sector Bitmap');
    await selectBlock(harness, 4);
    await harness.grainRead(0);
    const rows = await page.locator('.tree-row').count();
    // Every frame from the edit on: rows, bytes that are not read, and whether the map's canvas was empty.
    await page.evaluate(() => {
      const scope = window as unknown as { frames: [number, number, boolean][]; isWatching: boolean };
      scope.frames = [];
      scope.isWatching = true;
      const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const look = (): void => {
        copy.drawImage(document.querySelector<HTMLCanvasElement>('.block-map canvas')!, 0, 0);
        const isEmpty = copy.getImageData(20, 12, 4, 4).data.every((value) => value === 0);
        const visible = document.querySelectorAll('#room-structure .hex-byte.pending').length;
        scope.frames.push([document.querySelectorAll('.tree-row').length, visible, isEmpty]);
        if (scope.isWatching) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    const bytes = Uint8Array.of(1, 2, 3);
    const offset = 4 * SECTORS_PER_BLOCK * 512;
    await page.evaluate(() => undefined);
    await harness.host.answer('edit', { edit: { kind: 'overwrite', target: 'disk', offset, bytes } });
    await page.locator('.tree-row', { hasText: '4 of 2 MiB' }).waitFor();
    const frames = await page.evaluate(() => {
      const scope = window as unknown as { frames: [number, number, boolean][]; isWatching: boolean };
      scope.isWatching = false;
      return scope.frames;
    });
    assert.ok(frames.length > 1);
    assert.ok(frames.every(([count, pending, isEmpty]) => count >= rows && pending === 0 && !isEmpty));
    await says(harness, '.tree-row.selected', 'Sector Bitmap');
  });
});

describePage('an image that is read only', () => {
  let family: ImageFamily;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());

  it('says so with the reason and the ways out, and can be edited as soon as the host says so', async () => {
    const readOnlyReason = 'Two snapshots stand on this image.';
    const engine = new EngineHost(family.chain(), {
      editability: { readOnlyReason, waysOut: ['createSnapshot', 'editAnyway'] },
    });
    const harness = await openPage({ image: engine });
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
    await says(harness, '.facts', 'read-only');
    assert.equal(await page.locator('.chip.read-only').getAttribute('title'), readOnlyReason);
    await editField(harness, 'Features');
    await says(harness, '.banner', readOnlyReason);
    await harness.send({ type: 'goTo', step: 'accept', place: { kind: 'disk', offset: 0 } });
    await page.locator('#room-hex .hex-view').press('4');
    await page.locator('#room-hex .hex-view').press('Alt+Insert');
    assert.equal(await page.getByRole('form').count(), 0);
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.locator('.facts').getByRole('button', { name: 'Create Snapshot…' }).click();
    await page.locator('.banner').getByRole('button', { name: 'Edit Anyway…' }).click();
    await harness.askedFor('layerCommand');
    await harness.askedFor('editAnyway');
    assert.ok(!harness.asked.some(({ name }) => name === 'edit' || name === 'previewEdit'));
    const image = await engine.answer('open', {});
    const editability = { readOnlyReason: null, waysOut: [] };
    await harness.send({ type: 'opened', because: 'edited', image: { ...image, editability } });
    await page.locator('.chip.read-only').waitFor({ state: 'detached' });
    await page.locator('#room-hex .hex-view').press('4');
    await page.locator('#room-hex .typed-digit').waitFor();
  });
});

describePage('everybody can edit', () => {
  let family: ImageFamily;

  before(() => {
    family = new ImageFamily();
  });
  after(() => family.remove());

  /** Opens every form once, with something to say in it. */
  async function eachForm(harness: PageHarness, look: (form: string) => Promise<void>): Promise<void> {
    const { page } = harness;
    await page.locator('.tree-row', { hasText: 'Cookie' }).waitFor();
    await editField(harness, 'Features');
    await look('flags');
    await editField(harness, 'Unique Id');
    await retype(harness, 'no id');
    await page.locator('.field-form .problem').waitFor();
    await look('refused');
    await editField(harness, 'Current Size');
    await retype(harness, '1024');
    await page.locator('.consequences').waitFor();
    await look('consequences');
    await page.keyboard.press('Escape');
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', 'Block 1');
    await page.locator('.sector-surface').press('Shift+ArrowDown');
    await page.locator('.sector-surface').press('Delete');
    await page.locator('#room-block .consequences').waitFor();
    await look('bits');
    await page.keyboard.press('Escape');
    await harness.send({ type: 'goTo', step: 'accept', place: { kind: 'file', offset: 0 } });
    await says(harness, '#room-hex .hex-place', 'Footer Copy › Cookie');
    await page.locator('#room-hex .hex-view').press('Tab');
    await page.locator('#room-hex .hex-view').press('Alt+Insert');
    await page.locator('.length-input:focus').waitFor();
    await look('fill');
    await page.keyboard.press('Escape');
    await page.locator('#room-hex .hex-view').press('Shift+Tab');
    await page.locator('#room-hex .hex-view').press('4');
    await page.locator('.typed-digit').waitFor();
    await look('typing');
  }

  it('asks nothing about a block of which another one is still seen', async () => {
    const harness = await openPage({ image: family.chain() });
    const { page } = harness;
    const surface = page.locator('.sector-surface');
    await page.locator('.tree-row').first().waitFor();
    await selectBlock(harness, 1);
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', 'Block 1');
    const answer = harness.hold('blockDetail');
    await page.locator('.block-map-surface').press('ArrowRight');
    await surface.press('Delete');
    await says(harness, '.block-facts', 'Block 1');
    assert.equal(await page.getByRole('form').count(), 0);
    answer();
    await says(harness, '.block-facts', 'Block 2');
    assert.equal(await page.getByRole('form').count(), 0);
    await surface.press('Delete');
    await page.getByRole('form').waitFor();
  });

  for (const theme of THEME_KINDS) {
    it(`in a ${theme} theme: axe finds nothing, and it looks whole`, async () => {
      const harness = await openPage({ theme, image: family.chain() });
      await eachForm(harness, async (form) => {
        const isForAxe = (theme === 'dark' ? SPEAKING : COLOURED).includes(form);
        if (isForAxe) assert.deepEqual(await accessibilityProblems(harness.page), [], form);
        assert.deepEqual(await layoutProblems(harness.page), [], form);
        await harness.picture(`edit-${theme}-${form}`);
      });
    });
  }

  it('600 pixels wide: nothing is cut off, nothing lies upon another', async () => {
    const harness = await openPage({ width: 600, height: 900, image: family.chain() });
    await eachForm(harness, async (form) => {
      assert.deepEqual(await layoutProblems(harness.page), [], form);
      await harness.picture(`edit-600-${form}`);
    });
  });
});
