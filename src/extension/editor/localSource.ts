import { watch } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ChainFile, OpenReport } from '../../worker/openReport';
import type { FileWatch, ImageSource, OpenWith } from './imageSource';

/** Files of this computer, or of the one that the extension host runs on: the engine reads them where they lie. */
export class LocalSource implements ImageSource {
  readonly path: string;
  readonly readOnlyReason = null;
  readonly #log: vscode.LogOutputChannel;

  constructor(uri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.path = uri.fsPath;
    this.#log = log;
  }

  uriOf(path: string): vscode.Uri {
    return vscode.Uri.file(path);
  }

  open(_given: readonly string[], openWith: OpenWith): Promise<OpenReport> {
    return openWith(null);
  }

  load(): Promise<null> {
    return Promise.resolve(null);
  }

  async factsOf(path: string): Promise<ChainFile | null> {
    try {
      // Whole milliseconds, as the engine has them.
      const { size, mtimeMs } = await stat(path, { bigint: true });
      return { path, size: Number(size), modified: Number(mtimeMs) };
    } catch (error) {
      this.#log.debug(`Looking at ${path}: ${String(error)}`);
      return null;
    }
  }

  async traceOf(path: string): Promise<string> {
    try {
      const { ino, size, mtimeMs } = await lstat(path);
      return `${String(ino)} ${String(size)} ${String(mtimeMs)}`;
    } catch {
      return '';
    }
  }

  /**
   * Watches the folders, since programs put a new file in the place of the old one. VS Code's own watcher does not tell of files that
   * the user excludes from watching, as large images often are.
   */
  watch(paths: readonly string[], happened: () => void): FileWatch {
    const namesByFolder = new Map<string, Set<string>>();
    for (const path of paths) {
      const names = namesByFolder.get(dirname(path)) ?? new Set();
      namesByFolder.set(dirname(path), names.add(basename(path)));
    }
    const watchers = [...namesByFolder].flatMap(([folder, names]) => this.#watchFolder(folder, names, happened));
    return new vscode.Disposable(() => {
      for (const watcher of watchers) watcher.dispose();
    });
  }

  #watchFolder(folder: string, names: ReadonlySet<string>, happened: () => void): readonly vscode.Disposable[] {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || names.has(name)) happened();
      });
      watcher.on('error', (error) => this.#log.warn(`Watching ${folder} ended: ${error.message}`));
      return [new vscode.Disposable(() => watcher.close())];
    } catch (error) {
      // Some file systems cannot be watched. The files are looked at when the window or the editor is chosen again.
      this.#log.warn(`Watching ${folder} failed: ${String(error)}`);
      return [];
    }
  }
}
