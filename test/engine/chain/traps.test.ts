import assert from 'node:assert/strict';
import type { Chain } from '../../../src/engine/chain/chain';
import type { DoubtfulRange } from '../../../src/engine/chain/extents';
import { blockOwners } from '../../../src/engine/chain/blockOwners';
import { idOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { chainSpecs, openSpecs, plainContent, readContent, type LayerSpec } from './vhdChain';

const MIB = 1024 * 1024;
const leaf: LayerSpec = {
  virtualSize: 4 * MIB,
  blockSize: 512 * 1024,
  blocks: [
    { index: 1, sectors: [0, 5, 1023] },
    { index: 0, sectors: [9] },
  ],
};
const base: LayerSpec = {
  virtualSize: 4 * MIB,
  blockSize: 512 * 1024,
  blocks: [
    { index: 0, sectors: [8, 9, 10] },
    { index: 1, sectors: 'all' },
    { index: 7, sectors: [1000] },
  ],
};

/** Opens a chain of these, and holds every layer's disk against the plain way. */
function readsAsPlanned(layers: readonly LayerSpec[]): {
  chain: Chain;
  specs: readonly VhdSpec[];
  doubts: DoubtfulRange[];
} {
  const specs = chainSpecs(layers);
  const chain = openSpecs(specs);
  const doubts: DoubtfulRange[] = [];
  assert.equal(chain.missing, null);
  assert.equal(chain.layers.length, specs.length);
  for (const [asOf] of specs.entries()) {
    const isSame = Buffer.from(readContent(chain, asOf, doubts)).equals(plainContent(specs, asOf));
    assert.ok(isSame, `as of layer ${asOf}`);
  }
  return { chain, specs, doubts };
}

function ids(chain: Chain): readonly string[] {
  return chain.findings.filter((finding) => finding.severity !== 'note').map((finding) => finding.id);
}

describe('Traps of chains', () => {
  it('data space in sectors or in bytes', () => {
    for (const dataSpace of [1, 512, 0x10000, 0]) {
      const locators = [{ code: 'W2ru', text: '.\\1.vhd', dataSpace }];
      assert.equal(readsAsPlanned([{ ...leaf, parent: { locators } }, base]).chain.layers[1]?.foundBy, 'W2ru');
    }
  });

  it('a full Windows path in Parent Unicode Name', () => {
    const parent = { name: 'C:\\ProgramData\\Microsoft\\Windows\\Virtual Hard Disks\\1.vhd', locators: [] };
    assert.equal(readsAsPlanned([{ ...leaf, parent }, base]).chain.layers[1]?.foundBy, 'name');
  });

  it('ids in little-endian and big-endian order: a child of Windows on a base of Xen', () => {
    const xen = { application: 'tap\0', version: 0x0001_0003, hostOs: '\0\0\0\0' };
    const { chain } = readsAsPlanned([leaf, { ...base, creator: xen }]);
    assert.equal(chain.layers[0].image.parent?.id, chain.layers[1]?.image.id);
  });

  it('gaps of 4 KiB between structures and before the footer', () => {
    readsAsPlanned([
      { ...leaf, alignment: 4096 },
      { ...base, alignment: 4096 },
    ]);
  });

  it('more table entries than the disk needs, in child and parent', () => {
    readsAsPlanned([
      { ...leaf, maxTableEntries: 100 },
      { ...base, maxTableEntries: 1000 },
    ]);
  });

  it('most significant bit first: the first sector of a block alone', () => {
    const first = { ...leaf, blocks: [{ index: 1, sectors: [0] }] };
    readsAsPlanned([first, base]);
  });

  it('owned sectors of zeros hide what the parent has', () => {
    const zeros: LayerSpec = { ...leaf, blocks: [{ index: 1, sectors: [3, 4], content: null }] };
    const { chain } = readsAsPlanned([zeros, base]);
    const at = MIB / 2 + 3 * 512;
    assert.ok(
      readContent(chain)
        .subarray(at, at + 1024)
        .every((byte) => byte === 0),
    );
    assert.ok(
      readContent(chain, 1)
        .subarray(at, at + 1024)
        .some((byte) => byte !== 0),
    );
  });

  it("zeros written over an ancestor's data show through a layer between that has nothing", () => {
    const zeros: LayerSpec = { ...leaf, blocks: [{ index: 1, sectors: 'all', content: null }] };
    readsAsPlanned([{ ...leaf, blocks: [] }, zeros, base]);
  });

  it('a geometry smaller than the disk', () => {
    readsAsPlanned([
      { ...leaf, geometry: [100, 4, 17] },
      { ...base, geometry: [100, 4, 17] },
    ]);
  });

  it("a parent's time stamp of 0, or changed, is no obstacle", () => {
    for (const timestamp of [0, 1, 0xffff_ffff]) {
      assert.deepEqual(ids(readsAsPlanned([{ ...leaf, parent: { timestamp } }, base]).chain), []);
    }
  });

  it('a parent that Xen has hidden', () => {
    readsAsPlanned([leaf, { ...base, hidden: 1 }]);
  });

  it('a parent that Xen was writing when it stopped', () => {
    const poison: LayerSpec = {
      ...base,
      patches: ({ footerOffset }) => [{ offset: footerOffset, bytes: Buffer.from('v_poison') }],
    };
    readsAsPlanned([leaf, poison]);
  });

  it('a stale map of whole blocks is not believed: the bitmaps are', () => {
    readsAsPlanned([
      { ...leaf, batmap: { stale: true } },
      { ...base, batmap: { stale: true } },
    ]);
  });

  it('footers of 511 bytes', () => {
    readsAsPlanned([
      { ...leaf, footerLength: 511, features: 0 },
      { ...base, footerLength: 511, features: 0 },
    ]);
  });

  it('two table entries that name one block read as one', () => {
    const specs = chainSpecs([leaf, base]);
    const chain = openSpecs(
      specs.map((spec, index) => (index === 0 ? { ...spec, entries: { 2: entryOf(spec, 1) } } : spec)),
    );
    const content = readContent(chain);
    const half = MIB / 2;
    for (const sector of [0, 5, 1023]) {
      const at = half + sector * 512;
      assert.deepEqual(content.subarray(at, at + 512), content.subarray(at + half, at + half + 512));
    }
  });

  it('a table entry beyond the file is as if absent, and is reported', () => {
    const specs = chainSpecs([leaf, base]);
    for (const entry of [0x00ff_ffff, 0xffff_fffe, 0x8000_0000]) {
      const chain = openSpecs(specs.map((spec, index) => (index === 0 ? { ...spec, entries: { 1: entry } } : spec)));
      const doubts: DoubtfulRange[] = [];
      const content = readContent(chain, 0, doubts);
      assert.deepEqual(doubts, [{ start: 1024, length: 1024, layer: 0, reason: 'no-place' }]);
      assert.ok(Buffer.from(content.subarray(MIB / 2, MIB)).equals(plainContent(specs, 1).subarray(MIB / 2, MIB)));
      assert.equal(blockOwners(chain).top[1], 1);
    }
  });

  it('a file cut off in its last block loses what is cut, and reports it', () => {
    const specs = chainSpecs([{ ...leaf, tailFooter: false }, base]);
    const [first] = specs;
    assert.ok(first !== undefined);
    // Block 0 lies last; its sector 9 is cut.
    const whole = openSpecs(specs).layers[0].image;
    const cut = { ...first, truncateTo: whole.blockOffset(0) + 9 * 512 + 100 };
    const doubts: DoubtfulRange[] = [];
    const content = readContent(openSpecs([cut, ...specs.slice(1)]), 0, doubts);
    assert.deepEqual(doubts, [{ start: 9, length: 1, layer: 0, reason: 'past-end-of-file' }]);
    assert.ok(Buffer.from(content.subarray(0, MIB / 2)).equals(plainContent(specs, 1).subarray(0, MIB / 2)));
  });

  it("a child larger than its parent reads as zero past the parent's end", () => {
    const { chain } = readsAsPlanned([{ ...leaf, virtualSize: 6 * MIB, blocks: [{ index: 10, sectors: [7] }] }, base]);
    assert.deepEqual(ids(chain), ['parent-size-mismatch']);
  });

  it("a grandparent larger than the layer between does not show past that layer's end", () => {
    const large: LayerSpec = {
      ...base,
      virtualSize: 6 * MIB,
      blocks: [
        { index: 9, sectors: 'all' },
        { index: 3, sectors: 'all' },
      ],
    };
    const small: LayerSpec = { ...leaf, virtualSize: 2 * MIB - 100 * 512, blocks: [{ index: 0, sectors: [1] }] };
    const { chain } = readsAsPlanned([{ ...leaf, virtualSize: 6 * MIB }, small, large]);
    assert.equal(blockOwners(chain).top[9], 255);
    assert.equal(blockOwners(chain).top[3], 2);
  });

  it('a child smaller than its parent', () => {
    const { chain } = readsAsPlanned([{ ...leaf, virtualSize: 3 * MIB + 512 }, base]);
    assert.deepEqual(ids(chain), ['parent-size-mismatch']);
  });

  it('blocks of other sizes in every layer, one sector to 2 MiB', () => {
    const sizes = [2 * MIB, 512, 4096, 64 * 1024, 1024];
    const layers = sizes.map((blockSize, index): LayerSpec => ({
      virtualSize: 3 * MIB,
      blockSize,
      blocks: [0, 1].map((block) => ({
        index: block,
        sectors: [0, 1, 2, 3, 5, 7 + index].filter((sector) => sector < blockSize / 512),
      })),
    }));
    readsAsPlanned(layers);
    readsAsPlanned([...layers].reverse());
  });

  it('a fixed base', () => {
    readsAsPlanned([leaf, { virtualSize: 4 * MIB, type: 'fixed' }]);
  });

  it('names beyond 16 bits, and unpaired surrogates, do no harm', () => {
    for (const name of ['\u{1f4be}.vhd', '\ud83d.vhd', 'a\udcbe\\b.vhd']) {
      const parent = { name, locators: [{ code: 'W2ku', text: `C:\\${name}` }] };
      const { chain } = readsAsPlanned([{ ...leaf, parent }, base]);
      assert.equal(chain.layers[1]?.foundBy, 'folder');
    }
  });

  it('a parent that was written to carries its id still, and is followed', () => {
    const { chain } = readsAsPlanned([
      { ...leaf, parent: { timestamp: 1 } },
      { ...base, timestamp: 800_000_000 },
    ]);
    assert.deepEqual(ids(chain), []);
  });

  it("a file with the parent's name and another id is not taken for it", () => {
    const specs = chainSpecs([leaf, { ...base, id: idOf(99) }]);
    const chain = openSpecs(specs);
    assert.equal(chain.layers.length, 1);
    assert.deepEqual(
      chain.missing?.candidates.map((candidate) => candidate.reason),
      ['other-id'],
    );
  });
});

/** The table entry that the builder gives a block. */
function entryOf(spec: VhdSpec, block: number): number {
  const { image } = openSpecs([{ ...spec, type: 'dynamic' }]).layers[0];
  return (image.blockOffset(block) - 512) / 512;
}
