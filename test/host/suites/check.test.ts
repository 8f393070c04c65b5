import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { closeAllEditors, openImage, workspacePath } from './imageEditor';

const MIB = 1024 * 1024;
const SOUND: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * MIB,
  content: stampOf(1),
  blocks: blocksOf([0]),
  id: idOf(71),
};
const DAMAGED: VhdSpec = { ...SOUND, id: idOf(72), entries: { 1: 0x7000_0000 } };

const FILES = ['checked.vhd', 'heap', 'open-and-checked.vhd', 'open-and-damaged.vhd'];

/** What stands in the Problems panel about a file. */
function problemsOf(path: string): string[] {
  const { Error: error } = vscode.DiagnosticSeverity;
  return vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ code, severity, source }) => {
    assert.ok(typeof code === 'string' && source !== undefined);
    return `${source} ${code} ${severity === error ? 'error' : 'warning'}`;
  });
}

describe('checking images', () => {
  afterEach(async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    for (const name of FILES) rmSync(workspacePath(name), { recursive: true, force: true });
  });

  it('puts what is wrong with an image into the Problems panel, until it is right again', async () => {
    const path = workspacePath('checked.vhd');
    writeVhd(path, DAMAGED);
    await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(path));
    assert.deepEqual(problemsOf(path), ['VHD Editor bat-entry-beyond-file error']);
    writeVhd(path, SOUND);
    await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(path));
    assert.deepEqual(problemsOf(path), []);
  });

  it('checks all images of a folder and of those below it, and no source code', async () => {
    const folder = workspacePath('heap');
    mkdirSync(`${folder}/below`, { recursive: true });
    writeVhd(`${folder}/sound.vhd`, SOUND);
    writeVhd(`${folder}/below/damaged.vhd`, DAMAGED);
    writeFileSync(`${folder}/clock.vhd`, 'library ieee;\nentity clock is end clock;\n');
    await vscode.commands.executeCommand('vhdEditor.checkFolder', vscode.Uri.file(folder));
    assert.deepEqual(problemsOf(`${folder}/below/damaged.vhd`), ['VHD Editor bat-entry-beyond-file error']);
    for (const name of ['sound.vhd', 'clock.vhd']) assert.deepEqual(problemsOf(`${folder}/${name}`), []);
  });

  it('shows of an image that is open what opening it brought up, and in its editor what a check finds', async function () {
    requireBrowser(this);
    const path = workspacePath('open-and-checked.vhd');
    writeVhd(path, { ...SOUND, id: idOf(73) });
    // Block 1 gets the place of block 0: only a check looks at all of them.
    const bytes = readFileSync(path);
    const table = Number(bytes.readBigUInt64BE(512 + 16));
    bytes.copy(bytes, table + 4, table, table + 4);
    writeFileSync(path, bytes);
    await openImage(path);
    assert.deepEqual(problemsOf(path), []);
    await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(path));
    assert.deepEqual(problemsOf(path), ['VHD Editor bat-entry-duplicate error']);
    await browser.click({ area: 'editor', selector: '[role=tab]', text: 'Findings' });
    await browser.waitFor({ area: 'editor', selector: '.finding-id', text: 'bat-entry-duplicate' });
    await browser.screenshot({ name: 'checked' });
    await closeAllEditors();
    // It was checked, so it stays; what only opening brings up goes with the editor.
    assert.deepEqual(problemsOf(path), ['VHD Editor bat-entry-duplicate error']);
    const damaged = workspacePath('open-and-damaged.vhd');
    writeVhd(damaged, { ...SOUND, id: idOf(74) });
    const torn = readFileSync(damaged);
    torn.writeUInt32BE(0, torn.length - 512 + 64);
    writeFileSync(damaged, torn);
    await openImage(damaged);
    assert.deepEqual(
      problemsOf(damaged).map((problem) => problem.split(' ')[2]),
      ['footer-checksum', 'footer-copy-differs'],
    );
    await closeAllEditors();
    await eventually(
      () => problemsOf(damaged),
      ({ length }) => length === 0,
      'the problems of an image that was closed',
    );
  });
});
