import * as vscode from 'vscode';
import type { CandidatePlaces, ChangedParent, CheckedImage, Progress, RankedParent, Refusal } from '../../engine/index';
import { OperationClient, OperationFailure, type Planned } from '../../worker/operationClient';
import type { RebuiltFolder } from '../../worker/familyWire';
import type { ImageStanding } from '../../engine/operations/standing';
import type { OperationGround, OperationKind, Operations } from '../../worker/operationWire';
import { shortNameOf, sizeText } from '../numbers';
import { showError } from '../showError';
import type { BegunMerges } from './begunMerges';
import { percentOf, withLateProgress } from './lateProgress';
import type { OwnWork } from './ownWork';
import { SpeedMeter, timeLeftText } from './speed';
import { sentenceOf } from './words';

/** What operations need of the extension around them. */
export interface OperationSetup {
  readonly extensionUri: vscode.Uri;
  /** Absolute path of the worker's bundle. */
  readonly workerProgram: string;
  /** Files that the user named for the parents of an image in this window. */
  readonly givenParents: (path: string) => readonly string[];
  /** Those of some files whose images are open with unsaved edits. */
  readonly unsavedOf: (paths: readonly string[]) => readonly string[];
  readonly ownWork: OwnWork;
  readonly begunMerges: BegunMerges;
  readonly log: vscode.LogOutputChannel;
}

/** One operation from its plan to its end, in a thread of its own, as the user sees it. */
export class OperationRun implements vscode.Disposable {
  readonly #client: OperationClient;
  readonly #ownWork: OwnWork;
  readonly #unsavedOf: OperationSetup['unsavedOf'];
  readonly #log: vscode.LogOutputChannel;
  readonly #ground: OperationGround;

  /** `path`: the image that it is about. */
  constructor(setup: OperationSetup, path: string) {
    this.#client = new OperationClient(setup.workerProgram);
    this.#ownWork = setup.ownWork;
    this.#unsavedOf = setup.unsavedOf;
    this.#log = setup.log;
    const folders = vscode.workspace.workspaceFolders ?? [];
    this.#ground = {
      policy: { trusted: vscode.workspace.isTrusted, given: setup.givenParents(path), confine: null },
      familyFolders: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    };
  }

  /** Where an image stands; null where the user has cancelled. Throws OperationFailure. */
  standing(path: string): Promise<ImageStanding | null> {
    const title = vscode.l10n.t('Reading the family of {0}', path);
    return this.#withLateProgress(title, () => this.#client.standing(path, this.#ground));
  }

  /** Whether a file can be opened as an image; null where the user has cancelled. Throws OperationFailure where that cannot be found out. */
  async opens(path: string): Promise<boolean | null> {
    const title = vscode.l10n.t('Looking at {0}', path);
    try {
      const look = (): Promise<unknown> => this.#client.editGrounds(path, false, this.#ground);
      return (await this.#withLateProgress(title, look)) === null ? null : true;
    } catch (error) {
      if (OperationFailure.is(error) && error.code === 'not-an-image') return false;
      throw error;
    }
  }

  /** Null where the user has cancelled. Throws OperationFailure. */
  plan<Kind extends OperationKind>(kind: Kind, options: Operations[Kind]['options']): Promise<Planned<Kind> | null> {
    const title = vscode.l10n.t('Planning: {0}', options.path);
    return this.#withLateProgress(title, () => this.#client.plan({ kind, options, ground: this.#ground }));
  }

  /**
   * Runs a plan; a notification says how far it is, once it has taken a while, and can cancel it: null then. `touched`: the files that it writes to.
   * Throws OperationFailure.
   */
  run<Kind extends OperationKind>(
    title: string,
    planned: Planned<Kind>,
    touched: readonly string[],
    withSpeed = true,
  ): Promise<Operations[Kind]['result'] | null> {
    this.#requireSaved(title, touched);
    this.#log.info(title);
    return this.#ownWork.during(touched, () =>
      this.#withProgress(title, (told) => this.#client.run(planned, told), withSpeed),
    );
  }

  /** Finds what is wrong with some images, or with one and its parents, under such a notification. Null where the user has cancelled. Throws OperationFailure. */
  check(title: string, paths: readonly string[], withParents: boolean): Promise<readonly CheckedImage[] | null> {
    this.#log.info(title);
    return this.#withProgress(title, (told) => this.#client.check(paths, withParents, this.#ground, told), false);
  }

  /** Finds the families of a folder's heap of files, under such a notification; quietly without a title. Null where the user has cancelled. Throws OperationFailure. */
  heap(title: string | null, folder: string): Promise<RebuiltFolder | null> {
    if (title === null) return this.#client.heap(folder, this.#ground, () => undefined);
    return this.#withProgress(title, (told) => this.#client.heap(folder, this.#ground, told), false);
  }

  /** Looks for files that may be the parent of an image, the likeliest first, under such a notification. Null where the user has cancelled. Throws OperationFailure. */
  rankParents(path: string, places: CandidatePlaces): Promise<readonly RankedParent[] | null> {
    const title = vscode.l10n.t('Looking for the parent of {0}', shortNameOf(path));
    return this.#withProgress(title, (told) => this.#client.rankParents(path, places, this.#ground, told), false);
  }

  /** What speaks for and against one file as the parent of an image; null where the user has cancelled. Throws OperationFailure. */
  proveParent(path: string, parentPath: string): Promise<RankedParent | null> {
    const title = vscode.l10n.t('Looking into {0}', shortNameOf(parentPath));
    return this.#withLateProgress(title, () => this.#client.proveParent(path, parentPath, this.#ground));
  }

  /** What is known of changes of an image's parents, under such a notification. Null where the user has cancelled. Throws OperationFailure. */
  changedParents(path: string): Promise<readonly ChangedParent[] | null> {
    const title = vscode.l10n.t('Looking at the parents of {0}', shortNameOf(path));
    return this.#withProgress(title, (told) => this.#client.changedParents(path, this.#ground, told), false);
  }

  dispose(): void {
    void this.#client.dispose();
  }

  #withProgress<Result>(
    title: string,
    work: (told: (progress: Progress) => void) => Promise<Result>,
    withSpeed: boolean,
  ): Promise<Result> {
    const speed = new SpeedMeter(() => performance.now());
    return withLateProgress(
      title,
      () => this.#client.cancel(),
      work,
      (progress) => {
        const { doneBytes, totalBytes } = progress;
        if (totalBytes === 0 && doneBytes > 0) return vscode.l10n.t('{0} files', doneBytes);
        const [perSecond, seconds] = [speed.note(doneBytes), speed.secondsFor(totalBytes - doneBytes)];
        return progressText(percentOf(progress), withSpeed ? perSecond : null, seconds);
      },
    );
  }

  /** What an editor has not saved would be written over what the operation does, or be lost with the file. */
  #requireSaved(title: string, touched: readonly string[]): void {
    const [path] = this.#unsavedOf(touched);
    if (path === undefined) return;
    throw new Error(
      vscode.l10n.t('{0}: {1} has unsaved edits. Save or revert them, then try again.', title, shortNameOf(path)),
    );
  }

  /** Shows a notification that can cancel, once the work has taken a while. */
  #withLateProgress<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
    return withLateProgress(title, () => this.#client.cancel(), work);
  }
}

