import { checkPatchFits, differencesAt, joinChanges, writePatch, type Patch } from './patch';
import { sameBytes } from './sameBytes';
import type { Storage } from './storage';

/** Changes are kept in pages of so many bytes. */
const PAGE_SIZE = 4096;

/** A page as it was before a transaction. */
interface PageBefore {
  /** What a reader saw, up to the end of the file as it was then. */
  readonly seen: Uint8Array;
  /** What was held in memory of it, or undefined where the file itself showed. */
  readonly held: Uint8Array | undefined;
}

interface Transaction {
  readonly length: number;
  readonly shownLength: number;
  readonly pages: Map<number, PageBefore>;
}

/** A file with changes that are only in memory: the file itself is read and never written. */
export class OverlayStorage implements Storage {
  readonly readOnly = false;
  private readonly base: Storage;
  /** By the offset of the page; each is whole. */
  private readonly pages = new Map<number, Uint8Array>();
  /** Of the base when this was made, in bytes. */
  private readonly baseLength: number;
  private length: number;
  /** So much of the base still shows, in bytes: what was cut off once reads as zero when the file grows again. */
  private shownLength: number;
  private running: Transaction | null = null;

  constructor(base: Storage) {
    this.base = base;
    this.baseLength = base.size();
    this.length = this.baseLength;
    this.shownLength = this.length;
  }

  /** Bytes of memory that the changes take. */
  get heldSize(): number {
    return this.pages.size * PAGE_SIZE;
  }

  size(): number {
    return this.length;
  }

  read(offset: number, target: Uint8Array): number {
    const count = Math.min(target.length, Math.max(0, this.length - offset));
    const wanted = target.subarray(0, count);
    const shown = wanted.subarray(0, Math.max(0, this.shownLength - offset));
    const read = shown.length === 0 ? 0 : this.base.read(offset, shown);
    wanted.fill(0, read);
    if (this.pages.size > 0) {
      for (const start of pagesOf(offset, offset + count)) {
        const from = Math.max(start, offset);
        const page = this.pages.get(start)?.subarray(from - start, offset + count - start);
        if (page !== undefined) {
          wanted.set(page, from - offset);
        }
      }
    }
    return count;
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = bytes.length === 0 ? 0 : offset + bytes.length;
    for (const start of pagesOf(offset, end)) {
      const from = Math.max(start, offset);
      const part = bytes.subarray(from - offset, start + PAGE_SIZE - offset);
      if (!this.isZeroAnyway(start, part)) {
        this.pageToChange(start).set(part, from - start);
      }
    }
    this.length = Math.max(this.length, end);
  }

  truncate(length: number): void {
    if (this.running !== null) {
      pagesOf(length, this.length).forEach((start) => this.remember(start));
    }
    for (const [start, page] of this.pages) {
      if (start >= length) {
        this.pages.delete(start);
      } else {
        page.fill(0, Math.min(PAGE_SIZE, length - start));
      }
    }
    this.shownLength = Math.min(this.shownLength, length);
    this.length = length;
  }

  /** Nothing of an overlay reaches the medium by itself: its patch is saved. */
  flush(): void {
    // See above.
  }

  close(): void {
    this.base.close();
  }

  /**
   * Runs `change`, which writes to this storage, and returns what it changed in all. Where it throws, nothing is changed.
   * Transactions do not nest. Everything that is changed or cut off is held in memory.
   */
  transaction(change: () => void): Patch {
    const running: Transaction = { length: this.length, shownLength: this.shownLength, pages: new Map() };
    this.running = running;
    try {
      change();
      return this.patchSince(running);
    } catch (error) {
      this.takeBack(running);
      throw error;
    } finally {
      this.running = null;
    }
  }

  /** Takes a patch in. Throws EngineError `file-changed` where it was made for other bytes; `path` is for that error only. */
  apply(patch: Patch, path: string): void {
    checkPatchFits(this, patch, path);
    writePatch(this, patch);
  }

