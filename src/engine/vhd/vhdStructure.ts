import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { StructureNode, StructureSource } from '../structure';
import { batmapOffset } from './batmap';
import { sketchBatmap } from './batmapStructure';
import type { BlockPlaces } from './blockPlaces';
import { BlockStructure, type BlockSource } from './blockStructure';
import { DYNAMIC_HEADER_LENGTH } from './dynamicHeader';
import { grouped, sizeText } from './fieldText';
import { FOOTER_LENGTH } from './footer';
import { sketchFooter } from './footerStructure';
import { sketchHeader, sketchLocators } from './headerStructure';
import { isFixed } from './locateFooter';
import { locatorRoom, readLocatorData, type ParentLocator } from './parentLocator';
import { findById, grow, pathTo, smallest, type Sketch, type TreeNode } from './structureTree';
import { TableStructure } from './tableStructure';
import type { VhdParts } from './vhdParts';

/** What an image with blocks adds. */
export interface BlockParts {
  readonly places: BlockPlaces;
  readonly image: BlockSource;
}

/**
 * Every structure of a VHD image as a tree: Footer Copy, Dynamic Disk Header, Parent Locators, Batmap, Block Allocation Table, Data Blocks,
 * Footer; of a fixed image its content and its footer. What is small is read once, when first asked for.
 */
export class VhdStructure implements StructureSource {
  private readonly parts: VhdParts;
  private readonly table: TableStructure | null;
  private readonly blocks: BlockStructure | null;
  private readonly blockCount: number;
  private trees: readonly TreeNode[] | null = null;
  private rootNodes: readonly StructureNode[] | null = null;

  /** `blockParts` is null for a fixed image. */
  constructor(parts: VhdParts, blockParts: BlockParts | null) {
    this.parts = parts;
    this.blockCount = blockParts?.image.blockCount ?? 0;
    const { table, header, fileSize } = parts;
    this.blocks = blockParts === null ? null : new BlockStructure(blockParts.places, blockParts.image);
    this.table =
      blockParts === null || table === null || header === null
        ? null
        : new TableStructure(table, blockParts.places, header.header.maxTableEntries, fileSize);
  }

  roots(): readonly StructureNode[] {
    this.rootNodes ??= this.makeRoots();
    return this.rootNodes;
  }

  children(id: string, from: number, count: number): readonly StructureNode[] {
    const first = Math.max(0, from);
    const lazy = this.table?.children(id, first, count) ?? this.blocks?.children(id, first, count);
    if (lazy !== undefined && lazy !== null) {
      return lazy;
    }
    for (const tree of this.smallTrees()) {
      const found = findById(tree, id);
      if (found !== null) {
        return found.below.slice(first, first + count).map(({ node }) => node);
      }
    }
    return [];
  }

  ofBlock(block: number): readonly (readonly StructureNode[])[] {
    const indexes = new Map(this.roots().map(({ id, index }) => [id, index]));
    const entry = this.table?.ofBlock(block, indexes.get('bat') ?? 0) ?? [];
    const bitmap = this.blocks?.bitmapOf(block, indexes.get('blocks') ?? 0) ?? [];
    return [entry, bitmap].filter((path) => path.length > 0);
  }

  at(offset: number): readonly StructureNode[] {
    const indexes = new Map(this.roots().map(({ id, index }) => [id, index]));
    let best: readonly StructureNode[] = [];
    for (const tree of this.smallTrees()) {
      const [root, ...below] = pathTo(tree, offset);
      if (root !== undefined) {
        best = smallest(best, [{ ...root, index: indexes.get(root.id) ?? 0 }, ...below]);
      }
    }
    best = smallest(best, this.table?.at(offset, indexes.get('bat') ?? 0) ?? []);
    return smallest(best, this.blocks?.at(offset, indexes.get('blocks') ?? 0) ?? []);
  }

  private makeRoots(): readonly StructureNode[] {
    const lazy = [this.table?.root(0), this.blocks?.root(0)].filter((node) => node !== undefined && node !== null);
    return [...this.smallTrees().map(({ node }) => node), ...lazy]
      .sort((one, other) => one.offset - other.offset)
      .map((node, index) => ({ ...node, index }));
  }

  /** The structures of few fields. Their indexes among the roots are put right by who hands them out. */
  private smallTrees(): readonly TreeNode[] {
    this.trees ??= this.sketches().map((sketch) => grow(sketch, '', 0));
    return this.trees;
  }

  private sketches(): Sketch[] {
    const { footers, storage, fileSize, table, header } = this.parts;
    const { tail, copy, best } = footers;
    const headerOffset = header?.offset ?? null;
    const sketches: Sketch[] = [];
    if (copy !== null) {
      sketches.push(sketchFooter(copy, 'footer-copy', t('Footer Copy'), { original: tail, headerOffset }));
    }
    if (tail !== null) {
      sketches.push(sketchFooter(tail, 'footer', 'Footer', { original: null, headerOffset }));
    }
    if (isFixed(best)) {
      sketches.push(this.sketchContent());
      return sketches;
    }
    sketches.push(...this.sketchHeaderParts(headerOffset === null ? best.footer.dataOffset : BigInt(headerOffset)));
    if (table !== null && header !== null) {
      const batmap = sketchBatmap(storage, fileSize, batmapOffset(table.offset, header.header.maxTableEntries));
      sketches.push(...(batmap === null ? [] : [batmap]));
    }
    return sketches;
  }

  /** What stands where the header was found, or where the footer says that it is, header or not. */
  private sketchHeaderParts(dataOffset: bigint): Sketch[] {
    const { storage, fileSize } = this.parts;
    if (dataOffset < BigInt(FOOTER_LENGTH) || dataOffset + BigInt(DYNAMIC_HEADER_LENGTH) > BigInt(fileSize)) {
      return [];
    }
    const offset = Number(dataOffset);
    const bytes = new Uint8Array(DYNAMIC_HEADER_LENGTH);
    storage.read(offset, bytes);
    const locators = sketchLocators(bytes, offset, {
      read: (locator) => readLocatorData(storage, fileSize, locator),
      room: (locator) => this.roomOf(locator),
    });
    return [sketchHeader(bytes, offset, this.blockCount), locators];
  }

  /** Up to the next structure: what an entry claims as its room is no more than a claim. */
  private roomOf(locator: ParentLocator): number {
    const { footers, header, table, fileSize } = this.parts;
    const offset = Number(locator.platformDataOffset);
    const others = header?.header.parentLocators.map((other) => Number(other.platformDataOffset)) ?? [];
    const starts = [
      footers.tail?.offset,
      header?.offset,
      table?.offset,
      this.blocks?.root(0)?.offset,
      fileSize,
      ...others,
    ];
    const next = Math.min(...starts.filter((start) => start !== undefined && start > offset).map(Number));
    return Math.min(locatorRoom(locator), next - offset);
  }

  private sketchContent(): Sketch {
    const { virtualSize, fileSize, footers } = this.parts;
    const length = Math.min(virtualSize, footers.tail?.offset ?? fileSize);
    const hint = t('{0}, {1} sectors', sizeText(length), grouped(Math.floor(length / SECTOR_SIZE)));
    return { key: 'content', name: t('Disk Content'), offset: 0, length, hint };
  }
}
