import type {
  HostNotification,
  HostToPage,
  PageNotification,
  PageRequestName,
  PageRequests,
  PageToHost,
} from '../protocol/messages';

/** What VS Code gives to a webview's script. */
export interface VsCodeApi {
  postMessage(message: PageToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The host could not do what was asked; the message is for people. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';

  static is(error: unknown): error is RequestFailed {
    return error instanceof RequestFailed;
  }
}

interface OpenRequest {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The page's end of the conversation with the extension host. */
export class Connection {
  readonly #api: VsCodeApi;
  readonly #open = new Map<number, OpenRequest>();
  #lastId = 0;
  #listener: (notification: HostNotification) => void = () => undefined;

  constructor(api: VsCodeApi, target: Window) {
    this.#api = api;
    target.addEventListener('message', (event: MessageEvent<HostToPage>) => this.#receive(event.data));
  }

  /** Asks the host; rejects with RequestFailed when it cannot answer. */
  request<Name extends PageRequestName>(
    name: Name,
    params: PageRequests[Name]['params'],
  ): Promise<PageRequests[Name]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<PageRequests[Name]['result']>((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#api.postMessage({ kind: 'request', id, name, params });
    });
  }

  notify(notification: PageNotification): void {
    this.#api.postMessage({ kind: 'notification', notification });
  }

  /** One listener; notifications that came before it are gone. */
  onNotification(listener: (notification: HostNotification) => void): void {
    this.#listener = listener;
  }

  #receive(message: HostToPage): void {
    if (message.kind === 'notification') {
      this.#listener(message.notification);
      return;
    }
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (message.kind === 'answer') open?.resolve(message.result);
    else open?.reject(new RequestFailed(message.message));
  }
}

/** What went wrong, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
