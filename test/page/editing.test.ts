import assert from 'node:assert/strict';
import { eventually } from '../patience';
import { EngineHost } from './engineHost';
import { ImageFamily, sectorText, SECTORS_PER_BLOCK } from './imageFamily';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { openTab, says, selectBlock } from './pageWords';

const BLOCK_SIZE = SECTORS_PER_BLOCK * 512;

describePage('editing bytes', () => {
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
    await harness.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await harness.page.locator('.tree-row').first().waitFor();
  });

  async function goTo(kind: 'disk' | 'file', offset: number): Promise<void> {
    await harness.send({ type: 'goTo', step: 'accept', place: { kind, offset } });
    await harness.page.locator('#room-hex .hex-view:focus').waitFor();
    await harness.page.locator('#room-hex .hex-byte.active:not(.pending)').waitFor();
  }

  /** The bytes as the engine has them, when every edit has been answered. */
  async function stored(kind: 'disk' | 'file', offset: number, length: number, asOf = 0): Promise<Buffer> {
    const { bytes } = await engine.answer('readBytes', { source: { kind, layer: asOf }, offset, length });
    return Buffer.from(bytes);
  }

  async function becomesStored(kind: 'disk' | 'file', offset: number, expected: Buffer): Promise<void> {
    await eventually(
      () => stored(kind, offset, expected.length),
      (bytes) => bytes.equals(expected),
      'the bytes are stored',
    );
  }

  async function madeEdits(count: number): Promise<string[]> {
    await eventually(
      () => engine.made.length,
      (made) => made >= count,
      'edits are made',
    );
    return engine.made.map(({ label }) => label);
  }

  /** The digits that the hex view shows from the cursor's row on. */
  async function shownRow(text: string | RegExp): Promise<void> {
    await harness.page
      .locator('#room-hex .hex-row', { has: harness.page.locator('.active') })
      .filter({ hasText: text })
      .waitFor();
  }

  it('digits go into the leaf as a guest would write them, the first one waiting for the second', async () => {
    const { page } = harness;
    const at = 3 * BLOCK_SIZE;
    await goTo('disk', at);
    await shownRow(sectorText('base', at / 512));
    await page.keyboard.press('4');
    await page
      .locator('#room-hex .hex-byte.active', { hasText: '42' })
      .locator('.typed-digit', { hasText: '4' })
      .waitFor();
    assert.equal(engine.made.length, 0);
    await page.keyboard.type('dCF');
    await shownRow(/4DCF/);
    await says(harness, '#room-hex .hex-place', /0x600002/);
    await becomesStored('disk', at, Buffer.of(0x4d, 0xcf));
    assert.equal((await stored('disk', at + 2, 6)).toString('latin1'), 'se 122');
    assert.equal((await stored('disk', at, 4, 1)).toString('latin1'), 'base', 'the layers below are as they were');
    await says(harness, '#room-hex .hex-place', 'leaf.avhd');
    await openTab(harness, 'Block');
    await says(harness, '.parts', /leaf\.avhd 1 /);
  });

  it('are marked as not saved until they are, in every view and for a screen reader', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE + 3 * 512;
    await goTo('disk', at);
    assert.equal(await page.locator('#room-hex .unsaved').count(), 0);
    await page.keyboard.type('4D');
    const byte = page.locator('#room-hex .hex-byte.unsaved');
    await byte.and(page.getByText('4D')).waitFor();
    assert.equal(await byte.count(), 1);
    assert.equal(await page.locator('#room-hex .hex-row.has-unsaved').count(), 1);
    await page.keyboard.press('ArrowLeft');
    await page.locator('#room-hex .hex-byte.active.unsaved[aria-label*="not saved"]').waitFor();
    await says(harness, '#room-hex .hex-place', /not saved/);
    await selectBlock(harness, 20);
    await says(harness, '.block-map-tooltip-unsaved', /1 sector is not saved/);
    // It was spoken as the keys led there, which may have been before the edit was made.
    await selectBlock(harness, 20);
    await page.locator('.block-map [aria-live=polite]', { hasText: 'not saved' }).waitFor({ state: 'attached' });
    await openTab(harness, 'Block');
    await says(harness, '.block-facts', /1 sector is not saved/);
    await openTab(harness, 'Structure');
    await page.locator('.tree-row.unsaved', { hasText: 'Data Blocks' }).waitFor();
    await page.getByRole('treeitem', { name: /Data Blocks.*not saved/ }).waitFor();
    assert.equal(await page.locator('.tree-row.level-1.unsaved').count(), 1);
    await engine.save();
    await page.locator('.tree-row.unsaved').waitFor({ state: 'detached' });
    await selectBlock(harness, 20);
    await says(harness, '.block-map-tooltip', /Block 20/);
    await page.locator('.block-map-tooltip-unsaved').waitFor({ state: 'hidden' });
    await goTo('disk', at);
    await shownRow('4D');
    await page.locator('#room-hex .unsaved').waitFor({ state: 'detached' });
  });

  it('loses no key, however quickly they come', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    const text = 'The quick brown fox jumps over the lazy dog.';
    await goTo('disk', at);
    await page.keyboard.press('Tab');
    await page.locator('#room-hex .active-column').first().waitFor();
    await page.keyboard.type(text);
    await says(harness, '#room-hex .hex-place', new RegExp(`0x${(at + text.length).toString(16).toUpperCase()}`));
    await becomesStored('disk', at, Buffer.from(text));
    assert.ok(engine.made.length < text.length, 'what is typed while an answer is on its way is one edit');
    while (engine.made.length > 0) await engine.undo();
    await page.keyboard.press('Control+Home');
    await goTo('disk', at);
    await shownRow(sectorText('leaf', at / 512));
  });

  it('a digit alone is dropped by Escape, and kept with the old second digit when the cursor moves on', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    await goTo('disk', at);
    await shownRow('6C656166');
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await shownRow('6C656166');
    await page.keyboard.press('a');
    await page.keyboard.press('ArrowRight');
    await shownRow('AC656166');
    assert.deepEqual(await madeEdits(1), ['Type 1 Byte']);
    assert.equal((await stored('disk', at, 1))[0], 0xac);
  });

  it('Delete and Backspace write zeros, over a selection too', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    await goTo('disk', at);
    await page.keyboard.press('Delete');
    await shownRow('00656166');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Backspace');
    await shownRow('00006166');
    for (let count = 0; count < 4; count++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Delete');
    await shownRow('00000000');
    await madeEdits(3);
    assert.equal((await stored('disk', at, 6)).toString('hex'), '000000000000');
  });

  it('leaves the keys of undo and redo to VS Code, but in an input', async () => {
    const { page } = harness;
    await goTo('disk', 0);
    await page.evaluate(() => {
      const scope = window as unknown as { taken: boolean[] };
      scope.taken = [];
      window.addEventListener('keydown', (event) => scope.taken.push(event.defaultPrevented));
    });
    for (const key of ['Control+z', 'Control+y', 'Control+Shift+z', 'Control+s']) {
      await page.evaluate((combination) => {
        const [last = '', ...modifiers] = combination.split('+').reverse();
        const options = {
          key: last,
          ctrlKey: true,
          shiftKey: modifiers.includes('Shift'),
          bubbles: true,
          cancelable: true,
        };
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', options));
      }, key);
    }
    const taken = await page.evaluate(() => (window as unknown as { taken: boolean[] }).taken);
    assert.deepEqual(taken, [false, false, false, false]);
    assert.equal(engine.made.length, 0);
  });

  it('a text is pasted as hex or as characters, by the column of the cursor; what is no hex is refused with words', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    const clip = (text: string): Promise<void> => page.evaluate((each) => navigator.clipboard.writeText(each), text);
    await goTo('disk', at);
    await clip('0xDE, 0xAD, 0xBE, 0xEF');
    await page.keyboard.press('Control+v');
    await shownRow('DEADBEEF');
    await clip('Hello');
    await page.keyboard.press('Control+v');
    await says(harness, '.banner', 'That is no hex');
    assert.equal((await madeEdits(1)).length, 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+v');
    await shownRow('DEADBEEF48656C6C6F');
    await page.locator('#room-hex .hex-byte.active').click({ button: 'right' });
    await clip('77');
    await page.getByRole('menuitem', { name: 'Paste as Hex' }).click();
    await shownRow('DEADBEEF48656C6C6F77');
    await madeEdits(3);
    assert.equal((await stored('disk', at, 10)).toString('hex'), 'deadbeef48656c6c6f77');
  });

  it('a range is filled and zeroed from a form, by keys alone', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    await goTo('disk', at);
    await page.keyboard.press('Alt+Insert');
    const form = page.getByRole('form', { name: 'Fill Range' });
    await form.locator('.length-input:focus').waitFor();
    assert.equal(await form.locator('.offset-input').inputValue(), '0x2800000');
    await page.keyboard.type('0x0');
    await page.keyboard.press('Enter');
    await says(harness, '.form-words', 'How much it is');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1 KiB');
    await says(harness, '.form-words', '0x2800000 to 0x28003FF');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('ab cd e');
    await page.keyboard.press('Enter');
    await says(harness, '.form-words', 'A hex digit is missing');
    await page.keyboard.type('f');
    await page.keyboard.press('Enter');
    await form.waitFor({ state: 'detached' });
    await page.locator('#room-hex .hex-view:focus').waitFor();
    await shownRow('ABCDEFABCDEF');
    await madeEdits(1);
    const filled = await stored('disk', at, 1025);
    assert.ok(filled.subarray(0, 1024).equals(Buffer.alloc(1024, Buffer.of(0xab, 0xcd, 0xef))));
    assert.equal(filled[1024], 'l'.charCodeAt(0));
    await page.keyboard.press('Alt+Delete');
    await page.getByRole('form', { name: 'Zero Range' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#room-hex .hex-view:focus').waitFor();
    await page.keyboard.press('Alt+Delete');
    await page.keyboard.press('Enter');
    await shownRow('000000000000');
    await madeEdits(2);
    assert.ok((await stored('disk', at, 1024)).equals(Buffer.alloc(1024)));
  });

  it('a file is asked for to be imported, and a range to be exported', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    await goTo('disk', at);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Import File Here…' }).click();
    await page.keyboard.press('Shift+End');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Export Range…' }).click();
    await page.keyboard.press('Enter');
    await page.getByRole('form').waitFor({ state: 'detached' });
    assert.deepEqual((await harness.askedFor('importRange'))[0], { target: 'disk', offset: at });
    assert.deepEqual((await harness.askedFor('exportRange'))[0], {
      source: { kind: 'disk', layer: 0 },
      offset: at,
      length: 16,
    });
  });

  it('bytes of the file itself are a mode of their own, and it is said', async () => {
    const { page } = harness;
    await goTo('file', 28);
    await says(harness, '.file-mode', 'changes the file itself');
    await page.keyboard.press('Tab');
    await page.keyboard.type('abcd');
    await page.locator('#room-hex .hex-row', { hasText: 'abcd' }).waitFor();
    await becomesStored('file', 28, Buffer.from('abcd'));
    await says(harness, '.findings-chip', /finding|note/);
    await openTab(harness, 'Structure');
    await says(harness, '.tree-row:nth-child(7) .tree-value', 'abcd');
  });

  it('bytes of the file tell which field they belong to, and a range of them what comes of it before', async () => {
    const { page } = harness;
    await goTo('file', 28);
    await says(harness, '#room-hex .hex-place', 'Footer Copy › Creator Application');
    await page.keyboard.press('Alt+Insert');
    const form = page.locator('.edit-form');
    await form.locator('.length-input').fill('4');
    await form.locator('.pattern-input').fill('61 62 63 64');
    await says(harness, '.consequences', /Footer Copy, Creator Application "win " → "abcd"/);
    await says(harness, '.consequences .problem', /checksum/i);
    await form.locator('.pattern-input').press('Enter');
    await form.waitFor({ state: 'detached' });
    assert.deepEqual(await madeEdits(1), ['Fill 4 Bytes']);
    assert.equal((await stored('file', 28, 4)).toString('latin1'), 'abcd');
  });

  it('where nothing can be typed, typing says why and what to do', async () => {
    const { page } = harness;
    await page.locator('[role=radio]', { hasText: 'middle.avhd' }).click();
    await goTo('disk', 2 * BLOCK_SIZE);
    await page.keyboard.press('4');
    await says(harness, '.banner', 'This is the disk as of middle.avhd');
    await page.locator('.banner').getByRole('button', { name: 'Show the Disk as of Now' }).click();
    await says(harness, '[role=radio][aria-checked=true]', 'leaf.avhd');
    await page.getByRole('combobox', { name: 'Bytes of' }).selectOption({ label: 'the file base.vhd' });
    await page.locator('#room-hex .hex-view').press('4');
    await says(harness, '.banner', 'This is the file base.vhd');
    await page.locator('.banner').getByRole('button', { name: 'Open base.vhd' }).click();
    assert.match(JSON.stringify(await harness.askedFor('openImage')), /base\.vhd/);
    await openTab(harness, 'Structure');
    await page.locator('#room-structure .hex-view').press('4');
    await says(harness, '.banner', 'Here fields are edited');
    assert.equal(engine.made.length, 0);
  });

  it('the sector of a block is typed into as well', async () => {
    const { page } = harness;
    await selectBlock(harness, 5);
    await openTab(harness, 'Block');
    await says(harness, '.parts', /leaf\.avhd 1 /);
    await page.locator('#room-block .hex-view').press('f');
    await page.locator('#room-block .hex-view').press('f');
    await says(harness, '.parts', /leaf\.avhd 2 /);
    assert.equal((await stored('disk', 5 * BLOCK_SIZE, 1))[0], 0xff);
  });

  it('text, base64, arrays, offsets and sectors are copied', async () => {
    const { page } = harness;
    const at = 20 * BLOCK_SIZE;
    await goTo('disk', at);
    for (let count = 0; count < 3; count++) await page.keyboard.press('Shift+ArrowRight');
    const copied = async (name: string): Promise<string> => {
      await page.locator('#room-hex .hex-view').press('Shift+F10');
      const [text] = await harness.copies(() => page.getByRole('menuitem', { name, exact: true }).click());
      return text ?? '';
    };
    assert.equal(await copied('Copy as Base64'), Buffer.from('leaf').toString('base64'));
    assert.match(await copied('Copy as C Array'), /\{\n {2}0x6C, 0x65, 0x61, 0x66,\n\};/);
    assert.equal(await copied('Copy Offset'), '0x2800000');
    assert.equal(await copied('Copy LBA'), String(at / 512));
  });
});
