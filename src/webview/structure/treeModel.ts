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
  readonly childCount: number;
  /** Its own id, to see whether it is still the same node; empty for the tree's invisible root. */
  readonly id: string;
  readonly children: Map<number, StructureNode>;
  /** Open children by index, in the order of their indexes. */
  open: { readonly index: number; readonly branch: Branch }[];
}

/**
 * Which nodes of the structures are open and which are read. Nodes are addressed by their indexes from the root down, so that a table of
 * a million entries takes no more than what was looked at: neither rows nor pixels are counted one by one.
 */
export class TreeModel {
  #root: Branch = { childCount: 0, id: '', children: new Map(), open: [] };

  /** Takes over the structures of a file; every node that is not among `expanded` is closed. */
  setRoots(roots: readonly StructureNode[], expanded: readonly ExpandedNode[]): void {
    this.#root = { childCount: roots.length, id: '', children: new Map(roots.entries()), open: [] };
    const byDepth = [...expanded].sort((one, other) => one.path.length - other.path.length);
    for (const { path, id, childCount } of byDepth) {
      const root = roots[path[0] ?? -1];
      // The file may have changed meanwhile: of a root it is known at once.
      if (path.length === 1 && (root?.id !== id || root.childCount !== childCount)) continue;
      this.#openBranch(path, id, childCount);
    }
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
        return { path, node, expanded, siblingCount: branch.childCount };
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
      this.#branch(path.slice(0, depth))?.children.set(node.index, node);
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
      if (found?.node !== null) continue;
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
      const open = branch.open.find((each) => each.index === index);
      if (open !== undefined && (open.branch.id !== node.id || open.branch.childCount !== node.childCount)) {
        this.collapse([...page.path, index]);
      }
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
    parent.open = [...parent.open, { index, branch: { childCount, id, children: new Map(), open: [] } }].sort(
      (one, other) => one.index - other.index,
    );
  }
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
