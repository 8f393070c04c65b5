import assert from 'node:assert/strict';
import { blockDetail } from '../../src/engine/chain/blockDetail';
import { blockOwners } from '../../src/engine/chain/blockOwners';
import { hasImageExtension } from '../../src/engine/chain/bounds';
import type { Chain } from '../../src/engine/chain/chain';
import { DiskReader } from '../../src/engine/chain/diskReader';
import { extents } from '../../src/engine/chain/extents';
import { closeChain, openChain } from '../../src/engine/chain/openChain';
import { scanSectors } from '../../src/engine/chain/sectorScan';
import { checkChain } from '../../src/engine/check/checkChain';
import { checkImage } from '../../src/engine/check/checkImage';
import { EngineError } from '../../src/engine/errors';
import type { Finding } from '../../src/engine/finding';
import { NO_LAYER, NO_OFFSET, type Image } from '../../src/engine/image';
import { openImage, sniffImage } from '../../src/engine/openImage';
import { runToEnd } from '../../src/engine/operations/progress';
import { planRepair } from '../../src/engine/operations/repairPlan';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import type { Storage } from '../../src/engine/storage/storage';
import { CountingStorage } from '../fixtures/countingStorage';
import { sized } from '../testSize';
import type { Random } from './random';

/** Reads that opening one image may take: footers, header, table, eight locators, and what is beside it. */
const MAX_OPEN_READS = 20;
/** Reads that opening a chain of three files may take; the folder is searched and each file in it is looked into. */
const MAX_CHAIN_READS = 200;
/** Reads that showing the whole structure tree may take beside one for each bitmap: header, eight locators, batmap and its map. */
const MAX_TREE_READS = 12;
/** Reads that checking one image may take beside those of its blocks. */
const MAX_CHECK_READS = 40;
/** Reads that working out a repair may take beside those of its two checks. */
const MAX_PLAN_READS = 1_000;
/** A check reads the data of a block in pieces of so many bytes. */
const CHECK_PIECE = 256 * 1024;
/** Block-grain maps larger than this are not made in every case, since making them is all that would be measured. */
const LARGE_MAP = 100_000;
/** Sectors; the same for what is done with each sector of a disk. */
const LARGE_DISK = 50_000_000;
/** The largest bitmap: of blocks of 2 GiB. */
const bitmap = new Uint8Array(512 * 1024);

/** How much one case took. */
export interface Work {
  /** Those of checks and repairs are not among them: they grow with the blocks that a table claims, and have bounds of their own. */
  reads: number;
  bytesRead: number;
  opened: boolean;
}

/** Files in memory whose reads are counted. */
class CountedFiles extends MemoryFileSystem {
  private readonly storages: CountingStorage[] = [];

  override open(path: string, access: 'read' | 'write'): Storage {
    const storage = new CountingStorage(super.open(path, access));
    this.storages.push(storage);
    return storage;
  }

  reads(): number {
    return this.storages.reduce((sum, storage) => sum + storage.reads, 0);
  }

  bytesRead(): number {
    return this.storages.reduce((sum, storage) => sum + storage.bytesRead, 0);
  }

  largestRead(): number {
    return this.storages.reduce((largest, storage) => Math.max(largest, storage.largestRead), 0);
  }
}

/**
 * Does with two damaged files all that a user can do by looking. Throws for anything that is not an EngineError, for a work that is beyond
 * its bounds, and for answers that do not fit each other.
 */
