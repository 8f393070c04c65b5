import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeImage } from '../../../src/engine/changeImage';
import { NO_OFFSET } from '../../../src/engine/image';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { OverlayStorage } from '../../../src/engine/storage/overlayStorage';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { CountingStorage } from '../../fixtures/countingStorage';
import { layerModel } from '../../fixtures/diskModel';
import { readLayer } from '../../fixtures/openedImages';
import { buildVhd, idOf, layoutOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { EditScene } from './editScene';

const BLOCK = 4096;

const dynamic: VhdSpec = {
  type: 'dynamic',
  virtualSize: 20 * 512,
  blockSize: BLOCK,
  content: stampOf(5),
  blocks: [{ index: 0, sectors: [0, 3] }],
};
const child: VhdSpec = {
  ...dynamic,
  type: 'differencing',
  parent: { id: idOf(9), name: 'p.vhd', locators: [{ code: 'W2ru', text: '.\\p.vhd' }] },
};

function owned(scene: EditScene, block: number): number[] {
  return [...readLayer(scene.image).keys()].filter((lba) => Math.floor(lba / 8) === block).map((lba) => lba % 8);
}

function sector(scene: EditScene, lba: number): Uint8Array {
  const bytes = readLayer(scene.image).get(lba);
  assert.ok(bytes !== undefined, `sector ${lba}`);
  return bytes;
}

describe('A guest that writes into an image', () => {
  it('completes a sector from below that the leaf does not have, and keeps the rest of one that it has', () => {
    const scene = new EditScene(child);
    scene.changer.writeDisk(10, Uint8Array.of(1));
    scene.changer.writeDisk(512 + 10, Uint8Array.of(2));
    const [kept, completed] = [Buffer.from(stampOf(5)(0)), Buffer.alloc(512, 0xbb)];
    kept[10] = 1;
    completed[10] = 2;
    assert.deepEqual(Buffer.from(sector(scene, 0)), kept);
    assert.deepEqual(Buffer.from(sector(scene, 1)), completed);
    assert.deepEqual(owned(scene, 0), [0, 1, 3]);
  });

  it('owns in a new block what it wrote, and all of it in an image without a parent', () => {
    for (const [spec, sectors] of [
      [child, [3, 4]],
      [dynamic, [0, 1, 2, 3, 4, 5, 6, 7]],
    ] as const) {
      // prettier-ignore
      const scene = new EditScene(spec);
      scene.changer.writeDisk(BLOCK + 3 * 512, new Uint8Array(1024).fill(7));
      assert.deepEqual(owned(scene, 1), sectors);
      assert.notEqual(scene.image.blockOffset(1), NO_OFFSET);
      assert.equal(scene.image.blockOffset(1) % 4096, 0);
      assert.deepEqual(scene.findings, []);
    }
  });

  it('owns no sector past the end of the disk', () => {
    const scene = new EditScene(dynamic);
    scene.changer.writeDisk(19 * 512 + 511, Uint8Array.of(1));
    assert.deepEqual(owned(scene, 2), [0, 1, 2, 3]);
    const bitmap = scene.storage.bytes()[scene.image.blockOffset(2) - 512];
    assert.equal(bitmap, 0xf0);
  });

  it('gives no place for zeros where all reads as zero, and one where they hide something', () => {
    const scene = new EditScene(dynamic);
    const before = scene.storage.bytes();
    scene.changer.writeDisk(BLOCK, new Uint8Array(BLOCK));
    assert.deepEqual(scene.storage.bytes(), before);
    const leaf = new EditScene(child);
    leaf.changer.writeDisk(BLOCK, new Uint8Array(512));
    assert.deepEqual(owned(leaf, 1), [0]);
  });

  it('trusts no bytes behind the footer or in the room of the old one', () => {
    for (const spec of [
      { ...child, padding: { length: 3 * BLOCK, byte: 0xaa } },
      { ...child, footerLength: 511 as const },
      { ...child, tailFooter: false },
      { ...child, alignment: 4096 as const },
    ]) {
      const scene = new EditScene(spec);
      scene.changer.writeDisk(BLOCK, Uint8Array.of(9));
      scene.changer.setSectorBits(1, 0, 8, true);
      const expected = Buffer.alloc(512, 0xbb);
      expected[0] = 9;
      assert.deepEqual(Buffer.from(sector(scene, 8)), expected);
      for (let lba = 9; lba < 16; lba++) assert.deepEqual(sector(scene, lba), new Uint8Array(512), `sector ${lba}`);
      assert.deepEqual(scene.findings, []);
      assert.equal(scene.image.fileSize, scene.node('footer').offset + 512);
    }
  });

  it('keeps the batmap right', () => {
    const scene = new EditScene({ ...child, batmap: {} });
    const whole = (): string | null => scene.value('batmap/map');
    scene.changer.writeDisk(BLOCK, new Uint8Array(BLOCK));
    assert.equal(whole(), '1 blocks wholly present');
    scene.changer.setSectorBits(1, 2, 1, false);
    assert.equal(whole(), '0 blocks wholly present');
    scene.changer.writeDisk(BLOCK + 2 * 512, new Uint8Array(512));
    assert.equal(whole(), '1 blocks wholly present');
    scene.changer.setSectorBits(0, 0, 8, true);
    assert.equal(whole(), '2 blocks wholly present');
    assert.equal(scene.node('batmap/checksum').expected, null);
    // One that nobody believes is not made believed.
    const doubtful = new EditScene({
      ...child,
      batmap: {},
      patches: ({ batmapOffset }) => [{ offset: batmapOffset + 24, bytes: [1] }],
    });
    doubtful.changer.writeDisk(BLOCK, new Uint8Array(BLOCK));
    assert.equal(doubtful.value('batmap/map'), '0 blocks wholly present');
    assert.notEqual(doubtful.node('batmap/checksum').expected, null);
  });

  it('writes a fixed disk straight', () => {
    const scene = new EditScene({ type: 'fixed', virtualSize: 4 * 512 });
    scene.changer.writeDisk(2047, Uint8Array.of(5));
    assert.equal(scene.storage.bytes()[2047], 5);
    assert.deepEqual(scene.findings, []);
    scene.refuses((changer) => changer.writeDisk(2047, new Uint8Array(2)), 'out-of-range', /0 to 2047/);
    scene.refuses((changer) => changer.writeDisk(-1, new Uint8Array(1)), 'out-of-range', /0 to 2047/);
    scene.refuses((changer) => changer.setSectorBits(0, 0, 1, true), 'not-possible', /no sector bitmaps/);
    const short = new EditScene({ type: 'fixed', virtualSize: 4 * 512, patches: [{ offset: 2048 + 54, bytes: [10] }, { offset: 2048 + 64, bytes: [255, 255, 0, 0] }] }); // prettier-ignore
    short.changer.setField('footer/currentSize', '4096', false);
    short.refuses(
      (changer) => changer.writeDisk(2048, new Uint8Array(1)),
      'not-possible',
      /shorter than its virtual disk/,
    );
  });

  it('is refused where damage stands in the way, before anything is written', () => {
    const layout = layoutOf(child);
    const place = layout.blockOffsets.get(0)! / 512;
    const cases: readonly (readonly [VhdSpec, RegExp])[] = [
      [{ ...child, entries: { 0: 1 } }, /block 0 is said to lie where it cannot be/],
      [{ ...child, entries: { 0: 0x7fff_ffff } }, /block 0 is said to lie where it cannot be/],
      [{ ...child, entries: { 1: place + 2 } }, /blocks 0 and 1 lie over each other/],
      [{ ...child, entries: { 0: place + 2 } }, /the file ends within block 0|another structure/],
      [{ ...child, truncateTo: layout.blockOffsets.get(0)! + 600 }, /the file ends within block 0/],
      [{ ...child, editHeader: (header) => header.setUint32(32, 1000) }, /no block can be found/],
      [{ ...child, editHeader: (header) => header.setBigUint64(16, 2n ** 40n) }, /no block can be found/],
      [{ ...child, maxTableEntries: 1, blocks: [] }, /no entry for block 1/],
      [{ ...child, entries: { 2: layout.fileSize / 512 + 1 } }, /said to stand behind its end/],
    ];
    for (const [spec, why] of cases) {
      // Block 1 comes after block 0: what is planned for one is not done where the other cannot be written.
      const scene = new EditScene(spec);
      scene.refuses((changer) => changer.writeDisk(BLOCK - 1, new Uint8Array(2).fill(1)), 'not-possible', why);
      scene.refuses((changer) => changer.writeDisk(BLOCK - 1, new Uint8Array(2).fill(1)), 'not-possible', why);
    }
  });

  it('goes on with other blocks after one was refused', () => {
    const scene = new EditScene({ ...child, entries: { 2: 1 } });
    scene.refuses((changer) => changer.writeDisk(2 * BLOCK - 1, new Uint8Array(2).fill(1)), 'not-possible', /block 2/);
    scene.changer.writeDisk(BLOCK, Uint8Array.of(1));
    assert.deepEqual(owned(scene, 1), [0]);
    assert.equal(scene.image.blockOffset(1) + BLOCK + 512, scene.image.fileSize);
  });
});

describe('Bits of a sector bitmap', () => {
  it('are set and cleared one by one, in the order of the image', () => {
    for (const spec of [
      child,
      { ...child, bitmapOrder: 'lsb' as const, creator: { application: 'tap\0', version: 1 } },
    ]) {
      const scene = new EditScene(spec);
      scene.changer.setSectorBits(0, 1, 2, true);
      assert.deepEqual(owned(scene, 0), [0, 1, 2, 3]);
      scene.changer.setSectorBits(0, 0, 2, false);
      assert.deepEqual(owned(scene, 0), [2, 3]);
    }
  });

  it('are refused where there are none', () => {
    const scene = new EditScene({ ...child, blocks: [{ index: 2, sectors: [1] }] });
    scene.refuses((changer) => changer.setSectorBits(0, 0, 1, true), 'not-possible', /has no place/);
    for (const [block, first, count] of [
      [2, 4, 1],
      [2, 0, 5],
      [2, -1, 1],
      [2, 0, 0],
      [3, 0, 1],
      [-1, 0, 1],
      [0.5, 0, 1],
    ] as const) {
      // prettier-ignore
      scene.refuses((changer) => changer.setSectorBits(block, first, count, true), 'out-of-range', /has/);
    }
  });
});

/** What a guest does, or a person with bits. */
type Deed =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'bits'; readonly sector: number; readonly count: number; readonly present: boolean };

