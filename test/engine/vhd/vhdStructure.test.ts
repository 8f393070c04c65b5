import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Image } from '../../../src/engine/image';
import { openImage } from '../../../src/engine/openImage';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import type { StructureNode, StructureSource } from '../../../src/engine/structure';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { CountingStorage } from '../../fixtures/countingStorage';
import { describeGenuine } from '../../fixtures/genuineImages';
import { openSpec } from '../../fixtures/openedImages';
import { buildVhd, idOf, layoutOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const child: VhdSpec = {
  type: 'differencing',
  virtualSize: 20 * 512,
  blockSize: 4096,
  maxTableEntries: 200,
  alignment: 4096,
  content: stampOf(5),
  batmap: {},
  parent: {
    id: idOf(9),
    name: 'p.vhd',
    timestamp: 1,
    locators: [
      { code: 'W2ru', text: '.\\p.vhd', dataSpace: 0x1_0000 },
      { code: 'Mac ', bytes: Uint8Array.of(1, 2, 3) },
    ],
  },
  blocks: [
    { index: 2, sectors: [1] },
    { index: 0, sectors: [0, 3] },
  ],
};

/** A node with the ids of those above it. */
interface Visited {
  readonly node: StructureNode;
  readonly path: readonly string[];
}

/** The whole tree, asked for in pieces of `piece` nodes. */
function* walk(structure: StructureSource, piece = 1000): Generator<Visited> {
  const stack: Visited[] = structure
    .roots()
    .map((node) => ({ node, path: [] }))
    .reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    const { node, path } = next;
    const below: Visited[] = [];
    for (let from = 0; from < node.childCount; from += piece) {
      const part = structure.children(node.id, from, piece);
      assert.equal(part.length, Math.min(piece, node.childCount - from), node.id);
      below.push(...part.map((found) => ({ node: found, path: [...path, node.id] })));
    }
    stack.push(...below.reverse());
  }
}

function checkTree(image: Image): void {
  const ids = new Set<string>();
  for (const { node, path } of walk(image.structure)) {
    assert.ok(!ids.has(node.id), `${node.id} twice`);
    ids.add(node.id);
    assert.ok(
      node.offset >= 0 && node.length >= 0 && node.offset + node.length <= image.fileSize,
      `${node.id} outside`,
    );
    const siblings = path.length === 0 ? image.structure.roots() : image.structure.children(path.at(-1) ?? '', 0, 1e6);
    assert.deepEqual(siblings[node.index], node, node.id);
    assert.ok(node.childCount === 0 || node.id.split('/').length < 4);
  }
}

function valueOf(image: Image, id: string): StructureNode {
  for (const { node } of walk(image.structure)) if (node.id === id) return node;
  throw new Error(`no node ${id}`);
}

