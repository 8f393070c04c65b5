import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { closeAllEditors, openTabs, workspacePath } from './imageEditor';

const SOURCE = `library ieee;

entity counter is
  port (clk : in bit);
end entity;
`;
const TOP = 'architecture rtl of top is\nbegin\n  u1 : entity work.counter;\nend architecture;\n';

/** Stands for a language extension for VHDL: any language of VS Code's own will do. */
const LANGUAGE = 'ini';

function writeText(name: string, text: string): vscode.Uri {
  writeFileSync(workspacePath(name), text);
  return vscode.Uri.file(workspacePath(name));
}

function writeDisk(name: string): vscode.Uri {
  writeVhd(workspacePath(name), { type: 'dynamic', virtualSize: 16 * 1024 * 1024, blocks: blocksOf([0, 9]) });
  return vscode.Uri.file(workspacePath(name));
}

/** What a click in the explorer, quick open and a search result come down to. */
async function open(uri: vscode.Uri, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri, options);
}

async function eventuallyTabs(expected: readonly string[]): Promise<void> {
  await eventually(openTabs, (tabs) => JSON.stringify(tabs) === JSON.stringify(expected), 'the open tabs');
}

/** Waits until a tab that comes after all others has been handed over: what was to happen to those has happened. */
async function settled(): Promise<void> {
  await open(writeDisk('last.vhd'), { viewColumn: vscode.ViewColumn.Nine, preview: false });
  await eventually(openTabs, (tabs) => tabs.includes('ours last.vhd *'), 'the open tabs');
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  await eventually(openTabs, (tabs) => !tabs.some((tab) => tab.includes('last.vhd')), 'the open tabs');
}

async function clickInExplorer(name: string, clickCount: number): Promise<void> {
  await browser.click({ area: 'workbench', selector: `.explorer-folders-view [aria-label^="${name}"]`, clickCount });
}

async function focusedInExplorer(): Promise<boolean> {
  const source = '() => document.activeElement?.closest(".explorer-folders-view") !== null';
  return (await browser.evaluate({ area: 'workbench', source, argument: null })) === true;
}

/** True once the page of our editor has the focus. VS Code gives it when the page is there, and that closes quick open. */
async function focusedInOurs(): Promise<boolean> {
  const source = '() => document.activeElement?.matches("iframe.webview") === true';
  return (await browser.evaluate({ area: 'workbench', source, argument: null })) === true;
}

async function quickOpen(words: string): Promise<void> {
  const [name = ''] = words.split(':');
  await eventually(
    async () => {
      // The list is made once, without a file that is not known yet, and closes when the page of an editor takes the focus.
      await vscode.commands.executeCommand('workbench.action.quickOpen', words);
      return isOffered(name);
    },
    (isThere) => isThere,
    'the file in quick open',
  );
  await browser.press('Enter');
}

/** Waits some seconds for a file to be the first that quick open offers. */
async function isOffered(name: string): Promise<boolean> {
  const row = { area: 'workbench', selector: '.quick-input-list .monaco-list-row.focused', text: name } as const;
  return eventually(
    () => browser.count(row),
    (count) => count > 0,
    'the row',
    5000,
  ).then(
    () => true,
    () => false,
  );
}

