import { EngineError, MemoryFileSystem, openImage, t, type Progress } from '../engine/index';
import type { FileSystem } from '../engine/storage/fileSystem';
import type { EngineRequests } from '../protocol/messages';
import { FindQueue } from './findQueue';
import { isHarmless, LongAnswer } from './longAnswer';
import { OpenDocument } from './openDocument';
import { RepairQueue } from './repairQueue';
import { ScanQueue } from './scanQueue';
import type { ImageSession } from './session';
import type { OpenReport } from './openReport';
import type {
  Failure,
  FromWorker,
  ImageFacts,
  LoadedFile,
  OpenOrder,
  ToWorker,
  WorkerNotification,
  WorkerRequestName,
  WorkerRequests,
} from './wire';

/** How far something is, is told no oftener than that, in milliseconds. */
const TELL_INTERVAL = 100;

export interface ServiceSurroundings {
  /** The files of this computer. */
  readonly fileSystem: FileSystem;
  /** Sends a message; the buffers in `transfer` are given away. */
  readonly post: (message: FromWorker, transfer: readonly ArrayBuffer[]) => void;
  /** Calls back when the messages that wait have been received. */
  readonly afterMessages: (callback: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

type Request = Extract<ToWorker, { kind: 'request' }>;

interface OpenSession {
  readonly document: OpenDocument;
  readonly scans: ScanQueue;
  readonly finds: FindQueue;
}

/** The worker's side of the conversation, wherever it runs: one chain, the questions about it, and the background scan between them. */
export class SessionService {
  readonly #surroundings: ServiceSurroundings;
  #open: OpenSession | null = null;
  #isScheduled = false;
  /** A copy that is written, or a long change. */
  #copy: LongAnswer | null = null;
  #toldAt = 0;
  readonly #repairs: RepairQueue;
  /** What came while a copy was made and would change what is copied. */
  readonly #waiting: Request[] = [];

  constructor(surroundings: ServiceSurroundings) {
    this.#surroundings = surroundings;
    this.#repairs = new RepairQueue(
      {
        answer: (id, result) => surroundings.post({ kind: 'answer', id, result }, []),
        fail: (id, error) => surroundings.post({ kind: 'failure', id, failure: failureOf(error) }, []),
        tell: (notification) => this.#tell(notification),
      },
      surroundings.now,
    );
  }

  receive(message: ToWorker): void {
    if (message.kind === 'scan') {
      this.#scan(message.asOf);
      return;
    }
    if (message.kind === 'cancel') {
      this.#cancel(message.id);
      return;
    }
    if (message.kind === 'find' || message.kind === 'stopFind') {
      this.#find(message);
      return;
    }
    this.#receive(message);
  }

  #receive(message: Request): void {
    if (this.#copy === null || isHarmless(message.name)) this.#take(message);
    else this.#waiting.push(message);
  }

  #take(message: Request): void {
    const { id, name, params } = message;
    try {
      const steps = this.#longSteps(name, params);
      if (steps !== null) {
        this.#copy = new LongAnswer(id, steps);
        this.#schedule();
        return;
      }
      if (name === 'planRepair') {
        this.#repairs.begin(id, this.#opened().document.planRepair(params as WorkerRequests['planRepair']['params']));
        this.#schedule();
        return;
      }
      const result = this.#answer(message.name, message.params);
      this.#surroundings.post({ kind: 'answer', id, result }, buffersOf(result));
    } catch (error) {
      this.#surroundings.post({ kind: 'failure', id, failure: failureOf(error) }, []);
    }
  }

