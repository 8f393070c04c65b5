import { dirname, relative } from 'node:path';
import * as vscode from 'vscode';
import type { RebuiltFolder } from '../../worker/familyWire';
import { nameOf } from '../numbers';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import { familyElement, familyItem, inSlices, type FamilyElement } from '../views/familyItem';
import type { FamilyRow } from '../views/familyTree';
import { heapRows, heapSummary } from './heapTree';

const VIEW = 'vhdEditor.rebuilt';

/** True while there is a folder to be shown. */
const CONTEXT_KEY = 'vhdEditor.hasRebuilt';

/** The tree view of what a folder's heap of files is. It is there from when a folder has been read until the user closes it. */
export class RebuiltView implements vscode.TreeDataProvider<FamilyElement>, vscode.Disposable {
  readonly #setup: OperationSetup;
  readonly #view: vscode.TreeView<FamilyElement>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: readonly vscode.Disposable[];
  readonly #elements = new WeakSet<FamilyElement>();
  #heap: RebuiltFolder | null = null;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(setup: OperationSetup) {
    this.#setup = setup;
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.#listeners = [
      setup.ownWork.onDidBegin(() => this.#changed.fire()),
      setup.ownWork.onDidEnd((paths) => void this.#readAfter(paths)),
    ];
  }

  /** Of the folder that is shown; null for none. */
  get folder(): string | null {
    return this.#heap?.folder ?? null;
  }

  /** Reads a folder, under a notification that can cancel it, and shows what it is. `folder` is absolute. */
  async rebuild(folder: string): Promise<void> {
    await withOperation(this.#setup, folder, async (run) => {
      const heap = await run.heap(vscode.l10n.t('Rebuilding families from {0}', nameOf(folder)), folder);
      if (heap === null) return;
      if (heap.families.length + heap.unreadable.length + heap.unfinished.length === 0) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('There are no virtual hard disk images in {0}.', nameOf(folder)),
        );
        return;
      }
      await this.#show(heap);
      await vscode.commands.executeCommand(`${VIEW}.focus`);
    });
  }

  /** Reads the shown folder once more, with its progress in the view. */
  async refresh(): Promise<void> {
    const { folder } = this;
    if (folder === null) return;
    await withOperation(this.#setup, folder, async (run) => {
      const heap = await vscode.window.withProgress({ location: { viewId: VIEW } }, () => run.heap(null, folder));
      if (heap !== null && this.folder === folder) await this.#show(heap);
    });
  }

  async close(): Promise<void> {
    this.#heap = null;
    await vscode.commands.executeCommand('setContext', CONTEXT_KEY, false);
    this.#changed.fire();
  }

  /**
   * The parents of an image that only its id led to, and theirs: files that stand for the user's word when the image is read. Empty where each image leads to
   * its parent by itself, or a parent is missing.
   */
  parentsOf(path: string): readonly string[] {
    const family = this.#heap?.families.find(({ images }) => images.some((image) => image.path === path));
    if (family === undefined || family.base === null) return [];
    const byPath = new Map(family.images.map((image) => [image.path, image]));
    const moved = new Set(this.#heap?.moved.map(({ child }) => child));
    const parents: string[] = [];
    for (let at = byPath.get(path); at !== undefined && parents.length < byPath.size;) {
      if (at.parent !== null && moved.has(at.path)) parents.push(at.parent);
      at = at.parent === null ? undefined : byPath.get(at.parent);
    }
    return parents;
  }

  /** True for a row of this view. */
  isShowing(element: FamilyElement): boolean {
    return this.#elements.has(element);
  }

  async getChildren(element?: FamilyElement): Promise<FamilyElement[]> {
    if (element !== undefined) return this.#elementsOf(element.row.children);
    const heap = this.#heap;
    if (heap === null) return [];
    const steps = heapRows(heap, {
      l10n: vscode.l10n,
      folderOf: (path) => relative(heap.folder, dirname(path)),
      isBusy: (path) => this.#setup.ownWork.isRunning(path),
    });
    return this.#elementsOf(await inSlices(steps));
  }

  getTreeItem(element: FamilyElement): vscode.TreeItem {
    return familyItem(element);
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    this.#view.dispose();
  }

  #elementsOf(rows: readonly FamilyRow[]): FamilyElement[] {
    const elements = rows.map(familyElement);
    for (const element of elements) this.#elements.add(element);
    return elements;
  }

  async #show(heap: RebuiltFolder): Promise<void> {
    this.#heap = heap;
    this.#view.description = nameOf(heap.folder);
    // In a panel of its own, the view has no heading that could name the folder.
    this.#view.message = `${heap.folder} \u2014 ${heapSummary({ l10n: vscode.l10n }, heap)}`;
    await vscode.commands.executeCommand('setContext', CONTEXT_KEY, true);
    this.#changed.fire();
  }

  async #readAfter(paths: readonly string[]): Promise<void> {
    const { folder } = this;
    if (folder !== null && paths.some((path) => !relative(folder, path).startsWith('..'))) await this.refresh();
    else this.#changed.fire();
  }
}
