import { EngineError } from '../errors';
import { NO_LAYER, SECTOR_SIZE, type Image } from '../image';
import { t } from '../l10n';
import type { Chain } from './chain';
import { ExtentReader, type DoubtfulRange, type Extent, type SectorRange } from './extents';
import { SectorOwners } from './sectorOwners';

/** Told of sectors that nobody can vouch for, and of those that the file ended before. */
export type DoubtReport = (range: DoubtfulRange) => void;

/**
 * Reads the virtual disk as of a layer, at any offset. What no layer owns reads as zero; where the chain misses its base that is a guess,
 * and is reported as one. Whoever makes something of the bytes calls `requireBase` first, or listens.
 */
export class DiskReader {
  /** Bytes. */
  readonly size: number;
  readonly #chain: Chain;
  readonly #extents: ExtentReader;

  /** `layer`: the disk is seen as of this one, 0 = the leaf. Throws EngineError `out-of-range`. */
  constructor(chain: Chain, layer = 0) {
    const owners = new SectorOwners(chain, layer);
    this.#chain = chain;
    this.#extents = new ExtentReader(owners);
    this.size = owners.sectorCount * SECTOR_SIZE;
  }

  /**
   * Fills `target` with the disk's bytes from `offset` on. Returns how many these are: fewer than `target` holds where the disk ends, 0 past its end;
   * the rest of `target` is left as it was. Throws EngineError `out-of-range` for an offset that is no whole number from 0 on, and
   * `file-access` where the system refuses.
   */
  read(offset: number, target: Uint8Array, report?: DoubtReport): number {
    const length = this.#lengthFrom(offset, target.length);
    if (length === 0) {
      return 0;
    }
    const first = Math.floor(offset / SECTOR_SIZE);
    const count = Math.ceil((offset + length) / SECTOR_SIZE) - first;
    for (const extent of this.#extents.extents({ from: first, count }, report)) {
      this.#readExtent(extent, offset, target.subarray(0, length), report);
    }
    return length;
  }

  /** Puts the owner of each sector from `sector` (an LBA) on into `target`, NO_LAYER for none. Returns how many sectors these are. */
  owners(sector: number, target: Uint8Array): number {
    const count = Math.ceil(this.#lengthFrom(sector * SECTOR_SIZE, target.length * SECTOR_SIZE) / SECTOR_SIZE);
    for (const { start, length, layer } of this.#extents.extents({ from: sector, count })) {
      target.fill(layer ?? NO_LAYER, start - sector, start - sector + length);
    }
    return count;
  }

  /** Covers sectors of the disk with extents, as the function of this name; the range is on the disk. */
  extents(range: SectorRange): Generator<Extent, void, void> {
    return this.#extents.extents(range);
  }

  /**
   * How far the bytes from `offset` on are alike in this: no layer owns them, and they read as zero; or most of them are owned. It ends where they
   * are no more alike, or earlier. Past the disk's end there is nothing. Throws EngineError `out-of-range` for an offset that is no whole number from 0 on.
   */
  stretch(offset: number): { readonly end: number; readonly isHole: boolean } {
    if (this.#lengthFrom(offset, 1) === 0) {
      return { end: offset, isHole: true };
    }
    const { end, isHole } = this.#extents.stretch(Math.floor(offset / SECTOR_SIZE));
    return { end: end * SECTOR_SIZE, isHole };
  }

  /** The part of an extent that lies within `target`, whose first byte is at `offset` on the disk. */
  #readExtent(extent: Extent, offset: number, target: Uint8Array, report?: DoubtReport): void {
    const diskOffset = extent.start * SECTOR_SIZE;
    const from = Math.max(offset, diskOffset);
    const to = Math.min(offset + target.length, diskOffset + extent.length * SECTOR_SIZE);
    const part = target.subarray(from - offset, to - offset);
    if (extent.layer === null || extent.fileOffset === null) {
      part.fill(0);
      return;
    }
    const read = this.#image(extent.layer).storage.read(extent.fileOffset + from - diskOffset, part);
    if (read < part.length) {
      // The file has become shorter since it was opened.
      part.fill(0, read);
      const start = Math.floor((from + read) / SECTOR_SIZE);
      const length = Math.ceil(to / SECTOR_SIZE) - start;
      report?.({ start, length, layer: extent.layer, reason: 'past-end-of-file' });
    }
  }

  #image(layer: number): Image {
    const found = this.#chain.layers[layer];
    if (found === undefined) {
      throw new RangeError(`No layer ${layer}`);
    }
    return found.image;
  }

  #lengthFrom(offset: number, length: number): number {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new EngineError('out-of-range', {
        what: t('Offset {0} of the disk of {1}', offset, this.#chain.layers[0].image.path),
        why: t('the disk has offsets 0 to {0}', this.size - 1),
        remedy: t('choose one of these'),
      });
    }
    return Math.max(0, Math.min(length, this.size - offset));
  }
}
