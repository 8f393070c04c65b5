import * as vscode from 'vscode';
import type { ImageDocument } from '../editor/imageDocument';

/** VS Code opens a file under its new name at once; what is opened later is another matter. In milliseconds. */
const REOPEN_TIME = 60_000;

interface Carried {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** Carries unsaved edits along when a file gets another name: VS Code backs them up then, and opens the new name without its backup. */
export class RenamedEdits implements vscode.Disposable {
  readonly #carried = new Map<string, Carried>();
  readonly #listener: vscode.Disposable;

  /** `documents`: those that are open. */
  constructor(documents: () => Iterable<ImageDocument>) {
    this.#listener = vscode.workspace.onWillRenameFiles((event) => {
      for (const { oldUri, newUri } of event.files) {
        for (const document of documents()) {
          const uri = uriAfter(document.uri, oldUri, newUri);
          if (uri !== null && document.edits.isChanged) event.waitUntil(this.#carry(document, uri));
        }
      }
    });
  }

  /** The unsaved edits with which an image comes to its name; null where it comes with none. */
  take(uri: vscode.Uri): Uint8Array | null {
    const carried = this.#carried.get(uri.toString());
    this.#carried.delete(uri.toString());
    return carried === undefined || Date.now() - carried.at > REOPEN_TIME ? null : carried.bytes;
  }

  dispose(): void {
    this.#listener.dispose();
  }

  async #carry(document: ImageDocument, uri: vscode.Uri): Promise<void> {
    const bytes = await document.edits.bytesToKeep();
    this.#carried.set(uri.toString(), { bytes, at: Date.now() });
  }
}

/** Where an image lies when a file or folder has got its new name; null where it is not concerned. */
function uriAfter(image: vscode.Uri, oldUri: vscode.Uri, newUri: vscode.Uri): vscode.Uri | null {
  const [path, from] = [image.toString(), oldUri.toString()];
  if (path === from) return newUri;
  return path.startsWith(`${from}/`) ? vscode.Uri.parse(`${newUri.toString()}${path.slice(from.length)}`, true) : null;
}
