import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FIXED_BLOCK_SIZE, NO_LAYER, NO_OFFSET, type Image } from '../../../src/engine/image';
import { openImage } from '../../../src/engine/openImage';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { CountingStorage } from '../../fixtures/countingStorage';
import { layerModel } from '../../fixtures/diskModel';
import { describeGenuine, type ImageFacts } from '../../fixtures/genuineImages';
import { findingNames, openSpec, readLayer } from '../../fixtures/openedImages';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';

const MIB = 1024 * 1024;

/** Windows' order out of the manifest's plain one. */
function windowsId(plain: string): string {
  const [a = '', b = '', c = '', d = '', e = ''] = plain.split('-');
  const reversed = (group: string): string => Buffer.from(group, 'hex').reverse().toString('hex');
  return [reversed(a), reversed(b), reversed(c), d, e].join('-');
}

/** What the manifest calls odd, as our findings. */
function expectedFindings(facts: ImageFacts): string[] {
  const expected: string[] = [];
  if (facts.odd.includes('footer checksum wrong')) {
    // Its maker edited the id by hand in both of them.
    expected.push('footer-checksum error', 'footer-copy-checksum warning');
  }
  if (facts.odd.includes('dyn header checksum wrong')) expected.push('header-checksum error');
  if (facts.odd.some((odd) => odd.startsWith('no trailing footer'))) expected.push('footer-missing error');
  return expected;
}

