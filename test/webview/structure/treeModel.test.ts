import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StructureNode } from '../../../src/protocol/session';
import { PAGE_LENGTH, TreeModel } from '../../../src/webview/structure/treeModel';
import { sized } from '../../testSize';

/** A tree as it really is: how many children each node has, by path. */
interface Shape {
  readonly children: readonly Shape[];
}

function withChildren(child: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> {
  return fc.record({ children: fc.array(child, { maxLength: 5 }) });
}

const shapes = withChildren(withChildren(withChildren(fc.constant({ children: [] }))));

function nodeAt(shape: Shape, path: readonly number[]): StructureNode {
  const found = path.reduce((at, index) => at.children[index]!, shape);
  return node(path, found.children.length);
}

function node(path: readonly number[], childCount: number): StructureNode {
  const id = path.join('/');
  const index = path[path.length - 1]!;
  const rest = { value: null, hint: null, expected: null, editableAs: null, editText: null };
  return { id, index, name: id, offset: 0, length: 1, childCount, ...rest };
}

/** Every path, a parent before its children. */
function pathsOf(shape: Shape, path: readonly number[] = []): (readonly number[])[] {
  return shape.children.flatMap((child, index) => [[...path, index], ...pathsOf(child, [...path, index])]);
}

/** The rows, counted one by one. */
function rowsOf(shape: Shape, open: ReadonlySet<string>): string[] {
  const rows = (at: Shape, path: readonly number[]): string[] =>
    at.children.flatMap((child, index) => {
      const own = [...path, index];
      return [own.join('/'), ...(open.has(own.join('/')) ? rows(child, own) : [])];
    });
  return rows(shape, []);
}

function readAll(tree: TreeModel, shape: Shape): void {
  for (let pages = tree.wanted(0, tree.rowCount); pages.length > 0; pages = tree.wanted(0, tree.rowCount)) {
    for (const page of pages) {
      const nodes = Array.from({ length: page.count }, (_, at) => nodeAt(shape, [...page.path, page.from + at]));
      tree.put(page, nodes);
    }
  }
}

describe('the tree of structures', () => {
  it('has the same rows as a tree whose rows are counted one by one', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 30 }), (shape, steps) => {
        const tree = new TreeModel();
        tree.setRoots(
          shape.children.map((_, index) => nodeAt(shape, [index])),
          [],
        );
        const all = pathsOf(shape);
        let open = new Set<string>();
        for (const [expand, choice] of steps) {
          const path = all[choice % Math.max(1, all.length)];
          if (path === undefined) return;
          readAll(tree, shape);
          const isShown = rowsOf(shape, open).includes(path.join('/'));
          if (expand) {
            tree.expand(path);
            if (isShown && nodeAt(shape, path).childCount > 0) open.add(path.join('/'));
          } else {
            tree.collapse(path);
            const id = path.join('/');
            if (isShown) open = new Set([...open].filter((other) => other !== id && !other.startsWith(`${id}/`)));
          }
          readAll(tree, shape);
          const rows = rowsOf(shape, open);
          assert.equal(tree.rowCount, rows.length);
          rows.forEach((id, row) => {
            const found = tree.row(row)!;
            assert.equal(found.path.join('/'), id);
            assert.equal(found.node?.id, id);
            assert.equal(found.expanded, open.has(id));
            assert.equal(tree.rowOf(found.path), row);
          });
          assert.equal(tree.row(rows.length), null);
        }
      }),
      { numRuns: sized({ small: 200, ci: 1_000, full: 10_000 }) },
    );
  });

  it('comes back as it was from what is kept of it, its rows counted before they are read', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const roots = shape.children.map((_, index) => nodeAt(shape, [index]));
        const before = new TreeModel();
        before.setRoots(roots, []);
        for (const path of pathsOf(shape)) {
          readAll(before, shape);
          before.expand(path);
        }
        const after = new TreeModel();
        after.setRoots(roots, before.expanded);
        assert.equal(after.rowCount, before.rowCount);
        readAll(after, shape);
        for (let row = 0; row < before.rowCount; row++) assert.deepEqual(after.row(row)?.path, before.row(row)?.path);
      }),
    );
  });

  it('reads of a million entries only those that are looked at', () => {
    const tree = new TreeModel();
    tree.setRoots([node([0], 1_044_480), node([1], 3)], []);
    tree.expand([0]);
    assert.equal(tree.rowCount, 1_044_482);
    assert.deepEqual(tree.row(1_044_481)?.path, [1]);
    const pages = tree.wanted(500_000, 500_040);
    assert.ok(pages.length <= 2);
    assert.ok(pages.every(({ count, from }) => count <= PAGE_LENGTH && from % PAGE_LENGTH === 0));
  });

  it('opens all that lies above a node which a byte led to', () => {
    const tree = new TreeModel();
    tree.setRoots([node([0], 2), node([1], 1_000_000)], []);
    const path = tree.reveal([node([1], 1_000_000), node([1, 700_000], 0)]);
    assert.deepEqual(path, [1, 700_000]);
    assert.equal(tree.rowOf(path), 700_002);
    assert.equal(tree.node(path)?.id, '1/700000');
  });

  it('closes a node that turns out to be another one than before', () => {
    const tree = new TreeModel();
    tree.setRoots(
      [node([0], 2)],
      [
        { path: [0], id: '0', childCount: 2 },
        { path: [0, 1], id: 'once here', childCount: 9 },
      ],
    );
    assert.equal(tree.rowCount, 12);
    readAll(tree, { children: [{ children: [{ children: [] }, { children: [{ children: [] }] }] }] });
    assert.equal(tree.rowCount, 3);
    tree.setRoots([node([0], 5)], [{ path: [0], id: '0', childCount: 2 }]);
    assert.equal(tree.rowCount, 1, 'a root with another number of children');
  });

  it('keeps all that is open and shown after an edit, and reads it anew, whether there is more of it or less', () => {
    const values = (tree: TreeModel): (string | null | undefined)[] =>
      Array.from({ length: tree.rowCount }, (_, row) => tree.row(row)?.node?.value);
    const leaf = { children: [] };
    const shape = (count: number): Shape => ({
      children: [{ children: [leaf] }, { children: Array(count).fill(leaf) }],
    });
    const read = (tree: TreeModel, now: Shape, value: string): void => {
      for (const page of tree.wanted(0, tree.rowCount)) {
        const nodes = Array.from({ length: page.count }, (_, at) => nodeAt(now, [...page.path, page.from + at]));
        tree.put(
          page,
          nodes.map((each) => ({ ...each, value })),
        );
      }
    };
    const roots = (now: Shape): StructureNode[] => now.children.map((_, index) => nodeAt(now, [index]));
    const tree = new TreeModel();
    tree.setRoots(roots(shape(2)), []);
    tree.expand([1]);
    read(tree, shape(2), 'before');
    assert.deepEqual(values(tree), [null, null, 'before', 'before']);
    tree.refreshRoots(roots(shape(3)));
    assert.deepEqual(values(tree), [null, null, 'before', 'before', undefined]);
    assert.equal(tree.wanted(0, 5).length, 1);
    read(tree, shape(3), 'after');
    assert.deepEqual(values(tree), [null, null, 'after', 'after', 'after']);
    assert.deepEqual(tree.wanted(0, 5), []);
    tree.refreshRoots(roots(shape(1)));
    assert.deepEqual(values(tree), [null, null, 'after']);
    tree.refreshRoots(roots({ children: [{ children: [] }] }));
    assert.deepEqual(values(tree), [null]);
  });
});
