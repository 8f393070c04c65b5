import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { OwnWork } from '../operations/ownWork';
import { familyElement, familyItem, inSlices, type FamilyElement } from './familyItem';
import { familyRows } from './familyTree';
import type { FamilyTracker } from './familyTracker';

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
    if (element !== undefined) return element.row.children.map(familyElement);
    const steps = familyRows(await this.#tracker.known(), {
      l10n: vscode.l10n,
      folderOf: (path) => folderText(dirname(path)),
      isBusy: (path) => this.#ownWork.isRunning(path),
    });
    return (await inSlices(steps)).map(familyElement);
  }

  getTreeItem(element: FamilyElement): vscode.TreeItem {
    return familyItem(element);
  }

  dispose(): void {
    this.#view.dispose();
  }
}

/** Empty for a workspace's only folder. */
function folderText(folder: string): string {
  const relative = vscode.workspace.asRelativePath(folder);
  return vscode.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === folder) === true ? '' : relative;
}
