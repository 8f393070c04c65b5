import type * as vscode from 'vscode';
import type { MissingParent } from '../../engine/chain/chain';
import type { ChainFile } from '../../worker/openReport';
import type { FileWatch, ImageSource } from './imageSource';

/** Another program writes in many steps: they are looked at so much later, and told no oftener than that. In milliseconds. */
const LOOK_DELAY = 300;
const TELL_INTERVAL = 2000;

/** What another program did: wrote to a file of the chain, took the leaf away, or brought a file that may be the missing parent. */
export type ChainEvent = 'changed' | 'leafGone' | 'parentCame';

/** Follows the files of an open chain. VS Code and the system may miss a change; `look` finds it out. */
export class ChainWatch implements vscode.Disposable {
  readonly #source: ImageSource;
  readonly #happened: (event: ChainEvent) => void;
  readonly #isBusy: (paths: readonly string[]) => boolean;
  #files: readonly ChainFile[] = [];
  /** Where the missing parent may come, and the trace of what stood there when the chain was opened. */
  #awaited: ReadonlyMap<string, string> = new Map();
  #isLeafGone = false;
  #watcher: FileWatch | null = null;
  #timer: NodeJS.Timeout | null = null;
  #toldAt = 0;
  #isDisposed = false;

  /** `isBusy`: true while an operation of this window works on one of these files. What it does is looked at when it has ended. */
  constructor(
    source: ImageSource,
    happened: (event: ChainEvent) => void,
    isBusy: (paths: readonly string[]) => boolean = () => false,
  ) {
    this.#source = source;
    this.#happened = happened;
    this.#isBusy = isBusy;
  }

  /** Follows these files from now on, the leaf first, instead of any before. */
  async follow(files: readonly ChainFile[], missing: MissingParent | null): Promise<void> {
    const traces = await this.#tracesOf(missing === null ? [] : namedBeside(missing));
    if (this.#isDisposed) return;
    // What came while the chain was being opened may not have been seen: it counts once it has been there for an opening.
    const known = [...traces].map(([path, trace]) => [path, trace === this.#awaited.get(path) ? trace : ''] as const);
    this.#awaited = new Map(known);
    this.#files = files;
    this.#isLeafGone = false;
    const before = this.#watcher;
    this.#watcher = this.#source.watch([...files.map(({ path }) => path), ...traces.keys()], () => this.lookSoon());
    before?.dispose();
    if (known.some(([path, trace]) => trace !== traces.get(path))) this.lookSoon();
  }

  /** Follows a leaf that could not be opened: it may become one that can. */
  async followFailed(): Promise<void> {
    const leaf = await this.#source.factsOf(this.#source.path);
    await this.follow([leaf ?? { path: this.#source.path, size: -1, modified: -1 }], null);
    this.#isLeafGone = leaf === null;
  }

  /** Compares the files with what they were. */
  async look(): Promise<void> {
    const files = this.#files;
    const paths = files.map(({ path }) => path);
    const isInTheWay = (): boolean => this.#isDisposed || files.length === 0 || this.#isBusy(paths);
    if (isInTheWay()) return;
    const now = await Promise.all(paths.map((path) => this.#source.factsOf(path)));
    if (isInTheWay()) return;
    const isChanged = this.#files.some(({ size, modified }, at) => {
      return now[at]?.size !== size || now[at].modified !== modified;
    });
    if (now[0] === null) {
      if (!this.#isLeafGone) this.#tell('leafGone');
      this.#isLeafGone = true;
    } else if (isChanged || this.#isLeafGone) {
      this.#isLeafGone = false;
      this.#tell('changed');
    } else {
      await this.#lookForParent();
    }
  }

  /** As `look`, in a moment. */
  lookSoon(): void {
    if (this.#timer !== null || this.#isDisposed) return;
    const delay = Math.max(LOOK_DELAY, this.#toldAt + TELL_INTERVAL - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.look();
    }, delay);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watcher?.dispose();
  }

  #tell(event: ChainEvent): void {
    this.#toldAt = Date.now();
    if (!this.#isDisposed) this.#happened(event);
  }

  async #lookForParent(): Promise<void> {
    const traces = await this.#tracesOf([...this.#awaited.keys()]);
    const came = [...traces].some(([path, trace]) => trace !== '' && trace !== this.#awaited.get(path));
    this.#awaited = traces;
    if (came) this.#tell('parentCame');
  }

  async #tracesOf(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const traces = await Promise.all(paths.map((path) => this.#source.traceOf(path)));
    return new Map(paths.map((path, at) => [path, traces[at] ?? '']));
  }
}

/** The names that a child gives its parent, in its own folder: nothing else is looked at unasked. */
function namedBeside({ childPath, claimedPaths }: MissingParent): readonly string[] {
  const folder = childPath.slice(0, childPath.length - nameOf(childPath).length);
  const names = new Set(claimedPaths.map(nameOf).filter((name) => /\.a?vhd$/i.test(name)));
  return [...names].map((name) => `${folder}${name}`);
}

/** The last part of a path of any system. */
function nameOf(path: string): string {
  return /[^\\/]*$/.exec(path)?.[0] ?? '';
}
