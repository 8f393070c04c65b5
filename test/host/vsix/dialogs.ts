import type { PackagedWorkbench } from '../packagedWorkbench';

const DIALOG = '.monaco-dialog-box';

/** Waits for the modal dialog with this message. Returns all that it says, spaces of any kind as one. */
export async function questionText({ workbench }: PackagedWorkbench, message: string): Promise<string> {
  await workbench.waitFor({ area: 'workbench', selector: DIALOG, text: message });
  return (await workbench.textOf({ area: 'workbench', selector: DIALOG })).replaceAll(/\s+/g, ' ');
}

/** Presses a button of the modal dialog and waits until it is gone. */
export async function answerDialog({ page }: PackagedWorkbench, button: string): Promise<void> {
  await page.locator(`${DIALOG} .monaco-button`).getByText(button, { exact: true }).click();
  await page.locator(DIALOG).waitFor({ state: 'detached' });
}

/** Waits for a notification that says this. Returns all of its text. */
export async function notificationWith({ workbench }: PackagedWorkbench, words: string): Promise<string> {
  const toast = { area: 'workbench', selector: '.notification-toast', text: words } as const;
  await workbench.waitFor(toast);
  return (await workbench.textOf(toast)).replaceAll(/\s+/g, ' ');
}

export async function closeNotifications({ workbench, page }: PackagedWorkbench): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await page.locator('.notification-toast').first().waitFor({ state: 'detached' });
}

/** Chooses an entry of the context menu of a file in the explorer. */
export async function chooseInExplorer(vscode: PackagedWorkbench, name: string, entry: string): Promise<void> {
  const row = vscode.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name }).first();
  await row.click({ button: 'right' });
  await chooseInMenu(vscode, entry);
}

/** Chooses an entry of VS Code's context menu that is open. A menu that has just come up takes no click, but it takes a key. */
export async function chooseInMenu({ page }: PackagedWorkbench, entry: string): Promise<void> {
  const item = page.locator('.monaco-menu .action-item').filter({ has: page.getByText(entry, { exact: true }) });
  await item.hover();
  await item.and(page.locator('.focused')).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.monaco-menu').waitFor({ state: 'detached' });
}
