/** What a value may become when it is edited; the page chooses its input by it. */
export type EditKind =
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'text'; readonly maximumLength: number }
  | { readonly kind: 'id' }
  | { readonly kind: 'time' }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'choice'; readonly choices: readonly { readonly value: number; readonly name: string }[] };

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
  /** How many nodes lie below; they are asked for by range. */
  readonly childCount: number;
}

/** Hands out the tree, level by level, so that a table of a million entries costs what is looked at. */
export interface StructureSource {
  /** The structures of the file in the order of their offsets. */
  roots(): readonly StructureNode[];

  /** The nodes below `id`, from index `from` (0 = first), at most `count` of them. Empty for an unknown id. */
  children(id: string, from: number, count: number): readonly StructureNode[];

  /** The smallest node that covers a byte of the file, with its ancestors from root to it; empty where nothing does. */
  at(offset: number): readonly StructureNode[];
}
