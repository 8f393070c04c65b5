import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { eventually } from '../../patience';
import { editedDisk } from '../editedDisk';
import { packagedVsCode } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInExplorer,
  closeNotifications,
  leaveFailure,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';

/** VS Code backs unsaved edits up about a second after the last of them. */
const BACKUP_TIME = 12_000;

describe('edits, in the packaged extension', () => {
  // The oldest VS Code is tried before a release; most of this runs in it inside the extension host each time.
  if (process.env['VHD_TEST_VSCODE'] === 'oldest' && sized({ small: 1, ci: 0, full: 1 }) === 0) return;
  const opened = packagedVsCode();
  let path: string;
  let name: string;
  let count = 0;

  beforeEach(async () => {
    count += 1;
    name = `typed-${String(count)}.vhd`;
    path = join(opened().folder, name);
    writeVhd(path, editedDisk(80 + count));
    await open();
  });
  afterEach(async function () {
    const vscode = opened();
    if (this.currentTest?.isFailed() === true) await leaveFailure(vscode, `edits-failed-${String(count)}`);
    if ((await vscode.page.locator('.tab.dirty').count()) > 0) await vscode.workbench.runCommand('File: Revert File');
    await vscode.workbench.runCommand('View: Close All Editors');
    await closeNotifications(vscode);
    assert.deepEqual(await vscode.workbench.takeTroubles(), []);
  });

  async function open(): Promise<void> {
    const vscode = opened();
    await vscode.openFile(name);
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: name });
    await showBytes();
  }

  async function showBytes(): Promise<void> {
    const { workbench } = opened();
    await workbench.click({ area: 'editor', selector: '#tab-hex' });
    await workbench.waitFor({ area: 'editor', selector: '#room-hex .hex-byte' });
  }

  /** Types hex digits at the beginning of the disk, as a user does. */
  async function typeHex(digits: string): Promise<void> {
    const { workbench, page } = opened();
    await workbench.click({ area: 'editor', selector: '#room-hex .hex-byte' });
    await page.keyboard.press('Control+Home');
    await page.keyboard.type(digits);
    await dirty(true);
  }

  async function dirty(isDirty: boolean): Promise<void> {
    const tab = opened()
      .page.locator(`.tab${isDirty ? '.dirty' : ':not(.dirty)'}`)
      .filter({ hasText: name });
    await tab.first().waitFor();
  }

  /** Waits until the first row shows these bytes. */
  async function shows(digits: string): Promise<void> {
    const words = (digits.match(/../g) ?? []).join('');
    const { workbench } = opened();
    const end = Date.now() + 30_000;
    for (;;) {
      const text = await workbench.textOf({ area: 'editor', selector: '#room-hex .hex-row' });
      if (text.replaceAll(/\s/g, '').includes(words)) return;
      if (Date.now() > end) assert.fail(`${text} lacks ${words}`);
    }
  }

  it('are typed, undone, redone and saved by the keys of VS Code', async () => {
    const { page, workbench } = opened();
    const original = readFileSync(path);
    await typeHex('ABCDEF');
    await shows('ABCDEF');
    await workbench.screenshot({ name: 'typed' });
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+s');
    await dirty(false);
    assert.notDeepEqual(readFileSync(path), original);
    for (let times = 0; times < 6 && !readFileSync(path).equals(original); times++) {
      await page.keyboard.press('Control+z');
      await dirty(true);
      await page.keyboard.press('Control+s');
      await dirty(false);
    }
    assert.deepEqual(readFileSync(path), original);
  });

  it('are there again when VS Code comes back, and can be saved', async () => {
    const vscode = opened();
    const { page, workbench } = vscode;
    await typeHex('ABCDEF');
    await page.waitForTimeout(BACKUP_TIME);
    await vscode.reload();
    await dirty(true);
    await workbench.waitFor({ area: 'editor', selector: 'h1.name', text: name });
    await showBytes();
    await shows('ABCDEF');
    await workbench.screenshot({ name: 'hot-exit' });
    await page.keyboard.press('Control+s');
    await dirty(false);
    await workbench.runCommand('View: Close All Editors');
    await open();
    await shows('ABCDEF');
  });

  it('are not made in a file that changed while VS Code was away, until the user says so', async () => {
    const vscode = opened();
    const { page, workbench } = vscode;
    await typeHex('ABCDEF');
    await page.waitForTimeout(BACKUP_TIME);
    await page.goto('about:blank');
    writeFileSync(path, touched(readFileSync(path)));
    const later = new Date(Date.now() + 5000);
    utimesSync(path, later, later);
    await page.goBack();
    await dirty(true);
    await workbench.waitFor({ area: 'editor', selector: '.banner.warning', text: 'another state of the file' });
    await notificationWith(vscode, `The unsaved edits of ${name} were made for another state`);
    await workbench.screenshot({ name: 'hot-exit-mismatch' });
    await pressInNotification(vscode, 'Look');
    await workbench.waitFor({ area: 'workbench', selector: '.tab', text: 'edits.txt' });
    await workbench.screenshot({ name: 'hot-exit-look' });
    await workbench.runCommand('View: Close Editor');
    await pressInNotification(vscode, 'Apply What Fits');
    await showBytes();
    await shows('ABCDEF');
    await dirty(true);
  });

  it('meet another program: they are applied to what it wrote, and saved', async () => {
    const vscode = opened();
    const { page, workbench } = vscode;
    await typeHex('ABCDEF');
    writeFileSync(path, touched(readFileSync(path)));
    const later = new Date(Date.now() + 5000);
    utimesSync(path, later, later);
    await notificationWith(vscode, `Another program changed ${name}, which has unsaved edits`);
    await workbench.waitFor({ area: 'editor', selector: '.banner.warning', text: 'Another program changed' });
    await workbench.screenshot({ name: 'changed-while-dirty' });
    await page.keyboard.press('Control+s');
    await questionText(vscode, `Another program changed ${name}`);
    await workbench.screenshot({ name: 'changed-while-dirty-save' });
    await answerDialog(vscode, 'Cancel');
    await dirty(true);
    await closeNotifications(vscode);
    await page.keyboard.press('Control+s');
    await questionText(vscode, `Another program changed ${name}`);
    await answerDialog(vscode, 'Apply What Fits');
    await dirty(false);
    await shows('ABCDEF');
    assert.equal(readFileSync(path)[TOUCHED], TOUCH);
    // What fitted as it was can be undone as before.
    await page.keyboard.press('Control+z');
    await dirty(true);
  });

  it('meet another program: they are discarded', async () => {
    const vscode = opened();
    await typeHex('ABCDEF');
    writeFileSync(path, touched(readFileSync(path)));
    const later = new Date(Date.now() + 5000);
    utimesSync(path, later, later);
    await notificationWith(vscode, `Another program changed ${name}`);
    await pressInNotification(vscode, 'Discard');
    await dirty(false);
    assert.equal(readFileSync(path)[TOUCHED], TOUCH);
  });

  it('are saved as another image, which is opened, and the first one stays as it was', async () => {
    const { page, workbench, folder } = opened();
    const original = readFileSync(path);
    await typeHex('ABCDEF');
    await workbench.runCommand('File: Save As...');
    const input = page.locator('.quick-input-widget input.input');
    // The palette has the same input; the dialog begins with the path of the image.
    await eventually(
      () => input.inputValue(),
      (value) => value.endsWith(name),
      'the path in the dialog',
    );
    const copy = `copied-${String(count)}.vhd`;
    await input.fill(join(folder, copy));
    await page.keyboard.press('Enter');
    await page.locator('.tab').filter({ hasText: copy }).first().waitFor();
    await workbench.waitFor({ area: 'editor', selector: 'h1.name', text: copy });
    await showBytes();
    await shows('ABCDEF');
    await workbench.screenshot({ name: 'saved-as' });
    assert.equal(await page.locator('.tab.dirty').count(), 0);
    assert.deepEqual(readFileSync(path), original);
  });

  it('are made in a layer that others stand on only when the user takes it on themselves', async () => {
    const vscode = opened();
    const { workbench } = vscode;
    const standing = { ...editedDisk(99), type: 'differencing' as const, blocks: blocksOf([1]) };
    const parent = { id: idOf(80 + count), name, locators: [{ code: 'W2ru', text: `.\\${name}` }] };
    writeVhd(join(vscode.folder, 'standing.avhd'), { ...standing, parent });
    await workbench.runCommand('View: Close All Editors');
    await open();
    await workbench.waitFor({ area: 'editor', selector: '.chip.read-only' });
    await workbench.runCommand('VHD Editor: Edit Anyway…');
    const words = await questionText(vscode, `Edit ${name} although other images stand on it?`);
    assert.match(words, /standing\.avhd.*create a snapshot/);
    await workbench.screenshot({ name: 'edit-anyway' });
    await answerDialog(vscode, 'Edit Anyway');
    await workbench.waitFor({ area: 'editor', selector: '.chip.read-only', state: 'detached' });
    await typeHex('ABCDEF');
    await shows('ABCDEF');
  });

  it('go with the file when it is renamed in the explorer', async () => {
    const vscode = opened();
    const { page, workbench } = vscode;
    await typeHex('ABCDEF');
    await chooseInExplorer(vscode, name, 'Rename...');
    const input = page.locator('.explorer-item input');
    await input.waitFor();
    name = `renamed-${String(count)}.vhd`;
    path = join(opened().folder, name);
    await input.fill(name);
    await page.keyboard.press('Enter');
    await workbench.waitFor({ area: 'editor', selector: 'h1.name', text: name });
    await workbench.screenshot({ name: 'renamed-while-dirty' });
    await dirty(true);
    await showBytes();
    await shows('ABCDEF');
    await page.keyboard.press('Control+s');
    await dirty(false);
  });
});

/** In the creator's field of the footer's copy: of no meaning to the edits, but the file is another one. */
const TOUCHED = 28;
const TOUCH = 0x76;

function touched(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[TOUCHED] = TOUCH;
  return copy;
}
