import { SECTOR_SIZE } from '../image';
import type { Patch } from '../storage/patch';
import type { StructureNode, StructureSource } from '../structure';
import type { FieldChange } from './edit';

/** Nodes of one level that are gone through for one whose place is not told by its id. */
const MAX_SEARCHED = 4096;
const SEARCH_STEP = 512;

interface FoundNode {
  readonly node: StructureNode;
  /** With the names of the structures that it stands in. */
  readonly name: string;
}

/** What an edit makes of some fields, by the ids of their nodes. Nodes that are in neither of the two trees are left out. */
export function fieldChanges(
  ids: readonly string[],
  before: StructureSource,
  after: StructureSource,
): readonly FieldChange[] {
  return ids.flatMap((id) => {
    const [old, now] = [findNode(before, id), findNode(after, id)];
    const found = now ?? old;
    if (found === null) {
      return [];
    }
    const { offset, length } = found.node;
    return [{ node: id, name: found.name, offset, length, before: textOf(old), after: textOf(now) }];
  });
}

/** The name of a node, without the structures that it stands in; its id where there is none. */
export function nameOfNode(structure: StructureSource, id: string): string {
  return findNode(structure, id)?.node.name ?? id;
}

/** Places of a patch that are looked at, and nodes that are named. */
const MAX_PROBES = 256;
const MAX_NAMED = 64;

/** The ids of the smallest structures that bytes of a patch belong to, in the order of the patch; where there are very many, of the first ones. */
export function nodesOfPatch(structure: StructureSource, { changes }: Patch): readonly string[] {
  const ids = new Set<string>();
  let probes = 0;
  for (const { offset, before, after } of changes) {
    const end = offset + Math.max(before.length, after.length);
    for (let at = offset; at < end && probes < MAX_PROBES && ids.size < MAX_NAMED; probes++) {
      const node = structure.at(at).at(-1);
      if (node !== undefined) {
        ids.add(node.id);
      }
      at = Math.max(at + 1, node === undefined ? at + SECTOR_SIZE - (at % SECTOR_SIZE) : node.offset + node.length);
    }
  }
  return [...ids];
}

function textOf(found: FoundNode | null): string {
  return found?.node.value ?? '';
}

function findNode(structure: StructureSource, id: string): FoundNode | null {
  const keys = id.split('/');
  let found: FoundNode | null = null;
  for (let depth = 1; depth <= keys.length; depth++) {
    const wanted = keys.slice(0, depth).join('/');
    const node =
      depth === 1
        ? structure.roots().find((root) => root.id === wanted)
        : findChild(structure, keys.slice(0, depth - 1).join('/'), wanted, Number(keys[depth - 1]));
    if (node === undefined) {
      return null;
    }
    found = { node, name: found === null ? node.name : `${found.name}, ${node.name}` };
  }
  return found;
}

/** `likely`: its index, by its id; not a number where that tells none. */
function findChild(
  structure: StructureSource,
  parent: string,
  wanted: string,
  likely: number,
): StructureNode | undefined {
  if (Number.isSafeInteger(likely)) {
    const [node] = structure.children(parent, likely, 1);
    if (node?.id === wanted) {
      return node;
    }
  }
  for (let from = 0; from < MAX_SEARCHED; from += SEARCH_STEP) {
    const nodes = structure.children(parent, from, SEARCH_STEP);
    const node = nodes.find((each) => each.id === wanted);
    if (node !== undefined || nodes.length < SEARCH_STEP) {
      return node;
    }
  }
  return undefined;
}
