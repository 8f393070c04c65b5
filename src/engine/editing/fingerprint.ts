import { t } from '../l10n';
import { crc32c } from '../storage/crc32c';
import type { Storage } from '../storage/storage';

/** Tells whether a file is the one that edits were made for. Its path is no part of it: the file may have been renamed. */
export interface Fingerprint {
  /** Bytes. */
  readonly length: number;
  /** Milliseconds since 1970 UTC. */
  readonly modified: number;
  /** As `Image.id`. */
  readonly id: string;
  /** CRC-32C of the first and the last bytes, where the footers stand with their checksums. */
  readonly ends: number;
  /** CRC-32C of pieces that lie evenly over the file. */
  readonly samples: number;
}

/** Bytes of each piece that is looked at. */
const PIECE_LENGTH = 4096;
const SAMPLE_COUNT = 64;

/** Reads some 270 KB, whatever the size of the file. */
export function fingerprintOf(storage: Storage, modified: number, id: string): Fingerprint {
  const length = storage.size();
  return { length, modified, id, ends: endsOf(storage), samples: sampleSum(storage, length) };
}

/** CRC-32C of the first and the last bytes of a file. */
export function endsOf(storage: Storage): number {
  return sumOf(storage, [0, Math.max(0, storage.size() - PIECE_LENGTH)]);
}

/** In what a file differs from the one that edits were made for, for people; empty where it is that one. */
export function differencesFrom(then: Fingerprint, now: Fingerprint): readonly string[] {
  const reasons: string[] = [];
  if (then.length !== now.length) {
    reasons.push(t('The file had {0} bytes and has {1} now.', then.length, now.length));
  }
  if (then.id !== now.id) {
    reasons.push(t('The image had the id {0} and has {1} now.', then.id, now.id));
  }
  if (then.ends !== now.ends) {
    reasons.push(t('The first or the last bytes of the file, where its footer stands, are others.'));
  }
  if (then.samples !== now.samples) {
    reasons.push(t('The content of the file is another one.'));
  }
  if (then.modified !== now.modified) {
    reasons.push(
      t(
        'The file was last changed at {0}, and now at {1}.',
        new Date(then.modified).toISOString(),
        new Date(now.modified).toISOString(),
      ),
    );
  }
  return reasons;
}

function sampleSum(storage: Storage, length: number): number {
  const step = Math.max(PIECE_LENGTH, length / SAMPLE_COUNT);
  const offsets: number[] = [];
  for (let offset = 0; offset < length && offsets.length < SAMPLE_COUNT; offset += step) {
    offsets.push(Math.floor(offset));
  }
  return sumOf(storage, offsets);
}

function sumOf(storage: Storage, offsets: readonly number[]): number {
  const bytes = new Uint8Array(offsets.length * PIECE_LENGTH);
  for (const [at, offset] of offsets.entries()) {
    storage.read(offset, bytes.subarray(at * PIECE_LENGTH, (at + 1) * PIECE_LENGTH));
  }
  return crc32c(bytes);
}
