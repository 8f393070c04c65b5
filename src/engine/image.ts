import type { CheckOptions, CheckStep } from './checkSteps';
import type { Finding } from './finding';
import type { Storage } from './storage/storage';
import type { StructureSource } from './structure';

/** Bytes of a sector, the unit of every LBA and of every bit in a sector bitmap. */
export const SECTOR_SIZE = 512;

/** Stands in block-grain maps where no layer has the block. Layers are numbered 0 to 254. */
export const NO_LAYER = 255;

/** Stands where a block has no place in a file. */
export const NO_OFFSET = -1;

export type ImageType = 'fixed' | 'dynamic' | 'differencing';

export interface Creator {
  /** For people: `Windows`, `Virtual PC`, `Xen`, `VirtualBox`, `qemu`, or the four characters in quotes. */
  readonly application: string;
  /** `10.0` */
  readonly version: string;
  /** `Windows`, `Macintosh`, or what stands there in quotes. */
  readonly hostOs: string;
}

/** One place where a differencing image says its parent is. A claim by a stranger: nothing here has been touched. */
export interface ParentPlace {
  /** Which field names it, as the specification does: `W2ru`, `W2ku`, `Wi2r`, `Wi2k`, `MacX`, `Mac `, or `name` for Parent Unicode Name. */
  readonly source: string;
  /** The text as it stands in the file, unpaired surrogates kept. */
  readonly text: string;
}

/** What a differencing image says of its parent. */
export interface ParentClaim {
  /** The id that the parent must carry, written as `Image.id`. All zeros where the child names none. */
  readonly id: string;
  /** Where that id stands in the file, in bytes. */
  readonly idOffset: number;
  readonly idLength: number;
  /** The parent's modification time as the child knows it; null where the field is 0. */
  readonly modified: Date | null;
  /** In the order in which they are to be tried: W2ru, W2ku, Parent Unicode Name, then the deprecated codes. */
  readonly places: readonly ParentPlace[];
}

/**
 * One image, whatever its format: its facts, where its blocks lie, and which sectors are in it.
 * Blocks are numbered from 0 to `blockCount - 1`; sectors from 0 to `sectorCount - 1`.
 */
export interface Image {
  /** Absolute. */
  readonly path: string;
  readonly format: 'vhd';
  readonly type: ImageType;
  readonly storage: Storage;
  /** Bytes, as of opening. */
  readonly fileSize: number;
  /** Bytes; a whole number of sectors. */
  readonly virtualSize: number;
  readonly sectorCount: number;
  /** Bytes, a power of two of at least one sector. A fixed image has no blocks of its own and counts in `FIXED_BLOCK_SIZE`. */
  readonly blockSize: number;
  /** Blocks that the virtual disk needs; the last one may reach past its end. */
  readonly blockCount: number;
  /** Blocks that the allocation table gives a place, possible or not (see `isBlockDamaged`); for a fixed image those in the file. */
  readonly allocatedBlockCount: number;
  /** Lower-case GUID with dashes in Windows' order, whoever wrote it. Equal texts mean equal bytes. */
  readonly id: string;
  /** Null where the field is 0. */
  readonly created: Date | null;
  readonly creator: Creator;
  /** Null but for a differencing image. */
  readonly parent: ParentClaim | null;
  /** What opening it brought up: a damaged image opens all the same. */
  readonly findings: readonly Finding[];
  /** Every structure and field of the file. */
  readonly structure: StructureSource;

  /** Where the block's first sector lies in the file, in bytes; NO_OFFSET where it has no place or names one that cannot be. */
  blockOffset(block: number): number;

  /**
   * True where the allocation table gives the block a place that cannot be (past the end of the file, over another structure):
   * the block then counts as absent in every other function, and whoever reads it is told.
   */
  isBlockDamaged(block: number): boolean;

  /**
   * Puts this image's blocks into a block-grain map with one entry a block (`blockCount` entries of each are touched): where the block has a place here,
   * `top[block]` becomes `layer` if it was NO_LAYER, and `shared[block]` becomes 1 if it was not. For a fixed image every block has.
   */
  markAllocated(top: Uint8Array, shared: Uint8Array, layer: number): void;

  /**
   * Fills `bitmap` (at least `blockSize / 512 / 8` bytes, rounded up) with the block's sector bitmap, most significant bit first: 1 = the sector is in this image.
   * Bits past the virtual disk's end are 0. Returns false, `bitmap` untouched, where the block has no place.
   */
  readBitmap(block: number, bitmap: Uint8Array): boolean;

  /**
   * Looks for everything that is wrong with the image by itself, `findings` among it, and changes nothing. Reads its tables and bitmaps, and of a
   * dynamic image the data that no bitmap marks.
   */
  check(options: CheckOptions): Generator<CheckStep, readonly Finding[], void>;

  close(): void;
}

/** The grain in which a fixed image is counted and drawn. */
export const FIXED_BLOCK_SIZE = 2 * 1024 * 1024;