  #longSteps(name: WorkerRequestName, params: object): Iterator<unknown, unknown> | null {
    // The name tells the parameters' type; the compiler cannot follow that.
    if (name === 'saveCopy' || name === 'exportRange') return this.#opened().document.copy(name, params as never);
    return this.#open?.document.longChange(name, params) ?? null;
  }

  /** Goes on with what takes a while, and when it is done with what has waited for that. */
  #copyOn(copy: LongAnswer): void {
    const before = this.#open?.document.session;
    try {
      const step = copy.work(this.#surroundings.now);
      if (step.done !== true) {
        this.#tellProgress(copy.id, step.value as Progress);
        return;
      }
      const result = (step.value ?? null) as WorkerRequests[WorkerRequestName]['result'];
      this.#surroundings.post({ kind: 'answer', id: copy.id, result }, []);
    } catch (error) {
      this.#surroundings.post({ kind: 'failure', id: copy.id, failure: failureOf(error) }, []);
    }
    this.#afterLong(before);
  }

  #tellProgress(id: number, progress: Progress): void {
    const now = this.#surroundings.now();
    if (now - this.#toldAt < TELL_INTERVAL) return;
    this.#toldAt = now;
    this.#surroundings.post({ kind: 'progress', id, progress }, []);
  }

  /** What is not answered yet fails; what is worked on leaves everything as it was. */
  #cancel(id: number): void {
    const failure = failureOf(cancelled());
    const at = this.#waiting.findIndex((message) => message.id === id);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.#surroundings.post({ kind: 'failure', id, failure }, []);
    } else if (this.#copy?.id === id) {
      const before = this.#open?.document.session;
      try {
        this.#copy.stop();
        this.#surroundings.post({ kind: 'failure', id, failure }, []);
      } catch (error) {
        this.#surroundings.post({ kind: 'failure', id, failure: failureOf(error) }, []);
      }
      this.#afterLong(before);
    }
  }

  /** `before`: the session when the last step began. */
  #afterLong(before: ImageSession | undefined): void {
    const document = this.#open?.document;
    if (document !== undefined && document.session !== before) this.#follow(document);
    this.#copy = null;
    // One of those may begin another copy: the rest is kept for the end of that.
    for (const message of this.#waiting.splice(0)) this.#receive(message);
  }

  #answer<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
  ): WorkerRequests[WorkerRequestName]['result'] {
    // The name tells the parameters' type; the compiler cannot follow that through a generic.
    if (name === 'openChain') return this.#openChain(params as OpenOrder);
    if (name === 'inspect') return this.#inspect(params as WorkerRequests['inspect']['params']);
    const { document } = this.#opened();
    if (!document.answers(name)) return document.session.answer(name as keyof EngineRequests, params as never);
    const before = document.session;
    try {
      return document.answer(name, params as never);
    } finally {
      if (document.session !== before) this.#follow(document);
    }
  }

  #opened(): OpenSession {
    if (this.#open !== null) return this.#open;
    throw new EngineError('file-access', {
      what: t('The image'),
      why: t('it is not open'),
      remedy: t('close the editor and open it again'),
    });
  }

  /** What was open before stays open where the new order fails; an image that is open already keeps its edits. */
  #openChain(order: OpenOrder): OpenReport {
    const before = this.#open?.document ?? null;
    if (before?.isFor(order) === true) {
      before.reopen(order);
      this.#follow(before);
      return before.report;
    }
    const document = new OpenDocument(this.#fileSystem(order.loaded), this.#surroundings.fileSystem, order);
    before?.close();
    this.#open = null;
    this.#follow(document);
    return document.report;
  }

  /** The session of a document is another one: what was begun for the one before is over, but what was found out about owners that still holds. */
  #follow(document: OpenDocument): void {
    const tell = (notification: WorkerNotification): void => this.#tell(notification);
    const { now } = this.#surroundings;
    const { session } = document;
    this.#repairs.stop();
    const scans = document.keptOwners ? this.#open?.scans : undefined;
    this.#open = {
      document,
      scans: scans ?? new ScanQueue(session, tell, now),
      finds: new FindQueue(session, tell, now),
    };
  }

  /** Its parents are left alone. */
  #inspect({ path, loaded }: WorkerRequests['inspect']['params']): ImageFacts {
    const image = openImage(this.#fileSystem(loaded === null ? null : [loaded]), path);
    const { type, id, virtualSize, created } = image;
    image.close();
    return { path: image.path, type, id, virtualSize, created: created?.getTime() ?? null };
  }

  #fileSystem(loaded: readonly LoadedFile[] | null): FileSystem {
    if (loaded === null) return this.#surroundings.fileSystem;
    const fileSystem = new MemoryFileSystem('posix');
    for (const { path, bytes, modified } of loaded) fileSystem.addFile(path, bytes, modified);
    return fileSystem;
  }

  #scan(asOf: number): void {
    if (this.#open === null) return;
    try {
      this.#open.scans.want(asOf);
      this.#schedule();
    } catch (error) {
      this.#surroundings.post({ kind: 'scanFailed', failure: failureOf(error) }, []);
    }
  }

  #find(message: Extract<ToWorker, { kind: 'find' | 'stopFind' }>): void {
    if (this.#open === null) return;
    if (message.kind === 'find') this.#open.finds.begin(message.order);
    else this.#open.finds.stop(message.find);
    if (!this.#open.finds.isIdle) this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#surroundings.afterMessages(() => {
      this.#isScheduled = false;
      this.#workOn();
    });
  }

  #workOn(): void {
    if (this.#copy !== null) this.#copyOn(this.#copy);
    this.#repairs.work();
    if (this.#open === null) return;
    const { scans, finds } = this.#open;
    finds.work();
    try {
      scans.work();
    } catch (error) {
      this.#surroundings.post({ kind: 'scanFailed', failure: failureOf(error) }, []);
    }
    if (!scans.isIdle || !finds.isIdle || !this.#repairs.isIdle || this.#copy !== null) this.#schedule();
  }

  #tell(notification: WorkerNotification): void {
    const buffers = notification.type === 'sectorGrain' ? buffersOf(notification.run) : [];
    this.#surroundings.post({ kind: 'notification', notification }, buffers);
  }
}

/** The buffers of an answer's arrays, which were made for it and are exactly as long as it. */
function buffersOf(result: object | null): readonly ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const value of Object.values(result ?? {}) as readonly unknown[]) {
    if (
      value instanceof Uint8Array &&
      value.buffer instanceof ArrayBuffer &&
      value.length === value.buffer.byteLength
    ) {
      buffers.push(value.buffer);
    }
  }
  return buffers;
}

function cancelled(): EngineError {
  return new EngineError('cancelled', {
    what: t('This'),
    why: t('you ended it'),
    remedy: t('begin it again if you want it after all; nothing was changed'),
  });
}

function failureOf(error: unknown): Failure {
  if (EngineError.is(error)) return { message: error.message, code: error.code, stack: null };
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return { message: t('VHD Editor made a mistake: {0}; see its log', String(error)), code: null, stack };
}
