import type { Worker } from 'node:worker_threads';
import type { CheckedImage } from '../engine/check/checkImages';
import type { EngineErrorCode, ErrorWords } from '../engine/errors';
import type { EditGrounds } from '../engine/operations/editGrounds';
import { t } from '../engine/index';
import type { ChangedParent } from '../engine/check/changedParent';
import type { Progress } from '../engine/operations/progress';
import type { CandidatePlaces, RankedParent } from '../engine/operations/relinkCandidates';
import type { ImageStanding } from '../engine/operations/standing';
import type { RebuiltFolder } from './familyWire';
import type {
  FromOperationWorker,
  OperationGround,
  OperationKind,
  OperationOrder,
  Operations,
  OperationTrouble,
  ToOperationWorker,
} from './operationWire';
import { startThread } from './startThread';

/** An operation failed; what it had changed is whole. The message is for people. */
export class OperationFailure extends Error {
  override readonly name = 'OperationFailure';
  /** The message in its parts; null where the failure is a mistake of ours or the worker ended. */
  readonly words: ErrorWords | null;
  readonly code: EngineErrorCode | null;
  readonly workerStack: string | null;

  constructor({ message, words, code, stack }: OperationTrouble) {
    super(message);
    this.words = words;
    this.code = code;
    this.workerStack = stack;
  }

  static is(error: unknown): error is OperationFailure {
    return error instanceof OperationFailure;
  }
}

/** A plan, and the number by which the worker knows it. */
export interface Planned<Kind extends OperationKind> {
  readonly number: number;
  readonly plan: Operations[Kind]['plan'];
}

interface Waiting {
  readonly resolve: (message: FromOperationWorker) => void;
  readonly reject: (failure: OperationFailure) => void;
  readonly told: (progress: Progress) => void;
}

/**
 * One long operation in a thread of its own: plans it, as often as it takes, and runs one of the plans. One thing at a time.
 * Everything that waits is rejected with OperationFailure where the engine fails, or the thread ends.
 */
export class OperationClient {
  readonly #worker: Worker;
  #waiting: Waiting | null = null;
  #end: OperationFailure | null = null;

  /** `program`: absolute path of the bundled worker. */
  constructor(program: string) {
    this.#worker = startThread(program, 'operation', 'VHD Editor operation');
    this.#worker.on('message', (message: FromOperationWorker) => this.#receive(message));
    this.#worker.on('error', (error) => this.#endWith(error.message, error.stack ?? null));
    this.#worker.on('exit', (code) => this.#endWith(t('it ended with code {0}', code), null));
  }

  /** Where an image stands in its chain and family; null where it was cancelled. */
  async standing(path: string, ground: OperationGround): Promise<ImageStanding | null> {
    const answer = await this.#ask({ kind: 'standing', path, ground });
    return answer.kind === 'standing' ? answer.standing : null;
  }

  /** What speaks against editing an image; null where it was cancelled. */
  async editGrounds(path: string, withFamily: boolean, ground: OperationGround): Promise<EditGrounds | null> {
    const answer = await this.#ask({ kind: 'editGrounds', path, withFamily, ground });
    return answer.kind === 'editGrounds' ? answer.grounds : null;
  }

  /** What is wrong with some images; see the message. Null where it was cancelled. */
  async check(
    paths: readonly string[],
    withParents: boolean,
    ground: OperationGround,
    told: (progress: Progress) => void,
  ): Promise<readonly CheckedImage[] | null> {
    const answer = await this.#ask({ kind: 'check', paths, withParents, ground }, told);
    return answer.kind === 'checked' ? answer.images : null;
  }

  /** Files that may be the parent of an image, the likeliest first; null where it was cancelled. */
  async rankParents(
    path: string,
    places: CandidatePlaces,
    ground: OperationGround,
    told: (progress: Progress) => void,
  ): Promise<readonly RankedParent[] | null> {
    const answer = await this.#ask({ kind: 'rankParents', path, places, ground }, told);
    return answer.kind === 'ranked' ? answer.candidates : null;
  }

  /** What speaks for and against one file as the parent; null where it was cancelled. */
  async proveParent(path: string, parentPath: string, ground: OperationGround): Promise<RankedParent | null> {
    const answer = await this.#ask({ kind: 'proveParent', path, parentPath, ground });
    return answer.kind === 'ranked' ? (answer.candidates[0] ?? null) : null;
  }

  /** What is known of changes of an image's parents; null where it was cancelled. */
  async changedParents(
    path: string,
    ground: OperationGround,
    told: (progress: Progress) => void,
  ): Promise<readonly ChangedParent[] | null> {
    const answer = await this.#ask({ kind: 'changedParents', path, ground }, told);
    return answer.kind === 'changedParents' ? answer.ties : null;
  }

  /** The families of a folder's heap of files; null where it was cancelled. */
  async heap(
    folder: string,
    ground: OperationGround,
    told: (progress: Progress) => void,
  ): Promise<RebuiltFolder | null> {
    const answer = await this.#ask({ kind: 'heap', folder, ground }, told);
    return answer.kind === 'heap' ? answer.heap : null;
  }

  /** Null where it was cancelled. */
  async plan<Kind extends OperationKind>(order: OperationOrder<Kind>): Promise<Planned<Kind> | null> {
    const answer = await this.#ask({ kind: 'plan', order });
    // A plan is of its order's kind: both ends are ours.
    return answer.kind === 'planned' ? { number: answer.number, plan: answer.plan } : null;
  }

  /** Null where it was cancelled. */
  async run<Kind extends OperationKind>(
    { number }: Planned<Kind>,
    told: (progress: Progress) => void,
  ): Promise<Operations[Kind]['result'] | null> {
    const answer = await this.#ask({ kind: 'run', plan: number }, told);
    return answer.kind === 'done' ? answer.result : null;
  }

  /** Has it stop at the next step where that is safe. */
  cancel(): void {
    if (this.#end === null) this.#post({ kind: 'cancel' });
  }

  /** Ends the thread, whatever it is doing. Calling it twice does no harm. */
  async dispose(): Promise<void> {
    this.#endWith(t('it was closed'), null);
    await this.#worker.terminate();
  }

  #ask(message: ToOperationWorker, told: (progress: Progress) => void = () => undefined): Promise<FromOperationWorker> {
    if (this.#end !== null) return Promise.reject(this.#end);
    if (this.#waiting !== null) return Promise.reject(new RangeError('Something is being done already'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject, told };
      this.#post(message);
    });
  }

  #post(message: ToOperationWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromOperationWorker): void {
    if (message.kind === 'progress') {
      this.#waiting?.told(message.progress);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    if (message.kind === 'failed') waiting?.reject(new OperationFailure(message.trouble));
    else waiting?.resolve(message);
  }

  #endWith(why: string, stack: string | null): void {
    this.#end ??= new OperationFailure({
      message: t('The engine: {0}; try again', why),
      words: null,
      code: null,
      stack,
    });
    this.#waiting?.reject(this.#end);
    this.#waiting = null;
  }
}
