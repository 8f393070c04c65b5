import * as vscode from 'vscode';
import { isDiskImage } from './imageSniff';
import { isOurTab, openInOurEditor } from './viewTypes';

/** Reopening a file in another editor opens the new tab first and closes the old one some milliseconds after. */
const REOPEN_TIME = 150;

/** What is no file of anybody's: there is nothing to look into. */
const SCHEMES_LEFT_ALONE = new Set(['untitled', 'output', 'vscode-settings', 'vscode-userdata']);

/**
 * Puts our editor in the place of a text editor that shows a disk image called `.vhd`.
 *
 * `.vhd` is the extension of VHDL source too, so VS Code's text editor opens every one of them and our editor stands by as an option: source code
 * then keeps its language, selections and comparisons, and never meets us. What VS Code is about to say of a disk image is that it is binary.
 */
export class HandOver implements vscode.Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #listener: vscode.Disposable;
  /** Tabs that are being looked at, and those that stay as they are: source code, and images that the user wants to see as text. */
  readonly #settled = new Set<string>();

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#listener = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed, closed }) => {
      for (const tab of closed) this.#forget(tab);
      for (const tab of [...opened, ...changed]) this.#consider(tab);
    });
    // Tabs that were open before us.
    for (const { activeTab } of vscode.window.tabGroups.all) if (activeTab !== undefined) this.#consider(activeTab);
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #forget(tab: vscode.Tab): void {
    const uri = sourceUri(tab);
    if (uri !== null) this.#settled.delete(keyOf(tab.group, uri));
  }

  #consider(tab: vscode.Tab): void {
    const uri = sourceUri(tab);
    if (uri === null || !tab.isActive || tab.isDirty) return;
    const key = keyOf(tab.group, uri);
    if (this.#settled.has(key) || wantsText()) return;
    this.#settled.add(key);
    const ours = tab.group.tabs.some((other) => isOurTab(other, uri));
    this.#lookAt(tab.group, uri, ours).catch((error: unknown) =>
      this.#log.error(`${uri.toString()}: ${String(error)}`),
    );
  }

  async #lookAt(group: vscode.TabGroup, uri: vscode.Uri, hadOurs: boolean): Promise<void> {
    if (!(await isDiskImage(uri))) return;
    // Ours that goes while the text editor comes: the user reopens the image as text. Ours that stays: they only opened the file again.
    if (hadOurs && (await oursGoes(group, uri))) return;
    const text = textTab(group, uri);
    if (text === undefined || text.isDirty) return;
    await replace(text, uri);
    this.#settled.delete(keyOf(group, uri));
  }
}

/** Opens ours where the text editor is, and as it is; then closes that. */
async function replace(text: vscode.Tab, uri: vscode.Uri): Promise<void> {
  const { group } = text;
  const asPreview = text.isPreview;
  // A file is previewed while the focus stays where the user chose it, in the explorer; what they open for good gets the focus.
  const preserveFocus = asPreview || !group.isActive;
  await openInOurEditor(uri, { viewColumn: group.viewColumn, preview: asPreview, preserveFocus });
  const left = textTab(group, uri);
  if (left === undefined) return;
  // The second click of a double click came meanwhile.
  if (asPreview && !left.isPreview) await openInOurEditor(uri, { viewColumn: group.viewColumn, preview: false });
  await vscode.window.tabGroups.close(left, true);
}

/** Whether our tab of an image is closed within a moment. */
async function oursGoes(group: vscode.TabGroup, uri: vscode.Uri): Promise<boolean> {
  const isThere = (): boolean => group.tabs.some((tab) => isOurTab(tab, uri));
  if (!isThere()) return true;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      listener.dispose();
      resolve(!isThere());
    };
    const timer = setTimeout(finish, REOPEN_TIME);
    const listener = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (!isThere()) finish();
    });
  });
}

/** The resource of a text editor that may show a disk image; null for any other tab. */
function sourceUri({ input }: vscode.Tab): vscode.Uri | null {
  if (!(input instanceof vscode.TabInputText) || SCHEMES_LEFT_ALONE.has(input.uri.scheme)) return null;
  return /\.vhd$/i.test(input.uri.path) ? input.uri : null;
}

function textTab(group: vscode.TabGroup, uri: vscode.Uri): vscode.Tab | undefined {
  return group.tabs.find((tab) => sourceUri(tab)?.toString() === uri.toString());
}

function keyOf(group: vscode.TabGroup, uri: vscode.Uri): string {
  return `${String(group.viewColumn)} ${uri.toString()}`;
}

/** True where the user's own settings say that `.vhd` files are to be shown as text. */
function wantsText(): boolean {
  const associations = vscode.workspace.getConfiguration('workbench').get<Record<string, string>>('editorAssociations');
  return Object.entries(associations ?? {}).some(
    ([pattern, editor]) => editor === 'default' && /^(?:\*\*\/)?\*\.vhd$/i.test(pattern),
  );
}
