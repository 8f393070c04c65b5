import * as vscode from 'vscode';
import type { HostNotification, PagePosition } from '../../protocol/messages';
import type { ImageDocument } from './imageDocument';

/** One of our editors, as the commands and the status bar see it. */
export interface ImageEditor {
  readonly document: ImageDocument;
  /** Where its cursor is; null until its page says so. */
  readonly position: PagePosition | null;
  /** Tells its page. */
  notify(notification: HostNotification): void;
  /** Brings it to the front with the focus in it. */
  reveal(): void;
}

/** Knows which of our editors the user is in, if any. */
export class ActiveEditor implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  #editor: ImageEditor | null = null;

  /** Another editor is active, or something about it changed. */
  readonly onDidChange = this.#changed.event;

  get editor(): ImageEditor | null {
    return this.#editor;
  }

  enter(editor: ImageEditor): void {
    this.#editor = editor;
    this.#tell();
  }

  leave(editor: ImageEditor): void {
    if (this.#editor !== editor) return;
    this.#editor = null;
    this.#tell();
  }

  /** Something about an editor changed, active or not. */
  refresh(editor: ImageEditor): void {
    if (this.#editor === editor) this.#tell();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #tell(): void {
    const canEditAnyway = this.#editor?.document.access.editability.waysOut.includes('editAnyway') === true;
    const isParentMissing = (this.#editor?.document.image?.missing ?? null) !== null;
    void vscode.commands.executeCommand('setContext', 'vhdEditor.parentMissing', isParentMissing);
    void vscode.commands.executeCommand('setContext', 'vhdEditor.canEditAnyway', canEditAnyway);
    this.#changed.fire();
  }
}
