import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import type { Patch } from '../../src/engine/storage/patch';
import type { EditDone } from '../../src/protocol/editing';
import type { HostNotification, PageNotification, PageRequestName, PageRequests } from '../../src/protocol/messages';
import type { Editability } from '../../src/protocol/session';
import { SessionService } from '../../src/worker/service';
import type { EditState } from '../../src/worker/editWire';
import type { FromWorker, WorkerRequestName, WorkerRequests } from '../../src/worker/wire';
import type { PageHost } from './pageHost';

interface OpenRequest {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface EngineHostOptions {
  /** Whether sector bitmaps are read in the background; those of a giant would keep this process busy. */
  readonly scans?: boolean;
  readonly editability?: Editability;
}

const EDITABLE: Editability = { readOnlyReason: null, waysOut: [] };

/** The real engine and its worker's service in this process, on an image of this computer. */
export class EngineHost implements PageHost {
  readonly #path: string;
  readonly #service: SessionService;
  readonly #open = new Map<number, OpenRequest>();
  readonly #repairs: Patch[] = [];
  #lastId = 0;
  readonly #scans: boolean;
  readonly #editability: Editability;
  /** All edits that were made, in their order. */
  readonly made: EditDone[] = [];
  #send: (notification: HostNotification) => Promise<void> = () => Promise.resolve();

  constructor(path: string, { scans = true, editability = EDITABLE }: EngineHostOptions = {}) {
    this.#path = path;
    this.#scans = scans;
    this.#editability = editability;
    this.#service = new SessionService({
      fileSystem: new NodeFileSystem(),
      post: (message) => this.#receive(message),
      afterMessages: (callback) => setImmediate(callback),
      now: () => performance.now(),
    });
  }

  async answer<Name extends PageRequestName>(
    name: Name,
    params: PageRequests[Name]['params'],
  ): Promise<PageRequests[Name]['result']> {
    switch (name) {
      case 'open':
        return await this.reopen();
      case 'copyText':
      case 'locateParent':
      case 'layerCommand':
      case 'openImage':
      case 'showLog':
      case 'exportRange':
      case 'importRange':
      case 'editAnyway':
        return null;
      case 'planRepair':
        return await this.#planRepair(params as PageRequests['planRepair']['params']);
      case 'repair':
        return await this.#repair(params as PageRequests['repair']['params']);
      case 'edit':
        return await this.#edit(params as PageRequests['edit']['params']);
      default:
        return (await this.#ask(name, params as never)) as PageRequests[Name]['result'];
    }
  }

  hear(notification: PageNotification, send: (notification: HostNotification) => Promise<void>): void {
    this.#send = send;
    if (notification.type === 'find') this.#service.receive({ kind: 'find', order: notification.order });
    if (notification.type === 'stopFind') this.#service.receive({ kind: 'stopFind', find: notification.find });
    if (notification.type === 'asOf' && this.#scans) this.#service.receive({ kind: 'scan', asOf: notification.layer });
  }

  /** As the extension does: the page is told the new state. */
  async #edit({ edit }: PageRequests['edit']['params']): Promise<PageRequests['edit']['result']> {
    const { done, state } = await this.#ask('edit', { edit, memoryLimit: 256 * 1024 * 1024 });
    this.made.push(done);
    this.#tellEdited(state);
    return done;
  }

  async #planRepair({ only }: PageRequests['planRepair']['params']): Promise<PageRequests['planRepair']['result']> {
    const { preview, patch } = await this.#ask('planRepair', { only });
    this.#repairs.push(patch);
    return { ...preview, number: this.#repairs.length };
  }

  async #repair({ number }: PageRequests['repair']['params']): Promise<null> {
    const patch = this.#repairs[number - 1];
    if (patch === undefined) throw new Error('No such repair was shown');
    const edit = { kind: 'patch', label: 'Repair', patch } as const;
    const { done, state } = await this.#ask('edit', { edit, memoryLimit: 256 * 1024 * 1024 });
    this.made.push(done);
    this.#tellEdited(state);
    return null;
  }

  /** As VS Code's own key does. */
  async undo(): Promise<void> {
    const last = this.made.pop();
    if (last !== undefined) this.#tellEdited(await this.#ask('undoEdit', { id: last.id }));
  }

  /** As VS Code's own command does. */
  async save(): Promise<void> {
    this.#tellEdited(await this.#ask('saveEdits', {}));
  }

  #tellEdited({ image }: EditState): void {
    void this.#send({ type: 'opened', image: { ...image, editability: this.#editability }, because: 'edited' });
  }

  /** Opens the image anew, as the extension does when another program has changed it. */
  async reopen(): Promise<PageRequests['open']['result']> {
    const policy = { trusted: true, given: [], confine: null };
    const order = { path: this.#path, loaded: null, policy, readOnlyReason: null };
    const { image } = await this.#ask('openChain', order);
    return { ...image, editability: this.#editability };
  }

  #ask<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
  ): Promise<WorkerRequests[Name]['result']> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#service.receive({ kind: 'request', id, name, params });
    });
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'notification') {
      void this.#send(message.notification);
      return;
    }
    if (message.kind === 'progress') return;
    if (message.kind === 'scanFailed') throw new Error(message.failure.message);
    const open = this.#open.get(message.id);
    this.#open.delete(message.id);
    if (message.kind === 'answer') open?.resolve(message.result);
    else open?.reject(new Error(message.failure.message));
  }
}
