/**
 * What a value may become when it is edited; the page chooses its input by it. Each takes the text that the tree shows, and numbers in decimal
 * digits (in groups or not) or as `0x` and hexadecimal ones.
 */
export type EditKind =
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  /** All that 64 bits hold: 0 to 18,446,744,073,709,551,615, beyond what a number of JavaScript tells apart. */
  | { readonly kind: 'longNumber' }
  /** `1.0`: two numbers from 0 to 65,535; or all 32 bits as `0x`. */
  | { readonly kind: 'version' }
  /** An entry of an allocation table: `absent`, or the number of a sector in the file. */
  | { readonly kind: 'place'; readonly maximum: number }
  /** Which of so many sectors of a block are present, counted from 0: `all`, `none`, or ranges with commas between them, `0-7, 9`. */
  | { readonly kind: 'sectors'; readonly count: number }
  /** Cylinders, heads and sectors per track: `16383 / 16 / 255`. */
  | { readonly kind: 'geometry' }
  /**
   * Exactly so many bytes, each a character: in quotes, `\x00` for one that cannot be typed; without quotes, spaces fill it up. Where `among` is not null,
   * one of these. `empty` is the word for all bytes zero, null where there is none.
   */
  | {
      readonly kind: 'code';
      readonly length: number;
      readonly among: readonly string[] | null;
      readonly empty: string | null;
    }
  /** In UTF-16 units. */
  | { readonly kind: 'text'; readonly maximumLength: number }
  /** A path or a file URL, of so many UTF-16 units at most; one that outgrows its room is moved. */
  | { readonly kind: 'path'; readonly maximumLength: number }
  | { readonly kind: 'id' }
  /** `2026-11-03 09:12:44 UTC`, ISO 8601, or `not set`. */
  | { readonly kind: 'time' }
  /** Names of bits, lowest first. Typed with commas between them, `bit 5` for one without a name, `none`; or the number. */
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  /** By name or number. */
  | { readonly kind: 'choice'; readonly choices: readonly { readonly value: number; readonly name: string }[] }
  /** Bytes that nothing is known of, in hexadecimal digits; zeros fill up what is left out. `all zero` for none. */
  | { readonly kind: 'bytes'; readonly length: number };

/** A structure or a field of one, as a tree for people. No format's field is known by name above this. */
export interface StructureNode {
  /** Stable path within the image: `footer`, `footer/checksum`, `bat/1360`. */
  readonly id: string;
  /** Its place among its parent's children (or among the roots), 0 = the first: where a view of a million rows has to scroll to show it. */
  readonly index: number;
  /** As the specification names it: `Block Allocation Table`, `Checksum`. */
  readonly name: string;
  /** Bytes from the start of the file, and bytes covered. */
  readonly offset: number;
  readonly length: number;
  /** What stands there, as a person would write it; null for a structure that only holds others. */
  readonly value: string | null;
  /** A short word beside the value or the structure: `40 GiB`, `604 used`; null for none. */
  readonly hint: string | null;
  /** What should stand there, where that differs from what does; null where all is well. */
  readonly expected: string | null;
  /** Null where the field cannot be edited. */
  readonly editableAs: EditKind | null;
  /** What an input field begins with; null where the field cannot be edited. */
  readonly editText: string | null;
  /** How many nodes lie below; they are asked for by range. */
  readonly childCount: number;
}

/** Hands out the tree, level by level, so that a table of a million entries costs what is looked at. */
export interface StructureSource {
  /** The structures of the file in the order of their offsets. */
  roots(): readonly StructureNode[];

  /** The nodes below `id`, from index `from` (0 = first), at most `count` of them. Empty for an unknown id. */
  children(id: string, from: number, count: number): readonly StructureNode[];

  /**
   * The fields that say where a block of the disk stands and which of its sectors are present, each with its ancestors from root to it; empty for a
   * block that there is not, and for an image without any.
   */
  ofBlock(block: number): readonly (readonly StructureNode[])[];

  /** The smallest node that covers a byte of the file, with its ancestors from root to it; empty where nothing does. */
  at(offset: number): readonly StructureNode[];
}
