import type { Storage } from '../storage/storage';
import { FOOTER_LENGTH } from './footer';
import { grownLength, roundUp } from './growth';
import { locatorRoom, newLocator, type ParentLocator } from './parentLocator';
import { freeRoomAt, type TakenPlace } from './takenPlaces';
import type { SparseParts } from './vhdParts';

/** Room for a path that gets a new place, in whole units of so many bytes. */
const ROOM_UNIT = 512;

/** Finds room in a file for the paths of its parent locators, and writes them there. */
export class LocatorRoom {
  readonly #storage: Storage;
  readonly #parts: SparseParts;
  /** Where paths have been written in place: two entries may claim the same room. */
  readonly #written: TakenPlace[] = [];
  /** Where the footer has come to stand, in bytes; null while it has not moved. */
  #footerOffset: number | null = null;

  /** `parts` as they are before anything is written. */
  constructor(storage: Storage, parts: SparseParts) {
    this.#storage = storage;
    this.#parts = parts;
  }

  /** Over the old path, as far as its room really goes; null where the new one does not fit. */
  inPlace(old: ParentLocator, bytes: Uint8Array): ParentLocator | null {
    const offset = Number(old.platformDataOffset);
    const place = { offset, length: old.platformDataLength };
    const room = Math.min(freeRoomAt(this.#parts, offset, place), Math.max(locatorRoom(old), place.length));
    const isShared = this.#written.some(
      (each) => each.offset < offset + bytes.length && offset < each.offset + each.length,
    );
    if (bytes.length > room || isShared) {
      return null;
    }
    this.#written.push({ offset, length: bytes.length });
    const cleared = new Uint8Array(Math.min(room, Math.max(bytes.length, place.length)));
    cleared.set(bytes);
    this.#storage.write(offset, cleared);
    return { ...old, platformDataLength: bytes.length };
  }

  /** Where the footer stands; it moves behind, and the length of the file stays the multiple that it was. */
  atEnd(platformCode: string, bytes: Uint8Array): ParentLocator {
    const footer = this.#parts.footers.best.bytes;
    const size = this.#storage.size();
    // Padding behind the footer and a footer of 511 bytes are left behind: the copy at the new end is whole.
    const offset = roundUp(this.#footerOffset ?? this.#parts.footers.tail?.offset ?? size, ROOM_UNIT);
    const room = roundUp(bytes.length, ROOM_UNIT);
    const end = grownLength(size, offset + room);
    const stretch = new Uint8Array(end - offset);
    stretch.set(bytes);
    stretch.set(footer, stretch.length - FOOTER_LENGTH);
    this.#storage.write(offset, stretch);
    this.#footerOffset = end - FOOTER_LENGTH;
    return newLocator(platformCode, bytes, offset, room);
  }
}
