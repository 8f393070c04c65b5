import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { NO_LAYER } from '../../../src/protocol/session';
import type { BlockGrainMap, SectorGrainRun } from '../../../src/protocol/session';
import { BlockIndex } from '../../../src/webview/blockMap/blockIndex';
import type { CellLooks } from '../../../src/webview/blockMap/cellLook';
import { fillLevel, fillWeight, Mark, WHOLE } from '../../../src/webview/blockMap/cellLook';

/** A block as the test knows it. */
interface Block {
  readonly main: number;
  readonly second: number;
  readonly level: number;
  readonly mark: Mark;
}

const LAYERS = 4;
const NOBODY: Block = { main: NO_LAYER, second: NO_LAYER, level: WHOLE, mark: Mark.none };

const layer = fc.integer({ min: 0, max: LAYERS - 1 });
const top = fc.oneof(layer, fc.constant(NO_LAYER));
const maps = fc.array(fc.record({ top, shared: fc.nat(1) }), { minLength: 1, maxLength: 300 });
const grain = fc.record({
  main: top,
  second: fc.oneof(layer, fc.constant(NO_LAYER)),
  ownerCount: fc.nat(4),
  filled: fc.nat(255),
});
const runs = fc.array(fc.record({ first: fc.nat(320), blocks: fc.array(grain, { maxLength: 80 }) }), { maxLength: 6 });

function mapOf(blocks: readonly { top: number; shared: number }[]): BlockGrainMap {
  return {
    asOf: 0,
    blockSize: 2 << 20,
    sectorCount: blocks.length * 4096,
    top: Uint8Array.from(blocks, (block) => block.top),
    shared: Uint8Array.from(blocks, (block) => block.shared),
  };
}

function runOf(firstBlock: number, blocks: readonly Grain[]): SectorGrainRun {
  const of = (name: keyof Grain): Uint8Array => Uint8Array.from(blocks, (block) => block[name]);
  return {
    asOf: 0,
    firstBlock,
    main: of('main'),
    second: of('second'),
    ownerCount: of('ownerCount'),
    filled: of('filled'),
  };
}

interface Grain {
  readonly main: number;
  readonly second: number;
  readonly ownerCount: number;
  readonly filled: number;
}

function blockOfGrain({ main, second, ownerCount, filled }: Grain): Block {
  if (main === NO_LAYER) return NOBODY;
  return { main, second, level: fillLevel(filled), mark: ownerCount > 2 ? Mark.more : Mark.none };
}

function blockOfTop(block: { top: number; shared: number }): Block {
  if (block.top === NO_LAYER) return NOBODY;
  return { main: block.top, second: NO_LAYER, level: WHOLE, mark: block.shared ? Mark.unread : Mark.none };
}

/** The look of several blocks, counted the slow way. */
function summaryOf(blocks: readonly Block[]): Block {
  const [first = NOBODY] = blocks;
  if (blocks.every((block) => JSON.stringify(block) === JSON.stringify(first))) return first;
  const votes = new Map<number, number>();
  const vote = (owner: number, count: number): void => {
    if (owner !== NO_LAYER) votes.set(owner, (votes.get(owner) ?? 0) + count);
  };
  for (const { main, second } of blocks) {
    vote(main, 2);
    vote(second, 1);
  }
  const ranked = [...votes].sort(([a, forA], [b, forB]) => forB - forA || a - b).map(([owner]) => owner);
  const owned = blocks.filter((block) => block.main !== NO_LAYER);
  const weight = owned.reduce((sum, block) => sum + fillWeight(block.level), 0);
  const isWhole = owned.length === blocks.length && owned.every((block) => block.level === WHOLE);
  return {
    main: ranked[0] ?? NO_LAYER,
    second: ranked[1] ?? NO_LAYER,
    level: isWhole ? WHOLE : Math.min(WHOLE - 1, Math.floor(weight / 2 / blocks.length)),
    mark: blocks.some((block) => block.mark === Mark.unread) ? Mark.unread : ranked.length > 2 ? Mark.more : Mark.none,
  };
}

function decode(looks: CellLooks, look: number): Block {
  return { main: looks.main(look), second: looks.second(look), level: looks.level(look), mark: looks.mark(look) };
}

function checkLevel(index: BlockIndex, model: readonly Block[], level: number): void {
  const width = 2 ** level;
  const expected = [];
  for (let start = 0; start < model.length; start += width) expected.push(summaryOf(model.slice(start, start + width)));
  const found = Array.from(index.level(level), (look) => decode(index.looks, look));
  deepEqual(found, expected);
}

function checkCounts(index: BlockIndex, model: readonly Block[]): void {
  const counts = new Array<number>(LAYERS + 1).fill(0);
  for (const { main } of model) counts[Math.min(main, LAYERS)]! += 1;
  deepEqual([...index.counts], counts);
}

