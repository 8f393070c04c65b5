import type { ImageType, Creator } from '../engine/image';
import type { Finding } from '../engine/finding';
import type { FoundBy, MissingParent } from '../engine/chain/chain';
import type { DoubtfulRange } from '../engine/chain/extents';
import type { DoubtfulRun } from '../engine/chain/sectorOwners';
import type { UnsavedRun } from '../engine/editing/unsavedBytes';
import type { StructureNode as EngineNode } from '../engine/structure';

export type { Creator, DoubtfulRange, DoubtfulRun, Finding, FoundBy, ImageType, MissingParent, UnsavedRun };
export type { ParentCandidate } from '../engine/chain/chain';

/** Bytes of a sector. */
export const SECTOR_SIZE = 512;

/** Stands in maps where no layer has the block or the sector. */
export const NO_LAYER = 255;

/** One layer of the open chain. Its number is its index in `OpenedImage.layers`: 0 = the leaf. */
export interface LayerSummary {
  readonly path: string;
  readonly name: string;
  readonly format: 'vhd';
  readonly type: ImageType;
  /** Bytes. */
  readonly virtualSize: number;
  readonly fileSize: number;
  readonly blockSize: number;
  readonly blockCount: number;
  readonly allocatedBlockCount: number;
  readonly id: string;
  /** Milliseconds since 1970 UTC; null where the image names none. */
  readonly created: number | null;
  readonly creator: Creator;
  readonly foundBy: FoundBy | null;
}

/** Whether the leaf can be edited, and why not. Part of `OpenedImage`. */
export interface Editability {
  /** Why nothing can be changed, for people; null where it can. */
  readonly readOnlyReason: string | null;
  /** What the page may offer where it cannot: `createSnapshot` begins that command, `editAnyway` asks in a modal question. */
  readonly waysOut: readonly ('createSnapshot' | 'editAnyway')[];
}

/** All that the page needs to show an image at once; a page that was hidden gets it whole again. */
export interface OpenedImage {
  readonly layers: readonly LayerSummary[];
  readonly missing: MissingParent | null;
  readonly findings: readonly Finding[];
  readonly editability: Editability;
}

/**
 * Who owns each block, from the allocation tables alone; one byte a block of the leaf as of the chosen layer.
 * Layer numbers are those of `OpenedImage.layers`, whatever layer was chosen.
 */
export interface BlockGrainMap {
  /** The chosen layer. */
  readonly asOf: number;
  /** Bytes a block. */
  readonly blockSize: number;
  readonly sectorCount: number;
  /** The layer nearest the leaf that has the block; NO_LAYER where none has. */
  readonly top: Uint8Array;
  /** 1 where further layers have the block too: who owns which sector is not known yet. */
  readonly shared: Uint8Array;
  /** Blocks that edits have changed and no save has brought into the file; left out where there are none. */
  readonly unsaved?: readonly UnsavedRun[];
}

/** Stands in `SectorGrainRun.ownerCount` for a block that has a bitmap which the medium does not give. */
export const UNREAD_BLOCK = 255;

/** Blocks that the sectors counted leave out. */
export interface UnreadBlocks {
  readonly count: number;
  /** What the system said of the first one, for people. */
  readonly why: string;
}

/** What the sector bitmaps say of a run of blocks, beginning at `firstBlock`; one byte a block. */
export interface SectorGrainRun {
  readonly asOf: number;
  readonly firstBlock: number;
  /** The layer that owns most sectors of the block; NO_LAYER where none owns any. */
  readonly main: Uint8Array;
  /** The layer that owns the next most; NO_LAYER where there is none. */
  readonly second: Uint8Array;
  /** How many layers own sectors of the block, at most 254; UNREAD_BLOCK where nothing is known, since a bitmap of it could not be read. */
  readonly ownerCount: Uint8Array;
  /** Share of the block's sectors that any layer owns, 0 = none to 255 = every one; never 0 or 255 by rounding. */
  readonly filled: Uint8Array;
}

/** A layer's part in one block. */
export interface BlockPart {
  readonly layer: number;
  /** Sectors of the block that this layer owns. */
  readonly sectorCount: number;
  /** Where the block's first sector lies in the layer's file, in bytes; null where the layer's blocks are smaller and lie apart. */
  readonly fileOffset: number | null;
}

/** One block as of the chosen layer, down to its sectors. */
export interface BlockDetail {
  readonly block: number;
  readonly asOf: number;
  readonly firstSector: number;
  /** Sectors of the block that lie on the disk: fewer in the last block. */
  readonly sectorCount: number;
  /** Most sectors first; layers that own none of the block are left out. */
  readonly parts: readonly BlockPart[];
  /** The owner of each sector, NO_LAYER where it has none; `sectorCount` entries. */
  readonly owners: Uint8Array;
  /** Sectors that nobody can vouch for, counted from the block's first one: their parent is missing, or their place in the file is damaged. */
  readonly doubtful: readonly DoubtfulRun[];
  /** Sectors that edits have changed and no save has brought into the file, counted from the block's first one; left out where there are none. */
  readonly unsaved?: readonly UnsavedRun[];
}

/** Totals of one layer over the whole disk, as of the leaf. */
export interface LayerStatistics {
  readonly layer: number;
  /** Blocks that have a place in the file. */
  readonly blocks: number;
  /** Sectors that the bitmaps mark as present. */
  readonly sectors: number;
  /** Those that no layer above hides. */
  readonly visibleSectors: number;
}

/** A structure or a field of one, as it is shown. */
export interface StructureNode extends EngineNode {
  /** Left out where all its bytes are in the file as they are shown. */
  readonly isUnsaved?: true;
}

/** Which bytes: those of a layer's file, or of the virtual disk as of a layer. */
export interface ByteSource {
  readonly kind: 'file' | 'disk';
  readonly layer: number;
}

export interface ByteRun {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** For a disk: the owner of each sector that the run touches, NO_LAYER where it has none; empty for a file. */
  readonly owners: Uint8Array;
  /** For a disk: the sectors of the run, by LBA, that nobody can vouch for; what is shown of them is read from a layer below, or zero. */
  readonly doubtful: readonly DoubtfulRange[];
  /** Bytes that edits have changed and no save has brought into the file, by their places in the source; left out where there are none. */
  readonly unsaved?: readonly UnsavedRun[];
}
