import * as vscode from 'vscode';
import type { ActiveEditor } from './activeEditor';
import { EditorPanel } from './editorPanel';
import type { ImageDocument } from './imageDocument';
import type { ImageDocuments } from './imageDocuments';
import { PageAnswers } from './pageAnswers';
import { pageHtml, pageRoots } from './pageHtml';

type Change = vscode.CustomDocumentEditEvent<ImageDocument> | vscode.CustomDocumentContentChangeEvent<ImageDocument>;

/** Opens images in our editor, under one of the names that VS Code knows it by: each knows its own documents only. */
export class ImageEditorProvider implements vscode.CustomEditorProvider<ImageDocument>, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #documents: ImageDocuments;
  readonly #active: ActiveEditor;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<Change>();

  /** Edits; and content changes, where VS Code takes a changed document for a clean one. */
  readonly onDidChangeCustomDocument: vscode.Event<vscode.CustomDocumentContentChangeEvent<ImageDocument>> =
    this.#changed.event;

  constructor(extensionUri: vscode.Uri, documents: ImageDocuments, active: ActiveEditor, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#documents = documents;
    this.#active = active;
    this.#log = log;
  }

  /** Does not read the image: whatever is wrong with the file is shown in the page. */
  async openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): Promise<ImageDocument> {
    const document = await this.#documents.open(uri, backupId);
    document.edits.onDidTell((told) => this.#changed.fire(told === 'content' ? { document } : { document, ...told }));
    return document;
  }

  resolveCustomEditor(document: ImageDocument, panel: vscode.WebviewPanel): void {
    panel.webview.options = { enableScripts: true, localResourceRoots: [...pageRoots(this.#extensionUri)] };
    const answers = new PageAnswers(document, this.#log);
    new EditorPanel(document, panel, this.#active, answers, this.#log);
    panel.webview.html = pageHtml(panel.webview, this.#extensionUri);
  }

  async saveCustomDocument(document: ImageDocument, token: vscode.CancellationToken): Promise<void> {
    await this.#orLog(document, document.edits.save(token));
  }

  async saveCustomDocumentAs(document: ImageDocument, destination: vscode.Uri): Promise<void> {
    await this.#orLog(document, document.edits.saveAs(destination));
  }

  async revertCustomDocument(document: ImageDocument): Promise<void> {
    await this.#orLog(document, document.edits.revert());
  }

  async backupCustomDocument(
    document: ImageDocument,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    return this.#orLog(document, document.edits.backup(destination));
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** VS Code shows what is rejected, if at all, without where it came from. */
  async #orLog<Result>(document: ImageDocument, work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) this.#log.error(`${document.source.path}: ${String(error)}`);
      throw error;
    }
  }
}
