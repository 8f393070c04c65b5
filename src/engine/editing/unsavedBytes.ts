import type { Chain } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { EngineError } from '../errors';
import { NO_OFFSET, SECTOR_SIZE } from '../image';
import type { OverlayStorage } from '../storage/overlayStorage';
import { sameBytes } from '../storage/sameBytes';
import type { Storage } from '../storage/storage';
import { bitmapLengthOf, fillOwners, hasSameGrid, TouchedBlocks } from './ownerChanges';

/** Neighbours that differ from what is saved: bytes, or sectors. */
export interface UnsavedRun {
  readonly start: number;
  readonly length: number;
}

/** What the edits of an image are seen against. */
export interface UnsavedGround {
  /** The leaf's file, and the changes over it. */
  readonly file: Storage;
  readonly overlay: OverlayStorage;
  /** As it is shown. */
  readonly chain: Chain;
  /** As it would be shown without the edits; opened when it is asked for. */
  readonly saved: () => Chain;
}

/** Bytes that are compared at a time. */
const PIECE_LENGTH = 1024 * 1024;

/** Tells which bytes of an image its edits have changed and no save has brought into its file yet. */
export class UnsavedBytes {
  readonly #ground: UnsavedGround;
  #blocks: readonly UnsavedRun[] | null = null;
  #disks: { readonly now: DiskReader; readonly saved: DiskReader } | null = null;

  constructor(ground: UnsavedGround) {
    this.#ground = ground;
  }

  /** True where any of so many bytes of the leaf's file differ from what is saved. */
  covers(offset: number, length: number): boolean {
    return this.#ground.overlay.differsWithin(offset, offset + length);
  }

  /** Of bytes of the leaf's file, read from `offset` on, those that differ; places are those in the file. */
  inFile(offset: number, bytes: Uint8Array): readonly UnsavedRun[] {
    if (!this.covers(offset, bytes.length)) {
      return [];
    }
    const saved = new Uint8Array(bytes.length);
    const count = this.#ground.file.read(offset, saved);
    return differingRuns(saved.subarray(0, count), bytes, offset);
  }

  /** Of bytes of the virtual disk, read from `offset` on as of the leaf, those that differ; places are those on the disk. */
  inDisk(offset: number, bytes: Uint8Array): readonly UnsavedRun[] {
    const { saved } = this.#readers() ?? {};
    if (saved === undefined) {
      return [];
    }
    const before = new Uint8Array(bytes.length);
    return differingRuns(before.subarray(0, saved.read(offset, before)), bytes, offset);
  }

  /** Sectors of a block, counted from its first one, that have another owner or other bytes than what is saved. */
  inBlock(block: number): readonly UnsavedRun[] {
    const readers = this.#mayTouch(block) ? this.#readers() : null;
    if (readers === null) {
      return [];
    }
    const { blockSize } = this.#ground.chain.layers[0].image;
    const offset = block * blockSize;
    const length = Math.max(0, Math.min(blockSize, readers.now.size - offset));
    const differs = new Uint8Array(Math.ceil(length / SECTOR_SIZE));
    for (let done = 0; done < length; done += PIECE_LENGTH) {
      const end = Math.min(length, done + PIECE_LENGTH);
      const sectors = differs.subarray(done / SECTOR_SIZE, Math.ceil(end / SECTOR_SIZE));
      markSectors(readers.saved, readers.now, offset + done, end - done, sectors);
    }
    return differingRuns(new Uint8Array(differs.length), differs, 0);
  }

  /** Blocks whose place, sector bitmap or data differ; none where the edits have made other blocks of the whole disk, or nobody can say. */
  get blocks(): readonly UnsavedRun[] {
    return (this.#blocks ??= this.#findBlocks());
  }

  #findBlocks(): readonly UnsavedRun[] {
    const { chain, overlay } = this.#ground;
    const saved = this.#savedChain();
    if (saved === null || !hasSameGrid(saved, chain)) {
      return [];
    }
    const [old, now] = [saved.layers[0].image, chain.layers[0].image];
    const touched = new TouchedBlocks(old, now, overlay.difference(), null, true);
    const runs: { start: number; length: number }[] = [];
    for (let block = touched.first; block !== null; block = touched.after(block)) {
      const last = runs.at(-1);
      if (last !== undefined && last.start + last.length === block) {
        last.length++;
      } else {
        runs.push({ start: block, length: 1 });
      }
    }
    return runs;
  }

  /** False where a block stands where it stood, with the bitmap and the bytes that it had. */
  #mayTouch(block: number): boolean {
    const { chain, overlay } = this.#ground;
    const saved = this.#savedChain();
    if (saved === null || !hasSameGrid(saved, chain)) {
      return saved !== null;
    }
    const [old, now] = [saved.layers[0].image, chain.layers[0].image];
    const offset = now.blockOffset(block);
    if (offset !== old.blockOffset(block)) {
      return true;
    }
    return offset === NO_OFFSET
      ? now.isBlockDamaged(block) !== old.isBlockDamaged(block)
      : overlay.differsWithin(offset - bitmapLengthOf(now), offset + now.blockSize);
  }

  #readers(): { readonly now: DiskReader; readonly saved: DiskReader } | null {
    const saved = this.#disks === null ? this.#savedChain() : null;
    if (saved !== null) {
      this.#disks = { now: new DiskReader(this.#ground.chain), saved: new DiskReader(saved) };
    }
    return this.#disks;
  }

  /** Null where what is saved cannot be read: another program has changed it, and nobody can say what differs. */
  #savedChain(): Chain | null {
    try {
      return this.#ground.saved();
    } catch (error) {
      if (EngineError.is(error)) {
        return null;
      }
      throw error;
    }
  }
}

/** Where two states of the bytes from `offset` on differ; what only `now` has differs too. */
function differingRuns(before: Uint8Array, now: Uint8Array, offset: number): readonly UnsavedRun[] {
  const runs: UnsavedRun[] = [];
  let start = -1;
  for (let at = 0; at <= now.length; at++) {
    const isDifferent = at < now.length && now[at] !== before[at];
    if (isDifferent && start < 0) {
      start = at;
    } else if (!isDifferent && start >= 0) {
      runs.push({ start: offset + start, length: at - start });
      start = -1;
    }
  }
  return runs;
}

/** Puts a 1 for each sector that differs in its bytes or its owner; `offset` and `length` are bytes of whole sectors. */
function markSectors(saved: DiskReader, now: DiskReader, offset: number, length: number, differs: Uint8Array): void {
  const [old, shown] = [new Uint8Array(length), new Uint8Array(length)];
  saved.read(offset, old);
  now.read(offset, shown);
  const [oldOwners, owners] = [new Uint8Array(differs.length), new Uint8Array(differs.length)];
  fillOwners(saved, offset / SECTOR_SIZE, oldOwners);
  fillOwners(now, offset / SECTOR_SIZE, owners);
  for (let sector = 0; sector < differs.length; sector++) {
    const [from, to] = [sector * SECTOR_SIZE, (sector + 1) * SECTOR_SIZE];
    const isSame = owners[sector] === oldOwners[sector] && sameBytes(old.subarray(from, to), shown.subarray(from, to));
    differs[sector] = isSame ? 0 : 1;
  }
}
