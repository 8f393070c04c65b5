import { asOf, type Chain } from '../chain/chain';
import { extents, type DoubtfulRange, type Extent, type SectorRange } from '../chain/extents';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import type { Digest } from '../storage/digest';
import type { Storage } from '../storage/storage';
import type { DiskWriter } from './diskWriter';
import { UnreadableRanges, type UnreadableRange } from './unreadable';

/** Bytes that go through memory at a time: enough to make calls of the system few, and little enough to stay in the processor's cache. */
const PIECE_LENGTH = 1024 * 1024;

/**
 * Carries the content of a disk from a chain to a writer, and past a digest if there is one. Sectors that no layer owns are not
 * written; those that cannot be read become zero and are kept in mind.
 */
export class DiskCopy {
  readonly #chain: Chain;
  readonly #layer: number;
  readonly #writer: DiskWriter;
  readonly #digest: Digest | null;
  readonly #buffer = new Uint8Array(PIECE_LENGTH);
  readonly #unreadable = new UnreadableRanges();
  /** The buffer holds the disk's bytes from `#start` on, so many of them: neighbours on the disk, whoever owns them. */
  #start = 0;
  #filled = 0;

  /** The disk is that of `chain` as of layer `layer`. */
  constructor(chain: Chain, layer: number, writer: DiskWriter, digest: Digest | null) {
    this.#chain = chain;
    this.#layer = layer;
    this.#writer = writer;
    this.#digest = digest;
  }

  get unreadable(): readonly UnreadableRange[] {
    return this.#unreadable.all;
  }

  /** Carries the whole disk. Yields the offset on it up to which all is done. */
  *run(): Generator<number, void, void> {
    const count = asOf(this.#chain, this.#layer).layers[0].image.sectorCount;
    yield* this.runRange({ from: 0, count }, (range) => this.#unreadable.add(range));
  }

  /** Carries some sectors. `report` is told of those that nobody can vouch for. */
  *runRange(sectors: SectorRange, report?: (range: DoubtfulRange) => void): Generator<number, void, void> {
    for (const extent of extents(this.#chain, sectors, this.#layer, report)) {
      if (extent.layer === null || extent.fileOffset === null) {
        this.#send();
        yield* this.#skip(extent);
      } else {
        yield* this.#take(extent, extent.layer, extent.fileOffset);
      }
    }
    this.#send();
    yield (sectors.from + sectors.count) * SECTOR_SIZE;
  }

  /** Reads an owned extent into the buffer, sending that whenever it is full. */
  *#take(extent: Extent, layer: number, fileOffset: number): Generator<number, void, void> {
    const storage = this.#chain.layers[layer]?.image.storage;
    if (storage === undefined) {
      throw new RangeError(`No layer ${layer}`);
    }
    const length = extent.length * SECTOR_SIZE;
    for (let done = 0; done < length;) {
      const offset = extent.start * SECTOR_SIZE + done;
      if (this.#filled === 0) {
        this.#start = offset;
      }
      // Pieces end on whole multiples of their length, so that most writes are of whole pages.
      const room = PIECE_LENGTH - (this.#start % PIECE_LENGTH) - this.#filled;
      const part = this.#buffer.subarray(this.#filled, this.#filled + Math.min(room, length - done));
      this.#read(storage, fileOffset + done, part, offset, layer);
      this.#filled += part.length;
      done += part.length;
      if (part.length === room) {
        this.#send();
        yield offset + part.length;
      }
    }
  }

  /** Passes over sectors that no layer owns; only the digest has to see their zeros. */
  *#skip(extent: Extent): Generator<number, void, void> {
    const end = (extent.start + extent.length) * SECTOR_SIZE;
    if (this.#digest !== null) {
      this.#buffer.fill(0);
      for (let offset = extent.start * SECTOR_SIZE; offset < end; offset += PIECE_LENGTH) {
        this.#digest.update(this.#buffer.subarray(0, Math.min(PIECE_LENGTH, end - offset)));
        yield offset;
      }
    }
    yield end;
  }

  /** Hands the buffer over. */
  #send(): void {
    if (this.#filled > 0) {
      const bytes = this.#buffer.subarray(0, this.#filled);
      this.#writer.write(this.#start, bytes);
      this.#digest?.update(bytes);
      this.#filled = 0;
    }
  }

  /** Fills `part` with the bytes at `fileOffset`, which are the disk's from `offset` on. Halves what cannot be read down to sectors. */
  #read(storage: Storage, fileOffset: number, part: Uint8Array, offset: number, layer: number): void {
    const count = this.#tryRead(storage, fileOffset, part);
    if (count === part.length) {
      return;
    }
    if (count === null && part.length > SECTOR_SIZE) {
      const half = Math.ceil(part.length / 2 / SECTOR_SIZE) * SECTOR_SIZE;
      this.#read(storage, fileOffset, part.subarray(0, half), offset, layer);
      this.#read(storage, fileOffset + half, part.subarray(half), offset + half, layer);
      return;
    }
    const readable = Math.floor((count ?? 0) / SECTOR_SIZE) * SECTOR_SIZE;
    part.fill(0, readable);
    this.#unreadable.add({
      start: (offset + readable) / SECTOR_SIZE,
      length: (part.length - readable) / SECTOR_SIZE,
      layer,
      reason: count === null ? 'read-error' : 'past-end-of-file',
    });
  }

  /** How many bytes were read; null where the system refused. */
  #tryRead(storage: Storage, fileOffset: number, part: Uint8Array): number | null {
    try {
      return storage.read(fileOffset, part);
    } catch (error) {
      if (EngineError.is(error, 'file-access')) {
        return null;
      }
      throw error;
    }
  }
}