describe('.vhd, which is VHDL source as well as a disk image', () => {
  const files = vscode.workspace.getConfiguration('files');

  before(async () => {
    await files.update('associations', { '*.vhd': LANGUAGE }, vscode.ConfigurationTarget.Global);
  });
  after(() => files.update('associations', undefined, vscode.ConfigurationTarget.Global));
  beforeEach(closeAllEditors);
  after(closeAllEditors);

  for (const name of ['counter.vhd', 'COUNTER.VHD']) {
    it(`opens source called ${name} in the text editor, with its language and the selection asked for`, async () => {
      const uri = writeText(name, SOURCE);
      await open(uri, { preview: true, selection: new vscode.Range(2, 7, 2, 14) });
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, uri.fsPath);
      assert.equal(editor.document.languageId, LANGUAGE);
      assert.equal(editor.document.getText(editor.selection), 'counter');
      await settled();
      assert.deepEqual(openTabs(), [`text ${name} (preview) *`]);
    });
  }

  it('opens an empty .vhd in the text editor', async () => {
    await open(writeText('empty.vhd', ''), { preview: false });
    await settled();
    assert.deepEqual(openTabs(), ['text empty.vhd *']);
  });

  it('goes to a definition in source, and selects it there', async () => {
    const target = writeText('counter.vhd', SOURCE);
    const top = writeText('top.vhd', TOP);
    const provider = vscode.languages.registerDefinitionProvider(
      { language: LANGUAGE },
      { provideDefinition: () => new vscode.Location(target, new vscode.Range(2, 7, 2, 14)) },
    );
    try {
      await open(top, { selection: new vscode.Range(2, 20, 2, 20) });
      await vscode.commands.executeCommand('editor.action.revealDefinition');
      const editor = await eventually(
        () => vscode.window.activeTextEditor,
        (active) => active?.document.uri.fsPath === target.fsPath && active.selection.start.line === 2,
        'the editor of the definition',
      );
      assert.equal(editor?.selection.start.character, 7);
    } finally {
      provider.dispose();
    }
  });

  it('compares source in the text editor', async () => {
    const one = writeText('counter.vhd', SOURCE);
    const other = writeText('counter2.vhd', SOURCE.replace('bit', 'std_logic'));
    await vscode.commands.executeCommand('vscode.diff', one, other, 'one ↔ other', { preview: false });
    assert.equal(vscode.window.activeTextEditor?.document.languageId, LANGUAGE);
    await settled();
    assert.deepEqual(openTabs(), ['diff one ↔ other *']);
  });

  it('leaves source alone that is edited, saved and opened again', async () => {
    const uri = writeText('edited.vhd', SOURCE);
    const editor = await vscode.window.showTextDocument(uri, { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '-- more\n'));
    assert.deepEqual(openTabs(), ['text edited.vhd *']);
    await editor.document.save();
    await open(uri, { preview: false });
    await settled();
    assert.deepEqual(openTabs(), ['text edited.vhd *']);
  });

  for (const name of ['disk.vhd', 'DISK.VHD']) {
    it(`opens a disk image called ${name} in ours, without a question and without a tab left over`, async () => {
      await open(writeDisk(name), { preview: false });
      await eventuallyTabs([`ours ${name} *`]);
    });
  }

  it('previews a disk image where source would be previewed, and keeps it where it would be kept', async () => {
    const uri = writeDisk('disk.vhd');
    await open(uri, { preview: true, preserveFocus: true });
    await eventuallyTabs(['ours disk.vhd (preview) *']);
    await open(uri, { preview: false });
    await eventuallyTabs(['ours disk.vhd *']);
    // Opened once more, as by a click in the explorer: there it is.
    await open(writeText('counter.vhd', SOURCE), { preview: false });
    await open(uri, { preview: true });
    await eventuallyTabs(['ours disk.vhd *', 'text counter.vhd']);
  });

  it('leaves no text editor that opens itself once more behind ours, as one does that finds out that its file is binary', async () => {
    const uri = writeDisk('disk.vhd');
    await open(uri, { preview: false });
    await eventuallyTabs(['ours disk.vhd *']);
    const seen: string[] = [];
    const listener = vscode.window.tabGroups.onDidChangeTabs(({ opened }) =>
      seen.push(...opened.map(() => openTabs().join())),
    );
    try {
      await vscode.commands.executeCommand('vscode.openWith', uri, 'default', { background: true, preview: false });
      await eventually(
        () => seen,
        (tabs) => tabs.some((each) => each.includes('text disk.vhd')),
        'the text editor',
      );
      await eventuallyTabs(['ours disk.vhd *']);
    } finally {
      listener.dispose();
    }
  });

  it('opens a disk image beside, in the group that was asked for', async () => {
    await open(writeText('counter.vhd', SOURCE), { preview: false });
    await open(writeDisk('disk.vhd'), { viewColumn: vscode.ViewColumn.Beside, preview: false });
    await eventuallyTabs(['text counter.vhd *', 'ours disk.vhd *']);
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('shows a disk image as text where the user reopens it so, and leaves it there', async () => {
    const uri = writeDisk('disk.vhd');
    await open(uri, { preview: false });
    await eventuallyTabs(['ours disk.vhd *']);
    await vscode.commands.executeCommand('reopenActiveEditorWith', 'default');
    await eventuallyTabs(['text disk.vhd *']);
    // Whatever else happens to it, such as being opened again.
    await open(writeText('counter.vhd', SOURCE), { preview: false });
    await open(uri, { preview: false });
    await eventuallyTabs(['text disk.vhd *', 'text counter.vhd']);
    await closeAllEditors();
    await open(uri, { preview: false });
    await eventuallyTabs(['ours disk.vhd *']);
  });

  it('shows every .vhd as text where the settings say so', async () => {
    const workbench = vscode.workspace.getConfiguration('workbench');
    await workbench.update('editorAssociations', { '*.vhd': 'default' }, vscode.ConfigurationTarget.Global);
    try {
      const uri = writeDisk('disk.vhd');
      await open(uri, { preview: false });
      // What would be handed over first is handed over first.
      await workbench.update('editorAssociations', undefined, vscode.ConfigurationTarget.Global);
      await open(writeDisk('second.vhd'), { preview: false });
      await eventuallyTabs(['text disk.vhd', 'ours second.vhd *']);
    } finally {
      await workbench.update('editorAssociations', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('opens .avhd, which is no source, in ours at once', async () => {
    const uri = writeDisk('disk.avhd');
    const seen: string[] = [];
    const listener = vscode.window.tabGroups.onDidChangeTabs(() => seen.push(...openTabs()));
    await open(uri, { preview: false });
    await eventuallyTabs(['ours disk.avhd *']);
    listener.dispose();
    assert.deepEqual(
      seen.filter((tab) => tab.startsWith('text')),
      [],
    );
  });

  it('leaves the comparison of two disk images to VS Code', async () => {
    const [one, other] = [writeDisk('one.vhd'), writeDisk('other.vhd')];
    await vscode.commands.executeCommand('vscode.diff', one, other, 'one ↔ other', { preview: false });
    await settled();
    assert.deepEqual(
      openTabs().filter((tab) => tab.startsWith('ours') || tab.startsWith('text')),
      [],
    );
    assert.equal(openTabs().length, 1);
  });

  describe('in the workbench', function () {
    before(function () {
      requireBrowser(this);
    });

    it('opens source and disks from the explorer', async () => {
      writeText('counter.vhd', SOURCE);
      // Its name is in no other: the explorer may still list files of tests before, and a click finds names whatever their case.
      writeDisk('explored.vhd');
      await vscode.commands.executeCommand('workbench.view.explorer');
      await clickInExplorer('explored.vhd', 1);
      await eventuallyTabs(['ours explored.vhd (preview) *']);
      // The focus stays in the explorer, as with any file that is previewed.
      await eventually(focusedInExplorer, (isThere) => isThere, 'the focus in the explorer');
      await clickInExplorer('explored.vhd', 2);
      await eventuallyTabs(['ours explored.vhd *']);
      await clickInExplorer('counter.vhd', 1);
      await eventuallyTabs(['ours explored.vhd', 'text counter.vhd (preview) *']);
      assert.equal(await focusedInExplorer(), true);
      await clickInExplorer('counter.vhd', 2);
      await eventuallyTabs(['ours explored.vhd', 'text counter.vhd *']);
    });

    it('opens source and disks from quick open', async () => {
      writeText('counter.vhd', SOURCE);
      writeDisk('quick.vhd');
      await quickOpen('quick.vhd');
      await eventuallyTabs(['ours quick.vhd *']);
      await eventually(focusedInOurs, (isThere) => isThere, 'the focus in our editor');
      await quickOpen('counter.vhd:3:8');
      await eventuallyTabs(['ours quick.vhd', 'text counter.vhd *']);
      await eventually(
        () => vscode.window.activeTextEditor?.selection.start,
        (start) => start?.line === 2 && start.character === 7,
        'the cursor',
      );
    });

    it('opens source from search results, with the match selected', async () => {
      writeText('needle.vhd', `${SOURCE}-- the needle\n`);
      await vscode.commands.executeCommand('workbench.action.findInFiles', {
        query: 'the needle',
        triggerSearch: true,
      });
      await browser.click({ area: 'workbench', selector: '.search-view .monaco-list-row .match' });
      await eventually(
        () => vscode.window.activeTextEditor,
        (editor) => editor?.document.getText(editor.selection) === 'the needle',
        'the selected match',
      );
      await settled();
      assert.deepEqual(openTabs(), ['text needle.vhd (preview) *']);
      await vscode.commands.executeCommand('workbench.view.explorer');
    });
  });

  it('contributes no language', () => {
    const manifest = vscode.extensions.getExtension('vhd-editor.vhd-editor')?.packageJSON as {
      readonly contributes: Readonly<Record<string, unknown>>;
    };
    assert.equal(manifest.contributes['languages'], undefined);
    assert.equal(manifest.contributes['grammars'], undefined);
  });
});
