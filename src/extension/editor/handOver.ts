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
  /** Tabs that stay as they are: source code, and images that the user wants to see as text. */
  readonly #settled = new Set<string>();
  /** Tabs that are being looked at, and what happened to them meanwhile. */
  readonly #busy = new Map<string, TextOpened | null>();

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
    if (uri !== null) this.#settled.delete(keyOf(tab.group.viewColumn, uri));
  }

  #consider(tab: vscode.Tab): void {
    const uri = sourceUri(tab);
    if (uri === null || tab.isDirty) return;
    const column = tab.group.viewColumn;
    const besideOurs = hasOurs(column, uri);
    // One in the background is nobody's wish yet, unless it is behind ours: there a text editor has opened itself once more.
    if (!tab.isActive && !besideOurs) return;
    const key = keyOf(column, uri);
    if (this.#settled.has(key) || wantsText()) return;
    const opened = { column, uri, besideOurs };
    if (this.#busy.has(key)) this.#busy.set(key, opened);
    else void this.#work(key, opened);
  }

  /**
   * Works on a tab until it is at rest: a text editor that finds out that its file is binary may open itself once more, even after ours
   * was put in its place.
   */
  async #work(key: string, first: TextOpened): Promise<void> {
    for (let next: TextOpened | null = first; next !== null; next = this.#busy.get(key) ?? null) {
      this.#busy.set(key, null);
      const outcome = await this.#lookAt(next);
      if (outcome === 'staysText' && textTab(next.column, next.uri) !== undefined) this.#settled.add(key);
      if (outcome === 'staysText') break;
    }
    this.#busy.delete(key);
  }

  async #lookAt({ column, uri, besideOurs }: TextOpened): Promise<'staysText' | 'handedOver'> {
    try {
      // What was told of a tab while it was being closed.
      if (textTab(column, uri) === undefined) return 'handedOver';
      if (!(await isDiskImage(uri))) return 'staysText';
      // Ours that goes while the text editor comes: the user reopens the image as text. Ours that stays: they only opened the file again.
      if (besideOurs && (await oursGoes(column, uri))) return 'staysText';
      const text = textTab(column, uri);
      if (text?.isDirty === true) return 'staysText';
      if (text?.isActive === false && hasOurs(column, uri)) await vscode.window.tabGroups.close(text, true);
      else if (text !== undefined) await replace(text, uri);
      return 'handedOver';
    } catch (error) {
      this.#log.error(`${uri.toString()}: ${String(error)}`);
      return 'staysText';
    }
  }
}

/** A text editor that came up. */
interface TextOpened {
  readonly column: vscode.ViewColumn;
  readonly uri: vscode.Uri;
  /** Ours showed the same file in the same group then. */
  readonly besideOurs: boolean;
}

/** Opens ours where the text editor is, and as it is; then closes that. */
async function replace(text: vscode.Tab, uri: vscode.Uri): Promise<void> {
  const { viewColumn, isActive } = text.group;
  const asPreview = text.isPreview;
  // A file is previewed while the focus stays where the user chose it, in the explorer; what they open for good gets the focus.
  const preserveFocus = asPreview || !isActive;
  await openInOurEditor(uri, { viewColumn, preview: asPreview, preserveFocus });
  const left = textTab(viewColumn, uri);
  if (left === undefined) return;
  // The second click of a double click came meanwhile.
  if (asPreview && !left.isPreview) await openInOurEditor(uri, { viewColumn, preview: false });
  await vscode.window.tabGroups.close(left, true);
}

/** Whether our tab of an image is closed within a moment. */
async function oursGoes(column: vscode.ViewColumn, uri: vscode.Uri): Promise<boolean> {
  if (!hasOurs(column, uri)) return true;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      listener.dispose();
      resolve(!hasOurs(column, uri));
    };
    const timer = setTimeout(finish, REOPEN_TIME);
    const listener = vscode.window.tabGroups.onDidChangeTabs(() => {
      if (!hasOurs(column, uri)) finish();
    });
  });
}

/** The resource of a text editor that may show a disk image; null for any other tab. */
function sourceUri({ input }: vscode.Tab): vscode.Uri | null {
  if (!(input instanceof vscode.TabInputText) || SCHEMES_LEFT_ALONE.has(input.uri.scheme)) return null;
  return /\.vhd$/i.test(input.uri.path) ? input.uri : null;
}

function textTab(column: vscode.ViewColumn, uri: vscode.Uri): vscode.Tab | undefined {
  return tabsIn(column).find((tab) => sourceUri(tab)?.toString() === uri.toString());
}

function hasOurs(column: vscode.ViewColumn, uri: vscode.Uri): boolean {
  return tabsIn(column).some((tab) => isOurTab(tab, uri));
}

/** Asked for anew each time: VS Code may put new objects in the place of the groups and tabs that it gave us. */
function tabsIn(column: vscode.ViewColumn): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.find((group) => group.viewColumn === column)?.tabs ?? [];
}

function keyOf(column: vscode.ViewColumn, uri: vscode.Uri): string {
  return `${String(column)} ${uri.toString()}`;
}

/** True where the user's own settings say that `.vhd` files are to be shown as text. */
function wantsText(): boolean {
  const associations = vscode.workspace.getConfiguration('workbench').get<Record<string, string>>('editorAssociations');
  return Object.entries(associations ?? {}).some(
    ([pattern, editor]) => editor === 'default' && /^(?:\*\*\/)?\*\.vhd$/i.test(pattern),
  );
}
