import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { PackagedWorkbench } from '../packagedWorkbench';
import {
  answerDialog,
  chooseInExplorer,
  closeNotifications,
  notificationWith,
  pressInNotification,
  questionText,
} from './dialogs';

const SIZE = 68 * 512;
const NAME = 'lost.vhd';

export function repairFileTests(opened: () => PackagedWorkbench): void {
  it('is a file that has lost its footer, after a question, and is brought back', async () => {
    const vscode = opened();
    const path = join(vscode.folder, NAME);
    const whole = Buffer.from(
      buildVhd({ type: 'fixed', virtualSize: SIZE, geometry: [1, 4, 17], id: idOf(91), content: stampOf(4) }),
    );
    // A full disk kept the first bytes of the footer, too few for whoever looks for it at the end.
    const broken = whole.subarray(0, SIZE + 100);
    writeFileSync(path, broken);
    await vscode.openFile(NAME);
    // All that the editor can do is to say what is wrong. When it comes, it takes the focus, and menus close.
    await vscode.workbench.waitFor({ area: 'editor', selector: 'body', text: 'there is no VHD footer at its end' });
    await chooseInExplorer(vscode, NAME, 'Repair Image…');
    const question = await questionText(vscode, `Repair ${NAME}?`);
    for (const words of ['the bytes that were cut off', 'The file becomes 34.5 KiB', 'No editor can open this file']) {
      assert.ok(question.includes(words), `${question} lacks ${words}`);
    }
    await vscode.workbench.screenshot({ name: 'repair-file' });
    await answerDialog(vscode, 'Repair');
    await notificationWith(vscode, /lost\.vhd is repaired and can be opened.*lost\.vhd\.vhd-editor-undo/);
    assert.ok(readFileSync(path).equals(whole));
    await pressInNotification(vscode, 'Open Image');
    await vscode.workbench.waitFor({ area: 'editor', selector: 'h1.name', text: NAME });
    await vscode.workbench.waitFor({ area: 'editor', selector: '.findings-chip', text: 'no findings' });

    await vscode.workbench.runCommand('VHD Editor: Undo Repair…');
    await questionText(vscode, `Undo the last repair of ${NAME}?`);
    await answerDialog(vscode, 'Undo Repair');
    await notificationWith(vscode, `${NAME} is as it was before its last repair`);
    assert.ok(readFileSync(path).equals(broken));
    assert.ok(!existsSync(`${path}.vhd-editor-undo`));

    // As the message offers it.
    await closeNotifications(vscode);
    await chooseInExplorer(vscode, NAME, 'Repair Image…');
    await questionText(vscode, `Repair ${NAME}?`);
    await answerDialog(vscode, 'Repair');
    await notificationWith(vscode, /lost\.vhd is repaired and can be opened/);
    await pressInNotification(vscode, 'Undo Repair…');
    await questionText(vscode, `Undo the last repair of ${NAME}?`);
    await answerDialog(vscode, 'Undo Repair');
    await notificationWith(vscode, `${NAME} is as it was before its last repair`);
    assert.ok(readFileSync(path).equals(broken));
  });
}
