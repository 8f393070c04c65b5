import { sameBytes } from '../storage/sameBytes';
import { readPadded, type Storage } from '../storage/storage';
import type { StructureNode, StructureSource } from '../structure';

/** More than the fields of any structure but the tables. */
const ALL = 1000;

/** Structures of as many nodes as there are blocks, and the content of a fixed disk. */
const LARGE_ROOTS: readonly string[] = ['bat', 'blocks', 'content'];

/** The node of that id; null where there is none. */
export function findNode(structure: StructureSource, id: string): StructureNode | null {
  const end = id.lastIndexOf('/');
  if (end < 0) {
    return structure.roots().find((node) => node.id === id) ?? null;
  }
  const parent = id.slice(0, end);
  const entry = parent === 'bat' && /^\d{1,9}$/.test(id.slice(end + 1)) ? Number(id.slice(end + 1)) : null;
  const nodes = entry === null ? structure.children(parent, 0, ALL) : structure.children(parent, entry, 1);
  return nodes.find((node) => node.id === id) ?? null;
}

/**
 * The ids of the fields whose bytes differ between two states of an image, in the order of the tree, wherever in the file they stand; then those of
 * structures that were written where none was. Entries of the allocation table and blocks are left out.
 */
export function changedFields(
  before: StructureSource,
  storageBefore: Storage,
  after: StructureSource,
  storageAfter: Storage,
): readonly string[] {
  const [oldNodes, newNodes] = [smallNodes(before), smallNodes(after)];
  const isChanged = (old: StructureNode, now: StructureNode): boolean =>
    !sameBytes(bytesOfNode(storageBefore, old), bytesOfNode(storageAfter, now));
  const fields = [...oldNodes.values()].filter((node) => node.childCount === 0 || node.editableAs !== null);
  const roots = [...newNodes.values()].filter(({ id }) => !id.includes('/') && !oldNodes.has(id));
  return [
    ...fields.filter((old) => isChanged(old, newNodes.get(old.id) ?? old)),
    ...roots.filter((root) => isChanged(root, root)),
  ]
    .map(({ id }) => id)
    .filter((id, _, ids) => !ids.includes(id.slice(0, id.lastIndexOf('/'))));
}

/** The nodes of all structures but the large ones, by id. */
function smallNodes(structure: StructureSource): ReadonlyMap<string, StructureNode> {
  const nodes = new Map<string, StructureNode>();
  const visit = (node: StructureNode): void => {
    nodes.set(node.id, node);
    if (node.childCount > 0) {
      structure.children(node.id, 0, ALL).forEach(visit);
    }
  };
  structure
    .roots()
    .filter(({ id }) => !LARGE_ROOTS.includes(id))
    .forEach(visit);
  return nodes;
}

export function bytesOfNode(storage: Storage, { offset, length }: StructureNode): Uint8Array {
  return readPadded(storage, offset, length);
}

/** True where the two are the same field, or one is a part of the other. */
export function isWithin(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
