import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { EngineError } from '../errors';
import { CopyBoard } from './copyBoard';
import type { CopyOrder, CopyStretch, CopyTeam } from './copyOrder';
import { NodeFileStorage } from './nodeFileStorage';
import { NodeFlushLane, runAsFlushLane } from './nodeFlushLane';
import { StretchCopier } from './stretchCopier';

/** Below so many bytes the work is done before a thread has started. */
const WORTH_A_THREAD = 32 * 1024 * 1024;

/** More threads than this stand in each other's way: a file system lets one write to a file at a time. */
const MAX_HELPERS = 3;

/** The flush lane, and the threads of the system that work for it, keep one processor busy. */
const FLUSHING_THREADS = 1;

/** So many stretches wait for helpers before the one who posts does some by itself. */
const MAX_WAITING = 4;

/** What a helper is started with. Descriptors are those of the process, whatever thread opened them. */
interface LaneOrder {
  readonly kind: 'copyLane';
  readonly memory: SharedArrayBuffer;
  readonly target: number;
  readonly sources: readonly number[];
  readonly verifies: boolean;
  readonly skipsZeros: boolean;
}

/**
 * The team for files of this computer, or null where it would not be faster. `program` is the path of the running bundle, which calls
 * `runAsCopyLane` before it does anything else.
 */
export function nodeCopyTeam(
  program: string,
  order: CopyOrder,
  processors: number = availableParallelism(),
): CopyTeam | null {
  const { target, sources, flushes } = order;
  const free = processors - 1 - (flushes ? FLUSHING_THREADS : 0);
  const helperCount = Math.max(0, Math.min(MAX_HELPERS, free));
  const areFiles = target instanceof NodeFileStorage && sources.every((source) => source instanceof NodeFileStorage);
  const isFaster = order.length >= WORTH_A_THREAD && (flushes || helperCount > 0);
  if (!areFiles || !isFaster) {
    return null;
  }
  try {
    return new NodeCopyTeam(program, helperCount, order, target, sources);
  } catch {
    // A system that gives us no threads has one all the same.
    return null;
  }
}

/** Does a helper's work where this thread was started for that, and returns true when it is over; false in any other thread. */
export function runAsCopyLane(): boolean {
  const order = workerData as LaneOrder | null;
  if (isMainThread || order?.kind !== 'copyLane') {
    return runAsFlushLane();
  }
  const board = new CopyBoard(order.memory);
  const { verifies, skipsZeros } = order;
  const target = new NodeFileStorage('', order.target, false);
  const sources = order.sources.map((descriptor) => new NodeFileStorage('', descriptor, true));
  const copier = new StretchCopier({ target, sources, verifies, skipsZeros });
  for (let claimed = board.waitAndClaim(); claimed !== null; claimed = board.waitAndClaim()) {
    board.report(claimed.number, tryCopy(copier, claimed.stretch));
  }
  return true;
}

/** Null for any failure: the one who waits for it does it again and tells why. */
function tryCopy(copier: StretchCopier, stretch: CopyStretch): number | null {
  try {
    return copier.copy(stretch);
  } catch {
    return null;
  }
}

/** Threads that copy beside the one that asks, which helps them. */
class NodeCopyTeam implements CopyTeam {
  readonly #board = new CopyBoard();
  readonly #copier: StretchCopier;
  readonly #maxWaiting: number;
  readonly #startFlushLane: () => NodeFlushLane;
  #flushLane: NodeFlushLane | null = null;
  #bytesWritten = 0;
  #failed: CopyStretch[] = [];

  constructor(
    program: string,
    helperCount: number,
    order: CopyOrder,
    target: NodeFileStorage,
    sources: readonly NodeFileStorage[],
  ) {
    this.#copier = new StretchCopier(order);
    this.#maxWaiting = helperCount === 0 ? 0 : MAX_WAITING;
    this.#startFlushLane = () => new NodeFlushLane(program, target, target.openDescriptor, target.path);
    const lane: LaneOrder = {
      kind: 'copyLane',
      memory: this.#board.memory,
      target: target.openDescriptor,
      sources: sources.map((source) => source.openDescriptor),
      verifies: order.verifies,
      skipsZeros: order.skipsZeros,
    };
    for (let helper = 0; helper < helperCount; helper++) {
      const worker = new Worker(program, { name: 'VHD Editor copies', workerData: lane, execArgv: [] });
      // What a helper cannot do is done here.
      worker.on('error', () => undefined);
      worker.unref();
    }
  }

  get hasFailed(): boolean {
    return this.#failed.length > 0 || this.#board.hasFailures;
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  add(stretch: CopyStretch): void {
    while (!this.#board.post(stretch)) {
      this.#settle();
    }
    while (this.#board.waiting > this.#maxWaiting) {
      this.#help();
    }
  }

  startEarlyFlush(): void {
    this.#lane.startEarly();
  }

  startFlush(): void {
    this.#lane.start();
  }

  get isFlushing(): boolean {
    return this.#flushLane?.isBusy ?? false;
  }

  endFlush(): void {
    this.#flushLane?.end();
  }

  settle(): readonly CopyStretch[] {
    this.#settle();
    const failed = this.#failed;
    this.#failed = [];
    return failed;
  }

  close(): void {
    this.#board.withdraw();
    this.#board.waitForReports();
    this.#board.close();
    this.#flushLane?.close();
  }

  /** Started when there is something to be flushed, which not every copy asks for. */
  get #lane(): NodeFlushLane {
    return (this.#flushLane ??= this.#startFlushLane());
  }

  #settle(): void {
    while (this.#board.waiting > 0) {
      this.#help();
    }
    this.#board.waitForReports();
    const { bytesWritten, failed } = this.#board.collect();
    this.#bytesWritten += bytesWritten;
    this.#failed.push(...failed);
  }

  #help(): void {
    const claimed = this.#board.claim();
    if (claimed === null) {
      return;
    }
    let written: number | null = null;
    try {
      written = this.#copier.copy(claimed.stretch);
    } catch (error) {
      if (!EngineError.is(error)) {
        throw error;
      }
    } finally {
      this.#board.report(claimed.number, written);
    }
  }
}
