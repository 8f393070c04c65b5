import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ComparePageHears, ComparePageSays } from '../../protocol/compare';
import { CompareClient } from '../../worker/compareClient';
import { pageHtml, pageRoots } from '../editor/pageHtml';
import type { OperationSetup } from '../operations/operationRun';

const COMPARE_VIEW_TYPE = 'vhdEditor.compare';

/** A panel that compares the disks of two images of this computer, in a thread of its own that ends with it. Nothing is written. */
export class ComparePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #client: CompareClient;
  readonly #log: vscode.LogOutputChannel;
  readonly #name: string;
  readonly #unsaved: () => readonly string[];

  /** `paths`: the one on the left, and the one on the right. */
  constructor(setup: OperationSetup, paths: readonly [string, string]) {
    this.#log = setup.log;
    this.#unsaved = () => setup.unsavedOf(paths).map((path) => basename(path));
    this.#name = `${paths[0]} \u2194 ${paths[1]}`;
    const title = vscode.l10n.t('Compare {0} \u2194 {1}', basename(paths[0]), basename(paths[1]));
    this.#panel = vscode.window.createWebviewPanel(COMPARE_VIEW_TYPE, title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [...pageRoots(setup.extensionUri)],
    });
    this.#client = new CompareClient(setup.workerProgram, (message) => this.#told(message));
    const listeners = [
      this.#panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      this.#panel.onDidChangeViewState(() => this.#tellUnsaved()),
    ];
    this.#panel.onDidDispose(() => {
      for (const listener of listeners) listener.dispose();
      void this.#client.dispose();
    });
    const trusted = vscode.workspace.isTrusted;
    const [one, other] = paths.map((path) => ({ trusted, given: setup.givenParents(path), confine: null }));
    if (one !== undefined && other !== undefined) this.#client.send({ kind: 'begin', paths, policies: [one, other] });
    this.#panel.webview.html = pageHtml(this.#panel.webview, setup.extensionUri, 'compare');
  }

  #told(message: ComparePageHears): void {
    if (message.kind === 'opened') this.#tellUnsaved();
    if (message.kind === 'broken') this.#log.error(`${this.#name}: ${message.message}`);
    this.#post(message);
  }

  /** What an editor shows that is not in the file is not compared: whoever looks at the comparison is to know. */
  #tellUnsaved(): void {
    if (this.#panel.visible) this.#post({ kind: 'unsaved', names: this.#unsaved() });
  }

  #post(message: ComparePageHears): void {
    // A page that is hidden misses it, and asks for the whole when it is shown again.
    void this.#panel.webview.postMessage(message).then(undefined, () => undefined);
  }

  #receive(message: unknown): void {
    if (isPageSaying(message)) this.#client.send(message);
    else this.#log.warn(`${this.#name}: the page: ${JSON.stringify(message)}`);
  }
}

/** What a page may have done; its numbers are checked by the engine. Whatever else it says goes to the log. */
const SAYINGS: Readonly<Record<ComparePageSays['kind'], true>> = { open: true, read: true, stop: true, again: true };

function isPageSaying(message: unknown): message is ComparePageSays {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return typeof message.kind === 'string' && Object.hasOwn(SAYINGS, message.kind);
}