  /** What differs between the file and this, as a patch that was made for the file. */
  difference(): Patch {
    const starts = new Set([
      ...this.pages.keys(),
      // What was cut off.
      ...pagesOf(this.shownLength, this.baseLength),
    ]);
    const changes = [...starts]
      .sort((a, b) => a - b)
      .flatMap((start) => {
        const before = new Uint8Array(Math.max(0, Math.min(PAGE_SIZE, this.baseLength - start)));
        const count = before.length === 0 ? 0 : this.base.read(start, before);
        const after = new Uint8Array(PAGE_SIZE);
        return differencesAt(start, before.subarray(0, count), after.subarray(0, this.read(start, after)));
      });
    return { lengthBefore: this.baseLength, lengthAfter: this.length, changes: joinChanges(changes) };
  }

  /** True where a byte from `from` up to, not including, `to` is another one than in the file, or stands where it has none or was cut off once. */
  differsWithin(from: number, to: number): boolean {
    const end = Math.min(to, this.length);
    if (from >= end || end > this.shownLength) {
      return from < end;
    }
    for (const start of this.heldWithin(from - (from % PAGE_SIZE), end)) {
      if (this.pageDiffers(start, from, end)) {
        return true;
      }
    }
    return false;
  }

  /** The offsets of the pages that are held from `first`, the offset of one, up to, not including, `end`. */
  private *heldWithin(first: number, end: number): Generator<number, void, void> {
    if ((end - first) / PAGE_SIZE > this.pages.size) {
      for (const start of this.pages.keys()) {
        if (start >= first && start < end) {
          yield start;
        }
      }
      return;
    }
    for (let start = first; start < end; start += PAGE_SIZE) {
      if (this.pages.has(start)) {
        yield start;
      }
    }
  }

  private pageDiffers(start: number, from: number, end: number): boolean {
    const [low, high] = [Math.max(start, from), Math.min(start + PAGE_SIZE, end)];
    const before = new Uint8Array(high - low);
    this.base.read(low, before);
    return !sameBytes(before, this.pages.get(start)?.subarray(low - start, high - start) ?? before);
  }

  /** True for zeros that are written where nothing but zeros is read: a new block costs no memory. */
  private isZeroAnyway(start: number, part: Uint8Array): boolean {
    return start >= this.shownLength && !this.pages.has(start) && part.every((byte) => byte === 0);
  }

  private pageToChange(start: number): Uint8Array {
    this.remember(start);
    let page = this.pages.get(start);
    if (page === undefined) {
      page = new Uint8Array(PAGE_SIZE);
      this.read(start, page);
      this.pages.set(start, page);
    }
    return page;
  }

  private remember(start: number): void {
    if (this.running?.pages.has(start) === false) {
      const page = new Uint8Array(PAGE_SIZE);
      const count = Math.min(this.read(start, page), Math.max(0, this.running.length - start));
      this.running.pages.set(start, { seen: page.subarray(0, count), held: this.pages.get(start)?.slice() });
    }
  }

  private patchSince(running: Transaction): Patch {
    const starts = [...running.pages.keys()].sort((a, b) => a - b);
    const changes = starts.flatMap((start) => {
      const now = new Uint8Array(PAGE_SIZE);
      const before = running.pages.get(start)?.seen ?? new Uint8Array();
      return differencesAt(start, before, now.subarray(0, this.read(start, now)));
    });
    return { lengthBefore: running.length, lengthAfter: this.length, changes: joinChanges(changes) };
  }

  private takeBack(running: Transaction): void {
    for (const [start, { held }] of running.pages) {
      if (held === undefined) {
        this.pages.delete(start);
      } else {
        this.pages.set(start, held);
      }
    }
    this.length = running.length;
    this.shownLength = running.shownLength;
  }
}

/** The offsets of the pages that hold bytes from `offset` up to, not including, `end`. */
function pagesOf(offset: number, end: number): number[] {
  const starts: number[] = [];
  for (let start = offset - (offset % PAGE_SIZE); start < end; start += PAGE_SIZE) {
    starts.push(start);
  }
  return starts;
}
