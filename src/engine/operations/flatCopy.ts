import { asOf, type Chain } from '../chain/chain';
import { extents, type Extent } from '../chain/extents';
import { SECTOR_SIZE } from '../image';
import { MAX_STRETCH_LENGTH, type CopySegment, type CopyStretch, type CopyTeam } from '../storage/copyOrder';
import { copyTeamOf } from '../storage/copyTeam';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import { DiskCopy } from './diskCopy';
import type { FlatWriter } from './flatWriter';
import { UnreadableRanges, type UnreadableRange } from './unreadable';

export interface FlatCopyOptions {
  readonly fileSystem: FileSystem;
  readonly chain: Chain;
  /** The disk as of this layer of `chain`. */
  readonly layer: number;
  /** New and empty. */
  readonly storage: Storage;
  /** Writes into the same file. */
  readonly writer: FlatWriter;
  /** Bytes that layers own, roughly. */
  readonly length: number;
}

/**
 * Carries the content of a disk into a file in which every sector has its place, by as many as the file system has for that. What cannot be read at once
 * is left to a DiskCopy, sector by sector.
 */
export class FlatCopy {
  readonly #options: FlatCopyOptions;
  readonly #team: CopyTeam;
  readonly #careful: DiskCopy;
  readonly #doubtful = new UnreadableRanges();
  /** The stretch that is being gathered: neighbours on the disk, whoever owns them. */
  #start = 0;
  #filled = 0;
  #segments: CopySegment[] = [];

  constructor(options: FlatCopyOptions) {
    const { fileSystem, chain, layer, storage, writer, length } = options;
    this.#options = options;
    this.#careful = new DiskCopy(chain, layer, writer, null);
    this.#team = copyTeamOf(fileSystem, {
      target: storage,
      sources: chain.layers.map(({ image }) => image.storage),
      verifies: false,
      skipsZeros: true,
      flushes: false,
      length,
    });
  }

  get unreadable(): readonly UnreadableRange[] {
    return [...this.#doubtful.all, ...this.#careful.unreadable].sort((one, other) => one.start - other.start);
  }

  get bytesWritten(): number {
    return this.#team.bytesWritten;
  }

  /** Yields the offset on the virtual disk up to which all is done, or will be in a moment. Call `close` when it is over. */
  *run(): Generator<number, void, void> {
    const { chain, layer } = this.#options;
    const count = asOf(chain, layer).layers[0].image.sectorCount;
    const report = (range: UnreadableRange): void => this.#doubtful.add(range);
    for (const extent of extents(chain, { from: 0, count }, layer, report)) {
      if (extent.layer === null || extent.fileOffset === null) {
        this.#send();
        yield (extent.start + extent.length) * SECTOR_SIZE;
      } else {
        yield* this.#take(extent, extent.layer, extent.fileOffset);
      }
    }
    this.#send();
    yield* this.#settle();
    yield count * SECTOR_SIZE;
  }

  /** Returns when nobody touches the files any more. */
  close(): void {
    this.#team.close();
  }

  *#take(extent: Extent, source: number, fileOffset: number): Generator<number, void, void> {
    const length = extent.length * SECTOR_SIZE;
    for (let done = 0; done < length;) {
      const offset = extent.start * SECTOR_SIZE + done;
      if (this.#segments.length === 0) {
        this.#start = offset;
      }
      // Stretches end on whole multiples of their length, so that most writes are of whole pages.
      const room = MAX_STRETCH_LENGTH - (this.#start % MAX_STRETCH_LENGTH) - this.#filled;
      const part = Math.min(room, length - done);
      this.#segments.push({ source, offset: fileOffset + done, length: part });
      this.#filled += part;
      done += part;
      if (part === room) {
        this.#send();
        yield offset + part;
        if (this.#team.hasFailed) {
          yield* this.#settle();
        }
      }
    }
  }

  #send(): void {
    if (this.#segments.length > 0) {
      this.#team.add({ targetOffset: this.#start, segments: this.#segments });
      this.#segments = [];
      this.#filled = 0;
    }
  }

  *#settle(): Generator<number, void, void> {
    for (const stretch of this.#team.settle()) {
      yield* this.#careful.runRange({ from: stretch.targetOffset / SECTOR_SIZE, count: sectorsOf(stretch) });
    }
  }
}

function sectorsOf({ segments }: CopyStretch): number {
  return segments.reduce((sum, { length }) => sum + length, 0) / SECTOR_SIZE;
}
