import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { packagedVsCode } from '../packagedWorkbench';

describe('a folder that the user does not trust', () => {
  if (process.env['VHD_TEST_VSCODE'] === 'oldest' && sized({ small: 1, ci: 0, full: 1 }) === 0) return;
  const opened = packagedVsCode({ trustsFolders: false });

  it('has its images shown and not edited, with the reason, until the user trusts it', async () => {
    const vscode = opened();
    const { workbench, page, folder } = vscode;
    const path = join(folder, 'foreign.vhd');
    const id = idOf(98);
    writeVhd(path, { type: 'dynamic', virtualSize: 4 * 1024 * 1024, id, content: stampOf(1), blocks: blocksOf([0]) });
    const original = readFileSync(path);
    await vscode.openFile('foreign.vhd');
    await workbench.waitFor({ area: 'editor', selector: 'h1.name', text: 'foreign.vhd' });
    await workbench.waitFor({ area: 'editor', selector: '.chip.read-only', text: 'do not trust' });
    await workbench.click({ area: 'editor', selector: '#tab-hex' });
    await workbench.waitFor({ area: 'editor', selector: '#room-hex .hex-byte' });
    await workbench.click({ area: 'editor', selector: '#room-hex .hex-byte' });
    await page.keyboard.type('AB');
    await workbench.waitFor({ area: 'editor', selector: '.banner', text: 'do not trust' });
    await workbench.screenshot({ name: 'restricted' });
    assert.equal(await page.locator('.tab.dirty').count(), 0);
    assert.deepEqual(readFileSync(path), original);

    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor a.monaco-button').filter({ hasText: 'Trust' }).first().click();
    await vscode.openFile('foreign.vhd');
    await workbench.waitFor({ area: 'editor', selector: '.chip.read-only', state: 'detached' });
    await workbench.click({ area: 'editor', selector: '#room-hex .hex-byte' });
    await page.keyboard.type('AB');
    await page.locator('.tab.dirty').first().waitFor();
    await workbench.runCommand('File: Revert File');
    assert.deepEqual(readFileSync(path), original);
  });
});
