import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { contentsBy7zip } from '../../peers/programs';
import { assertSameContent } from '../../peers/sameContent';
import { eventually } from '../../patience';
import type { PackagedWorkbench } from '../packagedWorkbench';
import {
  answerDialog,
  chooseFolder,
  chooseInMenu,
  chooseInQuickPick,
  closeNotifications,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';
import { writeOrphans, type Orphan } from './orphans';

const PANEL = '.part.panel';
const ROWS = `${PANEL} .pane-body .monaco-list-row`;

export function rebuildFamilyTests(opened: () => PackagedWorkbench): void {
  let orphans: readonly Orphan[] = [];
  const folder = (): string => join(opened().folder, 'restored');

  /** The rows that have room: depth and label, with the description where there is one. */
  async function rows(): Promise<readonly string[]> {
    return opened()
      .page.locator(ROWS)
      .evaluateAll((elements) =>
        elements.map((row) => {
          const depth = Number(row.getAttribute('aria-level')) - 1;
          const words = ['.label-name', '.label-description'].map((part) => row.querySelector(part)?.textContent ?? '');
          return `${'  '.repeat(depth)}${words.join(' ').trim().replaceAll(/\s+/g, ' ')}`;
        }),
      );
  }

  /** Waits until the rows begin so; those at the end may have no room. */
  async function rowsBegin(expected: readonly string[]): Promise<void> {
    const isBegin = (now: readonly string[]): boolean =>
      now.length >= Math.min(10, expected.length) && now.every((row, index) => row === expected[index]);
    await eventually(rows, isBegin, `the rows, to begin\n${expected.join('\n')}`);
  }

  /** The families as a tree of their own, sorted by their bases' names. */
  function familyRows(note: string): readonly string[] {
    const chains = [0, 10, 20].map((first) => orphans.slice(first, first + 10));
    return chains
      .sort(([a], [b]) => (a!.name < b!.name ? -1 : 1))
      .flatMap((chain) =>
        chain.map(({ name, parent }, depth) => {
          const words = [depth === 9 ? 'active' : '', parent === null ? '' : note].filter((word) => word !== '');
          const facts = parent === null ? 'dynamic · 4 MiB' : words.join(' · ');
          return `${'  '.repeat(depth + 1)}${name} ${facts}`.trimEnd();
        }),
      );
  }

  it('makes families of thirty orphans in one folder, whatever they are called', async () => {
    const vscode = opened();
    orphans = writeOrphans(folder(), 600);
    await vscode.workbench.runCommand('VHD Editor: Rebuild Family from Folder…');
    await chooseFolder(vscode, folder());
    await rowsBegin(['Parents Moved 27', 'Families 3', ...familyRows('parent moved')]);
    const message = await vscode.page.locator(`${PANEL} .message`).innerText();
    assert.equal(
      message.replaceAll(/\s+/g, ' ').trim(),
      `${folder()} \u2014 Images: 30, families: 3. Parents moved: 27.`,
    );
    await vscode.workbench.screenshot({ name: 'rebuilt' });
  });

  it('relinks all of them after one question that says what is done to which, and takes it back', async function () {
    const vscode = opened();
    const before = orphans.map(({ path }) => readFileSync(path));
    const row = vscode.page.locator(ROWS).filter({ hasText: 'Parents Moved' });
    await row.click({ button: 'right' });
    await chooseInMenu(vscode, 'Relink Moved Images…');
    const text = await questionText(vscode, 'Relink 27 images in restored?');
    await vscode.workbench.screenshot({ name: 'relink-folder-question' });
    const ties = [...text.matchAll(/(\S+\.avhd) → (\S+?\.a?vhd)/g)];
    assert.equal(ties.length, 4, text);
    for (const [, child, parent] of ties) {
      assert.equal(orphans.find(({ name }) => name === child)?.parent, join(folder(), parent!));
    }
    assert.match(text, /Nothing else is changed: every disk reads as before\./);
    assert.match(text, /Undo Relink brings it back, to the byte\./);
    await answerDialog(vscode, 'Relink');
    await notificationWith(vscode, '27 images name their parents where they are now.');
    await rowsBegin(['Families 3', ...familyRows('')]);
    await vscode.workbench.screenshot({ name: 'relinked-folder' });
    const leafs = orphans.filter((_, index) => index % 10 === 9);
    const contents = contentsBy7zip(
      this,
      leafs.map(({ path }) => path),
      join(opened().folder, '7-Zip'),
    );
    for (const { path, content } of leafs) assertSameContent(contents.get(path)!, content(), path);
    // From the message that says so, to the byte.
    const undo = orphans.map(({ path }) => `${path}.vhd-editor-undo`);
    assert.equal(undo.filter((path) => existsSync(path)).length, 27);
    await pressInNotification(vscode, 'Undo Relink');
    await questionText(vscode, 'Take the relinking of 27 images in restored back?');
    await answerDialog(vscode, 'Undo Relink');
    await notificationWith(vscode, '27 images are as they were before.');
    await rowsBegin(['Parents Moved 27', 'Families 3', ...familyRows('parent moved')]);
    assert.equal(undo.filter((path) => existsSync(path)).length, 0);
    assert.ok(!existsSync(join(folder(), '.vhd-editor-undo')));
    assert.deepEqual(
      orphans.map(({ path }) => readFileSync(path)),
      before,
    );
    await closeNotifications(vscode);
  });

  it('merges a branch to a new disk that nothing but an id leads through, and changes none of its files', async function () {
    const vscode = opened();
    // In a folder of its own, only the id says that it is the parent.
    const [base, child] = [orphans[0]!, orphans[1]!];
    const before = readFileSync(child.path);
    const moved = join(opened().folder, 'restored', 'deeper', base.name);
    mkdirSync(join(folder(), 'deeper'));
    renameSync(base.path, moved);
    await vscode.page.locator(`${PANEL} .composite.title .codicon-refresh`).click();
    await eventually(
      rows,
      (now) => now.some((row) => row.includes(`${base.name} dynamic · 4 MiB · deeper`)),
      'the base',
    );
    await vscode.page.locator(ROWS).filter({ hasText: child.name }).first().click({ button: 'right' });
    await chooseInMenu(vscode, 'Merge to New File…');
    await chooseInQuickPick(vscode, 'Dynamic');
    const dialog = vscode.page.locator('.quick-input-widget input.input');
    await eventually(
      () => dialog.inputValue(),
      (value) => value.endsWith(' merged.vhd'),
      'the name that is proposed',
    );
    const target = join(folder(), 'rescued.vhd');
    await dialog.fill(target);
    await vscode.page.keyboard.press('Enter');
    await questionText(vscode, `Merge ${child.name} into the new file rescued.vhd?`);
    await answerDialog(vscode, 'Merge');
    await notificationWith(vscode, 'rescued.vhd holds the whole disk');
    assert.deepEqual(readFileSync(child.path), before);
    const contents = contentsBy7zip(this, [target], join(opened().folder, '7-Zip merged'));
    assertSameContent(contents.get(target)!, child.content(), target);
  });
}
