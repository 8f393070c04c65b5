import * as vscode from 'vscode';
import type { MissingParent } from '../../engine/chain/chain';
import type { ChainFile, OpenReport } from '../../worker/openReport';
import type { LoadedFile } from '../../worker/wire';
import type { FileWatch, ImageSource, OpenWith } from './imageSource';
import { LoadedFiles } from './loadedFiles';

const IMAGE_NAME = /\.(?:vhd|avhd)$/i;

/** A parent is looked for by its id in this many files beside its child, after those that the child names. */
const MAX_TRIED_PARENTS = 32;

/** Files of another file system: VS Code hands them out whole only, so they are loaded up to a limit, and are read-only. */
export class RemoteSource implements ImageSource {
  readonly path: string;
  readonly readOnlyReason: string;
  readonly #uri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;

  constructor(uri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#uri = uri;
    this.path = uri.path;
    this.#log = log;
    this.readOnlyReason = vscode.l10n.t(
      'This image is on another file system ({0}). VS Code hands out its files whole only, so it was loaded into memory and cannot be changed here. Copy it to a local folder to change it.',
      uri.scheme,
    );
  }

  uriOf(path: string): vscode.Uri {
    return this.#uri.with({ path });
  }

  async open(given: readonly string[], openWith: OpenWith): Promise<OpenReport> {
    const files = new LoadedFiles((path) => this.uriOf(path), this.#log);
    await files.require(this.path);
    for (const path of given) await files.add(path);
    let report = await openWith(files.copies());
    for (let missing = report.image.missing; missing !== null; missing = report.image.missing) {
      if (!(await this.#addParents(files, missing))) break;
      report = await openWith(files.copies());
    }
    return report;
  }

  async load(path: string): Promise<LoadedFile | null> {
    const files = new LoadedFiles((each) => this.uriOf(each), this.#log);
    await files.require(path);
    return files.copies()[0] ?? null;
  }

  async factsOf(path: string): Promise<ChainFile | null> {
    try {
      const { size, mtime } = await vscode.workspace.fs.stat(this.uriOf(path));
      return { path, size, modified: mtime };
    } catch (error) {
      this.#log.debug(`Looking at ${this.uriOf(path).toString()}: ${String(error)}`);
      return null;
    }
  }

  async traceOf(path: string): Promise<string> {
    const facts = await this.factsOf(path);
    return facts === null ? '' : `${String(facts.size)} ${String(facts.modified)}`;
  }

  watch(paths: readonly string[], happened: () => void): FileWatch {
    const watchers = paths.map((path) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      // In a pattern these stand for themselves only within brackets.
      const pattern = name.replaceAll(/[[\]{}*?]/g, '[$&]');
      const folder = vscode.Uri.joinPath(this.uriOf(path), '..');
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern));
      watcher.onDidChange(happened);
      watcher.onDidCreate(happened);
      watcher.onDidDelete(happened);
      return watcher;
    });
    return vscode.Disposable.from(...watchers);
  }

  /** Loads what the child names, else the other images beside it. True where that brought anything new. */
  async #addParents(files: LoadedFiles, missing: MissingParent): Promise<boolean> {
    const folder = vscode.Uri.joinPath(this.uriOf(missing.childPath), '..');
    const claimed = new Set(missing.claimedPaths.map((path) => (/[^\\/]*$/.exec(path)?.[0] ?? '').toLowerCase()));
    const images = await this.#imagesIn(folder);
    const named = images.filter((name) => claimed.has(name.toLowerCase()));
    const others = images.filter((name) => !claimed.has(name.toLowerCase())).slice(0, MAX_TRIED_PARENTS);
    for (const names of [named, others]) {
      let isAnyNew = false;
      for (const name of names) isAnyNew = (await files.add(vscode.Uri.joinPath(folder, name).path)) || isAnyNew;
      if (isAnyNew) return true;
    }
    return false;
  }

  async #imagesIn(folder: vscode.Uri): Promise<readonly string[]> {
    try {
      const entries = await vscode.workspace.fs.readDirectory(folder);
      return entries.map(([name]) => name).filter((name) => IMAGE_NAME.test(name));
    } catch (error) {
      this.#log.info(`Looking for a parent in ${folder.toString()}: ${String(error)}`);
      return [];
    }
  }
}
