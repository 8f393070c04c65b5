import { SECTOR_SIZE } from '../image';
import type { Storage } from '../storage/storage';
import {
  BATMAP_HEADER_LENGTH,
  batmapChecksum,
  batmapOffset,
  decodeBatmap,
  encodeBatmap,
  MAX_BATMAP_LENGTH,
  type Batmap,
} from './batmap';
import { setBits } from './sectorBitmap';
import type { SparseParts } from './vhdParts';

/** Xen's map of whole blocks as it stands in a file, to be kept right while blocks change. */
export class BatmapInFile {
  readonly #storage: Storage;
  readonly #offset: number;
  #batmap: Batmap;
  readonly #map: Uint8Array;
  #isChanged = false;

  private constructor(storage: Storage, offset: number, batmap: Batmap, map: Uint8Array) {
    this.#storage = storage;
    this.#offset = offset;
    this.#batmap = batmap;
    this.#map = map;
  }

  /** Null where there is none, or where it does not lie in the file. */
  static read({ storage, header, table }: SparseParts): BatmapInFile | null {
    if (header === null || table === null) {
      return null;
    }
    const offset = batmapOffset(table.offset, header.header.maxTableEntries);
    const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
    const batmap = storage.read(offset, bytes) === bytes.length ? decodeBatmap(bytes) : null;
    const length = (batmap?.mapSectorCount ?? 0) * SECTOR_SIZE;
    if (batmap === null || length > MAX_BATMAP_LENGTH || batmap.mapOffset + BigInt(length) > BigInt(storage.size())) {
      return null;
    }
    const map = new Uint8Array(length);
    storage.read(Number(batmap.mapOffset), map);
    return new BatmapInFile(storage, offset, batmap, map);
  }

  /** Blocks that it has a bit for. */
  get blockCount(): number {
    return this.#map.length * 8;
  }

  /** A map whose checksum is off is believed by nobody. */
  get isBelieved(): boolean {
    return batmapChecksum(this.#map, this.#batmap.version) === this.#batmap.checksum;
  }

  isWhole(block: number): boolean {
    return ((this.#map[block >>> 3] ?? 0) & (0x80 >>> (block & 7))) !== 0;
  }

  setWhole(block: number, isWhole: boolean): void {
    if (block < this.blockCount && this.isWhole(block) !== isWhole) {
      setBits(this.#map, block, block + 1, isWhole);
      this.#isChanged = true;
    }
  }

  /** Writes the map where it was changed, and its checksum where that is off. */
  save(): void {
    if (this.#isChanged) {
      this.#storage.write(Number(this.#batmap.mapOffset), this.#map);
      this.#isChanged = false;
    }
    if (!this.isBelieved) {
      this.#batmap = { ...this.#batmap, checksum: batmapChecksum(this.#map, this.#batmap.version) };
      this.#storage.write(this.#offset, encodeBatmap(this.#batmap));
    }
  }
}
