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
  const batches = new BatchWriter(options);
  const touched = options.source.touchedBlocks();
  for (let block = touched.indexOf(1, options.doneBlocks); block !== -1; block = touched.indexOf(1, block + 1)) {
    for (const run of options.source.runs(block)) {
      yield* batches.add(block, run);
    }
  }
  yield* batches.finish();
}

class BatchWriter {
  readonly #options: MergeCopyOptions;
  readonly #batch: MergeBatch;
  #reads: { readonly run: OwnedRun; readonly target: Uint8Array }[] = [];
  #copiedSectors = 0;
  /** Blocks below this number are done when the next flush returns; null for none. */
  #doneSoon: number | null = null;

  constructor(options: MergeCopyOptions) {
    this.#options = options;
    this.#batch = new MergeBatch(options.batchSectors * SECTOR_SIZE);
  }

  /** Takes a run in, in parts where it does not fit whole. */
  *add(block: number, run: OwnedRun): Generator<number, void, void> {
    for (let done = 0; done < run.length;) {
      if (this.#batch.roomSectors === 0) {
        yield* this.#commit(block);
      }
      const length = Math.min(run.length - done, this.#batch.roomSectors);
      const sector = run.sector + done;
      const target = this.#batch.add(block, sector, length);
      this.#reads.push({ run: { ...run, sector, length, fileOffset: run.fileOffset + done * SECTOR_SIZE }, target });
      done += length;
    }
  }

  *finish(): Generator<number, void, void> {
    yield* this.#commit(Number.MAX_SAFE_INTEGER);
    this.#flush();
  }

  /** Blocks below `nextBlock` are whole in this batch or before it. */
  *#commit(nextBlock: number): Generator<number, void, void> {
    const { fileSystem, source, target, path } = this.#options;
    yield this.#copiedSectors;
    source.read(this.#reads);
    for (const sectors of target.write(this.#batch)) {
      this.#copiedSectors += sectors;
      yield this.#copiedSectors;
    }
    this.#flush();
    target.publish(this.#batch);
    verifyBatch(fileSystem, path, this.#batch);
    this.#doneSoon = nextBlock;
    this.#batch.clear();
    this.#reads = [];
  }

  #flush(): void {
    this.#options.storage.flush();
    if (this.#doneSoon !== null) {
      this.#options.record.add({ doneBlocks: this.#doneSoon }, { flush: false });
      this.#doneSoon = null;
    }
  }
}
