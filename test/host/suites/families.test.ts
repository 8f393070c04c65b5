import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { NodeFileSystem, planMerge, runMerge, runToEnd } from '../../../src/engine/index';
import { stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { contentsBy7zip } from '../../peers/programs';
import { assertSameContent } from '../../peers/sameContent';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { baseSpec, childSpec } from '../vsix/diskChain';
import { writeOrphans } from '../vsix/orphans';
import { assertNoTrouble, closeAllEditors, workspacePath } from './imageEditor';

const SECTORS = (32 * 1024 * 1024) / 512;

const REBUILT = '.part.panel .pane-body .monaco-list-row';
const DISK_IMAGES = '.pane:has([aria-label^="Disk Images"]) .monaco-list-row';

/** Source of a function for the browser: what the rows say that have room, deeper ones indented. */
const READ_ROWS = `(selector) => [...document.querySelectorAll(selector)].map((row) =>
  '  '.repeat(Number(row.getAttribute('aria-level')) - 1) +
  ['.label-name', '.label-description'].map((part) => row.querySelector(part)?.textContent ?? '').join(' ').trim().replace(/\\s+/g, ' '))`;

async function rowsOf(selector: string): Promise<readonly string[]> {
  return (await browser.evaluate({ area: 'workbench', source: READ_ROWS, argument: selector })) as readonly string[];
}

async function toggle(pane: string): Promise<void> {
  await browser.click({ area: 'workbench', selector: `.pane-header[aria-label^="${pane}"]` });
}

describe('families of images', function () {
  before(function () {
    requireBrowser(this);
  });
  afterEach(async () => {
    await closeAllEditors();
    await vscode.commands.executeCommand('notifications.clearAll');
    await assertNoTrouble();
  });
  after(() => {
    for (const name of ['0-cut-base.vhd', '0-cut-leaf.avhd', '0-cut-7-Zip']) {
      rmSync(workspacePath(name), { recursive: true, force: true });
    }
  });

  it('of thirty orphans in one folder, in random order of their names, show as three trees', async () => {
    const orphans = writeOrphans(workspacePath('orphans'), 700);
    await vscode.commands.executeCommand('vhdEditor.rebuildFamily', vscode.Uri.file(workspacePath('orphans')));
    try {
      const bases = orphans.filter(({ parent }) => parent === null).sort((a, b) => (a.name < b.name ? -1 : 1));
      const [first] = bases;
      const chain = orphans.slice(orphans.indexOf(first!), orphans.indexOf(first!) + 10);
      const expected = [
        'Parents Moved 27',
        'Families 3',
        ...chain.map(({ name, parent }, depth) => {
          const role = depth === 9 ? 'active · ' : '';
          return `${'  '.repeat(depth + 1)}${name} ${parent === null ? 'dynamic · 4 MiB' : `${role}parent moved`}`;
        }),
      ];
      await eventually(
        () => rowsOf(REBUILT),
        (rows) => rows.length >= 4 && rows.every((row, index) => index >= expected.length || row === expected[index]),
        `the rows, to begin\n${expected.join('\n')}`,
      );
      await browser.screenshot({ name: 'rebuilt-families' });
    } finally {
      await vscode.commands.executeCommand('vhdEditor.closeRebuilt');
      rmSync(workspacePath('orphans'), { recursive: true });
    }
    await browser.waitFor({ area: 'workbench', selector: REBUILT, state: 'detached' });
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('show a merge that was cut short, which goes on from there, and the disk reads as before', async function () {
    const [base, leaf] = ['0-cut-base.vhd', '0-cut-leaf.avhd'].map(workspacePath) as [string, string];
    const sectors = [1, 4096, 8192];
    writeVhd(base, baseSpec(762, [0]));
    writeVhd(leaf, childSpec(761, '0-cut-base.vhd', sectors));
    const disk = Buffer.alloc(SECTORS * 512);
    disk.set(stampOf(762)(0), 0);
    for (const lba of sectors) disk.set(stampOf(761)(lba), lba * 512);
    stopInTheMiddle(leaf);
    await vscode.commands.executeCommand('vhdEditor.families.focus');
    try {
      const row = 'Merge of 0-cut-leaf.avhd';
      await browser.waitFor({ area: 'workbench', selector: '.monaco-list-row', text: row });
      await browser.screenshot({ name: 'cut-merge' });
      await browser.hover({ area: 'workbench', selector: '.monaco-list-row', text: row });
      await browser.click({ area: 'workbench', selector: '.monaco-list-row .codicon-debug-continue' });
      await eventually(
        () => [existsSync(leaf), existsSync(`${base}.vhd-editor-merge`)],
        ([hasLeaf, hasRecord]) => hasLeaf === false && hasRecord === false,
        'the files of the merge',
      );
      await browser.waitFor({ area: 'workbench', selector: '.monaco-list-row', text: row, state: 'detached' });
      const rows = await rowsOf(DISK_IMAGES);
      assert.ok(
        rows.some((each) => each.startsWith('0-cut-base.vhd dynamic')),
        rows.join('\n'),
      );
    } finally {
      await toggle('Disk Images');
    }
    const contents = contentsBy7zip(this, [base], workspacePath('0-cut-7-Zip'));
    assertSameContent(contents.get(base)!, disk, base);
  });
});

/** Merges an image into its parent until something is copied, and no further. */
function stopInTheMiddle(path: string): void {
  const fileSystem = new NodeFileSystem();
  const policy = { trusted: true, given: [], confine: null };
  const plan = runToEnd(planMerge({ fileSystem, policy, familyFolders: [] }, path, { into: null, keep: false }));
  const steps = runMerge(fileSystem, plan, { batchSectors: 1 });
  for (let step = steps.next(); step.done === true || step.value.doneBytes < 512; step = steps.next()) {
    assert.notEqual(step.done, true);
  }
  steps.return(undefined as never);
}
