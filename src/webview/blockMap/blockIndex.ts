import { NO_LAYER, UNREAD_BLOCK } from '../../protocol/session';
import type { BlockGrainMap, SectorGrainRun } from '../../protocol/session';
import { CellLooks, fillLevel, fillWeight, Mark, WHOLE } from './cellLook';
import type { Looks } from './cellLook';
import { hasWords, kindOf, KINDS, readLooks, summarizePairs, summarizeTables } from './tableLooks';

/**
 * What is known of every block, as one array of looks, with coarser arrays above it for views in which a cell stands for several
 * blocks. Level n has a cell for every 2^n blocks; a level is built when it is first asked for and kept up to date from then on.
 */
export class BlockIndex {
  readonly looks: CellLooks;
  readonly blockCount: number;
  readonly #levels: (Looks | undefined)[] = [];
  /** By layer, and 256 higher for blocks that further layers have too: the look of a block of which only the allocation tables are known. */
  readonly #lookOf: Uint32Array;
  readonly #votes: Uint32Array;
  readonly #counts: Uint32Array;
  /** The allocation tables; what they say is taken over block by block when it is first needed, which the first picture of a large disk does without. */
  readonly #map: BlockGrainMap;
  #known: Looks | null = null;

  constructor(map: BlockGrainMap, layerCount: number) {
    this.looks = new CellLooks(layerCount);
    this.blockCount = map.top.length;
    this.#map = map;
    this.#counts = new Uint32Array(layerCount + 1);
    this.#votes = new Uint32Array(layerCount);
    this.#lookOf = lookOfKinds(this.looks);
  }

  /** Blocks by the layer that owns most of each; the last entry counts those that none owns. */
  get counts(): Uint32Array {
    this.#readTables();
    return this.#counts;
  }

