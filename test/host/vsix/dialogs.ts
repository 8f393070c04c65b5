import { eventually } from '../../patience';
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

/** Waits for a notification that says this. Returns all of its text, spaces of any kind as one. */
export async function notificationWith({ page }: PackagedWorkbench, words: string | RegExp): Promise<string> {
  const toast = page.locator('.notification-toast').filter({ hasText: words }).first();
  await toast.waitFor();
  return (await toast.innerText()).replaceAll(/\s+/g, ' ');
}

/** Presses a button of whichever notification has it. */
export async function pressInNotification({ page }: PackagedWorkbench, button: string): Promise<void> {
  await page.locator('.notification-toast .monaco-button').getByText(button, { exact: true }).click();
}

/** Chooses a row of the quick pick that is open. A picture is taken of it first if it is given a name. */
export async function chooseInQuickPick(vscode: PackagedWorkbench, label: string, picture?: string): Promise<void> {
  const row = vscode.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: label }).first();
  await row.waitFor();
  if (picture !== undefined) await vscode.workbench.screenshot({ name: picture });
  await row.click();
}

/** Names a folder without folders in it in the dialog that is open, and takes it. */
export async function chooseFolder({ page }: PackagedWorkbench, path: string): Promise<void> {
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await eventually(
    () => input.inputValue(),
    (value) => value.startsWith('/'),
    'the folder that is proposed',
  );
  const listed = page.locator('.quick-input-widget .monaco-list-row');
  // Before it has listed a folder, it hears neither words nor keys.
  await listed.first().waitFor();
  await input.fill(`${path}/`);
  // Its own list, which comes a moment after the path, leads back only. Before it, Enter takes the folder around it.
  await eventually(
    () => listed.allInnerTexts(),
    (texts) => texts.length === 1 && texts[0]?.trim() === '..',
    'what is in the folder',
  );
  await page.keyboard.press('Enter');
}

/** Chooses an entry of the context menu of an element in the editor's page. A picture is taken of it first if it is given a name. */
export async function chooseInPage(
  { workbench }: PackagedWorkbench,
  selector: string,
  entry: string,
  picture?: string,
): Promise<void> {
  await workbench.click({ area: 'editor', selector, button: 'right' });
  const item = { area: 'editor', selector: '[role="menuitem"]', text: entry } as const;
  await workbench.waitFor(item);
  if (picture !== undefined) await workbench.screenshot({ name: picture });
  await workbench.click(item);
}

/** How long a notification that was closed is still there, in milliseconds. */
const FADING_TIME = 300;

/** Those of work that has just ended go by themselves. */
export async function closeNotifications({ page }: PackagedWorkbench): Promise<void> {
  const toasts = page.locator('.notification-toast');
  const closable = toasts.filter({ has: page.locator('.codicon-notifications-clear') });
  const end = Date.now() + 60_000;
  while ((await closable.count()) > 0) {
    try {
      await closable.first().hover({ timeout: 2_000 });
      await closable.first().locator('.codicon-notifications-clear').click({ timeout: 2_000 });
      await page.waitForTimeout(FADING_TIME);
    } catch (error) {
      // Another one may have come, or this one gone, meanwhile.
      if (Date.now() > end) throw error;
    }
  }
  await toasts.first().waitFor({ state: 'detached' });
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

/** Takes a picture of what a test failed in, and leaves whatever is open there. */
export async function leaveFailure({ workbench, page }: PackagedWorkbench, picture: string): Promise<void> {
  await workbench.screenshot({ name: picture });
  for (let times = 0; times < 3; times++) await page.keyboard.press('Escape');
}
