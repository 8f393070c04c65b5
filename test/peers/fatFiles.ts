import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const ENTRY = 32;
const FREE = 0x0000;
const LAST = 0xffff;
const DELETED = 0xe5;

/**
 * Puts files into the root folder of a FAT16 file system, over those that have their names: no program that is installed here does.
 * Names are of eight and three upper-case letters at most.
 */
export function putIntoFat(path: string, files: ReadonlyMap<string, Uint8Array>): void {
  const descriptor = openSync(path, 'r+');
  try {
    const fat = new Fat16(descriptor);
    for (const [name, bytes] of files) fat.put(name, bytes);
    fat.save();
  } finally {
    closeSync(descriptor);
  }
}

class Fat16 {
  readonly #descriptor: number;
  readonly #clusterSize: number;
  readonly #clusterCount: number;
  readonly #tableOffsets: readonly number[];
  readonly #rootOffset: number;
  readonly #dataOffset: number;
  readonly #table: DataView;
  readonly #root: DataView;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    const boot = this.#read(0, 512);
    const sectorSize = boot.getUint16(11, true);
    const tableSize = boot.getUint16(22, true) * sectorSize;
    const reserved = boot.getUint16(14, true) * sectorSize;
    const sectorCount = boot.getUint16(19, true) === 0 ? boot.getUint32(32, true) : boot.getUint16(19, true);
    this.#clusterSize = boot.getUint8(13) * sectorSize;
    this.#tableOffsets = Array.from({ length: boot.getUint8(16) }, (_, at) => reserved + at * tableSize);
    this.#rootOffset = reserved + this.#tableOffsets.length * tableSize;
    this.#dataOffset = this.#rootOffset + boot.getUint16(17, true) * ENTRY;
    this.#clusterCount = Math.floor((sectorCount * sectorSize - this.#dataOffset) / this.#clusterSize);
    if (this.#clusterCount < 4085 || this.#clusterCount >= 65_525) throw new Error('This is no FAT16');
    this.#table = this.#read(reserved, tableSize);
    this.#root = this.#read(this.#rootOffset, this.#dataOffset - this.#rootOffset);
  }

  put(name: string, bytes: Uint8Array): void {
    const [stem = '', extension = ''] = name.split('.');
    const shortName = stem.padEnd(8) + extension.padEnd(3);
    const entries = Array.from({ length: this.#root.byteLength / ENTRY }, (_, at) => at * ENTRY);
    const old = entries.find((entry) => this.#nameAt(entry) === shortName);
    if (old !== undefined) this.#free(this.#root.getUint16(old + 26, true));
    const entry = old ?? entries.find((each) => [0, DELETED].includes(this.#root.getUint8(each)));
    if (entry === undefined) throw new Error('The root folder is full');
    for (let at = 0; at < 11; at++) this.#root.setUint8(entry + at, shortName.charCodeAt(at));
    this.#root.setUint8(entry + 11, 0x20);
    this.#root.setUint16(entry + 24, (44 << 9) | (1 << 5) | 1, true);
    this.#root.setUint16(entry + 26, this.#write(bytes), true);
    this.#root.setUint32(entry + 28, bytes.length, true);
  }

  save(): void {
    for (const offset of this.#tableOffsets) this.#store(offset, this.#table);
    this.#store(this.#rootOffset, this.#root);
  }

  #nameAt(entry: number): string {
    return Array.from({ length: 11 }, (_, at) => String.fromCharCode(this.#root.getUint8(entry + at))).join('');
  }

  #free(first: number): void {
    for (let cluster = first; cluster >= 2 && cluster < 0xfff8;) {
      const next = this.#table.getUint16(cluster * 2, true);
      this.#table.setUint16(cluster * 2, FREE, true);
      cluster = next;
    }
  }

  /** Returns the first cluster. */
  #write(bytes: Uint8Array): number {
    let [first, last] = [0, 0];
    for (let done = 0; done < bytes.length; done += this.#clusterSize) {
      const cluster = this.#freeCluster();
      this.#table.setUint16(cluster * 2, LAST, true);
      if (last === 0) first = cluster;
      else this.#table.setUint16(last * 2, cluster, true);
      last = cluster;
      const piece = bytes.subarray(done, done + this.#clusterSize);
      writeSync(this.#descriptor, piece, 0, piece.length, this.#dataOffset + (cluster - 2) * this.#clusterSize);
    }
    return first;
  }

  #freeCluster(): number {
    for (let cluster = 2; cluster < this.#clusterCount + 2; cluster++) {
      if (this.#table.getUint16(cluster * 2, true) === FREE) return cluster;
    }
    throw new Error('The disk is full');
  }

  #read(offset: number, length: number): DataView {
    const bytes = new Uint8Array(length);
    readSync(this.#descriptor, bytes, 0, length, offset);
    return new DataView(bytes.buffer);
  }

  #store(offset: number, view: DataView): void {
    writeSync(this.#descriptor, view, 0, view.byteLength, offset);
  }
}
