import type { StructureNode } from '../../protocol/session';
import type { ExpandedNode } from '../state';

/** Rows asked for at once, and their alignment. */
export const PAGE_LENGTH = 100;

/** A row of the tree, counted from the first root down over all open nodes. */
export interface TreeRow {
  /** Indexes from the root down; its length is the level, 1 = a root. */
  readonly path: readonly number[];
  /** Null while it is not read. */
  readonly node: StructureNode | null;
  /** Whether the node is to be read anew. */
  readonly isStale: boolean;
  readonly expanded: boolean;
  /** Nodes with the same parent. */
  readonly siblingCount: number;
}

/** Nodes that have to be read: the children of `parent` (null: the roots) from index `from` on. */
export interface WantedPage {
  readonly path: readonly number[];
  readonly parent: StructureNode;
  readonly from: number;
  readonly count: number;
}

/** A node whose children are shown; the others have no branch. */
interface Branch {
  childCount: number;
  /** Its own id, to see whether it is still the same node; empty for the tree's invisible root. */
  readonly id: string;
  readonly children: Map<number, StructureNode>;
  /** Indexes of children that may have changed since they were read. */
  readonly stale: Set<number>;
  /** Open children by index, in the order of their indexes. */
  open: { readonly index: number; readonly branch: Branch }[];
}

/**
 * Which nodes of the structures are open and which are read. Nodes are addressed by their indexes from the root down, so that a table of
 * a million entries takes no more than what was looked at: neither rows nor pixels are counted one by one.
 */
export class TreeModel {
  #root: Branch = newBranch('', 0, []);

  /** Takes over the structures of a file; every node that is not among `expanded` is closed. */
  setRoots(roots: readonly StructureNode[], expanded: readonly ExpandedNode[]): void {
    this.#root = newBranch('', roots.length, roots);
    const byDepth = [...expanded].sort((one, other) => one.path.length - other.path.length);
    for (const { path, id, childCount } of byDepth) {
      const root = roots[path[0] ?? -1];
      // The file may have changed meanwhile: of a root it is known at once.
      if (path.length === 1 && (root?.id !== id || root.childCount !== childCount)) continue;
      this.#openBranch(path, id, childCount);
    }
  }

  /**
   * Takes over the structures of the same file after it was edited: what is open stays open, and all nodes below the roots are to be read anew
   * when they are seen; until then they stand as they were.
   */
  refreshRoots(roots: readonly StructureNode[]): void {
    const before = this.#root;
    this.#root = newBranch('', roots.length, roots);
    for (const { branch } of before.open) {
      const root = roots.find(({ id }) => id === branch.id);
      if (root === undefined || root.childCount === 0) continue;
      resize(branch, root.childCount);
      markStale(branch);
      this.#root.open.push({ index: root.index, branch });
    }
    this.#root.open.sort((one, other) => one.index - other.index);
  }