describe('The structure of an image', () => {
  it('names its structures in the order of their offsets', () => {
    const names = (spec: VhdSpec): string[] =>
      openSpec(spec)
        .structure.roots()
        .map(({ name }) => name);
    assert.deepEqual(names(child), [
      'Footer Copy',
      'Dynamic Disk Header',
      'Parent Locators',
      'Block Allocation Table',
      'Batmap',
      'Data Blocks',
      'Footer',
    ]);
    assert.deepEqual(names({ type: 'fixed', virtualSize: 1024 }), ['Disk Content', 'Footer']);
    assert.deepEqual(names({ ...child, blocks: [], tailFooter: false }).slice(-1), ['Batmap']);
  });

  it('has unique ids, places in the file and indexes among siblings', () => {
    checkTree(openSpec(child));
    checkTree(openSpec({ type: 'fixed', virtualSize: 5 * 512 }));
    checkTree(openSpec({ ...child, truncateTo: (layoutOf(child).blockOffsets.get(0) ?? 0) + 600 }));
  });

  it('is the same whole and in pieces', () => {
    const image = openSpec({ ...child, virtualSize: 200 * 4096 });
    const whole = [...walk(image.structure)];
    assert.deepEqual([...walk(image.structure, 3)], whole);
    assert.deepEqual([...walk(image.structure, 7)], whole);
  });

  it('covers every byte of footer, header and locator entries with fields', () => {
    const image = openSpec(child);
    for (let offset = 0; offset < 1536; offset++) {
      const path = image.structure.at(offset);
      assert.ok(path.length >= 2, String(offset));
      assert.equal(path.at(-1)?.childCount, 0, String(offset));
    }
  });

  it('finds the smallest node at a byte, with its ancestors', () => {
    const image = openSpec(child);
    const all = [...walk(image.structure)];
    fc.assert(
      fc.property(fc.nat({ max: image.fileSize }), (offset) => {
        const path = image.structure.at(offset);
        const covering = all.filter(({ node }) => offset >= node.offset && offset < node.offset + node.length);
        const smallest = Math.min(...covering.map(({ node }) => node.length));
        assert.equal(path.at(-1)?.length, covering.length === 0 ? undefined : smallest);
        if (path.length > 0) {
          const found = all.find(({ node }) => node.id === path.at(-1)?.id);
          assert.deepEqual(
            [...(found?.path ?? []), found?.node.id],
            path.map(({ id }) => id),
          );
          assert.deepEqual(found?.node, path.at(-1));
          const root = image.structure.roots()[path[0]?.index ?? -1];
          assert.deepEqual(root, path[0]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has nothing at a byte outside every structure, nor below an id that is none', () => {
    const { structure, fileSize } = openSpec(child);
    assert.deepEqual(structure.at(fileSize), []);
    assert.deepEqual(structure.at(-1), []);
    for (const id of [
      '',
      'x',
      'bat/0',
      'bat/999',
      'blocks/1',
      'blocks/x',
      'blocks/9/data',
      'footer/x',
      'footer/cookie',
    ]) {
      assert.deepEqual(structure.children(id, 0, 100), [], id);
    }
    assert.deepEqual(structure.children('footer', 100, 100), []);
    assert.deepEqual(structure.children('footer', 0, 0), []);
  });

  it('shows the header where it was found, and that as what the footer should say', () => {
    const image = openSpec({ ...child, editFooter: (footer) => footer.setBigUint64(16, 0x7777n) });
    assert.equal(image.structure.roots().find(({ id }) => id === 'header')?.offset, 512);
    for (const id of ['footer/dataOffset', 'footer-copy/dataOffset']) {
      const { value, expected } = valueOf(image, id);
      assert.deepEqual([value, expected], ['0x7777', '0x200']);
    }
  });

  it("tells a field's value in people's words", () => {
    const image = openSpec({
      ...child,
      timestamp: 655986198,
      virtualSize: 40 * 1024 ** 3,
      blockSize: 2 * 1024 ** 2,
      blocks: [],
    });
    const shown = (id: string): (string | null)[] => {
      const { value, hint, expected } = valueOf(image, id);
      return [value, hint, expected];
    };
    assert.deepEqual(shown('footer/currentSize'), ['42 949 672 960', '40 GiB', null]);
    assert.deepEqual(shown('footer/timeStamp'), ['2020-10-14 10:23:18 UTC', null, null]);
    assert.deepEqual(shown('footer/creatorApplication'), ['"win "', 'Windows', null]);
    assert.deepEqual(shown('footer/diskType'), ['4', 'differencing', null]);
    assert.deepEqual(shown('footer/dataOffset'), ['0x200', null, null]);
    assert.deepEqual(shown('header/blockSize'), ['2 097 152', '2 MiB', null]);
    assert.deepEqual(shown('header/maxTableEntries'), ['200', null, '20 480']);
    assert.deepEqual(shown('header/parentUnicodeName'), ['p.vhd', null, null]);
    assert.deepEqual(shown('locators/0'), ['W2ru', '.\\p.vhd', null]);
    assert.deepEqual(shown('locators/0/platformDataSpace'), ['65 536', 'bytes', null]);
    assert.deepEqual(shown('locators/2'), ['not used', null, null]);
    assert.deepEqual(shown('bat/3'), ['absent', null, null]);
  });

  it('says what is used of the table, and where each block lies', () => {
    const image = openSpec(child);
    const { blockOffsets } = layoutOf(child);
    const first = blockOffsets.get(0) ?? 0;
    assert.equal(valueOf(image, 'bat').hint, '2 used');
    assert.equal(valueOf(image, 'bat').childCount, 3);
    assert.equal(valueOf(image, 'bat').length, 800);
    assert.equal(valueOf(image, 'bat/0').hint, `0x${first.toString(16).toUpperCase()}`);
    assert.deepEqual(
      image.structure.children('blocks', 0, 10).map(({ id }) => id),
      ['blocks/2', 'blocks/0'],
    );
    assert.equal(valueOf(image, 'blocks/0').hint, 'LBA 0 to 7');
    assert.equal(valueOf(image, 'blocks/2').hint, 'LBA 16 to 19');
    assert.equal(valueOf(image, 'blocks/0/bitmap').value, '2 of 8 sectors present');
    assert.equal(valueOf(image, 'blocks/2/bitmap').value, '1 of 4 sectors present');
    assert.deepEqual(
      [valueOf(image, 'blocks/0/data').offset, valueOf(image, 'blocks/0/data').length],
      [first + 512, 4096],
    );
  });

  it('says what was expected where a checksum is wrong, a copy differs or a place cannot be', () => {
    const image = openSpec({
      ...child,
      entries: { 1: 1 },
      patches: (layout) => [
        { offset: 24, bytes: [0xff] },
        { offset: 512 + 900, bytes: [1] },
        { offset: layout.batmapOffset + 512, bytes: [0xff] },
      ],
    });
    assert.match(valueOf(image, 'footer-copy/checksum').expected ?? '', /^0x[0-9A-F]{8}$/);
    assert.equal(valueOf(image, 'footer-copy/timeStamp').expected, valueOf(image, 'footer/timeStamp').value);
    assert.equal(valueOf(image, 'footer-copy/uniqueId').expected, null);
    assert.match(valueOf(image, 'header/checksum').expected ?? '', /^0x[0-9A-F]{8}$/);
    assert.match(valueOf(image, 'batmap/checksum').expected ?? '', /^0x[0-9A-F]{8}$/);
    assert.match(valueOf(image, 'bat/1').expected ?? '', /place/);
    for (const { node } of walk(openSpec(child).structure)) assert.equal(node.expected, null, node.id);
  });

  it('shows a header that has lost its cookie', () => {
    const image = openSpec({ ...child, patches: [{ offset: 512, bytes: new Uint8Array(1024) }] });
    assert.equal(valueOf(image, 'header/cookie').expected, 'cxsparse');
    assert.deepEqual(
      image.structure.roots().map(({ id }) => id),
      ['footer-copy', 'header', 'locators', 'footer'],
    );
  });

  it('allows a path that is longer than the room before the next structure, since it can be moved', () => {
    const image = openSpec(child);
    const [first = 0, second = 0] = layoutOf(child).locatorOffsets;
    const { editableAs, editText, hint } = valueOf(image, 'locators/0/data');
    assert.deepEqual(editableAs, { kind: 'path', maximumLength: 0x8000 });
    assert.equal(editText, '.\\p.vhd');
    assert.equal(hint, `room for ${second - first} bytes`);
    assert.equal(valueOf(image, 'locators/1/data').editableAs, null);
  });

  it('offers an editor for every field that can be edited, and none for what only holds others', () => {
    const image = openSpec(child);
    const kinds = new Map([...walk(image.structure)].map(({ node }) => [node.id, node.editableAs?.kind ?? null]));
    assert.equal(kinds.get('footer/features'), 'flags');
    assert.equal(kinds.get('footer/timeStamp'), 'time');
    assert.equal(kinds.get('footer/uniqueId'), 'id');
    assert.equal(kinds.get('footer/diskType'), 'choice');
    assert.equal(kinds.get('footer/currentSize'), 'longNumber');
    assert.equal(kinds.get('header/parentUnicodeName'), 'text');
    assert.equal(kinds.get('bat/0'), 'place');
    assert.equal(kinds.get('footer/reserved'), 'bytes');
    assert.equal(kinds.get('blocks/0/bitmap'), 'sectors');
    assert.equal(kinds.get('locators/2/data'), 'path');
    for (const id of ['locators/0', 'blocks/0/data', 'footer', 'bat']) {
      assert.equal(kinds.get(id), null, id);
    }
  });

  it('costs what is looked at: a giant is shown by one more read than its fields take', () => {
    const spec: VhdSpec = {
      type: 'dynamic',
      virtualSize: 2040 * 1024 ** 3,
      blocks: [{ index: 1_000_000, sectors: [1] }],
    };
    const storage = new CountingStorage(new MemoryStorage(buildVhd(spec)));
    const image = openVhdImage(storage, '/giant.vhd');
    storage.reset();
    image.structure.roots();
    assert.deepEqual([storage.reads, storage.bytesRead], [2, 1024 + 512]);
    assert.equal(image.structure.children('bat', 1_000_000, 10).length, 10);
    assert.equal(image.structure.at(image.blockOffset(1_000_000)).at(-1)?.id, 'blocks/1000000/data');
    assert.ok(storage.reads <= 3);
  });
});

describeGenuine('The structure of a genuine image', (genuine) => {
  for (const facts of genuine.all) {
    it(`is sound, with nothing unexpected but what is known: ${facts.file}`, () => {
      const image = openImage(new NodeFileSystem(), genuine.path(facts.file));
      try {
        const unexpected: string[] = [];
        const small = image.structure.roots().filter(({ childCount }) => childCount < 2000);
        for (const root of small) {
          for (const node of image.structure.children(root.id, 0, 2000)) {
            if (node.expected !== null) unexpected.push(node.id);
          }
        }
        const known: string[] = [];
        if (facts.odd.includes('footer checksum wrong')) known.push('footer-copy/checksum', 'footer/checksum');
        if (facts.odd.includes('dyn header checksum wrong')) known.splice(1, 0, 'header/checksum');
        assert.deepEqual(unexpected, known);
        for (const locator of facts.locators ?? []) {
          const path = image.structure.at(locator.offset);
          assert.equal(path.at(-1)?.value, locator.text);
        }
        assert.equal(
          image.structure.at(image.fileSize - 1)[0]?.id,
          facts.odd.some((odd) => odd.startsWith('no trailing')) ? 'blocks' : 'footer',
        );
      } finally {
        image.close();
      }
    });
  }
});
