import type * as vscode from 'vscode';
import type {
  HostNotification,
  HostToPage,
  PageNotification,
  PagePosition,
  PageRequestName,
  PageRequests,
  PageToHost,
} from '../../protocol/messages';
import type { ActiveEditor, ImageEditor } from './activeEditor';
import type { ImageDocument } from './imageDocument';
import type { PageAnswers } from './pageAnswers';

/** One panel that shows a document: carries messages between its page and the engine. */
export class EditorPanel implements ImageEditor {
  readonly document: ImageDocument;
  readonly #panel: vscode.WebviewPanel;
  readonly #active: ActiveEditor;
  readonly #answers: PageAnswers;
  readonly #log: vscode.LogOutputChannel;
  #position: PagePosition | null = null;
  /** The number of the search that the page ordered last; null where it has ended it. */
  #find: number | null = null;
  /** The user has closed it: VS Code throws where its page is touched then. */
  #isGone = false;

  constructor(
    document: ImageDocument,
    panel: vscode.WebviewPanel,
    active: ActiveEditor,
    answers: PageAnswers,
    log: vscode.LogOutputChannel,
  ) {
    this.document = document;
    this.#panel = panel;
    this.#active = active;
    this.#answers = answers;
    this.#log = log;
    const listeners = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => this.#viewChanged()),
      document.onNotification((notification) => this.#documentNotified(notification)),
      // A document may go before its panel does.
      document.onDidDispose(() => active.leave(this)),
    ];
    panel.onDidDispose(() => {
      this.#isGone = true;
      active.leave(this);
      this.#stopFind();
      for (const listener of listeners) listener.dispose();
    });
    this.#viewChanged();
  }

  get position(): PagePosition | null {
    return this.#position;
  }

  notify(notification: HostNotification): void {
    this.#post({ kind: 'notification', notification });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  #viewChanged(): void {
    if (this.#panel.active) this.#active.enter(this);
    else this.#active.leave(this);
    // What watching has missed is found out when the user looks.
    if (this.#panel.visible) void this.document.lookForChanges();
  }

  #documentNotified(notification: HostNotification): void {
    this.notify(notification);
    if (notification.type === 'opened') this.#active.refresh(this);
  }

  #receive(message: unknown): void {
    if (!isPageMessage(message)) {
      this.#log.warn(`${this.document.source.path}: the page sent what is no message`);
    } else if (message.kind === 'notification') {
      this.#pageNotified(message.notification);
    } else {
      void this.#answer(message.id, message.name, message.params);
    }
  }

  #pageNotified(notification: PageNotification): void {
    switch (notification.type) {
      case 'position':
        this.#position = notification.position;
        this.#active.refresh(this);
        break;
      case 'asOf':
        this.document.scan(notification.layer);
        break;
      case 'find':
        this.#stopFind();
        this.#find = notification.order.find;
        this.document.find(notification.order);
        break;
      case 'stopFind':
        if (notification.find === this.#find) this.#stopFind();
        break;
      case 'failed':
        this.#log.error(`${this.document.source.path}: the page: ${notification.message}`);
        break;
    }
  }

  #stopFind(): void {
    if (this.#find !== null) this.document.stopFind(this.#find);
    this.#find = null;
  }

  async #answer(id: number, name: PageRequestName, params: PageRequests[PageRequestName]['params']): Promise<void> {
    // A page that opens has forgotten what it had looked for.
    if (name === 'open') this.#stopFind();
    try {
      const result = await this.#answers.answer(name, params);
      this.#post({ kind: 'answer', id, result });
      if (name !== 'open' || this.#isGone) return;
      this.#active.refresh(this);
      this.document.edits.tellConflict();
      if (this.document.isRepairWished) this.notify({ type: 'repair' });
    } catch (error) {
      if (this.#isGone) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error(`${this.document.source.path}: ${name}: ${message}`);
      this.#post({ kind: 'failure', id, message });
    }
  }

  /** A page that is hidden or gone misses it. */
  #post(message: HostToPage): void {
    if (this.#isGone) return;
    void this.#panel.webview.postMessage(message).then(undefined, () => undefined);
  }
}

/** Whether a message has the form of an envelope; what is asked in it is checked by whoever answers. */
function isPageMessage(message: unknown): message is PageToHost {
  if (!isRecord(message)) return false;
  if (message['kind'] === 'request') {
    return typeof message['id'] === 'number' && typeof message['name'] === 'string' && isRecord(message['params']);
  }
  return message['kind'] === 'notification' && isRecord(message['notification']);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