export function exercise(leaf: Uint8Array, base: Uint8Array, random: Random): Work {
  const files = new CountedFiles('posix', { '/d/leaf.vhd': leaf, '/d/base.vhd': base, '/d/x/other.vhd': base });
  const work: Work = { reads: 0, bytesRead: 0, opened: false };
  sniffImage(leaf.subarray(0, 512), leaf.subarray(Math.max(0, leaf.length - 512)));
  const image = orNull(() => openImage(files, '/d/leaf.vhd'));
  assert.ok(files.reads() <= MAX_OPEN_READS, `opening took ${files.reads()} reads`);
  assert.ok(
    files.bytesRead() <= 12 * (leaf.length + 4096),
    `opening read ${files.bytesRead()} of ${leaf.length} bytes`,
  );
  if (image !== null) {
    work.opened = true;
    exerciseBlocks(image, files, random);
    exerciseStructure(image, files, random);
    exerciseMap(image, random);
    image.close();
  }
  const before = files.reads();
  const trusted = random.chance(2);
  const confine = random.chance(4) ? '/d' : null;
  const chain = orNull(() =>
    openChain(files, '/d/leaf.vhd', { trusted, given: random.chance(4) ? ['/d/x/other.vhd'] : [], confine }),
  );
  assert.ok(files.reads() - before <= MAX_CHAIN_READS, `opening the chain took ${files.reads() - before} reads`);
  for (const touched of files.touched) {
    const isForeign = /^\/\/|^\/(?:dev|etc|proc|sys)\/|PhysicalDrive/.test(touched);
    assert.ok(
      !isForeign || (trusted && confine === null && leadsToAnImage(leaf, base, touched)),
      `${touched} was touched`,
    );
  }
  if (chain !== null) {
    orNull(() => exerciseChain(chain, files, random));
    closeChain(chain);
  }
  work.reads = files.reads();
  exerciseCheck(files, random);
  const largest = Math.max(leaf.length, base.length, 0x1_0000);
  assert.ok(files.largestRead() <= largest, `one read of ${files.largestRead()} bytes`);
  work.bytesRead = files.bytesRead();
  return work;
}

/** Whether a parent is said to be an image in that folder below `/etc`: with the user's trust it is looked for there, though never among devices. */
function leadsToAnImage(leaf: Uint8Array, base: Uint8Array, folder: string): boolean {
  const name = /^\/etc\/(.+)$/.exec(folder)?.[1];
  const files = new MemoryFileSystem('posix', { '/d/leaf.vhd': leaf, '/d/base.vhd': base });
  const images = ['/d/leaf.vhd', '/d/base.vhd'].flatMap((path) => orNull(() => openImage(files, path)) ?? []);
  const claims = images.flatMap(({ parent }) => parent?.places ?? []).map(({ text }) => text.replaceAll('\\', '/'));
  return name !== undefined && claims.some((text) => hasImageExtension(text) && text.includes(`/${name}/`));
}

/** Checks the image, now and then its chain, and looks for repairs: nothing is changed, and what is chosen leaves an image no worse. */
function exerciseCheck(files: CountedFiles, random: Random): void {
  const policy = { trusted: true, given: [], confine: null };
  const now = Date.UTC(2023, 0, 1);
  const most = MAX_CHECK_READS + readsOfBlocks(files, '/d/leaf.vhd');
  const result = countedOrNull(files, 'a check', most, () =>
    runToEnd(checkImage(files, '/d/leaf.vhd', policy, { now })),
  );
  checkFindings(result?.findings ?? []);
  // Where a parent seems to have been changed, the bits of all sectors are counted: on a large disk that is all that would be measured.
  const isLarge = ['/d/leaf.vhd', '/d/base.vhd'].some((path) => sectorCountOf(files, path) > LARGE_DISK);
  if (random.chance(sized({ small: 4, ci: 10, full: 4 })) && (!isLarge || random.chance(50))) {
    const ofBase = MAX_CHECK_READS + readsOfBlocks(files, '/d/base.vhd') + readsOfBlocks(files, '/d/x/other.vhd');
    // The bitmaps of a parent that seems to have been changed, and its child's, are looked at once more, and those of the last block twice.
    const check = countedOrNull(files, 'a check of the chain', MAX_CHAIN_READS + 3 * (most + ofBase), () =>
      runToEnd(checkChain(files, '/d/leaf.vhd', policy, { now })),
    );
    checkFindings(check?.findings ?? []);
  }
  // Half of the time that a case takes.
  if (!random.chance(sized({ small: 1, ci: 8, full: 1 }))) return;
  const facts = { id: new Uint8Array(16).fill(9), created: new Date(now) };
  // It is checked before and after; in between each proposal looks at the structures that it is about.
  const plan = countedOrNull(files, 'planning a repair', 2 * most + MAX_PLAN_READS, () =>
    runToEnd(planRepair(files, '/d/leaf.vhd', policy, { now, only: null, facts })),
  );
  if (plan !== null) {
    const errors = (findings: readonly Finding[]): number =>
      findings.filter(({ severity }) => severity === 'error').length;
    const isSame = plan.patch.changes.length === 0 && plan.patch.lengthBefore === plan.patch.lengthAfter;
    assert.ok(!isSame || errors(plan.findings) === errors(plan.findingsAfter));
    checkFindings(plan.findingsAfter);
    assert.ok(plan.proposals.length <= 600);
  }
}

