import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { workspacePath } from './imageEditor';

const MIB = 1024 * 1024;
const SOUND: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * MIB,
  content: stampOf(1),
  blocks: blocksOf([0]),
  id: idOf(71),
};
const DAMAGED: VhdSpec = { ...SOUND, id: idOf(72), entries: { 1: 0x7000_0000 } };

/** What stands in the Problems panel about a file. */
function problemsOf(path: string): string[] {
  const { Error: error } = vscode.DiagnosticSeverity;
  return vscode.languages.getDiagnostics(vscode.Uri.file(path)).map(({ code, severity, source }) => {
    assert.ok(typeof code === 'string' && source !== undefined);
    return `${source} ${code} ${severity === error ? 'error' : 'warning'}`;
  });
}

describe('checking images', () => {
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
});
