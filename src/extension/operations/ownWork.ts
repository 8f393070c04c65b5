import * as vscode from 'vscode';
import { pathKey } from './pathKey';

/** Others that follow files may learn of what we did only so much later. In milliseconds. */
const ECHO_TIME = 5000;

/** Which files operations of this window write to: what happens to them is no other program's doing. */
export class OwnWork implements vscode.Disposable {
  readonly #began = new vscode.EventEmitter<readonly string[]>();
  readonly #ended = new vscode.EventEmitter<readonly string[]>();
  /** Keys of paths, one array for each piece of work. */
  readonly #running = new Set<readonly string[]>();
  readonly #endedAt = new Map<string, number>();

  readonly onDidBegin = this.#began.event;
  /** Gives the paths that were written to. */
  readonly onDidEnd = this.#ended.event;

  /** Tells of the work as long as it takes. */
  async during<Result>(paths: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const keys = paths.map((path) => pathKey(path));
    this.#running.add(keys);
    this.#began.fire(paths);
    try {
      return await work();
    } finally {
      this.#running.delete(keys);
      const now = Date.now();
      for (const key of keys) this.#endedAt.set(key, now);
      this.#ended.fire(paths);
    }
  }

  isRunning(path: string): boolean {
    const key = pathKey(path);
    return [...this.#running].some((keys) => keys.includes(key));
  }

  /** True while work on several files, as a merge is, has to do with one of these: a save or a repair touches its image alone, and is soon done. */
  isRunningOnSeveral(paths: readonly string[]): boolean {
    const wanted = new Set(paths.map((path) => pathKey(path)));
    return [...this.#running].some((keys) => keys.length > 1 && keys.some((key) => wanted.has(key)));
  }

  /** True where what happened to one of these files is likely ours. */
  hasTouched(paths: readonly string[]): boolean {
    const since = Date.now() - ECHO_TIME;
    return paths.some((path) => this.isRunning(path) || (this.#endedAt.get(pathKey(path)) ?? 0) > since);
  }

  dispose(): void {
    this.#began.dispose();
    this.#ended.dispose();
  }
}