/** What a check may read of the blocks of an image: each bitmap, and of a dynamic image the gaps between its bits in a few pieces. */
function readsOfBlocks(files: CountedFiles, path: string): number {
  const image = orNull(() => openImage(files, path));
  if (image === null) return 0;
  const pieces = image.blockSize / CHECK_PIECE;
  image.close();
  return image.allocatedBlockCount * Math.min(20, 2 + 2 * pieces);
}

function sectorCountOf(files: CountedFiles, path: string): number {
  const image = orNull(() => openImage(files, path));
  image?.close();
  return image?.sectorCount ?? 0;
}

/** As `orNull`, with a bound for the reads that it takes. */
function countedOrNull<T>(files: CountedFiles, what: string, most: number, deed: () => T): T | null {
  const before = files.reads();
  const result = orNull(deed);
  const reads = files.reads() - before;
  assert.ok(reads <= most, `${what} took ${reads} reads, more than ${most}`);
  return result;
}

function checkFindings(findings: readonly Finding[]): void {
  assert.ok(findings.length <= 20_000, `${findings.length} findings`);
  for (const { offset, length, message, id } of findings) {
    assert.ok(Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && length >= 0, id);
    assert.ok(message !== '');
  }
}

/** An EngineError is an answer; everything else is passed on as the crash it is. */
function orNull<T>(deed: () => T): T | null {
  try {
    return deed();
  } catch (error) {
    if (!EngineError.is(error)) throw error;
    assert.ok(error.words.what !== '' && error.words.why !== '' && error.words.remedy !== '');
    return null;
  }
}

/** The first and the last blocks and some between. */
function someBlocks(image: Image, random: Random): number[] {
  const blocks = new Set<number>();
  for (let i = 0; i < 8; i++) {
    blocks
      .add(i)
      .add(image.blockCount - 1 - i)
      .add(random.below(image.blockCount));
  }
  return [...blocks].filter((block) => block >= 0 && block < image.blockCount);
}

function exerciseBlocks(image: Image, files: CountedFiles, random: Random): void {
  const sectorsPerBlock = image.blockSize / 512;
  assert.equal(image.sectorCount * 512, image.virtualSize);
  assert.ok(image.blockCount <= 16 * 1024 * 1024 && image.blockCount * image.blockSize >= image.virtualSize);
  for (const block of someBlocks(image, random)) {
    const offset = image.blockOffset(block);
    const before = files.reads();
    const hasBitmap = image.readBitmap(block, bitmap);
    assert.ok(files.reads() - before <= 1);
    assert.equal(hasBitmap, offset !== NO_OFFSET);
    if (offset === NO_OFFSET) continue;
    assert.equal(image.isBlockDamaged(block), false);
    assert.ok(offset >= 0 && offset <= image.fileSize);
    const onDisk = Math.min(sectorsPerBlock, image.sectorCount - block * sectorsPerBlock);
    for (let sector = onDisk; sector < Math.ceil(sectorsPerBlock / 8) * 8 && sector < onDisk + 64; sector++) {
      assert.equal((bitmap[sector >> 3] ?? 0) & (0x80 >> (sector & 7)), 0, `bit ${sector} of block ${block} is set`);
    }
  }
}

