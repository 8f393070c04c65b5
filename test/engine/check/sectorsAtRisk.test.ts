import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Chain } from '../../../src/engine/chain/chain';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { sectorsOfLayers, type LayerSectors } from '../../../src/engine/check/sectorsAtRisk';
import { runToEnd } from '../../../src/engine/operations/progress';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';

const POLICY = { trusted: true, given: [], confine: null };
const MAX_TOLD = 100;

/** Who owns each sector of the leaf's disk as of a layer; 255 past the end of that layer's disk. */
function ownersAsOf(chain: Chain, layer: number): Uint8Array {
  const owners = new Uint8Array(chain.layers[0].image.sectorCount).fill(255);
  const reader = new DiskReader(chain, layer);
  reader.owners(0, owners.subarray(0, Math.min(owners.length, reader.size / 512)));
  return owners;
}

/** The same, sector by sector. */
function counted(chain: Chain, layer: number): LayerSectors {
  const [shown, own] = [ownersAsOf(chain, 0), ownersAsOf(chain, layer)];
  const stretches: { start: number; length: number }[] = [];
  let visible = 0;
  for (const [lba, owner] of shown.entries()) {
    if (owner !== layer) continue;
    visible++;
    const last = stretches.at(-1);
    if (last !== undefined && last.start + last.length === lba) last.length++;
    else stretches.push({ start: lba, length: 1 });
  }
  const present = own.filter((owner) => owner === layer).length;
  return { present, visible, stretches: stretches.slice(0, MAX_TOLD), stretchCount: stretches.length };
}

interface Layer {
  readonly type: 'sparse' | 'fixed';
  readonly sectorCount: number;
  readonly blockSize: number;
  readonly owned: readonly number[];
  /** Bytes that its file lacks at the end, where its footer's copy lets it be opened all the same. */
  readonly lost: number;
}

function openLayers(layers: readonly Layer[]): Chain {
  const fileSystem = new MemoryFileSystem('posix');
  for (const [at, { type, sectorCount, blockSize, owned, lost }] of layers.entries()) {
    const isBase = at === layers.length - 1;
    const isFixed = isBase && type === 'fixed';
    const parent = { id: idOf(at + 2), name: `${at + 1}.vhd`, locators: [{ code: 'W2ru', text: `.\\${at + 1}.vhd` }] };
    const spec: VhdSpec = {
      type: isFixed ? 'fixed' : isBase ? 'dynamic' : 'differencing',
      virtualSize: sectorCount * 512,
      blockSize,
      id: idOf(at + 1),
      content: stampOf(at + 1),
      blocks: isFixed
        ? []
        : blocksOf(
            owned.filter((lba) => lba < sectorCount),
            blockSize,
          ),
      ...(isBase ? {} : { parent }),
    };
    const bytes = buildVhd(spec);
    const cut = isFixed ? 0 : Math.min(lost, Math.max(0, bytes.length - 4096));
    fileSystem.addFile(`/vm/${at}.vhd`, bytes.slice(0, bytes.length - cut));
  }
  return openChain(fileSystem, '/vm/0.vhd', POLICY);
}

function assertCounts(layers: readonly Layer[]): readonly LayerSectors[] {
  const chain = openLayers(layers);
  try {
    assert.equal(chain.missing, null);
    const numbers = chain.layers.slice(1).map((_, at) => at + 1);
    const found = runToEnd(sectorsOfLayers(chain, numbers));
    assert.deepEqual(
      found,
      numbers.map((layer) => counted(chain, layer)),
    );
    for (const layer of numbers) assert.deepEqual(runToEnd(sectorsOfLayers(chain, [layer])), [counted(chain, layer)]);
    return found;
  } finally {
    closeChain(chain);
  }
}

/** Sectors of a fixed image are counted in blocks of 2 MiB: a disk of some of these. */
const LARGE = 3 * 4096;

describe('counting the sectors that layers have, and show', () => {
  it('comes to the same as sector by sector, whatever the layers', () => {
    const sectorCount = fc.oneof(fc.constant(64), fc.integer({ min: 1, max: 90 }));
    const layer = fc.record({
      type: fc.constantFrom('sparse' as const, 'fixed' as const),
      sectorCount,
      blockSize: fc.constantFrom(512, 1024, 4096, 8192, 65_536),
      owned: fc.oneof(
        fc.uniqueArray(fc.nat(89), { maxLength: 90 }),
        fc.constant(Array.from({ length: 90 }, (_, lba) => lba)),
      ),
      lost: fc.oneof(fc.constant(0), fc.nat(40_000)),
    });
    const property = fc.property(fc.array(layer, { minLength: 2, maxLength: 4 }), (layers) => {
      assertCounts(layers);
    });
    fc.assert(property, { numRuns: sized({ small: 100, ci: 300, full: 5_000 }) });
  });

  it('counts whole blocks of a fixed image without looking at their sectors, and the last one once', () => {
    const leaf = { type: 'sparse', blockSize: 2 ** 21, lost: 0 } as const;
    for (const [sectorCount, baseCount] of [
      [LARGE, LARGE],
      [LARGE, LARGE + 4096],
      [LARGE, LARGE - 100],
      [LARGE - 7, LARGE],
      [LARGE + 9, LARGE + 9],
    ] as const) {
      for (const owned of [[], [0], [5000, 5001, 9000], [LARGE - 8]]) {
        const base: Layer = { type: 'fixed', sectorCount: baseCount, blockSize: 2 ** 21, owned: [], lost: 0 };
        const [found] = assertCounts([{ ...leaf, sectorCount, owned }, base]);
        assert.equal(found?.present, Math.min(sectorCount, baseCount));
      }
    }
    const between: Layer = { ...leaf, sectorCount: 4096, owned: [3] };
    assertCounts([
      { ...leaf, sectorCount: LARGE, owned: [1] },
      between,
      { ...between, type: 'fixed', sectorCount: LARGE },
    ]);
  });

  it('tells the first hundred stretches, and how many there are', () => {
    const owned = Array.from({ length: 150 }, (_, at) => 3 * at);
    const layer = { type: 'sparse', sectorCount: 500, blockSize: 4096, lost: 0 } as const;
    const [found] = assertCounts([
      { ...layer, owned: [0, 3] },
      { ...layer, owned },
    ]);
    assert.deepEqual([found?.stretches.length, found?.stretchCount], [MAX_TOLD, 148]);
  });

  it('does not count the stretches on where every layer has more than are told', () => {
    const chain = openLayers([
      { type: 'sparse', sectorCount: 5 * 2 ** 20, blockSize: 2 ** 21, owned: [], lost: 0 },
      {
        type: 'sparse',
        sectorCount: 5 * 2 ** 20,
        blockSize: 2 ** 21,
        owned: [...Array.from({ length: 101 }, (_, at) => 2 * at), 5 * 2 ** 20 - 1],
        lost: 0,
      },
    ]);
    const [found] = runToEnd(sectorsOfLayers(chain, [1]));
    closeChain(chain);
    assert.deepEqual([found?.visible, found?.stretches.length, found?.stretchCount], [102, MAX_TOLD, null]);
  });
});