describe('the block index', () => {
  it('summarizes at every level as counting block by block does, whatever runs of sector grain come in', () => {
    fc.assert(
      fc.property(maps, runs, fc.nat(6), (blocks, added, earlyLevel) => {
        const index = new BlockIndex(mapOf(blocks), LAYERS);
        const model = blocks.map(blockOfTop);
        checkLevel(index, model, earlyLevel);
        checkCounts(index, model);
        for (const { first, blocks: run } of added) {
          index.addSectorGrain(runOf(first, run));
          run.forEach((block, i) => {
            if (first + i < model.length) model[first + i] = blockOfGrain(block);
          });
          checkLevel(index, model, earlyLevel);
          checkCounts(index, model);
        }
        for (let level = 0; level < 10; level++) checkLevel(index, model, level);
      }),
    );
  });

  it('finds where the owners change, one way and the other', () => {
    fc.assert(
      fc.property(maps, fc.nat(), (blocks, at) => {
        const index = new BlockIndex(mapOf(blocks), LAYERS);
        const block = at % blocks.length;
        const isSame = (a: number, b: number): boolean => blocks[a]?.top === blocks[b]?.top;

        let next = block + 1;
        while (next < blocks.length - 1 && isSame(next, block)) next++;
        equal(index.nextChange(block), Math.min(next, blocks.length - 1));

        let start = Math.max(0, block - 1);
        while (start > 0 && isSame(start - 1, start)) start--;
        equal(index.previousChange(block), start);
      }),
    );
  });

  it('reaches both ends by leaping, however often it is asked', () => {
    const index = new BlockIndex(mapOf([1, 1, 2, NO_LAYER, NO_LAYER, 0].map((top) => ({ top, shared: 0 }))), LAYERS);
    const forth = [0];
    for (let i = 0; i < 5; i++) forth.push(index.nextChange(forth[i]!));
    deepEqual(forth, [0, 2, 3, 5, 5, 5]);
    const back = [5];
    for (let i = 0; i < 5; i++) back.push(index.previousChange(back[i]!));
    deepEqual(back, [5, 3, 2, 0, 0, 0]);
  });

  it('holds a disk without blocks, and one whose map names layers that are not there', () => {
    const none = new BlockIndex(mapOf([]), 1);
    equal(none.blockCount, 0);
    equal(none.level(3).length, 0);
    equal(none.nextChange(0), 0);
    none.addSectorGrain(runOf(0, [{ main: 0, second: NO_LAYER, ownerCount: 1, filled: 255 }]));

    const strange = new BlockIndex(mapOf([{ top: 9, shared: 1 }]), 2);
    equal(strange.lookOf(0), strange.looks.empty);
    deepEqual([...strange.counts], [0, 0, 1]);
    strange.addSectorGrain(runOf(0, [{ main: 7, second: 8, ownerCount: 1, filled: 9 }]));
    equal(strange.lookOf(0), strange.looks.empty);
  });

  it('leaves a block as the tables have it whose bitmaps cannot be read', () => {
    const tables = [
      { top: 1, shared: 1 },
      { top: 0, shared: 0 },
    ];
    const index = new BlockIndex(mapOf(tables), 2);
    const before = index.lookOf(0);
    equal(index.looks.mark(before), Mark.unread);
    const unread = { main: NO_LAYER, second: NO_LAYER, ownerCount: 255, filled: 0 };
    index.addSectorGrain(runOf(0, [unread, { main: 1, second: NO_LAYER, ownerCount: 1, filled: 255 }]));
    equal(index.lookOf(0), before);
    equal(index.looks.main(index.lookOf(1)), 1);
    deepEqual([...index.counts], [0, 2, 0]);
  });

  it('keeps chains of the greatest length apart', () => {
    const index = new BlockIndex(
      mapOf([
        { top: 127, shared: 0 },
        { top: 0, shared: 1 },
      ]),
      128,
    );
    index.addSectorGrain(runOf(1, [{ main: 126, second: 125, ownerCount: 3, filled: 128 }]));
    deepEqual(decode(index.looks, index.lookOf(0)), { main: 127, second: NO_LAYER, level: WHOLE, mark: Mark.none });
    deepEqual(decode(index.looks, index.lookOf(1)), { main: 126, second: 125, level: 3, mark: Mark.more });
  });

  it('keeps after an edit what the bitmaps said of the blocks that the tables name as before', () => {
    fc.assert(
      fc.property(maps, runs, fc.array(fc.tuple(fc.nat(300), top), { maxLength: 5 }), (blocks, added, edits) => {
        const before = new BlockIndex(mapOf(blocks), LAYERS);
        const model = blocks.map(blockOfTop);
        for (const { first, blocks: run } of added) {
          before.addSectorGrain(runOf(first, run));
          run.forEach((block, i) => {
            if (first + i < model.length) model[first + i] = blockOfGrain(block);
          });
        }
        const edited = blocks.map((block) => ({ ...block }));
        for (const [at, owner] of edits) if (at < edited.length) edited[at]!.top = owner;
        const isAsBefore = (block: number): boolean => edited[block]!.top === blocks[block]!.top;
        edited.forEach((block, at) => {
          if (!isAsBefore(at)) model[at] = blockOfTop(block);
        });
        const after = new BlockIndex(mapOf(edited), LAYERS);
        after.keepLooks(before, isAsBefore);
        for (let level = 0; level < 10; level++) checkLevel(after, model, level);
        checkCounts(after, model);
      }),
    );
  });
});
