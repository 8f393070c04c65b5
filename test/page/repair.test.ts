import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Editability } from '../../src/protocol/session';
import { buildVhd, idOf, layoutOf, stampOf, writeVhd } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';
import { accessibilityProblems } from './accessibility';
import { EngineHost } from './engineHost';
import { layoutProblems } from './layoutProblems';
import { describePage, openPage } from './pageHarness';
import type { PageHarness } from './pageHarness';
import { openTab, says } from './pageWords';

const BLOCK_SIZE = 64 * 1024;
const DISK: VhdSpec = {
  type: 'dynamic',
  virtualSize: 8 * BLOCK_SIZE,
  blockSize: BLOCK_SIZE,
  id: idOf(61),
  content: stampOf(1),
  blocks: [
    { index: 1, sectors: [0, 1, 9] },
    { index: 3, sectors: [0, 1, 127] },
  ],
};
const LAYOUT = layoutOf(DISK);
const PLACE = (LAYOUT.blockOffsets.get(3) ?? 0) / 512;
/** Two blocks at one place. */
const TWINS: VhdSpec = { ...DISK, entries: { 6: PLACE } };
const NO_FOOTER: VhdSpec = { ...DISK, tailFooter: false };

const STOOD_ON: Editability = {
  readOnlyReason: 'Other images stand on this one.',
  waysOut: ['createSnapshot', 'editAnyway'],
};

