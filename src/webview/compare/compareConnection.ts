import type { ComparePageHears, ComparePageSays, CompareSide } from '../../protocol/compare';
import type { ByteRun } from '../../protocol/session';

/** What VS Code gives to the script of a page that compares. */
export interface CompareApi {
  postMessage(message: ComparePageSays): void;
}

interface OpenRead {
  readonly resolve: (run: ByteRun) => void;
  readonly reject: (error: Error) => void;
}

/** The page's end of the conversation with the engine. */
export class CompareConnection {
  readonly #api: CompareApi;
  readonly #open = new Map<number, OpenRead>();
  #lastId = 0;

  /** `hear` is told all but the answers to `read`. */
  constructor(api: CompareApi, target: Window, hear: (message: ComparePageHears) => void) {
    this.#api = api;
    target.addEventListener('message', ({ data }: MessageEvent<ComparePageHears>) => {
      if (data.kind === 'bytes') this.#take(data.id)?.resolve(data.run);
      else if (data.kind === 'unreadable') this.#take(data.id)?.reject(new Error(data.message));
      else hear(data);
    });
  }

  say(message: ComparePageSays): void {
    this.#api.postMessage(message);
  }

  /** Bytes of one of the disks. Rejects with words for people. */
  read(side: CompareSide, offset: number, length: number): Promise<ByteRun> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.say({ kind: 'read', id, side, offset, length });
    });
  }

  #take(id: number): OpenRead | undefined {
    const open = this.#open.get(id);
    this.#open.delete(id);
    return open;
  }
}
