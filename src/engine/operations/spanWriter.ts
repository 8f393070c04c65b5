import { SECTOR_SIZE } from '../image';
import type { Storage } from '../storage/storage';
import type { MergeChunk, Piece } from './mergeBatch';

/**
 * So few sectors between two pieces are written with them: one call of the system costs more than to carry them, and the file system writes
 * whole pages either way.
 */
const MAX_GAP_SECTORS = 16;

/** Pieces with gaps go through a buffer of so many bytes. */
const BUFFER_SIZE = 1024 * 1024;
const BUFFER_SECTORS = BUFFER_SIZE / SECTOR_SIZE;

/** What stands between two pieces: what the file has there, or zeros where its bytes mean nothing yet. */
export type GapFill = 'keep' | 'zero';

/** A stretch of neighbouring sectors and the pieces in it. */
export interface Span {
  /** LBA of the first sector, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly Piece[];
}

/** Where the bytes of pieces are. */
type PieceBytes = Pick<MergeChunk, 'bytesOf'>;

/** Writes the pieces of a chunk to where their sectors lie, in few and long writes. */
export class SpanWriter {
  readonly #storage: Storage;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** LBA `baseSector` lies at `baseOffset` in the file, in bytes, and those behind it follow. */
  write(chunk: PieceBytes, pieces: readonly Piece[], baseSector: number, baseOffset: number, gaps: GapFill): void {
    for (const span of spansOf(pieces, MAX_GAP_SECTORS, BUFFER_SECTORS)) {
      this.#writeSpan(chunk, span, baseOffset + (span.from - baseSector) * SECTOR_SIZE, gaps);
    }
  }

  /** Writes every sector from LBA `from` up to `to`, exclusive: zeros where no piece is. */
  writeWhole(chunk: PieceBytes, pieces: readonly Piece[], from: number, to: number, offset: number): void {
    for (let start = from; start < to; start += BUFFER_SECTORS) {
      const end = Math.min(to, start + BUFFER_SECTORS);
      const buffer = this.#buffer.subarray(0, (end - start) * SECTOR_SIZE).fill(0);
      for (const piece of pieces) {
        const first = Math.max(start, piece.sector);
        const last = Math.min(end, piece.sector + piece.length);
        if (first < last) {
          const bytes = chunk.bytesOf(piece);
          const part = bytes.subarray((first - piece.sector) * SECTOR_SIZE, (last - piece.sector) * SECTOR_SIZE);
          buffer.set(part, (first - start) * SECTOR_SIZE);
        }
      }
      this.#storage.write(offset + (start - from) * SECTOR_SIZE, buffer);
    }
  }

  #writeSpan(chunk: PieceBytes, { from, to, pieces }: Span, offset: number, gaps: GapFill): void {
    const [first] = pieces;
    if (first !== undefined && pieces.length === 1) {
      this.#storage.write(offset, chunk.bytesOf(first));
      return;
    }
    const buffer = this.#buffer.subarray(0, (to - from) * SECTOR_SIZE);
    if (gaps === 'keep') {
      // The same bytes are written back: a loss of power midway cannot change them.
      this.#storage.read(offset, buffer);
    } else {
      buffer.fill(0);
    }
    for (const piece of pieces) {
      buffer.set(chunk.bytesOf(piece), (piece.sector - from) * SECTOR_SIZE);
    }
    this.#storage.write(offset, buffer);
  }
}

/** Pieces with no more than `maxGap` sectors between them make one span, as long as it is no longer than `maxLength` sectors. */
export function* spansOf(pieces: readonly Piece[], maxGap: number, maxLength: number): Generator<Span, void, void> {
  let start = 0;
  for (let index = 1; index <= pieces.length; index++) {
    const [first, last, next] = [pieces[start], pieces[index - 1], pieces[index]];
    if (first === undefined || last === undefined) {
      return;
    }
    const end = last.sector + last.length;
    const isNear = next !== undefined && next.sector - end <= maxGap;
    if (!isNear || next.sector + next.length - first.sector > maxLength) {
      yield { from: first.sector, to: end, pieces: pieces.slice(start, index) };
      start = index;
    }
  }
}
