import * as vscode from 'vscode';
import type { LoadedFile } from '../../worker/wire';
import { mebibytes } from '../numbers';
import { remoteMaximumSize } from '../settings';

/** Files that were loaded whole, together not larger than the setting allows. */
export class LoadedFiles {
  readonly #uriOf: (path: string) => vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #files = new Map<string, LoadedFile>();
  readonly #refused = new Set<string>();
  #size = 0;

  constructor(uriOf: (path: string) => vscode.Uri, log: vscode.LogOutputChannel) {
    this.#uriOf = uriOf;
    this.#log = log;
  }

  /** Rejects with words for people where the file cannot be had or is too large. */
  async require(path: string): Promise<void> {
    const uri = this.#uriOf(path);
    const maximum = remoteMaximumSize();
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    if (this.#size + size > maximum) throw tooLarge(uri, this.#size + size, maximum);
    const bytes = await vscode.workspace.fs.readFile(uri);
    // A file system that does not tell the size is held to the limit all the same.
    if (this.#size + bytes.length > maximum) throw tooLarge(uri, this.#size + bytes.length, maximum);
    this.#files.set(path, { path, bytes, modified: mtime });
    this.#size += bytes.length;
  }

  /** True where the file is new here; false where it is known or cannot be had, which is logged. */
  async add(path: string): Promise<boolean> {
    if (this.#files.has(path) || this.#refused.has(path)) return false;
    try {
      await this.require(path);
      return true;
    } catch (error) {
      this.#refused.add(path);
      this.#log.warn(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** Copies, whose buffers may be given away. */
  copies(): readonly LoadedFile[] {
    return [...this.#files.values()].map((file) => ({ ...file, bytes: new Uint8Array(file.bytes) }));
  }
}

function tooLarge(uri: vscode.Uri, size: number, maximum: number): Error {
  return new Error(
    vscode.l10n.t(
      'Opening {0}: it takes {1} of memory, with its parents, and at most {2} are loaded from other file systems than the local one; copy it to a local folder, or raise the setting vhdEditor.remote.maximumSize',
      uri.path,
      mebibytes(size),
      mebibytes(maximum),
    ),
  );
}