  get #blocks(): Looks {
    return this.#known ?? this.#readTables();
  }

  /** The look of a block; empty for a number beyond the disk. */
  lookOf(block: number): number {
    return this.#blocks[block] ?? this.looks.empty;
  }

  /** The looks of the cells of 2^level blocks each. */
  level(level: number): Looks {
    let cells = this.#levels[level];
    if (cells === undefined) {
      if (level === 0) return this.#blocks;
      cells = this.#newLooks(Math.ceil(this.blockCount / 2 ** level));
      this.#levels[level] = cells;
      if (this.#known === null && hasWords(this.#map)) {
        if (level === 1) this.#summarizePairs(cells);
        else this.#summarizeTables(cells, 2 ** level);
      } else this.#summarize(cells, level, 0, cells.length);
    }
    return cells;
  }

  /** Takes over what the sector bitmaps say of a run of blocks; what lies beyond the disk, or could not be read, is left as it is. */
  addSectorGrain(run: SectorGrainRun): void {
    const first = Math.max(0, run.firstBlock);
    const end = Math.min(this.blockCount, run.firstBlock + run.main.length);
    if (first >= end) return;
    const blocks = this.#blocks;
    const { looks } = this;
    const counts = this.#counts;
    for (let block = first; block < end; block++) {
      const at = block - run.firstBlock;
      if (run.ownerCount[at] === UNREAD_BLOCK) continue;
      const mark = (run.ownerCount[at] ?? 0) > 2 ? Mark.more : Mark.none;
      const level = fillLevel(run.filled[at] ?? 0);
      const before = Math.min(looks.main(blocks[block] ?? 0), looks.layerCount);
      const look = looks.encode(run.main[at] ?? NO_LAYER, run.second[at] ?? NO_LAYER, level, mark);
      const after = Math.min(looks.main(look), looks.layerCount);
      blocks[block] = look;
      counts[before] = (counts[before] ?? 0) - 1;
      counts[after] = (counts[after] ?? 0) + 1;
    }
    this.#levels.forEach((cells, level) => {
      if (level === 0 || cells === undefined) return;
      this.#summarize(cells, level, Math.floor(first / 2 ** level), Math.ceil(end / 2 ** level));
    });
  }

  /** Takes over the looks of those blocks of another index that are still as they were; of the others only the allocation tables are known. */
  keepLooks(before: BlockIndex, isAsBefore: (block: number) => boolean): void {
    const blocks = this.#blocks;
    const { looks } = this;
    const counts = this.#counts;
    if (before.looks.layerCount !== looks.layerCount) return;
    for (let block = 0; block < this.blockCount; block++) {
      const look = before.lookOf(block);
      const now = blocks[block] ?? 0;
      if (look === now || !isAsBefore(block)) continue;
      const from = Math.min(looks.main(now), looks.layerCount);
      const to = Math.min(looks.main(look), looks.layerCount);
      blocks[block] = look;
      counts[from] = (counts[from] ?? 0) - 1;
      counts[to] = (counts[to] ?? 0) + 1;
    }
  }

  /** The first block after `block` whose owners are others than its neighbour's before it; the last block where all are the same. */
  nextChange(block: number): number {
    const last = this.blockCount - 1;
    const owners = this.looks.owners(this.lookOf(block));
    for (let next = block + 1; next < last; next++) {
      if (this.looks.owners(this.#blocks[next] ?? 0) !== owners) return next;
    }
    return Math.max(0, last);
  }

  /** The first block of the run of equal owners that ends before `block`. */
  previousChange(block: number): number {
    let start = Math.max(0, block - 1);
    const owners = this.looks.owners(this.lookOf(start));
    while (start > 0 && this.looks.owners(this.#blocks[start - 1] ?? 0) === owners) start--;
    return start;
  }

  #newLooks(count: number): Looks {
    return this.looks.size <= 0x10000 ? new Uint16Array(count) : new Uint32Array(count);
  }

  /** The allocation tables alone: a block that one layer has is shown as wholly its own until the bitmaps say more. */
  #readTables(): Looks {
    if (this.#known !== null) return this.#known;
    const blocks = this.#newLooks(this.blockCount);
    const seen = readLooks(this.#map, this.#lookOf, blocks);
    seen.forEach((count, kind) => {
      const entry = Math.min(kind & 0xff, this.looks.layerCount);
      this.#counts[entry] = (this.#counts[entry] ?? 0) + count;
    });
    this.#known = blocks;
    this.#levels[0] = blocks;
    return blocks;
  }

  /** The cells of the first level before any block is known by itself. */
  #summarizePairs(cells: Looks): void {
    const pair = this.#newLooks(2);
    const lookOfPair = (first: number, second: number): number => {
      pair[0] = this.#lookOf[first] ?? 0;
      pair[1] = this.#lookOf[second] ?? 0;
      return first === second ? pair[0] : this.#summary(pair, 0, 2);
    };
    summarizePairs(this.#map, lookOfPair, cells);
    const last = this.blockCount - 1;
    // One block alone has the look of itself.
    if (last % 2 === 0) cells[last / 2] = this.#lookOf[kindOf(this.#map, last)] ?? 0;
  }

  /** The cells of a level before any block is known by itself. */
  #summarizeTables(cells: Looks, width: number): void {
    const mixed = new Uint32Array(cells.length);
    const mixedCount = summarizeTables(this.#map, width, this.#lookOf, cells, mixed);
    const blocks = this.#newLooks(width);
    for (const cell of mixed.subarray(0, mixedCount)) {
      const start = cell * width;
      const count = Math.min(width, this.blockCount - start);
      for (let at = 0; at < count; at++) blocks[at] = this.#lookOf[kindOf(this.#map, start + at)] ?? 0;
      cells[cell] = this.#summary(blocks, 0, count);
    }
  }

  #summarize(cells: Looks, level: number, from: number, to: number): void {
    const blocks = this.#blocks;
    const width = 2 ** level;
    for (let cell = from; cell < to; cell++) {
      const start = cell * width;
      const end = Math.min(blocks.length, start + width);
      const look = blocks[start] ?? 0;
      let same = start + 1;
      while (same < end && blocks[same] === look) same++;
      cells[cell] = same === end ? look : this.#summary(blocks, start, end);
    }
  }

  /**
   * One look for several blocks. A block gives two votes to its main owner and one to its second; the layers with the most votes
   * stand for all, at equal votes the one nearer the leaf. The fill is the mean, but whole or empty only where every block is.
   */
  #summary(blocks: Looks, start: number, end: number): number {
    const looks = this.looks;
    const votes = this.#votes;
    let weight = 0;
    let unread = false;
    for (let block = start; block < end; block++) {
      const look = blocks[block] ?? 0;
      const main = looks.main(look);
      if (main === NO_LAYER) continue;
      const second = looks.second(look);
      votes[main] = (votes[main] ?? 0) + 2;
      if (second !== NO_LAYER) votes[second] = (votes[second] ?? 0) + 1;
      weight += fillWeight(looks.level(look));
      unread ||= looks.mark(look) === Mark.unread;
    }

    let main = NO_LAYER;
    let second = NO_LAYER;
    let mainVotes = 0;
    let secondVotes = 0;
    let owners = 0;
    for (let layer = 0; layer < looks.layerCount; layer++) {
      const own = votes[layer] ?? 0;
      if (own === 0) continue;
      votes[layer] = 0;
      owners++;
      if (own > mainVotes) {
        second = main;
        secondVotes = mainVotes;
        main = layer;
        mainVotes = own;
      } else if (own > secondVotes) {
        second = layer;
        secondVotes = own;
      }
    }
    const all = (end - start) * fillWeight(WHOLE);
    const fill = weight === all ? WHOLE : Math.min(WHOLE - 1, Math.floor((weight * WHOLE) / all));
    return looks.encode(main, second, fill, unread ? Mark.unread : owners > 2 ? Mark.more : Mark.none);
  }
}

function lookOfKinds(looks: CellLooks): Uint32Array {
  const lookOf = new Uint32Array(KINDS).fill(looks.empty);
  for (let layer = 0; layer < looks.layerCount; layer++) {
    lookOf[layer] = looks.encode(layer, NO_LAYER, WHOLE, Mark.none);
    lookOf[layer + 256] = looks.encode(layer, NO_LAYER, WHOLE, Mark.unread);
  }
  return lookOf;
}
