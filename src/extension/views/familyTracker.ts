import * as vscode from 'vscode';
import { FamilyClient } from '../../worker/familyClient';
import type { KnownFamilies } from '../../worker/familyWire';
import type { OwnWork } from '../operations/ownWork';

const IMAGES = '**/*.{vhd,avhd,VHD,AVHD}';
const SIDE_FILES = '**/*.{vhd,avhd,VHD,AVHD}.vhd-editor-*';

/** More files of such names are not looked at. */
const MAX_FILES = 20_000;

/** Programs write in many steps: they are looked at so much later. In milliseconds. */
const LOOK_DELAY = 400;

/**
 * The families of the workspace's images, as they are now. Nothing is read before somebody asks; from then on the files are followed, and what
 * has changed is read again in a thread of its own.
 */
export class FamilyTracker implements vscode.Disposable {
  readonly #program: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable[] = [];
  #client: FamilyClient | null = null;
  #known: Promise<KnownFamilies> | null = null;
  readonly #sideFiles = new Set<string>();
  readonly #touched = new Set<string>();
  #isAnew = true;
  #timer: NodeJS.Timeout | null = null;

  readonly onDidChange = this.#changed.event;

  /** `program`: absolute path of the bundled worker. */
  constructor(program: string, ownWork: OwnWork, log: vscode.LogOutputChannel) {
    this.#program = program;
    this.#log = log;
    this.#listeners.push(
      ownWork.onDidBegin(() => this.#readSoon()),
      ownWork.onDidEnd((paths) => this.#touch(paths)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
      // Of a folder that goes or gets another name, no watcher tells file by file.
      vscode.workspace.onDidDeleteFiles(() => this.#readSoon()),
      vscode.workspace.onDidRenameFiles(() => this.refresh()),
    );
  }

  /** What is known; the first who asks has it read. Never rejects. */
  known(): Promise<KnownFamilies> {
    if (this.#known === null) {
      this.#watch();
      this.#known = this.#read();
    }
    return this.#known;
  }

  /** Looks for all files anew. */
  refresh(): void {
    this.#isAnew = true;
    this.#readSoon();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    void this.#client?.dispose();
  }

  #watch(): void {
    const images = vscode.workspace.createFileSystemWatcher(IMAGES);
    const sideFiles = vscode.workspace.createFileSystemWatcher(SIDE_FILES);
    const touch = (uri: vscode.Uri): void => this.#touch([uri.fsPath]);
    this.#listeners.push(
      ...[images, images.onDidCreate(touch), images.onDidChange(touch), images.onDidDelete(touch)],
      ...[sideFiles, sideFiles.onDidCreate((uri) => this.#noteSideFile(uri))],
      sideFiles.onDidDelete(() => this.#readSoon()),
    );
  }

  #touch(paths: readonly string[]): void {
    for (const path of paths) this.#touched.add(path);
    this.#readSoon();
  }

  #noteSideFile(uri: vscode.Uri): void {
    this.#sideFiles.add(uri.fsPath);
    this.#readSoon();
  }

  /** Nothing before somebody has asked. */
  #readSoon(): void {
    if (this.#known === null || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const before = this.#known;
      this.#known = (async (): Promise<KnownFamilies> => {
        await before;
        return this.#read();
      })();
      void this.#known.then(() => this.#changed.fire());
    }, LOOK_DELAY);
  }

  async #read(): Promise<KnownFamilies> {
    try {
      if (this.#client?.hasEnded !== false) {
        this.#client = new FamilyClient(this.#program);
        this.#isAnew = true;
      }
      const anew = this.#isAnew;
      this.#isAnew = false;
      if (anew) await this.#findAll();
      const images = [...this.#touched];
      this.#touched.clear();
      const policy = { trusted: vscode.workspace.isTrusted, given: [], confine: null };
      return await this.#client.update({ images, sideFiles: [...this.#sideFiles], anew, policy });
    } catch (error) {
      this.#log.error(`Reading the families: ${String(error)}`);
      this.#isAnew = true;
      return { families: [], unreadable: [], unfinished: [], duplicates: [], misnamed: [], moved: [] };
    }
  }

  async #findAll(): Promise<void> {
    const [images, sideFiles] = await Promise.all([
      vscode.workspace.findFiles(IMAGES, undefined, MAX_FILES),
      vscode.workspace.findFiles(SIDE_FILES, undefined, MAX_FILES),
    ]);
    if (images.length === MAX_FILES) this.#log.warn(`No more than ${String(MAX_FILES)} images are looked at`);
    const pathsOf = (uris: readonly vscode.Uri[]): readonly string[] =>
      uris.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
    this.#sideFiles.clear();
    for (const path of pathsOf(sideFiles)) this.#sideFiles.add(path);
    for (const path of pathsOf(images)) this.#touched.add(path);
  }
}