function exerciseMap(image: Image, random: Random): void {
  if (image.blockCount > LARGE_MAP && !random.chance(100)) return;
  const top = new Uint8Array(image.blockCount).fill(NO_LAYER);
  image.markAllocated(top, new Uint8Array(image.blockCount), 3);
  for (const block of someBlocks(image, random)) {
    assert.equal(top[block] === 3, image.blockOffset(block) !== NO_OFFSET, `block ${block}`);
  }
}

function exerciseStructure(image: Image, files: CountedFiles, random: Random): void {
  const { structure } = image;
  const before = files.reads();
  const roots = structure.roots();
  for (const [index, root] of roots.entries()) {
    assert.equal(root.index, index);
    for (const node of structure.children(root.id, 0, 40)) {
      assert.ok(node.offset + node.length <= image.fileSize && node.length >= 0, `${node.id} is outside the file`);
      if (root.id !== 'blocks') structure.children(node.id, 0, 40);
    }
    structure.children(root.id, root.childCount - 2, 10);
    structure.children(root.id, random.next(), 10);
  }
  assert.ok(files.reads() - before <= MAX_TREE_READS, `the tree took ${files.reads() - before} reads`);
  for (let i = 0; i < 12; i++) {
    const offset = i < 4 ? random.below(2048) : random.below(image.fileSize);
    const last = structure.at(offset).at(-1);
    assert.ok(last === undefined || (offset >= last.offset && offset < last.offset + last.length));
  }
}

function exerciseChain(chain: Chain, files: CountedFiles, random: Random): void {
  const { image } = chain.layers[0];
  const isLarge = chain.layers.some((layer) => layer.image.blockCount > LARGE_MAP);
  if (!isLarge || random.chance(50)) blockOwners(chain);
  for (const block of someBlocks(image, random).slice(0, 4)) {
    // One byte a sector: 4 MiB for the largest block.
    if (image.blockSize <= 2 ** 25) orNull(() => blockDetail(chain, block));
  }
  if (!isLarge) scanSome(chain);
  const reader = new DiskReader(chain);
  const target = new Uint8Array(5000);
  for (const offset of [0, Math.max(0, reader.size - 5000), random.below(reader.size)]) {
    const before = files.reads();
    target.fill(0xee);
    const count = reader.read(offset, target);
    assert.equal(count, Math.max(0, Math.min(5000, reader.size - offset)));
    // A bitmap and a piece of data for each layer and sector at most.
    assert.ok(
      files.reads() - before <= 40 * chain.layers.length,
      `reading 5,000 bytes took ${files.reads() - before} reads`,
    );
  }
  exerciseExtents(chain, reader, random);
}

function scanSome(chain: Chain): void {
  const scan = scanSectors(chain, 0, 256);
  for (let runs = 0; runs < 4 && scan.next().done !== true; runs++);
}

/** Extents cover the range, in order, and tell the same owners as the reader. */
function exerciseExtents(chain: Chain, reader: DiskReader, random: Random): void {
  const sectorCount = reader.size / 512;
  const from = random.below(sectorCount);
  const count = Math.min(300, sectorCount - from);
  if (count === 0) return;
  const owners = new Uint8Array(count);
  reader.owners(from, owners);
  let next = from;
  for (const extent of extents(chain, { from, count })) {
    assert.equal(extent.start, next);
    assert.ok(extent.length > 0);
    for (let sector = extent.start; sector < extent.start + extent.length; sector++) {
      assert.equal(owners[sector - from], extent.layer ?? NO_LAYER);
    }
    next += extent.length;
  }
  assert.equal(next, from + count);
}
