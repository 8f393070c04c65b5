import { deepEqual, equal, ok } from 'node:assert/strict';
import { NO_LAYER } from '../../../src/protocol/session';
import { BlockIndex } from '../../../src/webview/blockMap/blockIndex';
import { spoken, wordsFromDetail, wordsFromMap } from '../../../src/webview/blockMap/wording';
import type { BlockWords } from '../../../src/webview/blockMap/wording';
import { blockDetail, blockGrain, KINDS, layerSummaries, sectorGrain } from './sampleMap';

const map = blockGrain(KINDS);
const layers = layerSummaries(KINDS.layerCount, KINDS.blocks.length);

/** With narrow spaces written as plain ones. */
function plain(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

function lines(words: BlockWords): string[] {
  const parts = words.parts.map((part) => [part.name, part.sectorCount, part.fileOffset].filter(Boolean).join(' '));
  return [words.title, words.summary, ...parts, words.doubt ?? '', words.unsaved ?? '']
    .filter((line) => line !== '')
    .map(plain);
}

describe('what is said of a block', () => {
  const atBlockGrain = new BlockIndex(map, KINDS.layerCount);
  const atSectorGrain = new BlockIndex(map, KINDS.layerCount);
  atSectorGrain.addSectorGrain(sectorGrain(KINDS, 0, KINDS.blocks.length));

  it('comes from the allocation tables at once', () => {
    const said = [0, 1, 3, 4].map((block) => lines(wordsFromMap(map, atBlockGrain, layers, block)));
    deepEqual(said, [
      ['Block 0', 'no layer'],
      ['Block 1', 'base.vhd'],
      ['Block 3', 'further layers below, not read yet', 'web01_0CE6964B.avhd'],
      ['Block 4', 'web01_1CE6964B.avhd'],
    ]);
  });

  it('tells the first owners and whether the block is full once the bitmaps are read', () => {
    const said = [0, 1, 3, 4, 5, 6].map((block) => lines(wordsFromMap(map, atSectorGrain, layers, block)));
    deepEqual(said, [
      ['Block 0', 'no layer'],
      ['Block 1', 'base.vhd'],
      ['Block 3', '2 layers', 'base.vhd', 'web01_0CE6964B.avhd'],
      ['Block 4', 'partly filled', 'web01_1CE6964B.avhd'],
      ['Block 5', '3 layers or more', 'web01_1CE6964B.avhd', 'base.vhd'],
      ['Block 6', 'no layer'],
    ]);
  });

  it('counts every sector once the block is described', () => {
    const said = [0, 3, 4, 5].map((block) => lines(wordsFromDetail(map, layers, blockDetail(KINDS, block))));
    deepEqual(said, [
      ['Block 0', 'no layer, reads as zeros'],
      [
        'Block 3',
        '2 layers',
        'base.vhd 2 784 sectors at 0x30000000',
        'web01_0CE6964B.avhd 1 312 sectors at 0x10000000',
      ],
      ['Block 4', 'partly filled', 'web01_1CE6964B.avhd 1 024 sectors at 0x20000000', 'no layer 3 072 sectors'],
      [
        'Block 5',
        '3 layers',
        'web01_1CE6964B.avhd 3 000 sectors at 0x20000000',
        'base.vhd 1 000 sectors at 0x30000000',
        'web01_0CE6964B.avhd 96 sectors at 0x10000000',
      ],
    ]);
  });

  it('names the place on the disk with its last sector and byte included', () => {
    const words = wordsFromMap(map, atBlockGrain, layers, 3);
    equal(plain(words.sectors), 'LBA 12 288 – 16 383');
    equal(words.bytes, 'bytes 0x600000 – 0x7FFFFF');
  });

  it('ends the last block where the disk ends', () => {
    const words = wordsFromMap({ ...map, sectorCount: 7 * 4096 + 1 }, atBlockGrain, layers, 7);
    equal(plain(words.sectors), 'LBA 28 672 – 28 672');
    equal(words.bytes, 'bytes 0xE00000 – 0xE001FF');
  });

  it('has places beyond four gigabytes, as far as a disk can reach', () => {
    const giant = { ...map, blockSize: 2 ** 21, sectorCount: 0xff000000 };
    const words = wordsFromMap(giant, atBlockGrain, layers, 1_044_479);
    equal(plain(words.sectors), 'LBA 4 278 185 984 – 4 278 190 079');
    equal(words.bytes, 'bytes 0x1FDFFE00000 – 0x1FDFFFFFFFF');
  });

  it('says which sectors nobody can vouch for, and calls them no zeros', () => {
    const reasons = ['parent-missing', 'past-end-of-file'] as const;
    const said = reasons.map((reason) => {
      const doubtful = [{ start: 0, length: 8, layer: null, reason }];
      return lines(wordsFromDetail(map, layers, { ...blockDetail(KINDS, 0), doubtful }));
    });
    deepEqual(said, [
      ['Block 0', 'no layer', '8 sectors uncertain: the parent is missing'],
      ['Block 0', 'no layer', '8 sectors uncertain: the file is damaged there'],
    ]);
  });

  it('leaves out the place in a file where the block is in several', () => {
    const detail = { ...blockDetail(KINDS, 1), parts: [{ layer: 2, sectorCount: 1, fileOffset: null }] };
    deepEqual(wordsFromDetail(map, layers, detail).parts, [
      { layer: 2, name: 'base.vhd', sectorCount: '1 sector', fileOffset: null },
      { layer: NO_LAYER, name: 'no layer', sectorCount: '4\u202f095 sectors', fileOffset: null },
    ]);
  });

  it('names what is not saved: in the block, by its sectors once they are counted, or in the blocks that share its cell', () => {
    const edited = {
      ...map,
      unsaved: [
        { start: 1, length: 1 },
        { start: 3, length: 3 },
      ],
    };
    const said = (block: number, blocksPerCell: number): string | null =>
      wordsFromMap(edited, atBlockGrain, layers, block, blocksPerCell).unsaved;
    deepEqual(
      [0, 1, 2, 3].map((block) => said(block, 1)),
      [null, 'changes here are not saved', null, 'changes here are not saved'],
    );
    equal(said(0, 2), '1 block at this point is not saved');
    equal(said(0, 8), '4 blocks at this point are not saved');
    const detail = { ...blockDetail(KINDS, 1), unsaved: [{ start: 7, length: 2 }] };
    const words = wordsFromDetail(edited, layers, detail);
    deepEqual(lines(words), ['Block 1', 'base.vhd 4 096 sectors at 0x30000000', '2 sectors are not saved']);
    equal(wordsFromDetail(edited, layers, detail, 4).unsaved, '3 blocks at this point are not saved');
    ok(spoken(words).endsWith('2 sectors are not saved'));
  });

  it('is one sentence for a screen reader', () => {
    equal(
      plain(spoken(wordsFromMap(map, atSectorGrain, layers, 4))),
      'Block 4, LBA 16 384 – 20 479, owner web01_1CE6964B.avhd, partly filled',
    );
    equal(
      plain(spoken(wordsFromDetail(map, layers, blockDetail(KINDS, 3)))),
      'Block 3, LBA 12 288 – 16 383, owner base.vhd 2 784 sectors, web01_0CE6964B.avhd 1 312 sectors, 2 layers',
    );
  });
});
