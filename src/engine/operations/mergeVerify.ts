import { ExtentReader } from '../chain/extents';
import { SectorOwners } from '../chain/sectorOwners';
import { EngineError } from '../errors';
import { NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { sameBytes } from '../storage/sameBytes';
import { readParts } from '../vhd/vhdParts';
import type { BlockWork, MergeBatch, Piece } from './mergeBatch';
import { blockOverlap } from './takenPlaces';

/** Read at a time. Bytes. */
const BUFFER_SIZE = 2 * 1024 * 1024;

/**
 * Makes sure that the ancestor, opened anew and read as any reader reads it, has every sector of a batch, with the bytes that came from the merged
 * layers. This proves what the file system holds, from its own memory as a rule; what the medium will give back one day it cannot prove.
 * Throws EngineError `damaged-image`.
 */
export function verifyBatch(fileSystem: FileSystem, path: string, batch: MergeBatch): void {
  const image = openImage(fileSystem, path);
  try {
    const check = new BatchCheck(image, batch);
    batch.works.forEach((work) => check.verify(work));
  } finally {
    image.close();
  }
}

/**
 * Makes sure that the ancestor, opened anew, is sound and that no two of its blocks share a byte. Throws EngineError `damaged-image`.
 */
export function verifyStructure(fileSystem: FileSystem, path: string): void {
  const image = openImage(fileSystem, path);
  try {
    const damage = image.findings.find((finding) => finding.severity === 'error');
    if (damage !== undefined) {
      throw unsound(path, damage.message);
    }
    const parts = readParts(image.storage, path);
    const overlap = 'grid' in parts ? blockOverlap(parts) : null;
    if (overlap !== null) {
      throw unsound(path, `Two of its blocks lie at byte ${overlap} of the file.`);
    }
  } finally {
    image.close();
  }
}

function unsound(path: string, message: string): EngineError {
  return new EngineError('damaged-image', {
    what: `Merging into ${path}`,
    why: message.replace(/\.$/, ''),
    remedy: 'check it; the merged layers are all there, and the disk reads as before through them',
  });
}

class BatchCheck {
  readonly #image: Image;
  readonly #batch: MergeBatch;
  readonly #owners: ExtentReader;
  readonly #buffer: Uint8Array;
  /** The bytes in the buffer are the file's from LBA `#from` on, so many sectors of them. */
  #from = 0;
  #held = 0;

  constructor(image: Image, batch: MergeBatch) {
    this.#image = image;
    this.#buffer = new Uint8Array(Math.min(BUFFER_SIZE, image.blockSize));
    this.#batch = batch;
    this.#owners = new ExtentReader(
      new SectorOwners({ layers: [{ image, foundBy: null }], missing: null, findings: [] }),
    );
  }

  verify({ block, pieces }: BlockWork): void {
    const owners = this.#owners.load(block);
    const dataOffset = this.#image.blockOffset(block);
    const first = block * (this.#image.blockSize / SECTOR_SIZE);
    this.#held = 0;
    for (const piece of pieces) {
      const missing = owners
        .subarray(piece.sector - first, piece.sector - first + piece.length)
        .find((owner) => owner !== 0);
      if (missing !== undefined || dataOffset === NO_OFFSET) {
        throw this.#failure(piece);
      }
      this.#compare(piece, dataOffset - first * SECTOR_SIZE);
    }
  }

  /** LBA 0 would lie at `diskOffset` in the file if the disk lay there as this block does. */
  #compare(piece: Piece, diskOffset: number): void {
    const wanted = this.#batch.bytesOf(piece);
    for (let done = 0; done < piece.length;) {
      const sector = piece.sector + done;
      this.#fetch(sector, diskOffset + sector * SECTOR_SIZE);
      const count = Math.min(piece.length - done, this.#from + this.#held - sector);
      const at = (sector - this.#from) * SECTOR_SIZE;
      const found = this.#buffer.subarray(at, at + count * SECTOR_SIZE);
      if (count <= 0 || !sameBytes(found, wanted.subarray(done * SECTOR_SIZE, (done + count) * SECTOR_SIZE))) {
        throw this.#failure(piece);
      }
      done += count;
    }
  }

  /** Sees that the buffer holds a sector, and as many behind it as it can: the next pieces are mostly near. */
  #fetch(sector: number, offset: number): void {
    if (sector >= this.#from && sector < this.#from + this.#held) {
      return;
    }
    const left = this.#image.blockSize / SECTOR_SIZE - (sector % (this.#image.blockSize / SECTOR_SIZE));
    const wanted = this.#buffer.subarray(0, left * SECTOR_SIZE);
    this.#from = sector;
    this.#held = Math.floor(this.#image.storage.read(offset, wanted) / SECTOR_SIZE);
  }

  #failure({ sector, length }: Piece): EngineError {
    return new EngineError('damaged-image', {
      what: `Merging into ${this.#image.path}`,
      why: `sectors ${sector} to ${sector + length - 1} do not read as they were written`,
      remedy:
        'check the disk that it lies on; the merged layers are all there, and the disk reads as before through them',
    });
  }
}
