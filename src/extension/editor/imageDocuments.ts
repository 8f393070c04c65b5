import * as vscode from 'vscode';
import type { Problems } from '../check/problems';
import { readBackup } from '../editing/backups';
import { RenamedEdits } from '../editing/renamedEdits';
import { nameOf } from '../numbers';
import type { OwnWork } from '../operations/ownWork';
import { showError } from '../showError';
import { ImageDocument } from './imageDocument';
import type { ImageSource } from './imageSource';
import { LocalSource } from './localSource';
import { RemoteSource } from './remoteSource';

/** After an operation the families are looked at anew so much later, once for all that it did. In milliseconds. */
const LOOK_DELAY = 500;

/** All images that are open in our editors, whatever the name under which VS Code knows the editor. */
export class ImageDocuments implements vscode.Disposable {
  readonly #workerProgram: string;
  readonly #ownWork: OwnWork;
  readonly #problems: Problems;
  readonly #log: vscode.LogOutputChannel;
  readonly #documents = new Set<ImageDocument>();
  /** The parents that the user located, by image, as long as this window is open. */
  readonly #givenParents = new Map<string, string[]>();
  readonly #renamed = new RenamedEdits(() => this.#documents);
  readonly #listeners: vscode.Disposable;
  #timer: NodeJS.Timeout | null = null;

  /** `workerProgram`: absolute path of the worker's bundle. */
  constructor(workerProgram: string, ownWork: OwnWork, problems: Problems, log: vscode.LogOutputChannel) {
    this.#workerProgram = workerProgram;
    this.#ownWork = ownWork;
    this.#problems = problems;
    this.#log = log;
    this.#listeners = vscode.Disposable.from(
      this.#renamed,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#forEach((document) => document.openMore())),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#checkSoon()),
      // A save touches the image alone.
      ownWork.onDidEnd((paths) => {
        if (paths.length > 1) this.#checkSoon();
      }),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#forEach((document) => document.lookForChanges());
      }),
    );
  }

  /** `backupId`: what VS Code calls the unsaved edits that it kept; undefined where it kept none. The image itself is not read yet. */
  async open(uri: vscode.Uri, backupId: string | undefined): Promise<ImageDocument> {
    const key = uri.toString();
    const given = this.#givenParents.get(key) ?? [];
    this.#givenParents.set(key, given);
    const isRestored = backupId !== undefined;
    const backup = isRestored ? await this.#readBackup(uri, backupId) : this.#renamed.take(uri);
    const document = new ImageDocument({
      ...{ uri, source: this.#sourceOf(uri), workerProgram: this.#workerProgram },
      ...{ given, backup, isRestored, ownWork: this.#ownWork, log: this.#log },
    });
    this.#documents.add(document);
    let isNew = true;
    document.onDidRead(({ findings }) => {
      // A check before it was opened holds; one before it was changed does not.
      if (!isNew) this.#problems.forgetChecked(uri);
      isNew = false;
      this.#problems.setOpen(uri, findings);
    });
    document.onDidDispose(() => {
      this.#documents.delete(document);
      this.#problems.setOpen(uri, null);
    });
    return document;
  }

  /** The open image of that address; null where it is not open. */
  find(uri: vscode.Uri): ImageDocument | null {
    return [...this.#documents].find((document) => document.uri.toString() === uri.toString()) ?? null;
  }

  /** Those of some files whose images are open with unsaved edits. */
  unsavedOf(paths: readonly string[]): readonly string[] {
    return paths.filter((path) => this.find(vscode.Uri.file(path))?.edits.isChanged === true);
  }

  /** The user names a file for a parent of an image that is not open. */
  give(uri: vscode.Uri, parentPath: string): void {
    const key = uri.toString();
    this.#givenParents.set(key, [...(this.#givenParents.get(key) ?? []), parentPath]);
  }

  /** The files that the user named for parents of an image in this window. */
  givenParents(uri: vscode.Uri): readonly string[] {
    return this.#givenParents.get(uri.toString()) ?? [];
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#listeners.dispose();
  }

  /** Without its unsaved edits the image opens all the same: VS Code would offer it in no other way. The user is told. */
  async #readBackup(uri: vscode.Uri, id: string): Promise<Uint8Array | null> {
    try {
      return await readBackup(id);
    } catch (error) {
      const name = nameOf(uri.path);
      this.#log.error(`${uri.path}: ${id}: ${String(error)}`);
      void showError(
        this.#log,
        vscode.l10n.t(
          'The unsaved edits of {0} could not be read from {1}, where they stay until you save or revert.',
          name,
          id,
        ),
      );
      return null;
    }
  }

  #sourceOf(uri: vscode.Uri): ImageSource {
    return uri.scheme === 'file' ? new LocalSource(uri, this.#log) : new RemoteSource(uri, this.#log);
  }

  #checkSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#forEach((document) => document.access.check());
    }, LOOK_DELAY);
  }

  #forEach(act: (document: ImageDocument) => Promise<void>): void {
    for (const document of this.#documents) void act(document);
  }
}
