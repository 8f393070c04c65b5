import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { EditGrounds } from '../../engine/index';
import type { Editability } from '../../protocol/session';
import { OperationClient } from '../../worker/operationClient';
import { nameOf } from '../numbers';
import { sentenceOf } from '../operations/words';
import { WorkQueue } from './workQueue';

/** Any of these bits lets somebody write: where none is set, the file is protected, from its owner and the administrator too. */
const WRITE_BITS = 0o222;

/** More names are not told; the others are counted. */
const MAX_NAMES = 3;

export interface EditAccessSetup {
  /** Absolute, of a file of this computer; null where it is another file system's. */
  readonly path: string | null;
  /** Why the file system of the image lets nothing be changed; null where it does. */
  readonly sourceReason: string | null;
  readonly workerProgram: string;
  readonly givenParents: readonly string[];
  readonly log: vscode.LogOutputChannel;
}

/** Whether an image may be edited: what stands in the way, and what the user has been asked about that. */
export class EditAccess implements vscode.Disposable {
  readonly #setup: EditAccessSetup;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #queue = new WorkQueue();
  #client: OperationClient | null = null;
  #own: string | null;
  #dependents: readonly string[] = [];
  #isAllowedAnyway = false;
  #checked: Promise<void> | null = null;

  readonly onDidChange = this.#changed.event;

  constructor(setup: EditAccessSetup) {
    this.#setup = setup;
    this.#own = setup.sourceReason ?? trustReason();
  }

  get editability(): Editability {
    if (this.#own !== null) return { readOnlyReason: this.#own, waysOut: [] };
    if (this.#dependents.length === 0 || this.#isAllowedAnyway) return { readOnlyReason: null, waysOut: [] };
    const reason = vscode.l10n.t(
      'Other images stand on this one and would change with it: {0}. Create a snapshot to write into, or edit it anyway.',
      names(this.#dependents),
    );
    return { readOnlyReason: reason, waysOut: ['createSnapshot', 'editAnyway'] };
  }

  /** Names of the images that would change with this one. */
  get dependents(): readonly string[] {
    return this.#dependents;
  }

  /** The user takes it on themselves that other images are ruined. */
  allowAnyway(): void {
    this.#isAllowedAnyway = true;
    this.#changed.fire();
  }

  /** Resolves when it is known. The first who asks has it looked at. */
  known(): Promise<void> {
    this.#checked ??= this.check();
    return this.#checked;
  }

  /** Looks at everything anew: the family too. Never rejects. */
  async check(): Promise<void> {
    const before = JSON.stringify(this.editability);
    this.#checked = this.#look(true);
    await this.#checked;
    if (JSON.stringify(this.editability) !== before) this.#changed.fire();
  }

  /** What stands in the way of writing to the file right now, the family aside; null where nothing does. Never rejects. */
  async reasonNow(): Promise<string | null> {
    await this.#look(false);
    return this.#own;
  }

  dispose(): void {
    this.#changed.dispose();
    void this.#client?.dispose();
  }

  #look(withFamily: boolean): Promise<void> {
    return this.#queue.run(async () => {
      const { path, sourceReason } = this.#setup;
      this.#own = sourceReason ?? trustReason() ?? (path === null ? null : await protectionReason(path));
      if (this.#own !== null || path === null) return;
      const grounds = await this.#grounds(path, withFamily);
      const [refusal] = grounds?.refusals ?? [];
      if (refusal !== undefined) this.#own = sentenceOf(refusal);
      if (withFamily) this.#dependents = grounds?.dependents ?? [];
    });
  }

  async #grounds(path: string, withFamily: boolean): Promise<EditGrounds | null> {
    const { workerProgram, givenParents, log } = this.#setup;
    const folders = vscode.workspace.workspaceFolders ?? [];
    const ground = {
      policy: { trusted: vscode.workspace.isTrusted, given: givenParents, confine: null },
      familyFolders: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    };
    try {
      this.#client ??= new OperationClient(workerProgram);
      return await this.#client.editGrounds(path, withFamily, ground);
    } catch (error) {
      // Saving says itself what is wrong with the file.
      log.warn(`${path}: whether it can be edited: ${String(error)}`);
      void this.#client?.dispose();
      this.#client = null;
      return null;
    }
  }
}

function trustReason(): string | null {
  return vscode.workspace.isTrusted
    ? null
    : vscode.l10n.t('Images are only read in a workspace that you do not trust.');
}

async function protectionReason(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & WRITE_BITS) !== 0) return null;
    return vscode.l10n.t('The file is write-protected. Give yourself the permission to write it to change it here.');
  } catch {
    return null;
  }
}

function names(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_NAMES).map(nameOf).join(', ');
  return paths.length > MAX_NAMES ? vscode.l10n.t('{0} and {1} more', shown, paths.length - MAX_NAMES) : shown;
}
