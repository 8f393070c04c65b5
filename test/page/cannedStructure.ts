import type { LayerSummary, StructureNode } from '../../src/protocol/session';

interface Branch {
  readonly node: StructureNode;
  readonly child: (index: number) => StructureNode;
}

type Row = readonly [
  name: string,
  offset: number,
  length: number,
  value: string,
  hint?: string | null,
  expected?: string,
];

const FOOTER: readonly Row[] = [
  ['Cookie', 0, 8, 'conectix'],
  ['Features', 8, 4, '0x00000002', 'reserved'],
  ['File Format Version', 12, 4, '0x00010000'],
  ['Data Offset', 16, 8, '0x200'],
  ['Time Stamp', 24, 4, '2026-11-03 09:12:44 UTC'],
  ['Creator Application', 28, 4, '"win "', 'Windows'],
  ['Creator Version', 32, 4, '10.0'],
  ['Creator Host OS', 36, 4, '"Wi2k"', 'Windows'],
  ['Original Size', 40, 8, '42949672960', '40 GiB'],
  ['Current Size', 48, 8, '42949672960', '40 GiB'],
  ['Disk Geometry', 56, 4, '16383 / 16 / 255'],
  ['Disk Type', 60, 4, '4', 'differencing'],
  ['Checksum', 64, 4, '0xFFFFEB12', null, '0xFFFFEB21'],
  ['Unique Id', 68, 16, '1ce6964b-8f0e-4c51-9a22-000000000000'],
  ['Saved State', 84, 1, '0'],
  ['Reserved', 85, 427, 'zeros'],
];

const HEADER: readonly Row[] = [
  ['Cookie', 0, 8, 'cxsparse'],
  ['Data Offset', 8, 8, '0xFFFFFFFFFFFFFFFF'],
  ['Table Offset', 16, 8, '0x2000'],
  ['Header Version', 24, 4, '0x00010000'],
  ['Max Table Entries', 28, 4, '20480'],
  ['Block Size', 32, 4, '2097152', '2 MiB'],
  ['Checksum', 36, 4, '0xFFFFF2A0'],
  ['Parent Unique Id', 40, 16, '5f10c2aa-3b6d-4e0e-9c1d-1ce6964b8f0e'],
  ['Parent Time Stamp', 56, 4, '0'],
  [
    'Parent Unicode Name',
    64,
    512,
    'C:\\ClusterStorage\\Volume1\\web01\\Snapshots\\web01_5F10C2AA-3B6D-4E0E-9C1D-1CE6964B8F0E.avhd',
  ],
];

/** A tree as an engine gives it: a footer with a wrong checksum, a header, and a table of as many entries as there are blocks. */
export function cannedStructure(
  layer: LayerSummary,
  blockOffset: (block: number) => number | null,
): {
  roots(): StructureNode[];
  children(id: string, from: number, count: number): StructureNode[];
  at(offset: number): StructureNode[];
} {
  const footerOffset = 0x2000_0000;
  const branches: Branch[] = [
    structure(
      0,
      'footer-copy',
      'Footer Copy',
      0,
      512,
      FOOTER.map((row) => row.slice(0, 5) as unknown as Row),
    ),
    structure(1, 'header', 'Dynamic Disk Header', 512, 1024, HEADER),
    {
      node: node('bat', 2, 'Block Allocation Table', 0x2000, layer.blockCount * 4, {
        hint: `${String(layer.allocatedBlockCount)} used`,
        childCount: layer.blockCount,
      }),
      child: (block) => {
        const offset = blockOffset(block);
        const value = offset === null ? '0xFFFFFFFF' : `0x${(offset / 512).toString(16).toUpperCase()}`;
        const hint = offset === null ? 'unused' : null;
        return node(`bat/${String(block)}`, block, `Block ${String(block)}`, 0x2000 + block * 4, 4, { value, hint });
      },
    },
    structure(3, 'footer', 'Footer', footerOffset, 512, FOOTER),
  ];
  return {
    roots: () => branches.map((branch) => branch.node),
    children: (id, from, count) => {
      const branch = branches.find((each) => each.node.id === id);
      if (branch === undefined) return [];
      const end = Math.min(branch.node.childCount, from + count);
      return Array.from({ length: Math.max(0, end - from) }, (_, index) => branch.child(from + index));
    },
    at: (offset) => {
      const branch = branches.find(({ node: { offset: start, length } }) => offset >= start && offset < start + length);
      if (branch === undefined) return [];
      for (let index = 0; index < branch.node.childCount; index++) {
        const child = branch.child(branch.node.id === 'bat' ? Math.floor((offset - branch.node.offset) / 4) : index);
        if (offset >= child.offset && offset < child.offset + child.length) return [branch.node, child];
      }
      return [branch.node];
    },
  };
}

function structure(
  index: number,
  id: string,
  name: string,
  offset: number,
  length: number,
  rows: readonly Row[],
): Branch {
  return {
    node: node(id, index, name, offset, length, { childCount: rows.length }),
    child: (at) => {
      const [fieldName, fieldOffset, fieldLength, value, hint = null, expected = null] = rows[at]!;
      const fieldId = `${id}/${fieldName.toLowerCase().replaceAll(' ', '-')}`;
      return node(fieldId, at, fieldName, offset + fieldOffset, fieldLength, { value, hint, expected });
    },
  };
}

function node(
  id: string,
  index: number,
  name: string,
  offset: number,
  length: number,
  rest: Partial<StructureNode>,
): StructureNode {
  const blank = { value: null, hint: null, expected: null, editableAs: null, editText: null, childCount: 0 };
  return { ...blank, id, index, name, offset, length, ...rest };
}
