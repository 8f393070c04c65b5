import { SECTOR_SIZE } from '../image';
import { ABSENT_ENTRY } from './blockAllocationTable';
import type { BlockPlaces } from './blockPlaces';
import { FOOTER_LENGTH } from './footer';
import { grownLength, MAX_PLACE, placeFor } from './growth';
import { takenByStructures } from './takenPlaces';
import type { SparseParts } from './vhdParts';

/** Hands out places behind everything that stands in a file, and moves its footer behind them. Offsets and lengths in bytes. */
export class NewBlockPlaces {
  readonly #parts: SparseParts;
  readonly #bitmapLength: number;
  /** Behind this offset no place may reach: an entry that names nothing now would name the new bytes. */
  readonly #limit: number;
  /** From here to the end of the file nothing stands but the footer and padding. */
  #staleOffset: number;
  #fileSize: number;
  /** Where the next place may begin, and where those end that were handed out. */
  #next: number;
  #isMoving = false;

  constructor(parts: SparseParts, places: BlockPlaces) {
    const { footers, fileSize } = parts;
    this.#parts = parts;
    this.#bitmapLength = places.bitmapLength;
    this.#fileSize = fileSize;
    const { end, limit } = survey(parts, places);
    this.#next = Math.max(footers.tail?.offset ?? fileSize, end);
    this.#staleOffset = this.#next;
    this.#limit = limit;
  }

  /** Where the bitmap of a further block comes to lie; null where the file cannot grow so far. */
  take(): number | null {
    const place = placeFor(this.#next, this.#bitmapLength);
    const end = place + this.#bitmapLength + this.#parts.grid.blockSize;
    if (place / SECTOR_SIZE > MAX_PLACE || grownLength(this.#fileSize, end) > this.#limit) {
      return null;
    }
    this.#isMoving = true;
    this.#next = end;
    return place;
  }

  /** A mark to come back to, so that nothing is taken where not all can be. */
  mark(): () => void {
    const [next, isMoving] = [this.#next, this.#isMoving];
    return () => {
      this.#next = next;
      this.#isMoving = isMoving;
    };
  }

  /** Clears what stood at the end of the file and puts the footer at the new end. To be called before anything is written to new places. */
  moveFooter(): void {
    if (!this.#isMoving) {
      return;
    }
    const { storage, footers } = this.#parts;
    if (this.#staleOffset < this.#fileSize) {
      storage.write(this.#staleOffset, new Uint8Array(this.#fileSize - this.#staleOffset));
    }
    const length = grownLength(this.#fileSize, this.#next);
    // A footer of 511 bytes becomes a whole one; its checksum stays right.
    const footer = new Uint8Array(FOOTER_LENGTH);
    footer.set(footers.best.bytes);
    storage.write(length - FOOTER_LENGTH, footer);
    this.#staleOffset = length - FOOTER_LENGTH;
    this.#fileSize = length;
    this.#isMoving = false;
  }
}

/** Where the content of a file ends, and how far it may grow. One pass through the table. */
function survey(parts: SparseParts, places: BlockPlaces): { readonly end: number; readonly limit: number } {
  const { footers, table, grid, fileSize } = parts;
  const { tail } = footers;
  const blockLength = places.bitmapLength + grid.blockSize;
  let [end, limit] = [0, Number.POSITIVE_INFINITY];
  for (const place of takenByStructures(parts)) {
    const placeEnd = place.offset + place.length;
    // What is said to stand past the end of the file does not stand there.
    if (place.offset !== tail?.offset && placeEnd <= fileSize) {
      end = Math.max(end, placeEnd);
    } else if (place.offset >= fileSize) {
      limit = Math.min(limit, place.offset);
    }
  }
  const fromHere = tail?.offset ?? fileSize;
  const count = table?.table.length ?? 0;
  for (let block = 0; block < count; block++) {
    const offset = places.bitmapOffset(block);
    if (offset >= 0) {
      end = Math.max(end, offset + blockLength);
    } else {
      const entry = table?.table.entry(block) ?? ABSENT_ENTRY;
      const claimed = entry * SECTOR_SIZE;
      if (entry !== ABSENT_ENTRY && claimed + places.bitmapLength > fromHere) {
        limit = Math.min(limit, claimed);
      }
    }
  }
  return { end, limit };
}
