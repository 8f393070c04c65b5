import type { Patch } from '../storage/patch';

/** Where bytes are written: into the virtual disk, as a guest would, or into the file as they stand. */
export type EditTarget = 'disk' | 'file';

/** One change that a person makes to the leaf of the open chain. Offsets and lengths are bytes; no edit reaches past the end of its target. */
export type Edit =
  /** Bytes take the place of those that stand there. */
  | { readonly kind: 'overwrite'; readonly target: EditTarget; readonly offset: number; readonly bytes: Uint8Array }
  /** A pattern of 1 to 4,096 bytes again and again, the last one cut off where the range ends; a single zero byte zeroes the range. */
  | {
      readonly kind: 'fill';
      readonly target: EditTarget;
      readonly offset: number;
      readonly length: number;
      readonly pattern: Uint8Array;
    }
  /**
   * A field of the structure tree, by the id of its node, as a person writes it; an entry of the allocation table is one too. `alone`: what depends
   * on the field, as checksums do, is left as it is.
   */
  | { readonly kind: 'field'; readonly node: string; readonly text: string; readonly alone: boolean }
  /** Everything in a structure that follows from other fields is put right: `node` is the id of a root of the structure tree. */
  | { readonly kind: 'makeConsistent'; readonly node: string }
  /** Bits of a block's sector bitmap; sectors are counted from the block's first. */
  | {
      readonly kind: 'sectorBits';
      readonly block: number;
      readonly firstSector: number;
      readonly sectorCount: number;
      readonly present: boolean;
    };

/** The content of a file, from its first byte on, takes the place of the bytes from `offset` on. Only the user's word in a dialog begins it. */
export interface ImportEdit {
  readonly kind: 'import';
  readonly target: EditTarget;
  readonly offset: number;
  /** Absolute path of the file. */
  readonly path: string;
}

/** A change that was worked out before and that the user has looked at, as a repair or a relink is: made whole where the bytes that it replaces still stand there. */
export interface PatchEdit {
  readonly kind: 'patch';
  /** Names it in the undo menu. */
  readonly label: string;
  readonly patch: Patch;
}

/** What no page asks for: it brings in what no page has. */
export type HostEdit = ImportEdit | PatchEdit;

/** A field before and after an edit, as a person would write it. */
export interface FieldChange {
  /** Id of its node in the structure tree. */
  readonly node: string;
  /** With the structure that it stands in: `Footer, Checksum`. */
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly length: number;
  readonly before: string;
  readonly after: string;
}

/** Neighbouring sectors of the virtual disk, as of the leaf, that another layer owns after an edit. */
export interface OwnerChange {
  /** LBA. */
  readonly firstSector: number;
  readonly sectorCount: number;
  /** Numbers of layers, 0 = the leaf; null where none owns them. */
  readonly before: number | null;
  readonly after: number | null;
}

/** What an edit would do; nothing is changed. */
export interface EditPreview {
  /** Names the edit in the undo menu: `Change Checksum`, `Type 3 Bytes`. */
  readonly label: string;
  /**
   * The edited field first, then those that follow it. Of an edit of the file's bytes, the fields that these belong to, and structures without fields, whose
   * texts are empty. Empty for an edit of the disk's bytes.
   */
  readonly fields: readonly FieldChange[];
  /** By rising LBA, at most 1,000 runs. */
  readonly owners: readonly OwnerChange[];
  /** Sectors whose owner changes, also where there are too many runs to name. */
  readonly ownerSectorCount: number;
  /** Messages of findings of severity error or warning that the image has with the edit and did not have before. */
  readonly newFindings: readonly string[];
  /** Bytes of the file. */
  readonly lengthBefore: number;
  readonly lengthAfter: number;
}

/** An edit that was made. */
export interface EditDone {
  /** Unique in its document; what undo and redo name it by. */
  readonly id: number;
  readonly label: string;
  /** As in `EditPreview`, but for an edit of bytes: nobody waits for them to be named. */
  readonly fields: readonly FieldChange[];
}
