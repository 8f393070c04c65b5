import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { StructureNode } from '../structure';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import type { BlockPlaces } from './blockPlaces';
import { grouped } from './fieldText';
import { hex32, hexOffset } from './findingList';
import type { FoundTable } from './locateTable';
import { nodeOf } from './structureTree';

const ID = 'bat';
const ENTRY_EDIT = { kind: 'place', maximum: ABSENT_ENTRY - 1 } as const;

/** The block allocation table as a node with one node an entry, made when they are looked at. */
export class TableStructure {
  private readonly found: FoundTable;
  private readonly places: BlockPlaces;
  private readonly length: number;

  /** `maxTableEntries`: entries that the header claims, more than the disk needs perhaps. */
  constructor(found: FoundTable, places: BlockPlaces, maxTableEntries: number, fileSize: number) {
    this.found = found;
    this.places = places;
    this.length = Math.min(maxTableEntries * TABLE_ENTRY_LENGTH, Math.max(0, fileSize - found.offset));
  }

  root(index: number): StructureNode {
    const { table, offset } = this.found;
    const hint = t('{0} used', grouped(table.countUsed()));
    return nodeOf(
      { key: ID, name: 'Block Allocation Table', offset, length: this.length, hint },
      ID,
      index,
      table.length,
    );
  }

  /** Null where the id is not this structure's. */
  children(id: string, from: number, count: number): readonly StructureNode[] | null {
    if (id !== ID) {
      return null;
    }
    const end = Math.min(from + count, this.found.table.length);
    return Array.from({ length: Math.max(0, end - from) }, (_, i) => this.entry(from + i));
  }

  /** The nodes from the root to the entry at a byte; empty where the table does not reach. */
  at(offset: number, rootIndex: number): readonly StructureNode[] {
    const inside = offset - this.found.offset;
    if (inside < 0 || inside >= this.length) {
      return [];
    }
    const block = Math.floor(inside / TABLE_ENTRY_LENGTH);
    const root = this.root(rootIndex);
    return block < this.found.table.length ? [root, this.entry(block)] : [root];
  }

  /** The nodes from the root to the entry of a block; empty where it has none. */
  ofBlock(block: number, rootIndex: number): readonly StructureNode[] {
    return block >= 0 && block < this.found.table.length ? [this.root(rootIndex), this.entry(block)] : [];
  }

  private entry(block: number): StructureNode {
    const entry = this.found.table.entry(block);
    const isAbsent = entry === ABSENT_ENTRY;
    const sketch = {
      key: String(block),
      name: t('Block {0}', grouped(block)),
      offset: this.found.offset + block * TABLE_ENTRY_LENGTH,
      length: TABLE_ENTRY_LENGTH,
      value: isAbsent ? t('absent') : hex32(entry),
      editText: isAbsent ? 'absent' : hex32(entry),
      hint: isAbsent ? null : hexOffset(entry * SECTOR_SIZE),
      expected: this.places.isDamaged(block) ? t('a place in the file that is free of other structures') : null,
      editableAs: ENTRY_EDIT,
    };
    return nodeOf(sketch, `${ID}/${block}`, block, 0);
  }
}
