import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BytePattern } from '../../../src/engine/chain/bytePattern';
import {
  diskGround,
  fileGround,
  findBytes,
  type FindOptions,
  type SearchGround,
} from '../../../src/engine/chain/findBytes';
import { EngineError } from '../../../src/engine/errors';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { sized } from '../../testSize';
import { fakeChain, fillOf, plannedOwner, type LayerPlan } from './fakeImage';
import { mixedChains, plainChains } from './plans';
import { chainSpecs, openSpecs, plainContent } from './vhdChain';

const LIMIT = 100_000;

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/** Every match, found the plain way, in the order of a search from `from` on. */
function plainHits(content: Uint8Array, { bytes, mask }: BytePattern, { ignoreCase, from }: FindOptions): number[] {
  const fits = (byte: number, at: number): boolean => {
    if (ignoreCase && mask[at] === 0xff) return lower(byte) === lower(bytes[at]!);
    return ((byte ^ bytes[at]!) & mask[at]!) === 0;
  };
  const hits: number[] = [];
  for (let start = 0; start + bytes.length <= content.length; start++) {
    let at = 0;
    while (at < bytes.length && fits(content[start + at]!, at)) at++;
    if (at === bytes.length) hits.push(start);
  }
  return [...hits.filter((hit) => hit >= from), ...hits.filter((hit) => hit < from)];
}

interface Found {
  readonly hits: number[];
  readonly isCut: boolean;
}

function found(ground: SearchGround, pattern: BytePattern, options: FindOptions, chunkLength?: number): Found {
  const steps = findBytes(ground, pattern, options, chunkLength);
  const hits: number[] = [];
  let before = 0;
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      if (!step.value && ground.size > 0) assert.equal(before, ground.size);
      return { hits, isCut: step.value };
    }
    assert.equal(step.value.total, ground.size);
    assert.ok(step.value.done >= before && step.value.done <= ground.size);
    before = step.value.done;
    hits.push(...step.value.hits);
  }
}

const exactly = (...bytes: number[]): BytePattern => ({
  bytes: Uint8Array.from(bytes),
  mask: new Uint8Array(bytes.length).fill(0xff),
});

/** Patterns cut out of the content, so that there is something to be found, with bits that do not matter; or of any bytes. */
function patternsFor(content: Uint8Array): fc.Arbitrary<BytePattern> {
  const masks = fc.constantFrom(0xff, 0xff, 0xff, 0xff, 0x0f, 0xf0, 0);
  const cut = fc
    .tuple(fc.nat(Math.max(0, content.length - 1)), fc.integer({ min: 1, max: 12 }))
    .map(([start, length]) => content.slice(start, start + length));
  const any = fc.uint8Array({ minLength: 1, maxLength: 5, max: 3 });
  return fc
    .oneof(cut, any)
    .filter((bytes) => bytes.length > 0)
    .chain((bytes) =>
      fc.array(masks, { minLength: bytes.length, maxLength: bytes.length }).map((mask) => ({
        bytes,
        mask: Uint8Array.from(mask),
      })),
    )
    .filter(({ mask }) => mask.some((bits) => bits !== 0));
}

/** Bytes with few values, so that matches are many and overlap, or with all; letters in both cases among them. */
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 400, max: 2 }),
  fc.uint8Array({ maxLength: 400 }),
  fc
    .array(fc.constantFrom(0x41, 0x61, 0x42, 0x62, 0x40, 0x60, 0), { maxLength: 400 })
    .map((all) => Uint8Array.from(all)),
);

