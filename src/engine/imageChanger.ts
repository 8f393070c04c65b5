/** What the disk reads as under the leaf: where only a part of a sector is written, the rest of it comes from there. */
export interface SectorsBelow {
  /** Fills `target`, a whole number of sectors, from LBA `sector` on. */
  read(sector: number, target: Uint8Array): void;
}

/**
 * Changes one image, whatever its format. All is written to its storage at once, in no order that a loss of power could be trusted with: the storage
 * is an overlay, whose patch is saved. Whoever has the image open opens it anew afterwards.
 * Every function throws EngineError `out-of-range` for a node, block or range that there is not, `bad-value` for a text that
 * the field cannot take (the words say which it can), and `not-possible` where damage stands in the way; then nothing is changed.
 */
export interface ImageChanger {
  /** See `Edit`, `field`. Returns the ids of the nodes that followed, without the one itself. */
  setField(node: string, text: string, alone: boolean): readonly string[];

  /** See `Edit`, `makeConsistent`. Returns the ids of the nodes that were changed. */
  makeConsistent(node: string): readonly string[];

  /** See `Edit`, `sectorBits`. The block must have a place. Keeps a batmap right. */
  setSectorBits(block: number, firstSector: number, sectorCount: number, present: boolean): void;

  /**
   * Writes into the virtual disk as a guest would: gives the block a place where it has none (the footer moves to the new end), marks the sectors
   * present, keeps a batmap right. Sectors that are written in part get the rest of their bytes from `below`. May be called many times.
   * Zeros give no place to a block of an image without a parent that reads as zero anyway.
   */
  writeDisk(offset: number, bytes: Uint8Array): void;
}
