import {
  EngineError,
  changedParents,
  checkChain,
  checkImages,
  closeChain,
  editGrounds,
  imageStanding,
  newImageFacts,
  openChain,
  planMerge,
  planFolderRelink,
  planFolderUndo,
  planMergeToFile,
  planRelink,
  planRepair,
  planRevert,
  planSnapshot,
  planUndoRepair,
  proveParent,
  rankParents,
  recoverImage,
  runFolderRelink,
  runFolderUndo,
  runMerge,
  runMergeToFile,
  runRelink,
  runRepair,
  runRevert,
  runSnapshot,
  undoRepair,
  type ChangedParent,
  type CheckedImage,
  type OperationRequest,
  type Progress,
  t,
} from '../engine/index';
import type { FileSystem } from '../engine/storage/fileSystem';
import { readHeap } from './folderHeap';
import type {
  FromOperationWorker,
  OperationGround,
  OperationKind,
  OperationOrder,
  Operations,
  OperationTrouble,
  ToOperationWorker,
} from './operationWire';
import { unfinishedAt } from './unfinishedWork';

/** How long steps are taken before messages are let in, in milliseconds. */
const SLICE_TIME = 50;

/** Progress is told no oftener than that, in milliseconds. */
const TELL_INTERVAL = 100;

export interface OperationSurroundings {
  readonly fileSystem: FileSystem;
  readonly post: (message: FromOperationWorker) => void;
  /** Calls back when the messages that wait have been received. */
  readonly afterMessages: (callback: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

interface Operation<Kind extends OperationKind> {
  plan(
    request: OperationRequest,
    options: Operations[Kind]['options'],
  ): Generator<unknown, Operations[Kind]['plan'], void>;
  run(fileSystem: FileSystem, plan: Operations[Kind]['plan']): Generator<Progress, Operations[Kind]['result'], void>;
}

const OPERATIONS: { readonly [Kind in OperationKind]: Operation<Kind> } = {
  snapshot: {
    plan: (request, { path, keepName }) =>
      planSnapshot(request, path, { output: null, keepName, facts: newImageFacts() }),
    run: runSnapshot,
  },
  revert: {
    plan: (request, { path, ...options }) => planRevert(request, path, { ...options, facts: newImageFacts() }),
    run: runRevert,
  },
  merge: {
    plan: (request, { path, into }) => planMerge(request, path, { into, keep: false }),
    run: (fileSystem, plan) => runMerge(fileSystem, plan),
  },
  mergeToFile: {
    plan: (request, { path, ...options }) => planMergeToFile(request, path, { ...options, facts: newImageFacts() }),
    run: runMergeToFile,
  },
  relinkFolder: {
    plan: (request, { path }) => planFolderRelink(request, path),
    run: runFolderRelink,
  },
  undoRelinkFolder: {
    plan: (request, { path }) => planFolderUndo(request, path),
    run: runFolderUndo,
  },
  relink: {
    plan: ({ fileSystem, policy }, { path, parentPath, acceptMismatch }) =>
      atOnce(() => planRelink(fileSystem, path, parentPath, policy, { acceptMismatch })),
    run: (fileSystem, plan) => atOnce(() => runRelink(fileSystem, plan)),
  },
  repair: {
    plan: ({ fileSystem, policy }, { path, only }) =>
      planRepair(fileSystem, path, policy, { now: Date.now(), only, ignoresUnknown: true, facts: newImageFacts() }),
    run: (fileSystem, plan) => atOnce(() => runRepair(fileSystem, plan)),
  },
  undoRepair: {
    plan: ({ fileSystem }, { path }) => atOnce(() => ({ path, patch: planUndoRepair(fileSystem, path) })),
    run: (fileSystem, { path }) => atOnce(() => ({ isChanged: undoRepair(fileSystem, path) !== null })),
  },
  finish: {
    plan: ({ fileSystem }, { path }) => atOnce(() => finishPlan(fileSystem, path)),
    run: (fileSystem, { path }) =>
      atOnce(() => ({ recovered: recoverImage(fileSystem, fileSystem.realPath(path) ?? path) })),
  },
};

/** The worker's side of a long operation, wherever it runs: plans it, runs it step by step, and stops between two of them. */
export class OperationService {
  readonly #surroundings: OperationSurroundings;
  /** Runs the plan of each number. */
  readonly #plans: (() => Generator<Progress, Operations[OperationKind]['result'], void>)[] = [];
  #deed: Deed | null = null;

  constructor(surroundings: OperationSurroundings) {
    this.#surroundings = surroundings;
  }

  receive(message: ToOperationWorker): void {
    switch (message.kind) {
      case 'standing':
        this.#begin(() =>
          stepsTo(imageStanding(this.#request(message.ground), message.path), (standing) => ({
            kind: 'standing',
            standing,
          })),
        );
        break;
      case 'editGrounds':
        this.#begin(() =>
          stepsTo(editGrounds(this.#request(message.ground), message.path, message.withFamily), (grounds) => ({
            kind: 'editGrounds',
            grounds,
          })),
        );
        break;
      case 'check':
        this.#begin(() =>
          stepsTo(checksOf(this.#request(message.ground), message.paths, message.withParents), (images) => ({
            kind: 'checked',
            images,
          })),
        );
        break;
      case 'rankParents':
        this.#begin(() => {
          const { fileSystem, policy } = this.#request(message.ground);
          const steps = rankParents(fileSystem, message.path, message.places, policy);
          return stepsTo(steps, (candidates) => ({ kind: 'ranked', candidates }));
        });
        break;
      case 'proveParent':
        this.#begin(() => {
          const { fileSystem, policy } = this.#request(message.ground);
          const steps = atOnce(() => [proveParent(fileSystem, message.path, message.parentPath, policy)]);
          return stepsTo(steps, (candidates) => ({ kind: 'ranked', candidates }));
        });
        break;
      case 'changedParents':
        this.#begin(() =>
          stepsTo(changesOf(this.#request(message.ground), message.path), (ties) => ({ kind: 'changedParents', ties })),
        );
        break;
      case 'heap':
        this.#begin(() =>
          stepsTo(readHeap(this.#request(message.ground), message.folder), (heap) => ({ kind: 'heap', heap })),
        );
        break;
      case 'plan':
        this.#begin(() => this.#planning(message.order));
        break;
      case 'run':
        this.#begin(() => this.#running(message.plan));
        break;
      case 'cancel':
        if (this.#deed !== null) this.#deed.isCancelled = true;
        break;
    }
  }

  #request({ policy, familyFolders }: OperationGround): OperationRequest {
    return { fileSystem: this.#surroundings.fileSystem, policy, familyFolders };
  }

  #planning<Kind extends OperationKind>(order: OperationOrder<Kind>): Steps {
    const { fileSystem } = this.#surroundings;
    const operation: Operation<Kind> = OPERATIONS[order.kind];
    return stepsTo(operation.plan(this.#request(order.ground), order.options), (plan) => {
      const number = this.#plans.push(() => operation.run(fileSystem, plan)) - 1;
      return { kind: 'planned', number, plan };
    });
  }

  #running(number: number): Steps {
    const run = this.#plans[number];
    if (run === undefined) throw new RangeError(`No plan ${number}`);
    return stepsTo(run(), (result) => ({ kind: 'done', result }));
  }

  #begin(stepsOf: () => Steps): void {
    if (this.#deed !== null) throw new RangeError('Something is being done already');
    try {
      this.#deed = { steps: stepsOf(), isCancelled: false, toldAt: -Infinity };
      this.#goOn(this.#deed);
    } catch (error) {
      this.#endWith({ kind: 'failed', trouble: troubleOf(error) });
    }
  }

  #goOn(deed: Deed): void {
    try {
      const end = this.#surroundings.now() + SLICE_TIME;
      do {
        const step = deed.steps.next();
        if (step.done === true) {
          this.#endWith(step.value);
          return;
        }
        this.#tell(deed, step.value);
      } while (this.#surroundings.now() < end);
    } catch (error) {
      this.#endWith({ kind: 'failed', trouble: troubleOf(error) });
      return;
    }
    this.#surroundings.afterMessages(() => this.#afterMessages(deed));
  }

  #afterMessages(deed: Deed): void {
    if (!deed.isCancelled) {
      this.#goOn(deed);
      return;
    }
    try {
      // The operation clears up behind it.
      deed.steps.return({ kind: 'cancelled' });
      this.#endWith({ kind: 'cancelled' });
    } catch (error) {
      this.#endWith({ kind: 'failed', trouble: troubleOf(error) });
    }
  }

  #tell(deed: Deed, step: unknown): void {
    const now = this.#surroundings.now();
    if (!isProgress(step) || now - deed.toldAt < TELL_INTERVAL) return;
    deed.toldAt = now;
    this.#surroundings.post({ kind: 'progress', progress: step });
  }

  #endWith(message: FromOperationWorker): void {
    this.#deed = null;
    this.#surroundings.post(message);
  }
}

