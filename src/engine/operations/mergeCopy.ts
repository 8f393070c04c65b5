import { SECTOR_SIZE } from '../image';
import { openImage } from '../openImage';
import { MAX_STRETCH_LENGTH, type CopyStretch, type CopyTeam } from '../storage/copyOrder';
import { copyTeamOf } from '../storage/copyTeam';
import type { FileSystem } from '../storage/fileSystem';
import type { RecordFile } from '../storage/recordFile';
import type { Storage } from '../storage/storage';
import { MergeBatch, MergeChunk, type CarriedRun } from './mergeBatch';
import type { MergeSource, OwnedRun } from './mergeSource';
import type { MergeTarget } from './mergeTarget';
import { DataCheck, requireSeen } from './mergeVerify';

/** Sectors that are read, written and compared at a time: 1 MiB. */
const CHUNK_SECTORS = 2048;

/** Sectors that are flushed and made to be seen at a time: 128 MiB. What was begun after that is done again when a merge goes on. */
export const BATCH_SECTORS = 262_144;

/** A batch becomes so many times as long at most while the one before it is being flushed. */
const MAX_BATCHES = 2;

/** So often the medium gets something to do while we go on, in sectors: 16 MiB. */
const EARLY_SECTORS = 32_768;

/** A run of so many sectors is copied by a team; a shorter one costs less by itself. */
const CARRIED_SECTORS = 128;

const MAX_CARRIED_SECTORS = MAX_STRETCH_LENGTH / SECTOR_SIZE;

export interface MergeCopyOptions {
  readonly fileSystem: FileSystem;
  readonly source: MergeSource;
  readonly target: MergeTarget;
  /** The file of the target, open for writing; its path. */
  readonly storage: Storage;
  readonly path: string;
  readonly record: RecordFile;
  /** Blocks of the target below this number are done already. */
  readonly doneBlocks: number;
  /** Sectors of a batch. */
  readonly batchSectors: number;
  /** Sectors in all. */
  readonly sectors: number;
}

/**
 * Carries what the merged layers own into the ancestor: chunk by chunk its data, and batch by batch a flush, then what makes it seen. Each flush
 * also brings what made the batch before seen to the medium, and only when it has ended does the record say that that one is done. The target has been
 * prepared. Yields the number of sectors that are in the ancestor, where stopping is safe.
 */
export function* copyLayers(options: MergeCopyOptions): Generator<number, void, void> {
  const { fileSystem, source, target, path, doneBlocks, batchSectors } = options;
  const filler = new ChunkFiller(source, batchSectors);
  const { chunk } = filler;
  const check = new DataCheck(fileSystem, path);
  const carrier = new Carrier(options, check);
  const batches = new BatchWriter(options, carrier);
  let copiedSectors = 0;
  try {
    for (const nextBlock of filler.fill(doneBlocks)) {
      yield copiedSectors;
      filler.read();
      target.write(chunk);
      carrier.take(chunk);
      check.verify(chunk, target);
      copiedSectors += chunk.sectors;
      const waiting = batches.take(chunk);
      // To copy on is better than to wait for the flush of the batch before, up to a point.
      if (waiting >= batchSectors && (waiting >= MAX_BATCHES * batchSectors || !carrier.isFlushing)) {
        yield copiedSectors;
        carrier.settle();
        batches.commit(nextBlock);
      }
    }
    carrier.settle();
    batches.finish();
  } finally {
    carrier.close();
    check.close();
  }
}

/** Has long runs copied from file to file, and verified, by as many as the file system has for that. */
class Carrier {
  readonly #source: MergeSource;
  readonly #target: MergeTarget;
  readonly #check: DataCheck;
  readonly #team: CopyTeam;
  /** What is not settled yet, by its place in the ancestor's file. */
  readonly #carried = new Map<number, CarriedRun<OwnedRun>>();

  constructor({ fileSystem, source, target, storage, sectors }: MergeCopyOptions, check: DataCheck) {
    this.#source = source;
    this.#target = target;
    this.#check = check;
    this.#team = copyTeamOf(fileSystem, {
      target: storage,
      sources: source.files,
      verifies: true,
      skipsZeros: false,
      flushes: true,
      length: sectors * SECTOR_SIZE,
    });
  }

  /** The chunk has been written: its blocks have their places. */
  take(chunk: MergeChunk<OwnedRun>): void {
    for (const carried of chunk.carried) {
      const { block, run } = carried;
      const inBlock = run.sector * SECTOR_SIZE - block * this.#target.blockSize;
      const targetOffset = this.#target.dataOffset(block) + inBlock;
      this.#carried.set(targetOffset, carried);
      const segment = { source: run.layer, offset: run.fileOffset, length: run.length * SECTOR_SIZE };
      this.#team.add({ targetOffset, segments: [segment] });
    }
    if (this.#team.hasFailed) {
      this.settle();
    }
  }

  /** Returns when all of it stands in the ancestor's file. */
  settle(): void {
    this.#team.settle().forEach((stretch) => this.#doAgain(stretch));
    this.#carried.clear();
  }

  startEarlyFlush(): void {
    this.#team.startEarlyFlush();
  }

  startFlush(): void {
    this.#team.startFlush();
  }

  get isFlushing(): boolean {
    return this.#team.isFlushing;
  }

  endFlush(): void {
    this.#team.endFlush();
  }

  close(): void {
    this.#team.close();
  }

  /** What the team could not do is done here, and if it fails again, it fails with words. */
  #doAgain({ targetOffset }: CopyStretch): void {
    const carried = this.#carried.get(targetOffset);
    if (carried === undefined) {
      throw new RangeError(`Nothing was carried to ${targetOffset}`);
    }
    const { block, run } = carried;
    const chunk = new MergeChunk<OwnedRun>(run.length);
    this.#source.read([{ run, target: chunk.add(block, run.sector, run.length) }]);
    this.#target.write(chunk);
    this.#check.verify(chunk, this.#target);
  }
}