  get rowCount(): number {
    return rowsBelow(this.#root);
  }

  /** Null for a row that is not there. */
  row(row: number): TreeRow | null {
    let branch = this.#root;
    let rest = row;
    const path: number[] = [];
    for (;;) {
      const found = childAtRow(branch, rest);
      if (found === null) return null;
      path.push(found.index);
      if (found.below === null) {
        const expanded = branch.open.some(({ index }) => index === found.index);
        const node = branch.children.get(found.index) ?? null;
        const isStale = branch.stale.has(found.index);
        return { path, node, isStale, expanded, siblingCount: branch.childCount };
      }
      branch = found.below.branch;
      rest = found.below.row;
    }
  }

  /** The row of a node; null where it is not shown since a node above it is closed, or not there. */
  rowOf(path: readonly number[]): number | null {
    let branch: Branch | undefined = this.#root;
    let row = -1;
    for (const [depth, index] of path.entries()) {
      if (branch === undefined || index < 0 || index >= branch.childCount) return null;
      row += 1 + index;
      for (const open of branch.open) if (open.index < index) row += rowsBelow(open.branch);
      if (depth < path.length - 1) branch = branch.open.find((open) => open.index === index)?.branch;
    }
    return row < 0 ? null : row;
  }

  /** Null where it is not read or not shown. */
  node(path: readonly number[]): StructureNode | null {
    const parent = this.#branch(path.slice(0, -1));
    return parent?.children.get(path[path.length - 1] ?? -1) ?? null;
  }

  isExpanded(path: readonly number[]): boolean {
    return this.#branch(path) !== null;
  }

  /** Opens a node that is read and has children. */
  expand(path: readonly number[]): void {
    const node = this.node(path);
    if (node !== null && node.childCount > 0) this.#openBranch(path, node.id, node.childCount);
  }

  collapse(path: readonly number[]): void {
    const parent = this.#branch(path.slice(0, -1));
    const index = path[path.length - 1];
    if (parent !== null) parent.open = parent.open.filter((open) => open.index !== index);
  }

  /** Opens every node above the last of these, which are named from the root down; returns its path. */
  reveal(nodes: readonly StructureNode[]): readonly number[] {
    const path = nodes.map(({ index }) => index);
    for (const [depth, node] of nodes.entries()) {
      const branch = this.#branch(path.slice(0, depth));
      branch?.children.set(node.index, node);
      branch?.stale.delete(node.index);
      if (depth < nodes.length - 1) this.#openBranch(path.slice(0, depth + 1), node.id, node.childCount);
    }
    return path;
  }

  /** Everything that is open, for keeping. */
  get expanded(): readonly ExpandedNode[] {
    const nodes: ExpandedNode[] = [];
    const collect = (branch: Branch, path: readonly number[]): void => {
      for (const { index, branch: child } of branch.open) {
        nodes.push({ path: [...path, index], id: child.id, childCount: child.childCount });
        collect(child, [...path, index]);
      }
    };
    collect(this.#root, []);
    return nodes;
  }

  /** What has to be read to show the rows from `first` up to `end` (not included). */
  wanted(first: number, end: number): readonly WantedPage[] {
    const pages = new Map<string, WantedPage>();
    for (let row = first; row < end; row++) {
      const found = this.row(row);
      if (found === null || (found.node !== null && !found.isStale)) continue;
      const parentPath = found.path.slice(0, -1);
      const parent = this.node(parentPath);
      // A parent that is not read itself comes first.
      if (parent === null) continue;
      const index = found.path[found.path.length - 1] ?? 0;
      const from = index - (index % PAGE_LENGTH);
      const key = `${parent.id} ${String(from)}`;
      const count = Math.min(PAGE_LENGTH, parent.childCount - from);
      if (!pages.has(key)) pages.set(key, { path: parentPath, parent, from, count });
    }
    return [...pages.values()];
  }

  /** Takes over nodes that were read. Open ones that turn out to be others than before are closed. */
  put(page: WantedPage, nodes: readonly StructureNode[]): void {
    const branch = this.#branch(page.path);
    if (branch?.id !== page.parent.id) return;
    nodes.forEach((node, at) => {
      const index = page.from + at;
      branch.children.set(index, node);
      branch.stale.delete(index);
      const open = branch.open.find((each) => each.index === index);
      if (open === undefined) return;
      if (open.branch.id !== node.id || node.childCount === 0) this.collapse([...page.path, index]);
      else resize(open.branch, node.childCount);
    });
  }

  #branch(path: readonly number[]): Branch | null {
    let branch: Branch | undefined = this.#root;
    for (const index of path) branch = branch?.open.find((open) => open.index === index)?.branch;
    return branch ?? null;
  }

  #openBranch(path: readonly number[], id: string, childCount: number): void {
    const parent = this.#branch(path.slice(0, -1));
    const index = path[path.length - 1];
    if (parent === null || index === undefined || index >= parent.childCount) return;
    if (parent.open.some((open) => open.index === index)) return;
    parent.open = [...parent.open, { index, branch: newBranch(id, childCount, []) }].sort(
      (one, other) => one.index - other.index,
    );
  }
}

function newBranch(id: string, childCount: number, children: readonly StructureNode[]): Branch {
  return { childCount, id, children: new Map(children.entries()), stale: new Set(), open: [] };
}

/** A structure got more parts, or lost some at its end. */
function resize(branch: Branch, childCount: number): void {
  branch.childCount = childCount;
  for (const index of branch.children.keys()) if (index >= childCount) branch.children.delete(index);
  branch.open = branch.open.filter(({ index }) => index < childCount);
}

function markStale(branch: Branch): void {
  for (const index of branch.children.keys()) branch.stale.add(index);
  for (const { branch: below } of branch.open) markStale(below);
}

/** Rows that a branch's children and all that is open below them take. */
function rowsBelow(branch: Branch): number {
  return branch.open.reduce((sum, open) => sum + rowsBelow(open.branch), branch.childCount);
}

/** The child at a row below a branch, or the open child within which that row lies. */
function childAtRow(
  branch: Branch,
  row: number,
): { readonly index: number; readonly below: { readonly branch: Branch; readonly row: number } | null } | null {
  let before = 0;
  for (const open of branch.open) {
    const own = open.index + before;
    if (row <= own) break;
    const rows = rowsBelow(open.branch);
    if (row <= own + rows) return { index: open.index, below: { branch: open.branch, row: row - own - 1 } };
    before += rows;
  }
  const index = row - before;
  return index >= 0 && index < branch.childCount ? { index, below: null } : null;
}