/** An image as plain as can be: what stands in each block's sectors, and which of them count. */
class LayerArrays {
  readonly data = new Map<number, Uint8Array>();
  readonly owned = new Set<number>();
  readonly blocks = new Set<number>();
  readonly #isDynamic: boolean;
  readonly #sectorCount: number;

  constructor(spec: VhdSpec) {
    this.#isDynamic = spec.type === 'dynamic';
    this.#sectorCount = spec.virtualSize / 512;
    for (const { index } of spec.blocks ?? []) this.blocks.add(index);
    for (const [lba, bytes] of layerModel(spec).sectors) {
      this.data.set(lba, bytes.slice());
      this.owned.add(lba);
    }
  }

  write(offset: number, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const block = Math.floor((offset + from) / BLOCK);
      const part = bytes.subarray(from, from + (block + 1) * BLOCK - offset - from);
      this.#writeBlock(block, offset + from, part);
      from += part.length;
    }
  }

  #writeBlock(block: number, offset: number, bytes: Uint8Array): void {
    if (!this.blocks.has(block)) {
      if (this.#isDynamic && bytes.every((byte) => byte === 0)) return;
      this.blocks.add(block);
      for (let lba = block * 8; lba < Math.min(block * 8 + 8, this.#sectorCount); lba++) {
        if (this.#isDynamic) this.owned.add(lba);
        // Below the leaf every byte is 0xbb, also where in truth nothing would be.
        if (this.#isDynamic && isTouchedInPart(lba, offset, bytes)) this.data.set(lba, new Uint8Array(512).fill(0xbb));
      }
    }
    for (let at = 0; at < bytes.length; at++) {
      const lba = Math.floor((offset + at) / 512);
      const sector = this.owned.has(lba) ? (this.data.get(lba) ?? new Uint8Array(512)) : new Uint8Array(512).fill(0xbb);
      sector[(offset + at) % 512] = bytes[at]!;
      this.data.set(lba, sector);
      this.owned.add(lba);
    }
  }

  setBits(sector: number, count: number, present: boolean): void {
    for (let lba = sector; lba < sector + count; lba++) {
      if (present) this.owned.add(lba);
      else this.owned.delete(lba);
    }
  }

  sectors(): Map<number, Uint8Array> {
    const sorted = [...this.owned].sort((one, other) => one - other);
    return new Map(sorted.map((lba) => [lba, this.data.get(lba) ?? new Uint8Array(512)]));
  }
}

function isTouchedInPart(lba: number, offset: number, bytes: Uint8Array): boolean {
  const [from, to] = [Math.max(offset, lba * 512), Math.min(offset + bytes.length, lba * 512 + 512)];
  return from < to && to - from < 512;
}

describe('Writes and changed bits at random, beside arrays', () => {
  const sectorCount = 20;
  const writes = fc
    .record({ offset: fc.nat(sectorCount * 512 - 1), length: fc.integer({ min: 1, max: 6000 }), byte: fc.nat(3) })
    .map(({ offset, length, byte }): Deed => {
      const bytes = new Uint8Array(Math.min(length, sectorCount * 512 - offset)).fill(byte);
      return { kind: 'write', offset, bytes };
    });
  const bits = fc
    .record({ sector: fc.nat(sectorCount - 1), count: fc.integer({ min: 1, max: 8 }), present: fc.boolean() })
    .map(({ sector, count, present }): Deed => {
      const end = Math.min(sectorCount, (Math.floor(sector / 8) + 1) * 8);
      return { kind: 'bits', sector, count: Math.min(count, end - sector), present };
    });

  it('leave the image with the sectors that the arrays have', () => {
    const specs = fc.constantFrom<VhdSpec>(
      child,
      dynamic,
      { ...child, batmap: {}, alignment: 4096 },
      { ...dynamic, bitmapOrder: 'lsb', creator: { application: 'tap\0', version: 1 } },
    );
    const deeds = fc.array(fc.oneof(writes, bits), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(specs, deeds, (spec, all) => {
        const scene = new EditScene(spec);
        const model = new LayerArrays(spec);
        for (const deed of all) {
          if (deed.kind === 'write') {
            scene.changer.writeDisk(deed.offset, deed.bytes);
            model.write(deed.offset, deed.bytes);
            continue;
          }
          const [block, first] = [Math.floor(deed.sector / 8), deed.sector % 8];
          const change = (): void => scene.changer.setSectorBits(block, first, deed.count, deed.present);
          if (!model.blocks.has(block)) {
            assert.throws(change, /has no place/);
            continue;
          }
          change();
          model.setBits(deed.sector, deed.count, deed.present);
        }
        assert.deepEqual(readLayer(scene.image), model.sectors());
        assert.deepEqual(scene.findings, []);
      }),
      { numRuns: sized({ small: 200, ci: 500, full: 10_000 }) },
    );
  });
});

describe('One byte in the largest disk', () => {
  const giant: VhdSpec = {
    type: 'dynamic',
    virtualSize: 2040 * 2 ** 30,
    alignment: 4096,
    blocks: [{ index: 7, sectors: [1] }],
  };
  const file = new MemoryStorage(buildVhd(giant));

  it('costs what opening does and a few reads and pages, in a block that is there or not', () => {
    for (const block of [7, 1_000_000]) {
      const opened = new CountingStorage(file);
      openVhdImage(opened, '/giant.vhd');
      const storage = new CountingStorage(file);
      const overlay = new OverlayStorage(storage);
      const patch = overlay.transaction(() => {
        changeImage(overlay, '/giant.vhd', { read: (_lba, target) => target.fill(0) }).writeDisk(
          block * 2 ** 21,
          Uint8Array.of(1),
        );
      });
      assert.ok(storage.bytesRead - opened.bytesRead < 0x1_0000, `${storage.bytesRead - opened.bytesRead} bytes read`);
      const changed = patch.changes.reduce((sum, { after }) => sum + after.length, 0);
      assert.ok(changed < 0x4000, `${changed} bytes changed`);
    }
  });
});
