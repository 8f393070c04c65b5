import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { viewTypeFor } from '../editor/viewTypes';
import type { OwnWork } from '../operations/ownWork';
import { familyRows, type FamilyRow, type RowKind } from './familyTree';
import type { FamilyTracker } from './familyTracker';

const ICONS: Readonly<Record<RowKind, vscode.ThemeIcon>> = {
  single: new vscode.ThemeIcon('database'),
  base: new vscode.ThemeIcon('database'),
  layer: new vscode.ThemeIcon('layers'),
  leaf: new vscode.ThemeIcon('vm-outline'),
  active: new vscode.ThemeIcon('vm-active'),
  missing: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  unreadable: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  unfinished: new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground')),
  running: new vscode.ThemeIcon('sync~spin'),
};

/** As the explorer opens a file: as a preview, the focus staying in the tree. */
const OPEN: vscode.TextDocumentShowOptions = { preview: true, preserveFocus: true };

/** How long rows are made at a time, in milliseconds. */
const SLICE_TIME = 10;

/** A row as commands get it: with the image that they are about, where it is one. */
export interface FamilyElement {
  readonly row: FamilyRow;
  readonly uri: vscode.Uri | null;
  readonly leafPath: null;
}

/** The tree view of the workspace's families. */
export class FamiliesView implements vscode.TreeDataProvider<FamilyElement>, vscode.Disposable {
  readonly #tracker: FamilyTracker;
  readonly #ownWork: OwnWork;
  readonly #view: vscode.TreeView<FamilyElement>;

  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(tracker: FamilyTracker, ownWork: OwnWork) {
    this.#tracker = tracker;
    this.#ownWork = ownWork;
    this.onDidChangeTreeData = tracker.onDidChange;
    this.#view = vscode.window.createTreeView('vhdEditor.families', { treeDataProvider: this, showCollapseAll: true });
  }

  async getChildren(element?: FamilyElement): Promise<FamilyElement[]> {
    if (element !== undefined) return element.row.children.map(elementOf);
    const steps = familyRows(await this.#tracker.known(), {
      l10n: vscode.l10n,
      folderOf: (path) => folderText(dirname(path)),
      isBusy: (path) => this.#ownWork.isRunning(path),
    });
    return (await inSlices(steps)).map(elementOf);
  }

  getTreeItem({ row, uri }: FamilyElement): vscode.TreeItem {
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row.label, row.children.length > 0 ? Expanded : None);
    item.id = row.id;
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.iconPath = ICONS[row.kind];
    item.contextValue = row.merge === null ? row.kind : 'unfinished.merge';
    item.accessibilityInformation = { label: row.spoken };
    if (uri !== null) {
      item.resourceUri = uri;
      item.command = {
        title: vscode.l10n.t('Open'),
        command: 'vscode.openWith',
        arguments: [uri, viewTypeFor(uri), OPEN],
      };
    }
    return item;
  }

  dispose(): void {
    this.#view.dispose();
  }
}

/** Takes steps without keeping the other extensions waiting. */
async function inSlices<Result>(steps: Generator<void, Result, void>): Promise<Result> {
  for (;;) {
    const end = performance.now() + SLICE_TIME;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await new Promise(setImmediate);
  }
}

function elementOf(row: FamilyRow): FamilyElement {
  return { row, uri: row.path === null ? null : vscode.Uri.file(row.path), leafPath: null };
}

/** Empty for a workspace's only folder. */
function folderText(folder: string): string {
  const relative = vscode.workspace.asRelativePath(folder);
  return vscode.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === folder) === true ? '' : relative;
}
