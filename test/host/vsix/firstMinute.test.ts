import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeVhd } from '../../fixtures/vhdBuilder';
import { sized } from '../../testSize';
import { eventually } from '../../patience';
import { packagedVsCode } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInQuickPick,
  closeNotifications,
  leaveFailure,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';
import { baseSpec, childSpec } from './diskChain';

const SNAPSHOT = 'web01_1CE6964B-3D0A-4F37-A1B5-0C55E7A94D20.avhd';
const ROWS = '.pane:has([aria-label^="Disk Images"]) .monaco-list-row';

/** What a user meets first, in the order in which they meet it: each step goes on where the one before it ended. */
describe('the first minute, in the packaged extension', () => {
  if (process.env['VHD_TEST_VSCODE'] === 'oldest' && sized({ small: 1, ci: 0, full: 1 }) === 0) return;
  const opened = packagedVsCode();
  let steps = 0;

  const picture = async (name: string): Promise<void> => {
    steps += 1;
    await opened().workbench.screenshot({ name: `first-minute/${String(steps).padStart(2, '0')}-${name}` });
  };

  /** A step of the walkthrough that is open, unfolded. */
  const stepOf = async (title: string): Promise<ReturnType<ReturnType<typeof opened>['page']['locator']>> => {
    const step = opened().page.locator('.getting-started-step').filter({ hasText: title });
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    await step.and(opened().page.locator('[aria-expanded="true"]')).waitFor();
    return step;
  };

  const pressInStep = async (title: string, button: string): Promise<void> => {
    await (await stepOf(title)).locator('.monaco-button').filter({ hasText: button }).click();
  };

  /** The rows of the tree as they are seen: depth, label and description. */
  const rowsBecome = async (expected: readonly RegExp[]): Promise<void> => {
    const rows = (): Promise<readonly string[]> =>
      opened()
        .page.locator(ROWS)
        .evaluateAll((elements) =>
          elements.map((row) => {
            const parts = ['.label-name', '.label-description'].map((part) => row.querySelector(part)?.textContent);
            return `${row.getAttribute('aria-level') ?? ''} ${parts.join(' ').trim()}`.replaceAll(/\s+/g, ' ');
          }),
        );
    const areAsExpected = (now: readonly string[]): boolean =>
      now.length === expected.length && expected.every((pattern, at) => pattern.test(now[at] ?? ''));
    await eventually(rows, areAsExpected, expected.join('\n'));
  };

  before(async () => {
    const { workbench, page } = opened();
    await workbench.runCommand('View: Show Explorer');
    // So that the rows have room: what does not fit is not there.
    await page.locator('.pane-header[aria-label^="Explorer Section"]').click();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await leaveFailure(opened(), 'first-minute/failed');
    assert.deepEqual(await opened().workbench.takeTroubles(), []);
  });

  it('begins with a walkthrough whose steps can be read in whole', async () => {
    const { workbench, page } = opened();
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await chooseInQuickPick(opened(), 'Get Started with VHD Editor');
    const titles = page.locator('.getting-started-step .step-title');
    await titles.nth(4).waitFor();
    const texts = await titles.evaluateAll((elements) =>
      elements.map((title) => ({ text: title.textContent, isCut: title.scrollWidth > title.clientWidth + 1 })),
    );
    assert.deepEqual(
      texts,
      [
        'Open Your Disk Images',
        'See Which File Holds What',
        'Create a Snapshot',
        'Merge It Again',
        'When Something Is Wrong',
      ].map((text) => ({ text, isCut: false })),
    );
    for (const title of ['When Something', 'Merge It', 'Create a', 'See Which', 'Open Your']) await stepOf(title);
    await picture('walkthrough');
  });

  it('says what to do where the folder has no images', async () => {
    const { workbench } = opened();
    await pressInStep('Open Your Disk Images', 'Show Disk Images');
    const welcome = '.welcome-view-content';
    await workbench.waitFor({ area: 'workbench', selector: welcome, text: 'There are no disk images' });
    for (const text of ['Open an Image', 'Open Another Folder', 'Rebuild Family from Folder', 'Take the tour']) {
      await workbench.waitFor({ area: 'workbench', selector: `${welcome} :is(.monaco-button, a)`, text });
    }
    await picture('no-images');
  });

  it('shows the family of a folder, the whole tree of it', async () => {
    const { folder } = opened();
    writeVhd(join(folder, 'web01.vhd'), baseSpec(2, [0, 4096, 3 * 4096]));
    await rowsBecome([/^1 web01\.vhd dynamic · 32 MiB$/]);
    writeVhd(join(folder, SNAPSHOT), childSpec(1, 'web01.vhd', [1, 4096, 2 * 4096]));
    await rowsBecome([/^1 web01\.vhd dynamic · 32 MiB$/, /^2 web01_1CE6964B…\.avhd active$/]);
    await picture('family');
  });

  it('opens an image by a click, tells of a block under the pointer, and shows the disk of before', async () => {
    const { workbench, page } = opened();
    await page.locator(ROWS).nth(1).click();
    await workbench.waitFor({ area: 'editor', selector: 'h1.name', text: SNAPSHOT });
    await workbench.waitFor({ area: 'editor', selector: '.block-map-total', text: '16 blocks' });
    await workbench.hover({ area: 'editor', selector: '.block-map-surface', position: { x: 8, y: 8 } });
    await workbench.waitFor({ area: 'editor', selector: '.block-map-tooltip', text: 'web01.vhd' });
    await picture('block');
    await workbench.click({ area: 'editor', selector: '[data-layer="1"]' });
    await workbench.waitFor({ area: 'editor', selector: '[data-layer="1"][aria-checked="true"]' });
    await picture('layer');
  });

  it('shows structures, bytes and findings beside the map', async () => {
    const { workbench } = opened();
    for (const [tab, selector, text] of [
      ['structure', '#room-structure [role="treeitem"]', 'Cookie'],
      ['hex', '#room-hex [role="grid"]', '00000000'],
      ['findings', '#room-findings', 'Nothing was found to be wrong'],
    ] as const) {
      await workbench.click({ area: 'editor', selector: `#tab-${tab}` });
      await workbench.waitFor({ area: 'editor', selector, text });
      await picture(tab);
    }
  });

  it('creates a snapshot from the walkthrough, and the tree shows it at once', async () => {
    const vscode = opened();
    await vscode.workbench.click({ area: 'workbench', selector: '.tab', text: 'Welcome' });
    await pressInStep('Create a Snapshot', 'Create Snapshot…');
    await chooseInQuickPick(vscode, SNAPSHOT);
    const text = await questionText(vscode, `Create a snapshot of ${SNAPSHOT}?`);
    assert.match(text, /as with a checkpoint in Hyper-V\./);
    await picture('create-question');
    await answerDialog(vscode, 'Create Snapshot');
    await notificationWith(vscode, /a virtual machine must now use web01_[0-9A-F]{8}…\.avhd/);
    await rowsBecome([/^1 web01\.vhd/, /^2 web01_1CE6964B…\.avhd$/, /^3 web01_[0-9A-F]{8}…\.avhd active$/]);
    await picture('created');
    await pressInNotification(vscode, 'Open Image');
    await vscode.workbench.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'web01.vhd' });
    await closeNotifications(vscode);
  });

  it('merges it from the walkthrough, and says what a virtual machine goes on with', async () => {
    const vscode = opened();
    const before = readdirSync(vscode.folder);
    await vscode.workbench.click({ area: 'workbench', selector: '.tab', text: 'Welcome' });
    await pressInStep('Merge It Again', 'Merge Snapshot…');
    await chooseInQuickPick(vscode, SNAPSHOT);
    await chooseInQuickPick(vscode, 'Into the parent, web01.vhd');
    const text = await questionText(vscode, `Merge ${SNAPSHOT} into web01.vhd?`);
    assert.match(text, /3 sectors \(1\.5 KiB\) are read/);
    await picture('merge-question');
    await answerDialog(vscode, 'Merge');
    await notificationWith(
      vscode,
      /is merged into web01\.vhd\. A virtual machine goes on with web01_[0-9A-F]{8}…\.avhd/,
    );
    await rowsBecome([/^1 web01\.vhd/, /^2 web01_[0-9A-F]{8}…\.avhd active$/]);
    await picture('merged');
    assert.deepEqual(
      readdirSync(vscode.folder),
      before.filter((name) => name !== SNAPSHOT),
    );
  });
});
