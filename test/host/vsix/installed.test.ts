import assert from 'node:assert/strict';
import { join } from 'node:path';
import { blocksOf } from '../../fixtures/vhdSpec';
import { writeVhd } from '../../fixtures/vhdBuilder';
import { packagedVsCode } from '../packagedWorkbench';

describe('the packaged extension, installed', () => {
  const opened = packagedVsCode();

  it('opens an image from quick open without a question and without trouble', async () => {
    const vscode = opened();
    writeVhd(join(vscode.folder, 'disk.vhd'), {
      type: 'dynamic',
      virtualSize: 16 * 1024 * 1024,
      blocks: blocksOf([0, 1, 5_000]),
    });
    await vscode.openFile('disk.vhd');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'body' });
    assert.equal(await vscode.workbench.count({ area: 'workbench', selector: '.monaco-dialog-box' }), 0);
    assert.deepEqual(await vscode.workbench.takeTroubles(), []);
    await vscode.workbench.screenshot({ name: 'installed' });
  });
});
