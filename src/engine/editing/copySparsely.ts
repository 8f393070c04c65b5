import { EngineError } from '../errors';
import { t } from '../l10n';
import type { Progress } from '../operations/progress';
import { forEachContentRun } from '../storage/contentRuns';
import type { Storage } from '../storage/storage';

/** Bytes that go through memory at a time. */
const PIECE_LENGTH = 1024 * 1024;

/** Fills `target` from `offset` on; returns how many bytes there were. */
export type ByteReader = (offset: number, target: Uint8Array) => number;

/** Copies `length` bytes into an empty file; what is all zero is left out, so that the copy is sparse where the system lets it be. Yields between pieces. */
export function* copySparsely(
  read: ByteReader,
  length: number,
  target: Storage,
  what: string,
): Generator<Progress, void, void> {
  const buffer = new Uint8Array(PIECE_LENGTH);
  target.truncate(length);
  for (let offset = 0; offset < length; offset += PIECE_LENGTH) {
    const piece = buffer.subarray(0, length - offset);
    if (read(offset, piece) < piece.length) {
      throw new EngineError('file-changed', {
        what,
        why: t('a file became shorter meanwhile'),
        remedy: t('see that no program writes it, then try again'),
      });
    }
    // Whole words: what stands behind the piece is cleared.
    buffer.fill(0, piece.length);
    forEachContentRun(buffer.subarray(0, Math.ceil(piece.length / 4) * 4), (from, count) => {
      target.write(offset + from, piece.subarray(from, from + count));
    });
    yield { doneBytes: Math.min(length, offset + PIECE_LENGTH), totalBytes: length, what };
  }
}