type Steps = Generator<unknown, FromOperationWorker, void>;

function finishPlan(fileSystem: FileSystem, path: string): Operations['finish']['plan'] {
  const realPath = fileSystem.realPath(path) ?? path;
  return { path: realPath, merge: unfinishedAt(fileSystem, `${realPath}.vhd-editor-merge`)?.merge ?? null };
}

interface Deed {
  readonly steps: Steps;
  isCancelled: boolean;
  toldAt: number;
}

function* stepsTo<Result>(
  steps: Generator<unknown, Result, void>,
  messageOf: (result: Result) => FromOperationWorker,
): Steps {
  return messageOf(yield* steps);
}

/** What takes a moment, as steps. */
// eslint-disable-next-line require-yield -- there is nothing between its beginning and its end
function* atOnce<Result>(work: () => Result): Generator<never, Result, void> {
  return work();
}

function* changesOf(
  { fileSystem, policy }: OperationRequest,
  path: string,
): Generator<unknown, readonly ChangedParent[], void> {
  const chain = openChain(fileSystem, path, policy);
  try {
    return yield* changedParents(fileSystem, chain, false);
  } finally {
    closeChain(chain);
  }
}

function* checksOf(
  { fileSystem, policy }: OperationRequest,
  paths: readonly string[],
  withParents: boolean,
): Generator<unknown, readonly CheckedImage[], void> {
  const options = { now: Date.now() };
  const [first] = paths;
  if (!withParents || first === undefined) return yield* checkImages(fileSystem, paths, policy, options);
  const result = yield* checkChain(fileSystem, first, policy, options);
  const all = [...new Set([...result.paths, ...result.findings.map(({ path }) => path)])];
  return all.map((path) => ({ path, findings: result.findings.filter((finding) => finding.path === path) }));
}

function isProgress(step: unknown): step is Progress {
  return typeof step === 'object' && step !== null && 'doneBytes' in step;
}

function troubleOf(error: unknown): OperationTrouble {
  if (EngineError.is(error)) return { message: error.message, words: error.words, code: error.code, stack: null };
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return { message: t('VHD Editor made a mistake: {0}; see its log', String(error)), words: null, code: null, stack };
}