/** `43% · 210 MiB/s · 25 s left` */
function progressText(percent: number, speed: number | null, seconds: number | null): string {
  const words = [`${String(Math.floor(percent))}%`];
  if (speed !== null) words.push(vscode.l10n.t('{0}/s', sizeText(Math.round(speed))));
  if (seconds !== null) words.push(timeLeftText(vscode.l10n, seconds));
  return words.join(' · ');
}

/** Does an operation with the words for people where it fails, and ends its thread in any case. */
export async function withOperation(
  setup: OperationSetup,
  path: string,
  act: (run: OperationRun) => Promise<void>,
): Promise<void> {
  const run = new OperationRun(setup, path);
  try {
    await act(run);
  } catch (error) {
    void tellFailure(setup.log, error);
  } finally {
    run.dispose();
  }
}

/** Shows what stands in the way of a plan: the first reason, and the rest in the log. Returns the chosen one of the further buttons. */
export async function showRefusals(
  log: vscode.LogOutputChannel,
  refusals: readonly Refusal[],
  ...buttons: readonly string[]
): Promise<string | undefined> {
  for (const refusal of refusals) log.warn(sentenceOf(refusal));
  const [first] = refusals;
  return first === undefined ? undefined : showError(log, sentenceOf(first), ...buttons);
}

/** Shows what went wrong. Returns the chosen one of the further buttons. */
export async function tellFailure(
  log: vscode.LogOutputChannel,
  error: unknown,
  ...buttons: readonly string[]
): Promise<string | undefined> {
  const words = OperationFailure.is(error) ? error.words : null;
  const message = words !== null ? sentenceOf(words) : error instanceof Error ? error.message : String(error);
  const stack = OperationFailure.is(error) ? error.workerStack : error instanceof Error ? error.stack : null;
  log.error(stack ?? message);
  return showError(log, message, ...buttons);
}
