import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sectorsText, writeSectors } from '../../../src/engine/vhd/sectorRanges';
import { brokenRules } from '../../fixtures/specRules';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { EditScene } from './editScene';

/** Blocks of eight sectors; of the last one four lie on the disk. */
const SPEC: VhdSpec = {
  type: 'dynamic',
  virtualSize: 20 * 512,
  blockSize: 4096,
  id: idOf(1),
  content: stampOf(5),
  batmap: {},
  blocks: [
    { index: 2, sectors: 'all' },
    { index: 0, sectors: [1, 2, 5] },
  ],
};

describe('The sectors of a block as a text', () => {
  it('are written as they were read, and leave what is past them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.integer({ min: 1, max: 32 }), (bits, count) => {
        const bitmap = new Uint8Array(4).fill(0x5a);
        const isSet = (bytes: Uint8Array, sector: number): boolean =>
          ((bytes[sector >> 3]! << (sector & 7)) & 0x80) !== 0;
        assert.ok(writeSectors(bitmap, count, sectorsText(bits, count)));
        for (let sector = 0; sector < 32; sector++) {
          const expected = sector < count ? isSet(bits, sector) : isSet(new Uint8Array(4).fill(0x5a), sector);
          assert.equal(isSet(bitmap, sector), expected);
        }
      }),
      { numRuns: sized({ small: 200, ci: 1_000, full: 20_000 }) },
    );
  });

  it('are ranges with commas between them, all or none', () => {
    assert.equal(sectorsText(Uint8Array.of(0b1110_0101), 8), '0-2, 5, 7');
    assert.equal(sectorsText(Uint8Array.of(0b1110_0000), 3), 'all');
    assert.equal(sectorsText(Uint8Array.of(0b0001_1111), 3), 'none');
    const bitmap = new Uint8Array(1);
    assert.ok(writeSectors(bitmap, 8, ' 1 - 3 ,6, 7 to 7'));
    assert.deepEqual(bitmap, Uint8Array.of(0b0111_0011));
  });
});

describe('The bitmap of a block, edited as a field', () => {
  it('says what was typed, and the batmap follows', () => {
    const scene = new EditScene(SPEC);
    assert.deepEqual(
      [scene.node('blocks/0/bitmap').editText, scene.node('blocks/2/bitmap').editText],
      ['1-2, 5', 'all'],
    );
    assert.deepEqual(scene.changer.setField('blocks/0/bitmap', '0, 4-6', false), []);
    assert.equal(scene.node('blocks/0/bitmap').editText, '0, 4-6');
    const followed = scene.changer.setField('blocks/0/bitmap', 'all', false);
    assert.deepEqual(
      [...followed].sort(),
      ['batmap/checksum', 'batmap/map'].filter((id) => followed.includes(id)),
    );
    assert.ok(followed.length > 0, 'the batmap says that the block is whole');
    assert.deepEqual(scene.findings, []);
    const files = new MemoryFileSystem('posix');
    files.addFile('/x.vhd', scene.storage.bytes());
    assert.deepEqual(brokenRules(files, '/x.vhd'), []);
  });

  it('takes no sectors that the block has not', () => {
    const scene = new EditScene(SPEC);
    for (const text of ['', 'some', '0-8', '8', '3-2', '-1', '1;2']) {
      scene.refuses(
        (changer) => changer.setField('blocks/0/bitmap', text, false),
        'bad-value',
        /not sectors of the block/,
      );
    }
    scene.refuses((changer) => changer.setField('blocks/2/bitmap', '0-4', false), 'bad-value', /0 to 3/);
  });
});
