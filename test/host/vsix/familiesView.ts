import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFileSystem, planMerge, runMerge, runToEnd } from '../../../src/engine/index';
import { idOf, writeVhd } from '../../fixtures/vhdBuilder';
import { eventually } from '../../patience';
import type { PackagedWorkbench } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInMenu,
  chooseInQuickPick,
  closeNotifications,
  notificationWith,
  questionText,
} from './dialogs';
import { baseSpec, childSpec, writeDiskChain } from './diskChain';

const ROWS = '.pane:has([aria-label^="Disk Images"]) .monaco-list-row';

/** Merges an image into its parent until something is copied, and no further. */
function stopInTheMiddle(path: string): void {
  const fileSystem = new NodeFileSystem();
  const policy = { trusted: true, given: [], confine: null };
  const request = { fileSystem, policy, familyFolders: [] };
  const plan = runToEnd(planMerge(request, path, { into: null, keep: false }));
  const steps = runMerge(fileSystem, plan, { batchSectors: 1 });
  for (let step = steps.next(); step.done === true || step.value.doneBytes < 512; step = steps.next()) {
    assert.notEqual(step.done, true);
  }
  steps.return(undefined as never);
}

export function familiesViewTests(opened: () => PackagedWorkbench): void {
  /** The rows as they are seen: depth, label and description. */
  async function rows(): Promise<readonly string[]> {
    const found = await opened()
      .page.locator(ROWS)
      .evaluateAll((elements) =>
        elements.map((row) => ({
          level: Number(row.getAttribute('aria-level')),
          text: ['.label-name', '.label-description']
            .map((part) => row.querySelector(part)?.textContent ?? '')
            .join(' '),
        })),
      );
    return found.map(({ level, text }) => `${'  '.repeat(level - 1)}${text.trim().replaceAll(/\s+/g, ' ')}`);
  }

  async function rowsBecome(expected: readonly string[]): Promise<void> {
    await eventually(rows, (now) => JSON.stringify(now) === JSON.stringify(expected), expected.join('\n'));
  }

  const path = (name: string): string => join(opened().folder, name);

  const rowMenu = async (label: string, entry: string): Promise<void> => {
    await opened().page.locator(ROWS).filter({ hasText: label }).first().click({ button: 'right' });
    await chooseInMenu(opened(), entry);
  };

  it('says so where there are no images, among thousands of other files', async () => {
    const vscode = opened();
    mkdirSync(path('source'));
    for (let number = 0; number < 3000; number++) {
      const name = number % 10 === 0 ? `unit${String(number)}.vhd` : `file${String(number)}.txt`;
      writeFileSync(path(join('source', name)), `entity counter${String(number)} is\nend entity;\n`);
    }
    // So that the rows have room: what does not fit is not there.
    await vscode.page.locator('.pane-header[aria-label^="Explorer Section"]').click();
    await vscode.workbench.runCommand('Explorer: Focus on Disk Images View');
    await vscode.workbench.waitFor({
      area: 'workbench',
      selector: '.welcome-view-content',
      text: 'There are no disk images (.vhd, .avhd) in this folder.',
    });
    await vscode.workbench.screenshot({ name: 'families-none' });
  });

  it('shows families as trees, with branches, broken links and what cannot be read, and follows the files', async () => {
    const vscode = opened();
    writeDiskChain(vscode.folder, 'web', 10);
    await rowsBecome(['web-base.vhd dynamic · 32 MiB', '  web-middle.avhd', '    web-leaf.avhd active']);
    writeVhd(path('web-test.avhd'), { ...childSpec(11, 'web-base.vhd', [7]), id: idOf(19) });
    writeVhd(path('lost.avhd'), childSpec(50, 'gone.vhd', [1]));
    writeVhd(path('alone.vhd'), baseSpec(60, [0]));
    writeFileSync(path('damaged.avhd'), 'no image at all');
    await rowsBecome([
      'alone.vhd dynamic · 32 MiB',
      'damaged.avhd cannot be read',
      'gone.vhd missing',
      '  lost.avhd active',
      'web-base.vhd dynamic · 32 MiB',
      '  web-middle.avhd',
      '    web-leaf.avhd leaf',
      '  web-test.avhd leaf',
    ]);
    await vscode.workbench.screenshot({ name: 'families' });
    for (const name of ['web-test.avhd', 'lost.avhd', 'alone.vhd', 'damaged.avhd']) rmSync(path(name));
    await rowsBecome(['web-base.vhd dynamic · 32 MiB', '  web-middle.avhd', '    web-leaf.avhd active']);
  });

  it('tells a screen reader what a row is, and opens it in our editor', async () => {
    const vscode = opened();
    const row = vscode.page.locator(ROWS).filter({ hasText: 'web-leaf.avhd' });
    assert.equal(
      (await row.getAttribute('aria-label'))?.replaceAll(/\s/g, ' '),
      'web-leaf.avhd, active, differencing, 32 MiB',
    );
    await row.click();
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'web-leaf.avhd' });
  });

  it('begins every operation from the context menu of a row, and shows what came of it', async () => {
    const vscode = opened();
    await rowMenu('web-middle.avhd', 'Delete Snapshot…');
    await questionText(vscode, 'Delete the snapshot web-middle.avhd?');
    await answerDialog(vscode, 'Delete');
    await notificationWith(vscode, 'A virtual machine goes on with web-leaf.avhd');
    await rowsBecome(['web-base.vhd dynamic · 32 MiB', '  web-leaf.avhd active']);
    await closeNotifications(vscode);
    await rowMenu('web-base.vhd', 'Revert to Snapshot…');
    await questionText(vscode, 'Revert web-leaf.avhd to web-base.vhd?');
    await answerDialog(vscode, 'Revert');
    await notificationWith(vscode, 'A virtual machine goes on with web-leaf.avhd');
    await closeNotifications(vscode);
    await rowMenu('web-leaf.avhd', 'Create Snapshot…');
    await questionText(vscode, 'Create a snapshot of web-leaf.avhd?');
    await answerDialog(vscode, 'Cancel');
    await rowMenu('web-leaf.avhd', 'Merge Snapshot…');
    await chooseInQuickPick(vscode, 'Into the parent, web-base.vhd');
    await questionText(vscode, 'Merge web-leaf.avhd into web-base.vhd?');
    await answerDialog(vscode, 'Merge');
    await notificationWith(vscode, 'A virtual machine must now use web-base.vhd');
    await rowsBecome(['web-base.vhd dynamic · 32 MiB']);
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'web-base.vhd' });
  });

  it('shows a merge that was cut short, and resumes it', async () => {
    const vscode = opened();
    writeVhd(path('cut-base.vhd'), baseSpec(72, [0]));
    writeVhd(path('cut-leaf.avhd'), childSpec(71, 'cut-base.vhd', [1, 4096, 8192]));
    await rowsBecome(['cut-base.vhd dynamic · 32 MiB', '  cut-leaf.avhd active', 'web-base.vhd dynamic · 32 MiB']);
    stopInTheMiddle(path('cut-leaf.avhd'));
    await rowsBecome([
      'cut-base.vhd dynamic · 32 MiB',
      '  Merge of cut-leaf.avhd not finished',
      '  cut-leaf.avhd active',
      'web-base.vhd dynamic · 32 MiB',
    ]);
    await vscode.workbench.screenshot({ name: 'families-unfinished' });
    await closeNotifications(vscode);
    await rowMenu('Merge of cut-leaf.avhd', 'Resume Merge');
    await notificationWith(vscode, 'A virtual machine must now use cut-base.vhd');
    await rowsBecome(['cut-base.vhd dynamic · 32 MiB', 'web-base.vhd dynamic · 32 MiB']);
    assert.ok(!existsSync(path('cut-leaf.avhd')));
  });
}
