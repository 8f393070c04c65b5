import { ExtentReader } from '../chain/extents';
import { SectorOwners } from '../chain/sectorOwners';
import { EngineError } from '../errors';
import { NO_OFFSET, SECTOR_SIZE, type Image } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { sameBytes } from '../storage/sameBytes';
import type { Storage } from '../storage/storage';
import { readParts } from '../vhd/vhdParts';
import { blockOverlap } from '../vhd/takenPlaces';
import type { BlockWork, MergeChunk, Piece, SectorRun } from './mergeBatch';
import { spansOf, type Span } from './spanWriter';

/** Read at a time: little enough to stay in the processor's own memory until it has been compared. Bytes. */
const BUFFER_SIZE = 256 * 1024;

/** Pieces with no more than so much between them are read back in one go. Bytes. */
const MAX_GAP = 8 * 1024;

/** Where the data of blocks lie. */
export interface BlockPlaces {
  /** Bytes. */
  readonly blockSize: number;

  /** Where the data of a block begins, in bytes. */
  dataOffset(block: number): number;
}

/** Reads back what was written. This proves what the file system holds, from its own memory as a rule; what the medium will give one day it cannot. */
export class DataCheck {
  readonly #path: string;
  readonly #storage: Storage;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);

  /** Opens the file for itself. */
  constructor(fileSystem: FileSystem, path: string) {
    this.#path = path;
    this.#storage = fileSystem.open(path, 'read');
  }

  /** Throws EngineError `damaged-image` unless the file holds the bytes of a chunk. */
  verify(chunk: Pick<MergeChunk, 'works' | 'bytesOf'>, places: BlockPlaces): void {
    for (const { block, pieces } of chunk.works) {
      // LBA 0 would lie there if the whole disk lay as this block does.
      const diskOffset = places.dataOffset(block) - block * places.blockSize;
      for (const span of spansOf(pieces, MAX_GAP / SECTOR_SIZE, BUFFER_SIZE / SECTOR_SIZE)) {
        this.#compare(chunk, span, diskOffset);
      }
    }
  }

  close(): void {
    this.#storage.close();
  }

  #compare(chunk: Pick<MergeChunk, 'bytesOf'>, span: Span, diskOffset: number): void {
    const { from, to, pieces } = span;
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined && to - from <= BUFFER_SIZE / SECTOR_SIZE) {
      this.#compareOne(chunk, only, diskOffset);
      return;
    }
    for (let start = from; start < to; start += BUFFER_SIZE / SECTOR_SIZE) {
      const wanted = this.#buffer.subarray(0, Math.min(BUFFER_SIZE, (to - start) * SECTOR_SIZE));
      const held = this.#storage.read(diskOffset + start * SECTOR_SIZE, wanted) / SECTOR_SIZE;
      const end = Math.min(to, start + BUFFER_SIZE / SECTOR_SIZE);
      for (const piece of pieces) {
        const [first, last] = [Math.max(start, piece.sector), Math.min(end, piece.sector + piece.length)];
        const found = this.#buffer.subarray((first - start) * SECTOR_SIZE, (last - start) * SECTOR_SIZE);
        const bytes = chunk.bytesOf(piece);
        const part = bytes.subarray((first - piece.sector) * SECTOR_SIZE, (last - piece.sector) * SECTOR_SIZE);
        if (first < last && (last - start > held || !sameBytes(found, part))) {
          throw unwritten(this.#path, piece);
        }
      }
    }
  }

  /** What scattered sectors come to: thousands of short pieces, far from each other. */
  #compareOne(chunk: Pick<MergeChunk, 'bytesOf'>, piece: Piece, diskOffset: number): void {
    const found = this.#buffer.subarray(0, piece.length * SECTOR_SIZE);
    const held = this.#storage.read(diskOffset + piece.sector * SECTOR_SIZE, found);
    if (held < found.length || !sameBytes(found, chunk.bytesOf(piece))) {
      throw unwritten(this.#path, piece);
    }
  }
}

/**
 * Makes sure that the ancestor, opened anew and read as any reader reads it, has every sector of some blocks, and has it where its bytes are
 * compared. Throws EngineError `damaged-image`.
 */
export function requireSeen(image: Image, works: readonly BlockWork[], places: BlockPlaces): void {
  const owners = new ExtentReader(
    new SectorOwners({ layers: [{ image, foundBy: null }], missing: null, findings: [] }),
  );
  for (const { block, pieces } of works) {
    const offset = image.blockOffset(block);
    const owned = owners.load(block);
    const first = block * (image.blockSize / SECTOR_SIZE);
    const missing = pieces.find(({ sector, length }) => {
      return !isOwned(owned, sector - first, length) || offset === NO_OFFSET || offset !== places.dataOffset(block);
    });
    if (missing !== undefined) {
      throw unwritten(image.path, missing);
    }
  }
}

/** True where the only layer owns all of `length` sectors. A loop, since millions are looked at while nothing else goes on. */
function isOwned(owners: Uint8Array, from: number, length: number): boolean {
  for (let sector = from; sector < from + length; sector++) {
    if (owners[sector] !== 0) {
      return false;
    }
  }
  return true;
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
      throw unsound(path, t('Two of its blocks lie at byte {0} of the file.', overlap));
    }
  } finally {
    image.close();
  }
}

function unsound(path: string, message: string): EngineError {
  return new EngineError('damaged-image', {
    what: t('Merging into {0}', path),
    why: message.replace(/\.$/, ''),
    remedy: t('check it; the merged layers are all there, and the disk reads as before through them'),
  });
}

function unwritten(path: string, { sector, length }: SectorRun): EngineError {
  return new EngineError('damaged-image', {
    what: t('Merging into {0}', path),
    why: t('sectors {0} to {1} do not read as they were written', sector, sector + length - 1),
    remedy: t(
      'check the disk that it lies on; the merged layers are all there, and the disk reads as before through them',
    ),
  });
}
