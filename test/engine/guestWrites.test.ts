import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeImage } from '../../src/engine/changeImage';
import { closeChain, openChain } from '../../src/engine/chain/openChain';
import { DiskReader } from '../../src/engine/chain/diskReader';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import { OverlayStorage } from '../../src/engine/storage/overlayStorage';
import { reversePatch, writePatch, type Patch } from '../../src/engine/storage/patch';
import { layerModel } from '../fixtures/diskModel';
import { readLayer } from '../fixtures/openedImages';
import { brokenRules } from '../fixtures/specRules';
import { buildVhd, stampOf } from '../fixtures/vhdBuilder';
import type { BlockSpec, VhdSpec } from '../fixtures/vhdSpec';
import { sized } from '../testSize';
import { chainSpecs, plainContent, readContent, type LayerSpec } from './chain/vhdChain';

const SECTOR = 512;
const LEAF = '/vm/0.vhd';
const POLICY = { trusted: true, given: [], confine: null };

interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A layer with a few blocks; a leaf may be of any maker. */
function layers(virtualSize: number): fc.Arbitrary<LayerSpec> {
  return fc
    .record({
      blockSize: fc.integer({ min: 0, max: 7 }).map((power) => SECTOR * 2 ** power),
      alignment: fc.constantFrom(512 as const, 4096 as const),
      seed: fc.nat(),
      extraEntries: fc.constantFrom(0, 0, 3, 200),
      maker: fc.constantFrom('windows', 'windows', 'xen', 'old xen', 'stale xen', 'virtual pc'),
    })
    .chain(({ blockSize, alignment, seed, extraEntries, maker }) => {
      const blockCount = Math.ceil(virtualSize / blockSize);
      const sectors = fc.oneof(
        fc.constant('all' as const),
        fc.uniqueArray(fc.nat(blockSize / SECTOR - 1), { maxLength: 12 }),
      );
      const block = fc.record({ index: fc.nat(blockCount - 1), sectors });
      return fc.uniqueArray(block, { maxLength: 6, selector: ({ index }) => index }).map((blocks): LayerSpec => ({
        virtualSize,
        blockSize,
        alignment,
        maxTableEntries: blockCount + extraEntries,
        blocks: blocks.map((each): BlockSpec => ({ ...each, content: stampOf(seed) })),
        ...(maker === 'xen' || maker === 'stale xen' ? { batmap: { stale: maker === 'stale xen' }, tableFill: 0 } : {}),
        ...(maker === 'old xen'
          ? { bitmapOrder: 'lsb', creator: { application: 'tap\0', version: 1, hostOs: '\0\0\0\0' } }
          : {}),
        ...(maker === 'virtual pc' ? { footerLength: 511, features: 0 } : {}),
      }));
    });
}

function writes(virtualSize: number): fc.Arbitrary<Write> {
  return fc
    .record({
      offset: fc.nat(virtualSize - 1),
      length: fc.oneof(
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(512, 1024, 4096),
        fc.integer({ min: 1, max: 9000 }),
      ),
      isAligned: fc.boolean(),
      seed: fc.nat(),
    })
    .map(({ offset, length, isAligned, seed }) => {
      const from = isAligned ? offset - (offset % SECTOR) : offset;
      const bytes = Uint8Array.from({ length: Math.min(length, virtualSize - from) }, (_, i) =>
        seed % 5 === 0 ? 0 : (seed + i * 7) & 0xff,
      );
      return { offset: from, bytes };
    });
}

const scenes = fc
  .integer({ min: 1, max: 300 })
  .map((count) => count * SECTOR)
  .chain((virtualSize) =>
    fc.record({
      layerSpecs: fc.array(layers(virtualSize), { minLength: 1, maxLength: 3 }),
      isBaseFixed: fc.boolean(),
      writes: fc.array(writes(virtualSize), { minLength: 1, maxLength: 8 }),
      isEachSaved: fc.boolean(),
    }),
  );

/** The files of a chain, whose leaf is written as the editor does it. */
class Scene {
  readonly files = new MemoryFileSystem('posix');
  readonly specs: readonly VhdSpec[];

  constructor(layerSpecs: readonly LayerSpec[], isBaseFixed: boolean) {
    const base = layerSpecs.length - 1;
    this.specs = chainSpecs(
      layerSpecs.map((layer, index): LayerSpec => {
        return isBaseFixed && index === base ? { ...layer, type: 'fixed', content: stampOf(77) } : layer;
      }),
    );
    for (const [index, spec] of this.specs.entries()) this.files.addFile(`/vm/${index}.vhd`, buildVhd(spec));
  }

  /** Writes into the leaf through an overlay, saves the overlay's patch, and returns it. */
  write(all: readonly Write[]): Patch {
    const chain = openChain(this.files, LEAF, POLICY);
    const overlay = new OverlayStorage(this.files.open(LEAF, 'read'));
    const below = chain.layers.length > 1 ? new DiskReader(chain, 1) : null;
    const changer = changeImage(overlay, LEAF, {
      read: (sector, target) => {
        target.fill(0);
        below?.read(sector * SECTOR, target);
      },
    });
    const patch = overlay.transaction(() => {
      for (const { offset, bytes } of all) changer.writeDisk(offset, bytes);
    });
    closeChain(chain);
    this.save(patch);
    return patch;
  }

  save(patch: Patch): void {
    const file = this.files.open(LEAF, 'write');
    writePatch(file, patch);
    file.close();
  }

  bytes(): Uint8Array {
    const file = this.files.open(LEAF, 'read');
    const bytes = new Uint8Array(file.size());
    file.read(0, bytes);
    return bytes;
  }
}

describe('What a guest writes into the leaf of a chain, beside an array of bytes', () => {
  it('reads back, owned as it should be, with nothing broken', () => {
    fc.assert(
      fc.property(scenes, ({ layerSpecs, isBaseFixed, writes: all, isEachSaved }) => {
        const scene = new Scene(layerSpecs, isBaseFixed);
        const before = scene.bytes();
        const expected = plainContent(scene.specs);
        const wasBroken = brokenRules(scene.files, LEAF);
        const patches = isEachSaved ? all.map((write) => scene.write([write])) : [scene.write(all)];
        for (const { offset, bytes } of all) expected.set(bytes, offset);

        const chain = openChain(scene.files, LEAF, POLICY);
        assert.ok(Buffer.from(readContent(chain)).equals(expected), 'content');
        const leaf = chain.layers[0].image;
        if (leaf.type === 'differencing') {
          const owned = new Set(layerModel(scene.specs[0]!).sectors.keys());
          for (const { offset, bytes } of all) {
            for (let lba = Math.floor(offset / SECTOR); lba * SECTOR < offset + bytes.length; lba++) owned.add(lba);
          }
          assert.deepEqual([...readLayer(leaf).keys()].sort(), [...owned].sort(), 'owners');
        }
        closeChain(chain);
        // A footer of 511 bytes is none by these rules, and bits that begin with the least significant one are unknown to them.
        if (scene.specs[0]?.bitmapOrder !== 'lsb') {
          const broken = brokenRules(scene.files, LEAF).filter((rule) => !wasBroken.includes(rule));
          assert.deepEqual(broken, [], 'rules');
        }
        for (const patch of patches.reverse()) scene.save(reversePatch(patch));
        assert.ok(Buffer.from(scene.bytes()).equals(before), 'undone');
      }),
      { numRuns: sized({ small: 150, ci: 500, full: 5_000 }) },
    );
  });
});