describePage('repairing in the page', () => {
  let folder: string;
  let path: string;
  let engine: EngineHost;
  let harness: PageHarness;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-page-repair-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function open(spec: VhdSpec, options: { editability?: Editability; width?: number } = {}): Promise<void> {
    path = join(folder, 'disk.vhd');
    writeVhd(path, spec);
    const { editability, ...page } = options;
    engine = new EngineHost(path, editability === undefined ? {} : { editability });
    harness = await openPage({ ...page, image: engine });
    await openTab(harness, 'Findings');
  }

  async function stored(): Promise<Buffer> {
    const length = 2 ** 20;
    const { bytes } = await engine.answer('readBytes', { source: { kind: 'file', layer: 0 }, offset: 0, length });
    return Buffer.from(bytes);
  }

  function button(name: string | RegExp): ReturnType<PageHarness['page']['locator']> {
    return harness.page.locator('#room-findings').getByRole('button', { name, exact: typeof name === 'string' });
  }

  it('begins beside a finding, shows words and bytes, and makes one edit that can be undone', async () => {
    await open(NO_FOOTER);
    await harness.page.locator('.finding').getByRole('button', { name: 'Repair…' }).click();
    await says(harness, '.repair-item.wanted', 'Write the footer at the end of the file, from its copy at the head');
    await says(
      harness,
      '.repair-item',
      `now a file of ${String(LAYOUT.footerOffset)} bytes without a footer then a footer at byte`,
    );
    await says(
      harness,
      '.repair-item',
      /84 bytes change at one place: at 0x[0-9A-F]+ . before past the end of the file/,
    );
    await says(harness, '.byte-row.after', /636F6E6563746978 conectix/);
    await says(
      harness,
      '.repair-words',
      'Nothing will be found to be wrong then. All of the disk can be read and exported.',
    );
    await harness.picture('repair-footer');
    assert.ok((await stored()).equals(Buffer.from(buildVhd(NO_FOOTER))));
    await button('Repair').click();
    await says(harness, '#room-findings', 'Nothing was found to be wrong.');
    await says(harness, '.banner', 'an edit that is not saved yet');
    assert.equal(engine.made.length, 1);
    assert.ok((await stored()).equals(Buffer.from(buildVhd(DISK))));
    await engine.undo();
    await says(harness, '#room-findings', 'The file does not end in a footer');
  });

  it('shows more bytes where they are wanted, and goes to them', async () => {
    await open(NO_FOOTER);
    await button('Repair Image…').click();
    const rows = harness.page.locator('.byte-row.after');
    await rows.first().waitFor();
    assert.equal(await rows.count(), 4);
    await button('Show More Bytes').click();
    await harness.page.waitForFunction(() => document.querySelectorAll('.byte-row.after').length > 4);
    await harness.page.locator('.byte-change .link').click();
    await says(harness, '#room-hex', 'the file disk.vhd');
  });

  it('does what is checked and nothing else', async () => {
    await open({ ...NO_FOOTER, entries: { 1: 0x7000_0000 } });
    await button('Repair Image…').click();
    const boxes = harness.page.locator('.repair-item input[type=checkbox]');
    await boxes.nth(1).waitFor();
    assert.deepEqual([await boxes.nth(0).isChecked(), await boxes.nth(1).isChecked()], [true, false]);
    await says(harness, '.repair-words', '1 finding will be left.');
    await boxes.nth(1).check();
    await says(harness, '.repair-words', 'Nothing will be found to be wrong then.');
    await boxes.nth(0).uncheck();
    await boxes.nth(1).uncheck();
    await harness.page.locator('.repair-bar .button:not(.secondary):disabled').waitFor();
    await boxes.nth(1).check();
    await harness.page.locator('.repair-bar .button:not(.secondary):enabled').waitFor();
    await button('Repair').click();
    await says(harness, '.banner', 'an edit that is not saved yet');
    await says(harness, '#room-findings', 'The file does not end in a footer');
    const entry = (await stored()).readUInt32BE(LAYOUT.tableOffset + 4);
    assert.equal(entry, 0xffff_ffff);
  });

  it('does what is checked, however long the answer to the choice before takes', async () => {
    await open({ ...NO_FOOTER, entries: { 1: 0x7000_0000 } });
    await button('Repair Image…').click();
    const boxes = harness.page.locator('.repair-item input[type=checkbox]');
    await boxes.nth(1).waitFor();
    const answer = harness.hold('planRepair');
    await boxes.nth(0).uncheck();
    await boxes.nth(1).check();
    answer();
    assert.deepEqual([await boxes.nth(0).isChecked(), await boxes.nth(1).isChecked()], [false, true]);
    await button('Repair').click();
    await says(harness, '.banner', 'an edit that is not saved yet');
    const bytes = await stored();
    assert.equal(bytes.readUInt32BE(LAYOUT.tableOffset + 4), 0xffff_ffff);
    await says(harness, '#room-findings', 'The file does not end in a footer');
  });

  it('leaves it to the user which of two blocks keeps a place, and shows both side by side', async () => {
    await open(TWINS);
    await harness.send({ type: 'repair' });
    const choice = harness.page.locator('.contest-choice');
    await choice.getByText('Blocks 3 and 6 claim the same place of the file').waitFor();
    assert.ok(await choice.getByLabel('Leave it as it is').isChecked());
    await harness.page.locator('.repair-bar .button:not(.secondary):disabled').waitFor();
    await says(
      harness,
      '.contest-side',
      /Block 3 LBA 384 to 511 data at 0x\w+ in the file 3 of 128 sectors are set sectors 0–1, 127/,
    );
    await says(harness, '.contest', 'Both are read from the same bytes of the file');
    await says(harness, '.contest-bytes', 'Offset Block 3 Block 6 0x0');
    await says(harness, '.doubt', 'Whose data it is cannot be known from the image.');
    assert.deepEqual(await accessibilityProblems(harness.page), []);
    await choice.getByLabel('Leave the place to block 3').check();
    await says(harness, '.repair-item', 'then block 6 reads as zeros');
    await harness.picture('repair-blocks');
    await button('Repair').click();
    await says(harness, '.banner', 'an edit that is not saved yet');
    assert.ok((await stored()).equals(Buffer.from(buildVhd(DISK))));
  });

  it('shows all and changes nothing where others stand on the image, and the ways out', async () => {
    await open(NO_FOOTER, { editability: STOOD_ON });
    await button('Repair Image…').click();
    await says(harness, '.repair-refusal', /Other images stand on this one\. Create Snapshot… ?Edit Anyway…/);
    await says(harness, '.repair-item', 'Write the footer at the end of the file');
    await harness.page.locator('.repair-bar .button:not(.secondary):disabled').waitFor();
    await button('Edit Anyway…').click();
    await harness.askedFor('editAnyway');
    assert.equal(engine.made.length, 0);
  });

  it('says what cannot be put right, and what can be read all the same', async () => {
    await open({
      type: 'fixed',
      virtualSize: 68 * 512,
      geometry: [1, 4, 17],
      editFooter: (footer) => footer.setBigUint64(48, 2n ** 30n),
    });
    await harness.send({ type: 'repair' });
    await says(
      harness,
      '.unrepairable',
      'The end of the disk is not in the file. What is there can be read and exported',
    );
    await says(harness, '.repair-words', /1 of the 512 blocks of the disk can be read/);
  });

  it('follows edits that are made meanwhile, and is left by a key', async () => {
    await open(NO_FOOTER);
    await button('Repair Image…').click();
    await says(harness, '.repair-item', 'Write the footer at the end of the file');
    const bytes = Uint8Array.of(1, 2, 3);
    await engine.answer('edit', { edit: { kind: 'overwrite', target: 'disk', offset: BLOCK_SIZE, bytes } });
    await says(harness, '.repair-item', /now a file of \d+ bytes without a footer/);
    await button('Repair').click();
    await says(harness, '#room-findings', 'Nothing was found to be wrong.');
    assert.equal(engine.made.length, 2);
    await engine.undo();
    await button('Repair Image…').click();
    await harness.page.locator('.repair-item').first().waitFor();
    await harness.page.keyboard.press('Escape');
    await says(harness, '#room-findings', 'The file does not end in a footer');
  });

  it('fits a narrow page', async () => {
    await open({ ...TWINS, tailFooter: false }, { width: 420 });
    await button('Repair Image…').click();
    await harness.page.locator('.contest-bytes').waitFor();
    assert.deepEqual(await layoutProblems(harness.page), []);
    await harness.picture('repair-narrow');
  });

  it('offers to end what was cut short, and to repair what cannot be opened', async () => {
    await open(DISK);
    const finding = {
      ...({ id: 'unfinished-save', severity: 'warning', path, offset: 0, length: 0, windowsError: null } as const),
      ...{ found: `${path}.vhd-editor-journal`, expected: 'no such file', message: 'A save was cut short.' },
    };
    const image = await engine.reopen();
    await harness.send({ type: 'opened', image: { ...image, findings: [finding] }, because: 'changed-on-disk' });
    await button('Finish It Now').click();
    assert.deepEqual(await harness.askedFor('layerCommand'), [{ command: 'finishOperation', path }]);
    writeVhd(path, { type: 'fixed', virtualSize: 68 * 512, tailFooter: false });
    const broken = await openPage({ image: path });
    await broken.page.locator('.failure').getByRole('button', { name: 'Repair…' }).click();
    assert.deepEqual(await broken.askedFor('layerCommand'), [{ command: 'repairImage', path: null }]);
  });
});
