import { SECTOR_SIZE } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import type { RecordFile } from '../storage/recordFile';
import type { Storage } from '../storage/storage';
import { MergeBatch } from './mergeBatch';
import type { MergeSource, OwnedRun } from './mergeSource';
import type { MergeTarget } from './mergeTarget';
import { verifyBatch } from './mergeVerify';

/** Sectors that are held in memory, written, flushed and compared at a time: 64 MiB. */
export const BATCH_SECTORS = 131_072;

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
  /** Sectors that a batch holds. */
  readonly batchSectors: number;
}

/**
 * Carries what the merged layers own into the ancestor, batch by batch: data, flush, then what makes it seen. Each flush also brings what made
 * the batch before it seen to the medium, and only then does the record say that this one is done. The target has been prepared. Yields the number of sectors that are
 * in the ancestor, where stopping is safe.
 */
export function* copyLayers(options: MergeCopyOptions): Generator<number, void, void> {
  const { fileSystem, source, target, storage, path, record } = options;
  const filler = new BatchFiller(source, options.batchSectors);
  const { batch } = filler;
  let copiedSectors = 0;
  // Blocks below this number are done when the next flush returns.
  let doneSoon: number | null = null;
  const flush = (): void => {
    storage.flush();
    if (doneSoon !== null) {
      record.add({ doneBlocks: doneSoon }, { flush: false });
    }
  };
  for (const nextBlock of filler.fill(options.doneBlocks, Number.MAX_SAFE_INTEGER)) {
    yield copiedSectors;
    filler.read();
    for (const sectors of target.write(batch)) {
      copiedSectors += sectors;
      yield copiedSectors;
    }
    flush();
    target.publish(batch);
    verifyBatch(fileSystem, path, batch);
    doneSoon = nextBlock;
  }
  flush();
}

/**
 * Makes sure that the ancestor has what an attempt before this one copied into it, in the blocks below `doneBlocks`: somebody may have put
 * an older copy of its file there since. Yields 0, the number of sectors that this attempt has copied. Throws EngineError `damaged-image`.
 */
export function* proveCopied(
  options: Pick<MergeCopyOptions, 'fileSystem' | 'source' | 'path' | 'doneBlocks' | 'batchSectors'>,
): Generator<number, void, void> {
  const filler = new BatchFiller(options.source, options.batchSectors);
  const batches = filler.fill(0, options.doneBlocks);
  while (batches.next().done !== true) {
    filler.read();
    verifyBatch(options.fileSystem, options.path, filler.batch);
    yield 0;
  }
}

/** Fills a batch again and again with what the merged layers own. */
class BatchFiller {
  readonly batch: MergeBatch;
  readonly #source: MergeSource;
  #reads: { readonly run: OwnedRun; readonly target: Uint8Array }[] = [];

  constructor(source: MergeSource, batchSectors: number) {
    this.batch = new MergeBatch(batchSectors * SECTOR_SIZE);
    this.#source = source;
  }

  /**
   * Takes in what is in the blocks from `from` up to `to`, exclusive. Yields when the batch is full, and at the end: the number of the block below
   * which all is in this batch or in one before it. The batch is emptied after that.
   */
  *fill(from: number, to: number): Generator<number, void, void> {
    const touched = this.#source.touchedBlocks();
    for (let block = touched.indexOf(1, from); block !== -1 && block < to; block = touched.indexOf(1, block + 1)) {
      for (const run of this.#source.runs(block)) {
        yield* this.#add(block, run);
      }
    }
    yield to;
    this.#clear();
  }

  /** Reads the bytes of what was taken in. */
  read(): void {
    this.#source.read(this.#reads);
  }

  /** Takes a run in, in parts where it does not fit whole. */
  *#add(block: number, run: OwnedRun): Generator<number, void, void> {
    for (let done = 0; done < run.length;) {
      if (this.batch.roomSectors === 0) {
        yield block;
        this.#clear();
      }
      const length = Math.min(run.length - done, this.batch.roomSectors);
      const sector = run.sector + done;
      const target = this.batch.add(block, sector, length);
      this.#reads.push({ run: { ...run, sector, length, fileOffset: run.fileOffset + done * SECTOR_SIZE }, target });
      done += length;
    }
  }

  #clear(): void {
    this.batch.clear();
    this.#reads = [];
  }
}
