import type { EditKind, StructureNode } from '../structure';

/** A node of the tree with all that is below it, for structures of few fields. */
export interface TreeNode {
  readonly node: StructureNode;
  readonly below: readonly TreeNode[];
}

/** A node before it has its place in the tree: `key` is the last part of its id. */
export interface Sketch {
  readonly key: string;
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly length: number;
  readonly value?: string | null;
  readonly hint?: string | null;
  readonly expected?: string | null;
  readonly editableAs?: EditKind | null;
  /** Where the value alone does not do as the beginning of an input. */
  readonly editText?: string;
  readonly below?: readonly Sketch[];
}

/** Puts a sketch into its place below `parentId` (empty for a root). */
export function grow(sketch: Sketch, parentId: string, index: number): TreeNode {
  const id = parentId === '' ? sketch.key : `${parentId}/${sketch.key}`;
  const below = (sketch.below ?? []).map((child, i) => grow(child, id, i));
  return { node: nodeOf(sketch, id, index, below.length), below };
}

/** A sketch as a node; what it leaves out is null. */
export function nodeOf(sketch: Sketch, id: string, index: number, childCount: number): StructureNode {
  const { name, offset, length, value = null, hint = null, expected = null, editableAs = null } = sketch;
  const editText = editableAs === null ? null : (sketch.editText ?? value ?? '');
  return { id, index, name, offset, length, value, hint, expected, editableAs, editText, childCount };
}

/** The node of that id, this one or one below it; null where there is none. */
export function findById(tree: TreeNode, id: string): TreeNode | null {
  if (tree.node.id === id) {
    return tree;
  }
  if (!id.startsWith(`${tree.node.id}/`)) {
    return null;
  }
  for (const child of tree.below) {
    const found = findById(child, id);
    if (found !== null) {
      return found;
    }
  }
  return null;
}

/**
 * The smallest node that covers a byte, with those above it; empty where none does. A node may lie outside the bytes of the one it belongs
 * to, as a locator's data does, so all of them are looked at.
 */
export function pathTo(tree: TreeNode, offset: number): readonly StructureNode[] {
  let best: readonly StructureNode[] = covers(tree.node, offset) ? [tree.node] : [];
  for (const child of tree.below) {
    const path = pathTo(child, offset);
    if (path.length > 0) {
      best = smallest(best, [tree.node, ...path]);
    }
  }
  return best;
}

/** Of two paths the one that ends in the smaller node; of two like ones the longer. */
export function smallest(one: readonly StructureNode[], other: readonly StructureNode[]): readonly StructureNode[] {
  const oneLength = one.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  const otherLength = other.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  return otherLength < oneLength || (otherLength === oneLength && other.length > one.length) ? other : one;
}

export function covers(node: StructureNode, offset: number): boolean {
  return offset >= node.offset && offset < node.offset + node.length;
}