describe('Finding bytes, beside a plain search through an array', () => {
  it('finds every match in a file, from any place on, in chunks of any size', () => {
    const cases = contents.chain((content) =>
      fc.record({
        content: fc.constant(content),
        pattern: patternsFor(content.length === 0 ? new Uint8Array(1) : content),
        from: fc.nat(content.length),
        ignoreCase: fc.boolean(),
        chunkLength: fc.integer({ min: 1, max: 500 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ content, pattern, from, ignoreCase, chunkLength }) => {
        const options = { from, ignoreCase, limit: LIMIT };
        const { hits, isCut } = found(fileGround(new MemoryStorage(content)), pattern, options, chunkLength);
        assert.deepEqual(hits, plainHits(content, pattern, options));
        assert.equal(isCut, false);
      }),
      { numRuns: sized({ small: 500, ci: 3_000, full: 50_000 }) },
    );
  });

  it('finds every match on the disk as of each layer of a chain, over the borders of blocks, owners and holes', () => {
    fc.assert(
      fc.property(
        fc.oneof(mixedChains, plainChains).chain((plans) => {
          const contents = plans.map((_, asOf) => contentOf(plans, asOf));
          const content = Buffer.concat(contents);
          return fc.record({
            plans: fc.constant(plans),
            contents: fc.constant(contents),
            pattern: patternsFor(content),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            chunkLength: fc.integer({ min: 64, max: 100_000 }),
          });
        }),
        ({ plans, contents, pattern, share, chunkLength }) => {
          const chain = fakeChain(plans);
          for (const [asOf, content] of contents.entries()) {
            const options = { from: Math.floor(share * content.length), ignoreCase: false, limit: 1_000_000 };
            const { hits } = found(diskGround(chain, asOf), pattern, options, chunkLength);
            assert.deepEqual(hits, plainHits(content, pattern, options));
          }
        },
      ),
      { numRuns: sized({ small: 25, ci: 50, full: 1_000 }) },
    );
  });

  it('finds what reaches from data into a long hole and out of it, and reads the hole nowhere', () => {
    const common = { virtualSize: 96 * 65_536, blockSize: 65_536 };
    const specs = chainSpecs([
      { ...common, blocks: [{ index: 2, sectors: 'all', content: null }] },
      {
        ...common,
        blocks: [
          { index: 1, sectors: 'all' },
          { index: 90, sectors: [5, 6] },
        ],
      },
    ]);
    const chain = openSpecs(specs);
    const content = plainContent(specs);
    for (const [lba, zeros] of [
      [2 * 128 - 1, 'after'],
      [90 * 128 + 5, 'before'],
      [90 * 128 + 6, 'after'],
    ] as const) {
      const edge = zeros === 'after' ? (lba + 1) * 512 : lba * 512;
      const bytes = content.slice(edge - (zeros === 'after' ? 4 : 9), edge + (zeros === 'after' ? 9 : 4));
      const pattern = exactly(...bytes);
      const options = { from: 0, ignoreCase: false, limit: LIMIT };
      assert.ok(found(diskGround(chain), pattern, options).hits.length > 0);
      assert.deepEqual(found(diskGround(chain), pattern, options).hits, plainHits(content, pattern, options));
    }
    const reads: number[] = [];
    const ground = diskGround(chain);
    const watched = {
      ...ground,
      read: (offset: number, target: Uint8Array) => {
        reads.push(offset);
        ground.read(offset, target);
      },
    };
    found(watched, exactly(1, 2, 3), { from: 0, ignoreCase: false, limit: LIMIT });
    assert.ok(reads.every((offset) => (offset >= 65_536 && offset < 3 * 65_536) || offset >= 90 * 65_536));
    assert.ok(reads.length < 6, `${String(reads.length)} reads`);
  });

  it('ends at the limit, having found the first ones, and says that there are more', () => {
    const content = new Uint8Array(1000);
    const options = { from: 900, ignoreCase: false, limit: 150 };
    const expected = plainHits(content, exactly(0, 0), options);
    for (const chunkLength of [1, 7, 100, 5000]) {
      const ground = fileGround(new MemoryStorage(content));
      assert.deepEqual(found(ground, exactly(0, 0), options, chunkLength), {
        hits: expected.slice(0, 150),
        isCut: true,
      });
      const all = { ...options, limit: expected.length };
      assert.deepEqual(found(ground, exactly(0, 0), all, chunkLength), { hits: expected, isCut: false });
    }
  });

  it('looks for zeros in what no layer owns too, and is soon done with a disk of 2 TiB', () => {
    const chain = openSpecs(chainSpecs([{ virtualSize: 2040 * 2 ** 30, blocks: [] }]));
    const options = { from: 5, ignoreCase: false, limit: 3 };
    assert.deepEqual(found(diskGround(chain), exactly(0), options), { hits: [5, 6, 7], isCut: true });
    assert.deepEqual(found(diskGround(chain), exactly(1, 0), options), { hits: [], isCut: false });
  });

  it('refuses what is no pattern', () => {
    const ground = fileGround(new MemoryStorage(new Uint8Array(10)));
    const options = { from: 0, ignoreCase: false, limit: 3 };
    const broken = [
      exactly(),
      exactly(...new Uint8Array(257)),
      { bytes: new Uint8Array(2), mask: new Uint8Array(3).fill(1) },
      { bytes: new Uint8Array(2), mask: new Uint8Array(2) },
    ];
    for (const pattern of broken) {
      assert.throws(
        () => findBytes(ground, pattern, options).next(),
        (error) => EngineError.is(error, 'out-of-range'),
      );
    }
  });
});

function contentOf(plans: readonly LayerPlan[], asOf: number): Uint8Array {
  const content = new Uint8Array((plans[asOf]?.sectorCount ?? 0) * 512);
  for (let sector = 0; sector * 512 < content.length; sector++) {
    const owner = plannedOwner(plans, asOf, sector);
    if (owner !== null) content.fill(fillOf(owner, sector), sector * 512, (sector + 1) * 512);
  }
  return content;
}
