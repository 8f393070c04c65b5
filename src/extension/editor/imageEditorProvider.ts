import * as vscode from 'vscode';
import type { OwnWork } from '../operations/ownWork';
import type { ActiveEditor } from './activeEditor';
import { EditorPanel } from './editorPanel';
import { ImageDocument } from './imageDocument';
import type { ImageSource } from './imageSource';
import { LocalSource } from './localSource';
import { PageAnswers } from './pageAnswers';
import { pageHtml, pageRoots } from './pageHtml';
import { RemoteSource } from './remoteSource';

/** Opens images. They are only looked at so far: an editor that changes them takes the place of this one. */
export class ImageEditorProvider implements vscode.CustomReadonlyEditorProvider<ImageDocument>, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #active: ActiveEditor;
  readonly #ownWork: OwnWork;
  readonly #log: vscode.LogOutputChannel;
  readonly #documents = new Set<ImageDocument>();
  /** The parents that the user located, by image, as long as this window is open. */
  readonly #givenParents = new Map<string, string[]>();
  readonly #listeners: vscode.Disposable;

  constructor(extensionUri: vscode.Uri, active: ActiveEditor, ownWork: OwnWork, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#active = active;
    this.#ownWork = ownWork;
    this.#log = log;
    this.#listeners = vscode.Disposable.from(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forEach((document) => document.openMore())),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#forEach((document) => document.lookForChanges());
      }),
    );
  }

  /** Reads nothing: whatever is wrong with the file is shown in the page. */
  openCustomDocument(uri: vscode.Uri): ImageDocument {
    const key = uri.toString();
    const given = this.#givenParents.get(key) ?? [];
    this.#givenParents.set(key, given);
    const workerProgram = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'worker.js').fsPath;
    const source = this.#sourceOf(uri);
    const document = new ImageDocument({ uri, source, workerProgram, given, ownWork: this.#ownWork, log: this.#log });
    this.#documents.add(document);
    document.onDidDispose(() => this.#documents.delete(document));
    return document;
  }

  resolveCustomEditor(document: ImageDocument, panel: vscode.WebviewPanel): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [...pageRoots(this.#extensionUri)] };
    const answers = new PageAnswers(document, this.#log);
    new EditorPanel(document, panel, this.#active, answers, this.#log);
    panel.webview.html = pageHtml(panel.webview, this.#extensionUri);
  }

  /** The files that the user named for parents of an image in this window. */
  givenParents(uri: vscode.Uri): readonly string[] {
    return this.#givenParents.get(uri.toString()) ?? [];
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  #sourceOf(uri: vscode.Uri): ImageSource {
    return uri.scheme === 'file' ? new LocalSource(uri, this.#log) : new RemoteSource(uri, this.#log);
  }

  #forEach(act: (document: ImageDocument) => Promise<void>): void {
    for (const document of this.#documents) void act(document);
  }
}