/**
 * Gathers what chunks have brought, and makes it to be seen all at once. The flush that has to come before goes on while the next batch is copied, so that
 * neither the medium nor the processor waits for the other.
 */
class BatchWriter {
  readonly #options: MergeCopyOptions;
  readonly #carrier: Carrier;
  #batch = new MergeBatch();
  /** The batch that is being flushed; blocks below `nextBlock` are whole in it or before it. */
  #flushed: { readonly batch: MergeBatch; readonly nextBlock: number } | null = null;
  /** Blocks below this number are done when the next flush ends; null for none. */
  #doneSoon: number | null = null;

  constructor(options: MergeCopyOptions, carrier: Carrier) {
    this.#options = options;
    this.#carrier = carrier;
  }

  /** Returns the number of sectors that wait. */
  take(chunk: MergeChunk<OwnedRun>): number {
    const before = this.#batch.sectors;
    this.#batch.take(chunk);
    const { sectors } = this.#batch;
    if (Math.floor(before / EARLY_SECTORS) < Math.floor(sectors / EARLY_SECTORS)) {
      this.#carrier.startEarlyFlush();
    }
    return sectors;
  }

  /** All that was taken stands in the file. Blocks below `nextBlock` are whole in this batch or before it. */
  commit(nextBlock: number): void {
    this.#publish();
    this.#options.target.complete(this.#batch.works);
    this.#carrier.startFlush();
    this.#flushed = { batch: this.#batch, nextBlock };
    this.#batch = new MergeBatch();
  }

  finish(): void {
    this.commit(Number.MAX_SAFE_INTEGER);
    this.#publish();
    this.#options.storage.flush();
    this.#recordDone();
  }

  /** Waits for the flush that goes on, and lets its batch be seen. */
  #publish(): void {
    if (this.#flushed === null) {
      return;
    }
    const { fileSystem, target, path } = this.#options;
    const { batch, nextBlock } = this.#flushed;
    this.#carrier.endFlush();
    // The flush began after the batch before this one was made to be seen.
    this.#recordDone();
    target.publish(batch.works);
    const image = openImage(fileSystem, path);
    try {
      requireSeen(image, batch.works, target);
    } finally {
      image.close();
    }
    this.#doneSoon = nextBlock;
    this.#flushed = null;
  }

  #recordDone(): void {
    if (this.#doneSoon !== null) {
      this.#options.record.add({ doneBlocks: this.#doneSoon }, { flush: false });
      this.#doneSoon = null;
    }
  }
}

/** Fills a chunk again and again with what the merged layers own. */
class ChunkFiller {
  readonly chunk: MergeChunk<OwnedRun>;
  readonly #source: MergeSource;
  #reads: { readonly run: OwnedRun; readonly target: Uint8Array }[] = [];

  constructor(source: MergeSource, batchSectors: number) {
    this.chunk = new MergeChunk<OwnedRun>(Math.min(CHUNK_SECTORS, batchSectors));
    this.#source = source;
  }

  /**
   * Takes in what is in the blocks from `from` on. Yields when the chunk is full, and at the end: the number of the block below which all is
   * in this chunk or in one before it. The chunk is emptied after that.
   */
  *fill(from: number): Generator<number, void, void> {
    for (const block of this.#source.blocks(from)) {
      for (const run of this.#source.runs(block)) {
        yield* this.#add(block, run);
      }
    }
    yield Number.MAX_SAFE_INTEGER;
    this.#clear();
  }

  /** Reads the bytes of what was taken in and is not carried. */
  read(): void {
    this.#source.read(this.#reads);
  }

  /** Takes a run in, in parts where it does not fit whole. */
  *#add(block: number, run: OwnedRun): Generator<number, void, void> {
    for (let done = 0; done < run.length;) {
      if (this.chunk.roomSectors === 0) {
        yield block;
        this.#clear();
      }
      const length = Math.min(run.length - done, this.chunk.roomSectors, MAX_CARRIED_SECTORS);
      const sector = run.sector + done;
      const part = { sector, length, layer: run.layer, fileOffset: run.fileOffset + done * SECTOR_SIZE };
      if (length >= CARRIED_SECTORS) {
        this.chunk.carry(block, part);
      } else {
        this.#reads.push({ run: part, target: this.chunk.add(block, sector, length) });
      }
      done += length;
    }
  }

  #clear(): void {
    this.chunk.clear();
    this.#reads = [];
  }
}
