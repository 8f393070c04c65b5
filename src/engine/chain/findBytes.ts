import type { Storage } from '../storage/storage';
import { ByteMatcher, searchable, type BytePattern } from './bytePattern';
import type { Chain } from './chain';
import { DiskReader } from './diskReader';

/** Bytes that are read and looked through at a time: as many as a processor keeps at hand. */
const CHUNK_LENGTH = 512 * 1024;

/** Bytes of the shortest hole that is not looked through as the zeros that it is; more than two patterns. */
const LONG_HOLE = 32 * 1024;

/** Bytes to look through. */
export interface SearchGround {
  /** Bytes. */
  readonly size: number;
  /** How far the bytes from `offset` on, which lies before the end, are alike in this: nobody has them, and they are zero; or they are to be read. */
  stretch(offset: number): { readonly end: number; readonly isHole: boolean };
  /** Fills `target` with the bytes from `offset` on; zeros stand in for those that a file has lost meanwhile. */
  read(offset: number, target: Uint8Array): void;
}

export interface FindOptions {
  /** ASCII letters are found in either case. */
  readonly ignoreCase: boolean;
  /** Where the search begins, in bytes; having come to the end it goes on from the start up to there. */
  readonly from: number;
  /** The search ends when it has found so many, and there is one more. */
  readonly limit: number;
}

/** Some more bytes are looked through. */
export interface FindStep {
  /** Where matches begin, in the order of the search; they may overlap. The array is not used again. */
  readonly hits: readonly number[];
  /** Bytes that are looked through, holes among them, and bytes in all. */
  readonly done: number;
  readonly total: number;
}

/** The disk as of layer `layer`; what no layer owns is a hole. Throws EngineError `out-of-range`. */
export function diskGround(chain: Chain, layer = 0): SearchGround {
  const disk = new DiskReader(chain, layer);
  return {
    size: disk.size,
    stretch: (offset) => disk.stretch(offset),
    read: (offset, target) => void disk.read(offset, target),
  };
}

/** A file, whole: its system may know of holes, but does not tell. */
export function fileGround(storage: Storage): SearchGround {
  const size = storage.size();
  return {
    size,
    stretch: () => ({ end: size, isHole: false }),
    read: (offset, target) => void target.fill(0, storage.read(offset, target)),
  };
}

/**
 * Finds a pattern in the order of the options, yielding after every chunk of so many bytes, or a hole: a place to show progress and to stop. A match lies whole
 * between the start and the end of what is searched. Returns whether there are more matches than the limit.
 * Throws EngineError `out-of-range` for a pattern that is none, and what reading throws.
 */
export function* findBytes(
  ground: SearchGround,
  pattern: BytePattern,
  { ignoreCase, from, limit }: FindOptions,
  chunkLength = CHUNK_LENGTH,
): Generator<FindStep, boolean, void> {
  const matcher = new ByteMatcher(pattern, ignoreCase);
  const start = Math.max(0, Math.min(from, ground.size));
  let room = limit;
  for (const part of [
    { from: start, to: ground.size, doneBefore: 0 },
    { from: 0, to: start, doneBefore: ground.size - start },
  ]) {
    for (const { hits, at, isCut } of findInPart(ground, matcher, { ...part, chunkLength }, () => room)) {
      room -= hits.length;
      yield { hits, done: part.doneBefore + at - part.from, total: ground.size };
      if (isCut) {
        return true;
      }
    }
  }
  return false;
}

interface PartStep {
  readonly hits: readonly number[];
  /** Matches that begin before this offset are found. */
  readonly at: number;
  /** There was one match too many. */
  readonly isCut: boolean;
}

/** Finds the matches that begin at `from` up to before `to`; they may reach beyond. */
function* findInPart(
  ground: SearchGround,
  matcher: ByteMatcher,
  { from, to, chunkLength }: { readonly from: number; readonly to: number; readonly chunkLength: number },
  room: () => number,
): Generator<PartStep, void, void> {
  const overlap = matcher.length - 1;
  const end = Math.min(ground.size, to + overlap);
  const buffer = searchable(new Uint8Array(Math.min(chunkLength, end - from) + overlap));
  // The buffer holds the bytes from `start` to before `at`.
  let start = from;
  for (let at = from; at < end;) {
    const stretch = ground.stretch(at);
    const limit = Math.min(end, start + buffer.length);
    const isSkipped = stretch.isHole && !matcher.matchesZeros && stretch.end - at >= LONG_HOLE && at + overlap <= limit;
    // A match may reach into a hole, or out of it.
    const next = Math.min(limit, isSkipped ? at + overlap : stretch.end);
    const target = buffer.subarray(at - start, next - start);
    if (stretch.isHole) {
      target.fill(0);
    } else {
      ground.read(at, target);
    }
    at = next;
    if (at < limit && !isSkipped) {
      continue;
    }
    const hits: number[] = [];
    const base = start;
    const found = base + matcher.find(buffer.subarray(0, at - base), 0, hits, room());
    const isCut = found < at - overlap;
    start = Math.max(base, (isSkipped ? Math.min(end, stretch.end) : at) - overlap);
    if (isSkipped) {
      at = Math.max(at, start);
      start = at;
    } else {
      buffer.copyWithin(0, start - base, at - base);
    }
    yield { hits: hits.map((hit) => base + hit), at: at === end ? to : Math.min(to, start), isCut };
  }
}