function countBits(image: Image): number {
  const bitmap = new Uint8Array(Math.max(1, image.blockSize / 4096));
  let count = 0;
  for (let block = 0; block < image.blockCount; block++) {
    if (!image.readBitmap(block, bitmap)) continue;
    for (const byte of bitmap) for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}

describeGenuine('A genuine image', (genuine) => {
  for (const facts of genuine.all) {
    it(`is what is known of it: ${facts.file}`, () => {
      const path = genuine.path(facts.file);
      const image = openImage(new NodeFileSystem(), path);
      try {
        assert.equal(image.path, path);
        assert.equal(image.type, facts.type);
        assert.equal(image.fileSize, facts.size);
        assert.equal(image.virtualSize, facts.virtual_size);
        assert.equal(image.sectorCount, facts.virtual_size / 512);
        assert.equal(image.id, windowsId(facts.uuid));
        assert.equal(image.created?.toISOString(), new Date(facts.time).toISOString());
        assert.equal(image.creator.version, facts.creator_ver);
        assert.equal(image.blockSize, facts.block_size ?? FIXED_BLOCK_SIZE);
        assert.equal(
          image.allocatedBlockCount,
          facts.allocated_blocks ?? Math.ceil(facts.virtual_size / FIXED_BLOCK_SIZE),
        );
        assert.equal(countBits(image), facts.bits_set ?? facts.virtual_size / 512);
        assert.deepEqual(findingNames(image), expectedFindings(facts));
        if (facts.type === 'differencing') {
          assert.equal(image.parent?.id, windowsId(facts.parent_uuid ?? ''));
          assert.equal(
            (image.parent.modified?.getTime() ?? 946_684_800_000) / 1000 - 946_684_800,
            facts.parent_timestamp,
          );
          const texts = image.parent.places.map(({ source, text }) => `${source} ${text}`).sort();
          const known = (facts.locators ?? []).map(({ code, text }) => `${code} ${text}`);
          assert.deepEqual(texts, [...known, `name ${facts.parent_name ?? ''}`].sort());
        } else {
          assert.equal(image.parent, null);
        }
      } finally {
        image.close();
      }
    });
  }

  for (const facts of genuine.all.filter(({ type }) => type !== 'differencing')) {
    it(`without a parent reads as its readers agree: ${facts.file}`, () => {
      const image = openImage(new NodeFileSystem(), genuine.path(facts.file));
      try {
        if (image.allocatedBlockCount === 0) {
          assert.equal(readLayer(image).size, 0);
          return;
        }
        const hash = createHash('sha256');
        const sectorsPerBlock = image.blockSize / 512;
        const bitmap = new Uint8Array(image.blockSize / 4096);
        for (let block = 0; block < image.blockCount; block++) {
          const count = Math.min(sectorsPerBlock, image.sectorCount - block * sectorsPerBlock);
          const content = new Uint8Array(count * 512);
          if (image.readBitmap(block, bitmap)) {
            image.storage.read(image.blockOffset(block), content);
            for (let sector = 0; sector < count; sector++) {
              const isPresent = ((bitmap[sector >> 3] ?? 0) & (0x80 >> (sector & 7))) !== 0;
              if (!isPresent) content.fill(0, sector * 512, sector * 512 + 512);
            }
          }
          hash.update(content);
        }
        assert.equal(hash.digest('hex'), facts.raw_sha256);
      } finally {
        image.close();
      }
    });
  }
});

/** Any image that a maker could make, small. */
const anySpec: fc.Arbitrary<VhdSpec> = fc
  .record({
    type: fc.constantFrom('dynamic' as const, 'differencing' as const),
    blockSize: fc.constantFrom(512, 1024, 4096, 64 * 1024, 512 * 1024),
    sectorCount: fc.integer({ min: 1, max: 3000 }),
    lbas: fc.uniqueArray(fc.nat({ max: 2999 }), { maxLength: 60 }),
    alignment: fc.constantFrom(512 as const, 4096 as const),
    locatorsBeforeTable: fc.boolean(),
    moreEntries: fc.constantFrom(0, 1, 300),
    tableFill: fc.constantFrom(0, 0xff),
    footerLength: fc.constantFrom(511 as const, 512 as const),
    tailFooter: fc.boolean(),
    bitmapOrder: fc.constantFrom('msb' as const, 'lsb' as const),
    isBackwards: fc.boolean(),
  })
  .map(({ sectorCount, lbas, moreEntries, isBackwards, bitmapOrder, ...spec }) => {
    const blocks = blocksOf(
      lbas.filter((lba) => lba < sectorCount),
      spec.blockSize,
    );
    return {
      ...spec,
      bitmapOrder,
      virtualSize: sectorCount * 512,
      maxTableEntries: Math.ceil((sectorCount * 512) / spec.blockSize) + moreEntries,
      content: stampOf(3),
      blocks: isBackwards ? blocks.reverse() : blocks,
      creator: bitmapOrder === 'lsb' ? { application: 'tap\0', version: 1 } : { application: 'win ' },
      parent: { id: idOf(9), name: 'p.vhd', locators: [{ code: 'W2ru', text: '.\\p.vhd' }] },
    };
  });

describe('An image', () => {
  it('of any legal shape has the sectors and the bytes that were put in', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const image = openSpec(spec);
        assert.deepEqual(readLayer(image), layerModel(spec).sectors);
        assert.equal(image.allocatedBlockCount, spec.blocks?.length);
        const isCut = spec.tailFooter === false;
        assert.deepEqual(
          findingNames(image).filter((name) => name !== 'footer-short note'),
          isCut ? ['footer-missing error'] : [],
        );
      }),
      { numRuns: 200 },
    );
  });

  it('marks in a block-grain map the blocks that it has, first come first', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (one, other) => {
        const images = [openSpec(one), openSpec(other)];
        const blockCount = Math.max(...images.map((image) => image.blockCount));
        const top = new Uint8Array(blockCount).fill(NO_LAYER);
        const shared = new Uint8Array(blockCount);
        for (const [layer, image] of images.entries()) image.markAllocated(top, shared, layer);
        const have = [one, other].map((spec) => new Set(spec.blocks?.map(({ index }) => index)));
        for (let block = 0; block < blockCount; block++) {
          const layers = [0, 1].filter((layer) => have[layer]?.has(block));
          assert.equal(top[block], layers[0] ?? NO_LAYER);
          assert.equal(shared[block], layers.length > 1 ? 1 : 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('that is fixed has every sector, where it lies on the disk', () => {
    const spec: VhdSpec = { type: 'fixed', virtualSize: 5 * MIB + 512 * 3, content: stampOf(4) };
    const image = openSpec(spec);
    assert.equal(image.blockCount, 3);
    assert.equal(image.allocatedBlockCount, 3);
    assert.deepEqual(
      [0, 1, 2, 3, -1].map((block) => image.blockOffset(block)),
      [0, 2 * MIB, 4 * MIB, NO_OFFSET, NO_OFFSET],
    );
    assert.deepEqual(readLayer(image), layerModel(spec).sectors);
    assert.deepEqual(image.findings, []);
    const top = new Uint8Array(3).fill(NO_LAYER);
    const shared = new Uint8Array(3);
    image.markAllocated(top, shared, 7);
    image.markAllocated(top, shared, 8);
    assert.deepEqual([...top, ...shared], [7, 7, 7, 1, 1, 1]);
  });

  it('has no block outside its blocks', () => {
    const image = openSpec({ type: 'dynamic', virtualSize: 4 * MIB, blocks: [{ index: 0, sectors: 'all' }] });
    for (const block of [-1, 2, 3, 1e9, 2 ** 40]) {
      assert.equal(image.blockOffset(block), NO_OFFSET);
      assert.equal(image.isBlockDamaged(block), false);
      assert.equal(image.readBitmap(block, new Uint8Array(512)), false);
    }
  });

  it('leaves a bitmap untouched where the block has no place, and beyond the bits of the block', () => {
    const image = openSpec({ type: 'dynamic', virtualSize: 4 * MIB, blocks: [{ index: 0, sectors: [1] }] });
    const bitmap = new Uint8Array(600).fill(0x55);
    assert.equal(image.readBitmap(1, bitmap), false);
    assert.ok(bitmap.every((byte) => byte === 0x55));
    assert.equal(image.readBitmap(0, bitmap), true);
    assert.deepEqual([bitmap[0], bitmap[511], bitmap[512]], [0x40, 0, 0x55]);
  });

  it('costs a handful of reads to open, and one for a bitmap', () => {
    const spec: VhdSpec = {
      type: 'differencing',
      virtualSize: 2040 * 1024 * MIB,
      parent: { id: idOf(9), locators: [{ code: 'W2ru', text: '.\\p.vhd' }] },
      blocks: [{ index: 5, sectors: [1] }],
    };
    const storage = new CountingStorage(new MemoryStorage(buildVhd(spec)));
    const image = openVhdImage(storage, '/image.vhd');
    assert.equal(image.blockCount, 1_044_480);
    assert.equal(storage.reads, 4);
    assert.equal(storage.bytesRead, 1536 + 512 + 4 * 1_044_480 + '.\\p.vhd'.length * 2);
    storage.reset();
    image.readBitmap(5, new Uint8Array(512));
    assert.deepEqual([storage.reads, storage.bytesRead], [1, 512]);
    image.blockOffset(5);
    image.isBlockDamaged(5);
    image.markAllocated(new Uint8Array(1_044_480), new Uint8Array(1_044_480), 0);
    assert.equal(storage.reads, 1);
  });

  it('closes its file', () => {
    const storage = new MemoryStorage(buildVhd({ type: 'fixed', virtualSize: 512 }));
    let closed = 0;
    storage.close = () => {
      closed++;
    };
    openVhdImage(storage, '/image.vhd').close();
    assert.equal(closed, 1);
  });
});
