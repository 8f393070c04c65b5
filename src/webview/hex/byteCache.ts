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
  /** Whether it was edited, and is not in the file yet. */
  readonly isUnsaved: boolean;
}

/** What was written a moment ago, over what is read; see PendingBytes. */
export interface ByteOverlay {
  now(): number;
  byteAt(source: ByteSource, offset: number, readAt: number): number | null;
}

/** A stretch of a source, or why it cannot be read. */
interface Chunk {
  readonly run: ByteRun | null;
  /** A 1 for each byte of the run that is not saved; null where all are. */
  readonly unsaved: Uint8Array | null;
  readonly failure: string | null;
  /** The overlay's moment at which the reading began. */
  readonly readAt: number;
}

/** The bytes around what is seen, of one source at a time. */
export class ByteCache {
  readonly #read: ReadBytes;
  readonly #arrived: () => void;
  readonly #overlay: ByteOverlay;
  /** In the order of their last use. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #reading = new Set<number>();
  /** Chunks that are to be read anew, and are shown until they are. */
  readonly #stale = new Set<number>();
  #source: ByteSource | null = null;
  #wanted: number[] = [];
  /** Answers to questions from before are of no use. */
  #generation = 0;

  /** `arrived` is called when more bytes are known than before. */
  constructor(read: ReadBytes, arrived: () => void, overlay: ByteOverlay = NO_OVERLAY) {
    this.#read = read;
    this.#arrived = arrived;
    this.#overlay = overlay;
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
    this.#stale.clear();
    this.#wanted = [];
  }

  /** Has all bytes read anew when they are wanted next; until then those from before are shown. */
  refresh(): void {
    this.#generation += 1;
    this.#reading.clear();
    this.#wanted = [];
    for (const start of this.#chunks.keys()) this.#stale.add(start);
  }

  /** Has the bytes from `offset` up to `end` (not included) read, and nothing else that was wanted before. */
  want(offset: number, end: number): void {
    this.#wanted = [];
    for (let start = chunkStart(offset); start < end; start += CHUNK_LENGTH) {
      const known = this.#chunks.get(start);
      const isToRead = known === undefined || this.#stale.has(start);
      if (isToRead && !this.#reading.has(start)) this.#wanted.push(start);
      if (known === undefined) continue;
      this.#chunks.delete(start);
      this.#chunks.set(start, known);
    }
    this.#readOn();
  }

  /** Null while the byte is not read, where it cannot be, and past the end. */
  at(offset: number): KnownByte | null {
    const chunk = this.#chunks.get(chunkStart(offset));
    const run = chunk?.run;
    const read = run?.bytes[offset - run.offset];
    if (chunk === undefined || run === null || run === undefined || read === undefined) return null;
    const written = this.#source === null ? null : this.#overlay.byteAt(this.#source, offset, chunk.readAt);
    const value = written ?? read;
    const sector = Math.floor(offset / SECTOR_SIZE);
    const doubtful = run.doubtful.find(({ start, length }) => sector >= start && sector < start + length);
    const owner = run.owners[sector - Math.floor(run.offset / SECTOR_SIZE)] ?? NO_LAYER;
    const isUnsaved = written !== null || chunk.unsaved?.[offset - run.offset] === 1;
    return { value, owner, doubt: doubtful?.reason ?? null, isUnsaved };
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
    const readAt = this.#overlay.now();
    let chunk: Chunk;
    try {
      const run = await this.#read(source, start, CHUNK_LENGTH);
      chunk = { run, unsaved: unsavedBytes(run), failure: null, readAt };
    } catch (error) {
      chunk = { run: null, unsaved: null, failure: messageOf(error), readAt };
    }
    if (generation !== this.#generation) return;
    this.#reading.delete(start);
    this.#stale.delete(start);
    this.#chunks.set(start, chunk);
    for (const oldest of this.#chunks.keys()) {
      if (this.#chunks.size <= MAX_CHUNKS) break;
      this.#chunks.delete(oldest);
      this.#stale.delete(oldest);
    }
    this.#arrived();
    this.#readOn();
  }
}

const NO_OVERLAY: ByteOverlay = { now: () => 0, byteAt: () => null };

function unsavedBytes({ offset, bytes, unsaved }: ByteRun): Uint8Array | null {
  if (unsaved === undefined) return null;
  const marks = new Uint8Array(bytes.length);
  for (const { start, length } of unsaved) marks.fill(1, start - offset, start - offset + length);
  return marks;
}

function chunkStart(offset: number): number {
  return offset - (offset % CHUNK_LENGTH);
}
