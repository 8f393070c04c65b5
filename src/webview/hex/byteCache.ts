import type { ByteRun, ByteSource, DoubtfulRange } from '../../protocol/session';
import { NO_LAYER, SECTOR_SIZE } from '../../protocol/session';
import { messageOf } from '../connection';

/** Bytes asked for at once, and their alignment: more than a screen holds, little enough to be there at once. */
export const CHUNK_LENGTH = 16 * 1024;
const MAX_CHUNKS = 64;
/** So few that what is scrolled past is not read any more. */
const MAX_OPEN_READS = 2;

export type ReadBytes = (source: ByteSource, offset: number, length: number) => Promise<ByteRun>;

/** What is known of one byte. */
export interface KnownByte {
  readonly value: number;
  /** Layer that owns its sector, for a disk; NO_LAYER for a file and where none does. */
  readonly owner: number;
  /** Why nobody can vouch for it; null where all is well. */
  readonly doubt: DoubtfulRange['reason'] | null;
}

/** A stretch of a source, or why it cannot be read. */
interface Chunk {
  readonly run: ByteRun | null;
  readonly failure: string | null;
}

/** The bytes around what is seen, of one source at a time. */
export class ByteCache {
  readonly #read: ReadBytes;
  readonly #arrived: () => void;
  /** In the order of their last use. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #reading = new Set<number>();
  #source: ByteSource | null = null;
  #wanted: number[] = [];
  /** Answers to questions from before are of no use. */
  #generation = 0;

  /** `arrived` is called when more bytes are known than before. */
  constructor(read: ReadBytes, arrived: () => void) {
    this.#read = read;
    this.#arrived = arrived;
  }

  /** Chooses what is read; all is forgotten when it is another source. */
  use(source: ByteSource): void {
    if (this.#source?.kind === source.kind && this.#source.layer === source.layer) return;
    this.#source = source;
    this.forget();
  }

  /** Forgets all bytes: the files may have changed. */
  forget(): void {
    this.#generation += 1;
    this.#chunks.clear();
    this.#reading.clear();
    this.#wanted = [];
  }

  /** Has the bytes from `offset` up to `end` (not included) read, and nothing else that was wanted before. */
  want(offset: number, end: number): void {
    this.#wanted = [];
    for (let start = chunkStart(offset); start < end; start += CHUNK_LENGTH) {
      const known = this.#chunks.get(start);
      if (known === undefined) {
        if (!this.#reading.has(start)) this.#wanted.push(start);
        continue;
      }
      this.#chunks.delete(start);
      this.#chunks.set(start, known);
    }
    this.#readOn();
  }

  /** Null while the byte is not read, where it cannot be, and past the end. */
  at(offset: number): KnownByte | null {
    const run = this.#chunks.get(chunkStart(offset))?.run;
    const value = run?.bytes[offset - run.offset];
    if (run === null || run === undefined || value === undefined) return null;
    const sector = Math.floor(offset / SECTOR_SIZE);
    const doubtful = run.doubtful.find(({ start, length }) => sector >= start && sector < start + length);
    const owner = run.owners[sector - Math.floor(run.offset / SECTOR_SIZE)] ?? NO_LAYER;
    return { value, owner, doubt: doubtful?.reason ?? null };
  }

  /** Why the byte cannot be read, for people; null where nothing is wrong. */
  failureAt(offset: number): string | null {
    return this.#chunks.get(chunkStart(offset))?.failure ?? null;
  }

  #readOn(): void {
    while (this.#reading.size < MAX_OPEN_READS) {
      const start = this.#wanted.shift();
      if (start === undefined || this.#source === null) return;
      void this.#readChunk(this.#source, start);
    }
  }

  async #readChunk(source: ByteSource, start: number): Promise<void> {
    const generation = this.#generation;
    this.#reading.add(start);
    let chunk: Chunk;
    try {
      chunk = { run: await this.#read(source, start, CHUNK_LENGTH), failure: null };
    } catch (error) {
      chunk = { run: null, failure: messageOf(error) };
    }
    if (generation !== this.#generation) return;
    this.#reading.delete(start);
    this.#chunks.set(start, chunk);
    for (const oldest of this.#chunks.keys()) {
      if (this.#chunks.size <= MAX_CHUNKS) break;
      this.#chunks.delete(oldest);
    }
    this.#arrived();
    this.#readOn();
  }
}

function chunkStart(offset: number): number {
  return offset - (offset % CHUNK_LENGTH);
}
