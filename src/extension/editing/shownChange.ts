import * as vscode from 'vscode';
import { isOurTab } from '../editor/viewTypes';
import { ShownState } from './shownState';
import type { WorkQueue } from './workQueue';

/** What VS Code shows follows what it was told so much later; looked at as often as this. In milliseconds. */
const CHECK_DELAY = 150;
const MAX_CHECKS = 10;

/** A tab whose image was saved under another name shows that one after so much time. In milliseconds. */
const REPLACE_TIME = 5000;

export interface ShownChangeSetup {
  readonly uri: vscode.Uri;
  readonly queue: WorkQueue;
  readonly log: vscode.LogOutputChannel;
  /** True where VS Code opens the document with edits that it kept. */
  readonly isRestored: boolean;
  /** Whether the document really is changed. */
  readonly isChanged: () => boolean;
  /** Tells VS Code that the content changed. */
  readonly tell: () => void;
}

/** Sees to it that VS Code shows a document as changed when it is, and only then. */
export class ShownChange implements vscode.Disposable {
  readonly #setup: ShownChangeSetup;
  readonly #state: ShownState;
  #timer: NodeJS.Timeout | null = null;
  #isSaveForShow = false;

  constructor(setup: ShownChangeSetup) {
    this.#setup = setup;
    this.#state = new ShownState(setup.isRestored);
  }

  edited(): void {
    this.#state.edited();
  }

  undone(): void {
    this.#state.undone();
  }

  redone(): void {
    this.#state.redone();
  }

  saved(): void {
    this.#state.saved();
  }

  /** Another image may take the place of this one: it is not to ask about its changes then. */
  savedAs(): void {
    this.#state.savedAs();
    this.#check(0, this.#tabs().length > 1 ? CHECK_DELAY : REPLACE_TIME);
  }

  reverted(): void {
    this.#state.reverted();
  }

  /** True once for the save by which VS Code is to see that nothing is unsaved: that one writes nothing, whatever came meanwhile. */
  takesSaveForShow(): boolean {
    const isForShow = this.#isSaveForShow;
    this.#isSaveForShow = false;
    return isForShow;
  }

  /** Compares what VS Code shows with what is, when all has come to rest. */
  checkSoon(): void {
    this.#check(0);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #check(count: number, delay = CHECK_DELAY): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#setup.queue.isIdle) this.#check(count);
      else this.#compare(count);
    }, delay);
  }

  /** What is counted here may be wrong where messages cross: a tab that does not follow in time tells so. */
  #compare(count: number): void {
    const isChanged = this.#setup.isChanged();
    const shown = this.#tabIsDirty();
    const isCounted = this.#state.isChanged === isChanged;
    if (shown === null || (shown === isChanged && isCounted)) return;
    if (shown !== isChanged && (!isCounted || count >= MAX_CHECKS)) this.#correct();
    else if (count < MAX_CHECKS) this.#check(count + 1);
  }

  #correct(): void {
    const { uri, log, isChanged, tell } = this.#setup;
    if (isChanged()) {
      log.debug(`${uri.path}: VS Code is told that it is changed`);
      this.#state.changedOtherwise();
      tell();
      return;
    }
    log.debug(`${uri.path}: VS Code is told that it is not changed`);
    this.#isSaveForShow = true;
    void vscode.workspace.save(uri).then(undefined, (error: unknown) => {
      this.#isSaveForShow = false;
      log.warn(`${uri.path}: ${String(error)}`);
    });
  }

  /** Null where no tab shows it. */
  #tabIsDirty(): boolean | null {
    return this.#tabs()[0]?.isDirty ?? null;
  }

  #tabs(): readonly vscode.Tab[] {
    const { uri } = this.#setup;
    return vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => isOurTab(tab, uri)));
  }
}
