import type { Chain } from '../engine/chain/chain';
import { DiskReader, EngineError, closeChain, compareDisks, openChain, t } from '../engine/index';
import type { FileSystem } from '../engine/storage/fileSystem';
import type {
  CompareRun,
  CompareSide,
  ComparedImage,
  ComparePageHears,
  ComparePageSays,
  DifferingRange,
} from '../protocol/compare';
import type { ToCompareWorker } from './compareWire';
import { MAX_READ_LENGTH, wholeNumber } from './params';
import { readDisk } from './readRun';

/** How long the comparison holds the thread before questions are let through, in milliseconds. */
const SLICE_TIME = 10;

/** What is found is told no oftener than that, in milliseconds. */
const TELL_INTERVAL = 100;

/** A comparison that finds more ranges ends. */
const MAX_RANGES = 100_000;

export interface CompareSurroundings {
  readonly fileSystem: FileSystem;
  readonly post: (message: ComparePageHears) => void;
  /** Calls back when the messages that wait have been received. */
  readonly afterMessages: (callback: () => void) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

interface Comparison {
  readonly chains: readonly [Chain, Chain];
  readonly disks: readonly [DiskReader, DiskReader];
  readonly images: readonly [ComparedImage, ComparedImage];
  readonly steps: ReturnType<typeof compareDisks>;
  /** All that was found, and how much of it was told. */
  readonly ranges: DifferingRange[];
  toldCount: number;
  toldAt: number;
  done: number;
  total: number;
  state: CompareRun['state'];
}

/** The worker's side of a comparison, wherever it runs: goes on in slices, and reads what the page shows between them. Nothing is written. */
export class CompareService {
  readonly #surroundings: CompareSurroundings;
  #order: Extract<ToCompareWorker, { kind: 'begin' }> | null = null;
  #comparison: Comparison | null = null;
  /** Why there is none, for people. */
  #failure: string | null = null;

  constructor(surroundings: CompareSurroundings) {
    this.#surroundings = surroundings;
  }

  receive(message: ToCompareWorker): void {
    switch (message.kind) {
      case 'begin':
        this.#order = message;
        this.#begin();
        break;
      case 'again':
        this.#begin();
        this.#tellAll();
        break;
      case 'open':
        this.#tellAll();
        break;
      case 'stop':
        this.#stop();
        break;
      case 'read':
        this.#read(message);
        break;
    }
  }

  #begin(): void {
    this.#close();
    this.#failure = null;
    try {
      this.#comparison = this.#opened();
      this.#schedule(this.#comparison);
    } catch (error) {
      this.#break(error);
    }
  }

  #opened(): Comparison {
    if (this.#order === null) throw new RangeError('Nothing was begun');
    const { fileSystem, now } = this.#surroundings;
    const { paths, policies } = this.#order;
    const one = openChain(fileSystem, paths[0], policies[0]);
    try {
      const other = openChain(fileSystem, paths[1], policies[1]);
      const fileOf = (path: string): string => fileSystem.realPath(path) ?? path;
      return {
        chains: [one, other],
        disks: [new DiskReader(one), new DiskReader(other)],
        images: [comparedImage(fileSystem, one), comparedImage(fileSystem, other)],
        steps: compareDisks({ chain: one, layer: 0 }, { chain: other, layer: 0 }, fileOf),
        ...{ ranges: [], toldCount: 0, toldAt: now(), done: 0, total: 0, state: 'comparing' },
      };
    } catch (error) {
      closeChain(one);
      throw error;
    }
  }

  #close(): void {
    for (const chain of this.#comparison?.chains ?? []) closeChain(chain);
    this.#comparison = null;
  }

  #schedule(comparison: Comparison): void {
    this.#surroundings.afterMessages(() => {
      // Another one may have taken its place, or it was stopped.
      if (comparison !== this.#comparison || comparison.state !== 'comparing') return;
      try {
        this.#work(comparison);
      } catch (error) {
        this.#break(error);
      }
    });
  }

  #work(comparison: Comparison): void {
    const { now } = this.#surroundings;
    const end = now() + SLICE_TIME;
    do {
      const step = comparison.steps.next();
      if (step.done === true) {
        comparison.state = 'done';
        break;
      }
      const { differing, done, total } = step.value;
      comparison.done = done;
      comparison.total = total;
      for (const range of differing) comparison.ranges.push(range);
      if (comparison.ranges.length > MAX_RANGES) {
        comparison.ranges.length = MAX_RANGES;
        comparison.state = 'limit';
        break;
      }
    } while (now() < end);
    if (comparison.state !== 'comparing' || now() - comparison.toldAt >= TELL_INTERVAL) this.#tell(comparison);
    if (comparison.state === 'comparing') this.#schedule(comparison);
  }

  #stop(): void {
    if (this.#comparison?.state !== 'comparing') return;
    this.#comparison.state = 'stopped';
    this.#tell(this.#comparison);
  }

  #tell(comparison: Comparison): void {
    const { ranges, toldCount, done, total, state } = comparison;
    this.#surroundings.post({ kind: 'compared', run: { differing: ranges.slice(toldCount), done, total, state } });
    comparison.toldCount = ranges.length;
    comparison.toldAt = this.#surroundings.now();
  }

  #tellAll(): void {
    const comparison = this.#comparison;
    if (comparison !== null) {
      this.#surroundings.post({ kind: 'opened', images: comparison.images });
      comparison.toldCount = 0;
      this.#tell(comparison);
    }
    if (this.#failure !== null) this.#surroundings.post({ kind: 'broken', message: this.#failure });
  }

  /** What was found before stays. */
  #break(error: unknown): void {
    this.#failure = messageOf(error);
    if (this.#comparison !== null) {
      this.#comparison.state = 'stopped';
      this.#tell(this.#comparison);
    }
    this.#surroundings.post({ kind: 'broken', message: this.#failure });
  }

  #read({ id, side, offset, length }: Extract<ComparePageSays, { kind: 'read' }>): void {
    try {
      wholeNumber(offset, 'Offset', 0, Number.MAX_SAFE_INTEGER - MAX_READ_LENGTH);
      wholeNumber(length, 'Length', 0, MAX_READ_LENGTH);
      const disk = this.#comparison?.disks[wholeNumber(side, 'Side', 0, 1) as CompareSide];
      if (disk === undefined) throw new RangeError('Nothing is open');
      this.#surroundings.post({ kind: 'bytes', id, run: readDisk(disk, offset, length) });
    } catch (error) {
      this.#surroundings.post({ kind: 'unreadable', id, message: messageOf(error) });
    }
  }
}

function comparedImage(fileSystem: FileSystem, chain: Chain): ComparedImage {
  const { path, virtualSize } = chain.layers[0].image;
  const layerNames = chain.layers.map(({ image }) => fileSystem.nameOf(image.path));
  return { path, name: fileSystem.nameOf(path), virtualSize, layerNames };
}

function messageOf(error: unknown): string {
  return EngineError.is(error) ? error.message : t('VHD Editor made a mistake: {0}', String(error));
}
